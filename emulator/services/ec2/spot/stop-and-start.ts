import type { Scope } from '../describe/resources.ts'
import type { InstanceRow } from '../rows/instances.ts'
import { requestsOfInstances } from '../rows/spot-requests.ts'
import type { SpotRequestRow } from '../rows/spot-requests.ts'
import { cannotStartInterrupted, cannotStopGrouped, cannotStopOneTime } from './errors.ts'

// Who may stop and start spot instances.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/working-with-spot-instances.html

/** @throws UnsupportedOperation for a spot instance that nobody but EC2 may stop */
export function checkStop(rows: readonly InstanceRow[], scope: Scope): void {
  for (const { instance_id, type, fleet_id, launch_group, zone_group } of spotOf(rows, scope)) {
    if (fleet_id !== null || launch_group !== null || zone_group !== null) {
      throw cannotStopGrouped(instance_id!)
    }
    if (type === 'one-time') throw cannotStopOneTime(instance_id!)
  }
}

/** @throws IncorrectSpotRequestState for an instance that EC2 has stopped, and starts again itself */
export function checkStart(rows: readonly InstanceRow[], scope: Scope): void {
  const held = spotOf(rows, scope).find(
    ({ state, interruption_cause }) => state === 'disabled' && interruption_cause !== null,
  )
  if (held) throw cannotStartInterrupted(held.instance_id!)
}

function spotOf(rows: readonly InstanceRow[], scope: Scope): SpotRequestRow[] {
  const spot = rows.filter(({ doc }) => doc.includes('"SpotInstanceRequestId"'))
  if (spot.length === 0) return []
  return requestsOfInstances(
    scope,
    spot.map((row) => row.instance_id),
  )
}
