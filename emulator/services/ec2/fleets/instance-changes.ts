import type { InstanceStateName } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'

/** What becomes of fleets when their instances change. */
export function fleetInstancesChanged(
  _instanceIds: readonly string[],
  _state: InstanceStateName,
  _call: TimerCall,
): void {}
