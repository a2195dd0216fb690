import type { CreateFleetRequest, SpotFleetRequestConfigData, Tag } from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { activeInstances, findFleet, insertFleet, updateFleet } from '../rows/fleets.ts'
import type { FleetRow } from '../rows/fleets.ts'
import { tagResource } from '../tagging.ts'
import { capacity } from './adjust.ts'
import type { Adjustment } from './adjust.ts'
import { mostCapacity, targetLimitExceeded } from './errors.ts'
import { adjustAt, advance, endFleet } from './life.ts'
import { record } from './records.ts'

interface NewFleet {
  readonly kind: FleetRow['kind']
  readonly type: FleetRow['type']
  readonly targets: { readonly total: number; readonly onDemand: number; readonly spot: number }
  readonly keepsExcess: boolean
  readonly validFrom: Date | undefined
  readonly validUntil: Date | undefined
  readonly clientToken: string | undefined
  readonly request: CreateFleetRequest | SpotFleetRequestConfigData
  readonly tags: readonly Tag[]
}

/** Makes a fleet. An instant one launches at once, the others begin by themselves. */
export function makeFleet(wanted: NewFleet, call: Call): { id: string; done: Adjustment } {
  const { kind, type, targets, validFrom, validUntil } = wanted
  if (targets.total > mostCapacity) throw targetLimitExceeded()
  const id = `${kind === 'spot' ? 'sfr' : 'fleet'}-${call.ids.uuid()}`
  insertFleet(call, {
    fleet_id: id,
    kind,
    type,
    state: 'submitted',
    activity_status: type === 'instant' ? null : 'pending_fulfillment',
    total_target: targets.total,
    on_demand_target: targets.onDemand,
    spot_target: targets.spot,
    excess_policy: wanted.keepsExcess ? 'no-termination' : 'termination',
    created_at: call.now,
    valid_until: validUntil?.getTime() ?? null,
    client_token: wanted.clientToken ?? '',
    doc: JSON.stringify(wanted.request),
    errors: '{}',
  })
  const resourceType = kind === 'spot' ? 'spot-fleet-request' : 'fleet'
  tagResource(call, id, resourceType, wanted.tags)
  const fleet = findFleet(call, id)!
  record(fleet, 'fleetRequestChange', 'submitted', call)
  if (type === 'instant') {
    const done = launchInstant(fleet, wanted.request as CreateFleetRequest, call)
    updateFleet(call, id, { errors: JSON.stringify(done), activity_status: null })
    return { id, done }
  }
  adjustAt(id, Math.max(call.now, validFrom?.getTime() ?? 0), call)
  // An end that is past already ends nothing.
  const end = validUntil?.getTime() ?? 0
  if (end > call.now) call.timers.schedule(end, 'fleet-expire', { fleetId: id }, id)
  return { id, done: { instances: [], errors: [] } }
}

/** An instant fleet that cannot reach what it needs at least launches nothing. */
function launchInstant(
  fleet: FleetRow,
  { SpotOptions, OnDemandOptions }: CreateFleetRequest,
  call: Call,
): Adjustment {
  const least = {
    spot: SpotOptions?.MinTargetCapacity ?? 0,
    'on-demand': OnDemandOptions?.MinTargetCapacity ?? 0,
  }
  let done: Adjustment = { instances: [], errors: [] }
  const undone = new Error('this launch was only tried')
  try {
    call.db.transaction(() => {
      done = advance(fleet, call)
      const active = activeInstances(call, fleet.fleet_id)
      for (const kind of ['spot', 'on-demand'] as const) {
        if (capacity(active.filter((one) => one.lifecycle === kind)) < least[kind]) throw undone
      }
    })
    return done
  } catch (error) {
    if (error !== undone) throw error
    updateFleet(call, fleet.fleet_id, { state: 'active' })
    const short = {
      ErrorCode: 'UnfulfillableCapacity',
      ErrorMessage:
        'Unable to fulfill capacity due to your request configuration. Please adjust your request and try again.',
    }
    return { instances: [], errors: done.errors.length > 0 ? done.errors : [short] }
  }
}

/** Changes a fleet's target; it looks after its capacity at once. */
export function retarget(
  fleet: FleetRow,
  changes: {
    readonly targets: { readonly total: number; readonly onDemand: number; readonly spot: number }
    readonly keepsExcess: boolean | undefined
    readonly request: object
  },
  call: Call,
): void {
  const { targets, keepsExcess, request } = changes
  if (targets.total > mostCapacity) throw targetLimitExceeded()
  updateFleet(call, fleet.fleet_id, {
    state: 'modifying',
    activity_status: 'pending_fulfillment',
    total_target: targets.total,
    on_demand_target: targets.onDemand,
    spot_target: targets.spot,
    ...(keepsExcess === undefined
      ? {}
      : { excess_policy: keepsExcess ? ('no-termination' as const) : ('termination' as const) }),
    doc: JSON.stringify(request),
  })
  record(fleet, 'fleetRequestChange', 'modify_in_progress', call)
  adjustAt(fleet.fleet_id, call.now, call)
}

/** Deletes or cancels fleets one by one: what is wrong with one keeps nothing from the others. */
export function endFleets<Success, Failure>(
  ids: readonly string[],
  call: Call,
  find: (id: string) => FleetRow | Failure,
  how: {
    readonly withInstances: boolean
    readonly success: (before: FleetRow, after: FleetRow) => Success
  },
): { ended: Success[]; failed: Failure[] } {
  const ended: Success[] = []
  const failed: Failure[] = []
  for (const id of ids) {
    const found = find(id)
    if (!isRow(found)) {
      failed.push(found)
      continue
    }
    const over = found.state === 'deleted' || found.state === 'deleted_terminating'
    if (!over) endFleet(found, how.withInstances, call)
    ended.push(how.success(found, findFleet(call, id)!))
  }
  return { ended, failed }
}

const isRow = (found: unknown): found is FleetRow =>
  typeof found === 'object' && found !== null && 'fleet_id' in found
