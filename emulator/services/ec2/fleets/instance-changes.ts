import type { InstanceStateName } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import { deactivate } from '../rows/fleets.ts'

/** What becomes of fleets when instances end: those that count on them look after their capacity. */
export function fleetInstancesChanged(
  instanceIds: readonly string[],
  state: InstanceStateName,
  call: TimerCall,
): void {
  if (state !== 'shutting-down' && state !== 'terminated') return
  for (const { fleet_id: fleetId, instance_id: instanceId } of deactivate(call, instanceIds)) {
    call.timers.schedule(call.now, 'fleet-lost', { fleetId, instanceId }, fleetId)
  }
}
