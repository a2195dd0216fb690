import type { InstanceStateName } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import { arnOf } from '../arns.ts'
import { publish } from '../events.ts'
import { fleetInstancesChanged } from '../fleets/instance-changes.ts'
import { spotInstancesChanged } from '../spot/instance-changes.ts'

/** Tells all who follow instances that these have come into a state: the event bus, spot requests, fleets. */
export function stateChanged(
  instanceIds: readonly string[],
  state: InstanceStateName,
  call: TimerCall,
): void {
  for (const id of instanceIds) {
    publish(call, {
      detailType: 'EC2 Instance State-change Notification',
      resources: [arnOf(call, 'instance', id)],
      detail: { 'instance-id': id, state },
    })
  }
  spotInstancesChanged(instanceIds, state, call)
  fleetInstancesChanged(instanceIds, state, call)
}
