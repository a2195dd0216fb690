import type { TimerCall } from '../../../clock/timers.ts'
import { AwsError } from '../../../errors.ts'
import { activeInstances, deleteFleet, findFleet, updateFleet } from '../rows/fleets.ts'
import type { FleetRow } from '../rows/fleets.ts'
import { deleteTags } from '../rows/tags.ts'
import { adjust, terminate } from './adjust.ts'
import type { Adjustment } from './adjust.ts'
import { record } from './records.ts'
import { termsOfFleet } from './terms.ts'

/** How long a fleet waits before it tries again what it could not launch. */
const retryAfter = 60 * 60_000
/** How long a deleted fleet's last instances take to be gone. */
const endingTakes = 5_000
const visibleFor = 48 * 3_600_000

interface Fleet {
  readonly fleetId: string
}

export const fleetTimers = {
  'fleet-adjust'({ fleetId }: Fleet, call: TimerCall): void {
    const fleet = findFleet(call, fleetId)
    if (fleet?.state === 'submitted' || fleet?.state === 'active' || fleet?.state === 'modifying') {
      advance(fleet, call)
    }
  },
  'fleet-lost'({ fleetId, instanceId }: Fleet & { instanceId: string }, call: TimerCall): void {
    const fleet = findFleet(call, fleetId)
    if (!fleet) return
    record(fleet, 'instanceChange', 'terminated', call, { instanceId })
    if (fleet.type === 'maintain' && fleet.state === 'active') adjustAt(fleetId, call.now, call)
    else if (fleet.state === 'deleted_running' && activeInstances(call, fleetId).length === 0) {
      endsSoon(fleetId, call)
    }
  },
  'fleet-expire'({ fleetId }: Fleet, call: TimerCall): void {
    const fleet = findFleet(call, fleetId)
    if (!fleet || fleet.state.startsWith('deleted')) return
    record(fleet, 'fleetRequestChange', 'expired', call)
    endFleet(fleet, termsOfFleet(fleet, call).endsWithInstances, call)
  },
  'fleet-ended'({ fleetId }: Fleet, call: TimerCall): void {
    const fleet = findFleet(call, fleetId)
    if (fleet && activeInstances(call, fleetId).length === 0) ended(fleet, call)
  },
  'fleet-forget'({ fleetId }: Fleet, call: TimerCall): void {
    deleteFleet(call, fleetId)
    deleteTags(call, fleetId)
  },
}

/** Has a fleet look after its capacity at a moment. */
export function adjustAt(fleetId: string, at: number, call: TimerCall): void {
  call.timers.cancel('fleet-adjust', fleetId)
  call.timers.schedule(at, 'fleet-adjust', { fleetId }, fleetId)
}

/** A fleet is looked after: it comes to life, launches, and looks again later if something is missing. */
export function advance(fleet: FleetRow, call: TimerCall): Adjustment {
  const id = fleet.fleet_id
  if (fleet.state === 'submitted') record(fleet, 'fleetRequestChange', 'active', call)
  if (fleet.state === 'modifying') record(fleet, 'fleetRequestChange', 'modify_successful', call)
  updateFleet(call, id, { state: 'active' })
  const done = tryAdjust({ ...fleet, state: 'active' }, call)
  const { activity_status } = findFleet(call, id)!
  if (activity_status !== 'fulfilled' && fleet.type !== 'instant') {
    // Without a failure, it was only too much to launch in one go.
    const goesOn = done.instances.length > 0 && done.errors.length === 0
    adjustAt(id, goesOn ? call.now + 1000 : call.now + retryAfter, call)
  }
  return done
}

/** A template that has been deleted since keeps a fleet from launching, and is no reason to fail otherwise. */
function tryAdjust(fleet: FleetRow, call: TimerCall): Adjustment {
  try {
    return adjust(fleet, termsOfFleet(fleet, call), call)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    record(fleet, 'error', 'spotFleetRequestConfigurationInvalid', call, {
      description: `${error.code}: ${error.message}`,
    })
    updateFleet(call, fleet.fleet_id, { activity_status: 'error' })
    return { instances: [], errors: [] }
  }
}

/** Deletes or cancels a fleet, with its instances or without. */
export function endFleet(fleet: FleetRow, withInstances: boolean, call: TimerCall): void {
  const id = fleet.fleet_id
  const living = activeInstances(call, id)
  for (const kind of ['fleet-adjust', 'fleet-expire']) call.timers.cancel(kind, id)
  const state = withInstances || living.length === 0 ? 'deleted_terminating' : 'deleted_running'
  updateFleet(call, id, {
    state,
    activity_status: withInstances ? 'pending_termination' : fleet.activity_status,
  })
  record(fleet, 'fleetRequestChange', stateName(fleet, state), call)
  if (withInstances) terminate(fleet, living, call)
  if (state === 'deleted_terminating') endsSoon(id, call)
}

/** A deleted fleet that has no instances left is over. */
function endsSoon(fleetId: string, call: TimerCall): void {
  call.timers.cancel('fleet-ended', fleetId)
  call.timers.schedule(call.now + endingTakes, 'fleet-ended', { fleetId }, fleetId)
}

function ended(fleet: FleetRow, call: TimerCall): void {
  updateFleet(call, fleet.fleet_id, { state: 'deleted' })
  record(fleet, 'fleetRequestChange', stateName(fleet, 'deleted'), call)
  const { fleet_id: fleetId } = fleet
  call.timers.schedule(call.now + visibleFor, 'fleet-forget', { fleetId }, fleetId)
}

/** Spot fleets are cancelled where EC2 fleets are deleted. */
export const stateName = ({ kind }: Pick<FleetRow, 'kind'>, state: FleetRow['state']): string =>
  kind === 'spot' ? state.replace('deleted', 'cancelled') : state
