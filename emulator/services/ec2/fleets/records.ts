import type { TimerCall } from '../../../clock/timers.ts'
import { arnOf } from '../arns.ts'
import { publish } from '../events.ts'
import { addHistory } from '../rows/fleets.ts'
import type { FleetEventType, FleetRow } from '../rows/fleets.ts'

type Fleet = Pick<FleetRow, 'fleet_id' | 'kind'>

/** Bus events about fleets, by what the history calls them. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-event-types.html */
const eventNames: Readonly<Record<FleetEventType, string>> = {
  fleetRequestChange: 'State Change',
  instanceChange: 'Instance Change',
  error: 'Error',
  information: 'Information',
}

/** Writes down what happened to a fleet, and tells the event bus. */
export function record(
  { fleet_id: id, kind }: Fleet,
  type: FleetEventType,
  subtype: string,
  call: TimerCall,
  more: { readonly description?: string; readonly instanceId?: string } = {},
): void {
  addHistory(call, id, {
    at: call.now,
    event_type: type,
    subtype,
    description: more.description ?? null,
    instance_id: more.instanceId ?? null,
  })
  const spot = kind === 'spot'
  publish(call, {
    source: spot ? 'aws.ec2spotfleet' : 'aws.ec2fleet',
    detailType: `EC2 ${spot ? 'Spot Fleet' : 'Fleet'} ${eventNames[type]}`,
    resources: [arnOf(call, spot ? 'spot-fleet-request' : 'fleet', id)],
    detail: {
      ...(more.instanceId ? { 'instance-id': more.instanceId } : {}),
      ...(more.description ? { description: more.description } : {}),
      'sub-type': subtype,
    },
  })
}
