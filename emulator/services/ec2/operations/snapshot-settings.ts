import type {
  DescribeFastSnapshotRestoresRequest,
  DescribeFastSnapshotRestoresResult,
  DescribeFastSnapshotRestoreSuccessItem,
  DisableFastSnapshotRestoresRequest,
  DisableFastSnapshotRestoresResult,
  DisableSnapshotBlockPublicAccessRequest,
  DisableSnapshotBlockPublicAccessResult,
  EnableFastSnapshotRestoresRequest,
  EnableFastSnapshotRestoresResult,
  EnableSnapshotBlockPublicAccessRequest,
  EnableSnapshotBlockPublicAccessResult,
  GetSnapshotBlockPublicAccessStateRequest,
  GetSnapshotBlockPublicAccessStateResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { zonesOf } from '../facts/regions.ts'
import { anyResource } from '../permissions.ts'
import { keepSetting, settingOf } from '../recorded/settings.ts'
import { snapshots } from '../rows/snapshots.ts'
import { onSnapshot } from '../volumes/permissions.ts'
import { publicSharing, setPublicSharing } from '../volumes/public-sharing.ts'

// Fast restore changes nothing here: volumes have their data at once.
// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-fast-snapshot-restore.html

/** By snapshot and zone, when it was enabled: ms since the epoch. */
type FastRestores = Readonly<Record<string, Readonly<Record<string, number>>>>

const setting = 'fast-snapshot-restores'

function requested(
  {
    AvailabilityZones: names = [],
    AvailabilityZoneIds: ids = [],
    SourceSnapshotIds = [],
  }: EnableFastSnapshotRestoresRequest,
  call: Call,
): { zones: string[]; snapshotIds: string[] } {
  if (SourceSnapshotIds.length === 0) throw missingParameter('SourceSnapshotIds')
  const known = zonesOf(call.region)
  const zones = [...names, ...ids].map((one) => {
    const zone = known.find(({ name, id }) => name === one || id === one)
    if (!zone) throw invalidValue(one, 'availabilityZone')
    return zone.name
  })
  if (zones.length === 0) throw missingParameter('AvailabilityZones')
  snapshots.requireAll(SourceSnapshotIds, call)
  return { zones, snapshotIds: SourceSnapshotIds }
}

const item = (SnapshotId: string, AvailabilityZone: string, call: Call, at: number) => ({
  SnapshotId,
  AvailabilityZone,
  AvailabilityZoneId: zonesOf(call.region).find(({ name }) => name === AvailabilityZone)!.id,
  StateTransitionReason: 'Client.UserInitiated - Lifecycle state transition',
  OwnerId: call.account,
  EnablingTime: new Date(at),
  OptimizingTime: new Date(at),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableFastSnapshotRestores.html */
export const EnableFastSnapshotRestores = operation<
  EnableFastSnapshotRestoresRequest,
  EnableFastSnapshotRestoresResult
>({
  coverage: 'recorded',
  authorize: ({ SourceSnapshotIds = [] }, call) =>
    SourceSnapshotIds.map((id) => onSnapshot(call, id)),
  run(input, call) {
    const { zones, snapshotIds } = requested(input, call)
    const restores = { ...settingOf<FastRestores>(call, setting, {}) }
    for (const id of snapshotIds) {
      const enabled = Object.fromEntries(zones.map((zone) => [zone, call.now]))
      restores[id] = { ...enabled, ...restores[id] }
    }
    keepSetting(call, setting, restores)
    return {
      Successful: snapshotIds.flatMap((id) =>
        zones.map((zone) => ({
          ...item(id, zone, call, restores[id]![zone]!),
          State: 'enabling' as const,
        })),
      ),
      Unsuccessful: [],
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableFastSnapshotRestores.html */
export const DisableFastSnapshotRestores = operation<
  DisableFastSnapshotRestoresRequest,
  DisableFastSnapshotRestoresResult
>({
  coverage: 'recorded',
  authorize: ({ SourceSnapshotIds = [] }, call) =>
    SourceSnapshotIds.map((id) => onSnapshot(call, id)),
  run(input, call) {
    const { zones, snapshotIds } = requested(input, call)
    const before = settingOf<FastRestores>(call, setting, {})
    const after = Object.entries(before).map(
      ([id, enabled]) =>
        [
          id,
          snapshotIds.includes(id)
            ? Object.fromEntries(Object.entries(enabled).filter(([zone]) => !zones.includes(zone)))
            : enabled,
        ] as const,
    )
    keepSetting(call, setting, Object.fromEntries(after))
    return {
      Successful: snapshotIds.flatMap((id) =>
        zones
          .filter((zone) => before[id]?.[zone] !== undefined)
          .map((zone) => ({
            ...item(id, zone, call, before[id]![zone]!),
            State: 'disabling' as const,
            DisablingTime: new Date(call.now),
          })),
      ),
      Unsuccessful: [],
    }
  },
})

const fastRestores: FactSource<DescribeFastSnapshotRestoreSuccessItem> = {
  limits: { least: 1, most: 200 },
  filters: {
    'availability-zone': ({ AvailabilityZone }) => AvailabilityZone,
    'availability-zone-id': ({ AvailabilityZoneId }) => AvailabilityZoneId,
    'owner-id': ({ OwnerId }) => OwnerId,
    'snapshot-id': ({ SnapshotId }) => SnapshotId,
    state: ({ State }) => State,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFastSnapshotRestores.html */
export const DescribeFastSnapshotRestores = operation<
  DescribeFastSnapshotRestoresRequest,
  DescribeFastSnapshotRestoresResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run(input, call) {
    const all = Object.entries(settingOf<FastRestores>(call, setting, {})).flatMap(
      ([id, enabled]) =>
        Object.entries(enabled).map(([zone, at]) => ({
          ...item(id, zone, call, at),
          State: 'enabled' as const,
          EnabledTime: new Date(at),
        })),
    )
    const { items, nextToken } = pageOfFacts(fastRestores, all, input, call)
    return { FastSnapshotRestores: items, NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableSnapshotBlockPublicAccess.html */
export const EnableSnapshotBlockPublicAccess = operation<
  EnableSnapshotBlockPublicAccessRequest,
  EnableSnapshotBlockPublicAccessResult
>({
  authorize: anyResource,
  run({ State }, call) {
    if (!State) throw missingParameter('State')
    if (State !== 'block-all-sharing' && State !== 'block-new-sharing') {
      throw invalidValue(State, 'state')
    }
    setPublicSharing(call, 'snapshot', State)
    return { State }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableSnapshotBlockPublicAccess.html */
export const DisableSnapshotBlockPublicAccess = operation<
  DisableSnapshotBlockPublicAccessRequest,
  DisableSnapshotBlockPublicAccessResult
>({
  authorize: anyResource,
  run(_, call) {
    setPublicSharing(call, 'snapshot', 'unblocked')
    return { State: 'unblocked' }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSnapshotBlockPublicAccessState.html */
export const GetSnapshotBlockPublicAccessState = operation<
  GetSnapshotBlockPublicAccessStateRequest,
  GetSnapshotBlockPublicAccessStateResult
>({
  authorize: anyResource,
  run: (_, call) => ({
    State: publicSharing(call, 'snapshot'),
    ManagedBy: 'account',
  }),
})
