import type {
  DescribeSnapshotTierStatusRequest,
  DescribeSnapshotTierStatusResult,
  ModifySnapshotTierRequest,
  ModifySnapshotTierResult,
  RestoreSnapshotTierRequest,
  RestoreSnapshotTierResult,
  SnapshotTierStatus,
  TieringOperationStatus,
} from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidParameterCombination, invalidValue, missingParameter } from '../errors.ts'
import { anyResource } from '../permissions.ts'
import { snapshotTiers, snapshots, updateSnapshot } from '../rows/snapshots.ts'
import type { SnapshotRow } from '../rows/snapshots.ts'
import { tagsOf } from '../rows/tags.ts'
import { onSnapshot } from '../volumes/permissions.ts'

// https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-archive.html

interface Tiering {
  readonly startedAt: number
  readonly status: TieringOperationStatus
  readonly archivedAt?: number
}

const day = 24 * 60 * 60 * 1000

function required(id: string | undefined, call: Call): SnapshotRow {
  if (!id) throw missingParameter('SnapshotId')
  return snapshots.require(id, call)
}

const tieringOf = ({ tiering }: SnapshotRow): Tiering | undefined =>
  tiering === null ? undefined : (JSON.parse(tiering) as Tiering)

/** An archived snapshot cannot be used until it is restored. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySnapshotTier.html */
export const ModifySnapshotTier = operation<ModifySnapshotTierRequest, ModifySnapshotTierResult>({
  authorize: ({ SnapshotId }, call) => [onSnapshot(call, SnapshotId)],
  run({ SnapshotId, StorageTier }, call) {
    const { snapshot_id } = required(SnapshotId, call)
    if (StorageTier !== undefined && StorageTier !== 'archive') {
      throw invalidValue(StorageTier, 'storageTier')
    }
    const tiering: Tiering = {
      startedAt: call.now,
      status: 'archival-completed',
      archivedAt: call.now,
    }
    updateSnapshot(call, snapshot_id, {
      storage_tier: 'archive',
      restore_expires_at: null,
      tiering: JSON.stringify(tiering),
    })
    return { SnapshotId: snapshot_id, TieringStartTime: new Date(call.now) }
  },
})

/** For good, or for some days. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RestoreSnapshotTier.html */
export const RestoreSnapshotTier = operation<RestoreSnapshotTierRequest, RestoreSnapshotTierResult>(
  {
    authorize: ({ SnapshotId }, call) => [onSnapshot(call, SnapshotId)],
    run({ SnapshotId, PermanentRestore, TemporaryRestoreDays: days }, call) {
      const row = required(SnapshotId, call)
      if (PermanentRestore && days !== undefined) {
        throw invalidParameterCombination(
          'The parameters PermanentRestore and TemporaryRestoreDays cannot be used together.',
        )
      }
      if (days !== undefined && (days < 1 || days > 180)) {
        throw invalidValue(days, 'temporaryRestoreDays')
      }
      if (row.storage_tier !== 'archive') {
        throw new AwsError(
          'IncorrectState',
          `The snapshot ${row.snapshot_id} is not in the archive tier.`,
        )
      }
      const temporary = days !== undefined
      const expiresAt = call.now + (days ?? 0) * day
      const tiering: Tiering = {
        ...tieringOf(row),
        startedAt: call.now,
        status: temporary ? 'temporary-restore-completed' : 'permanent-restore-completed',
      }
      updateSnapshot(call, row.snapshot_id, {
        storage_tier: temporary ? 'archive' : 'standard',
        restore_expires_at: temporary ? expiresAt : null,
        tiering: JSON.stringify(tiering),
      })
      if (temporary) {
        const ended = { snapshotId: row.snapshot_id, expiresAt }
        call.timers.schedule(expiresAt, 'snapshot-restore-expired', ended)
      }
      return {
        SnapshotId: row.snapshot_id,
        RestoreStartTime: new Date(call.now),
        ...(temporary ? { RestoreDuration: days } : {}),
        IsPermanentRestore: !temporary,
      }
    },
  },
)

export const snapshotTierTimers = {
  'snapshot-restore-expired'(
    { snapshotId, expiresAt }: { snapshotId: string; expiresAt: number },
    call: TimerCall,
  ): void {
    if (snapshots.find(snapshotId, call)?.restore_expires_at !== expiresAt) return
    updateSnapshot(call, snapshotId, { restore_expires_at: null })
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshotTierStatus.html */
export const DescribeSnapshotTierStatus = operation<
  DescribeSnapshotTierStatusRequest,
  DescribeSnapshotTierStatusResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = snapshotTiers.page(input, undefined, call)
    const tags = tagsOf(
      call,
      rows.map(({ snapshot_id }) => snapshot_id),
    )
    return {
      SnapshotTierStatuses: rows.map((row): SnapshotTierStatus => {
        const tiering = tieringOf(row)
        return {
          SnapshotId: row.snapshot_id,
          VolumeId: row.volume_id,
          OwnerId: row.account,
          Status: row.state,
          StorageTier: row.storage_tier,
          Tags: tags.get(row.snapshot_id) ?? [],
          ...(tiering
            ? {
                LastTieringStartTime: new Date(tiering.startedAt),
                LastTieringProgress: 100,
                LastTieringOperationStatus: tiering.status,
                LastTieringOperationStatusDetail: '',
              }
            : {}),
          ...(tiering?.archivedAt === undefined
            ? {}
            : { ArchivalCompleteTime: new Date(tiering.archivedAt) }),
          ...(row.restore_expires_at === null
            ? {}
            : { RestoreExpiryTime: new Date(row.restore_expires_at) }),
        }
      }),
      NextToken: nextToken,
    }
  },
})
