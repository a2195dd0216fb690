import type { SpotInstanceState } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import { updateSpotRequest } from '../rows/spot-requests.ts'
import type { InterruptionAction, InterruptionCause } from '../rows/spot-requests.ts'

// The states and status codes of spot requests.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instances-request-status-lifecycle.html

/** What each code says; `price-too-low` has figures of its own. */
const messages = {
  'pending-evaluation':
    'Your Spot request has been submitted for review, and is pending evaluation.',
  'pending-fulfillment': 'Your Spot request is pending fulfillment.',
  fulfilled: 'Your Spot request is fulfilled.',
  'price-too-low': '',
  'capacity-not-available': 'There is no Spot capacity available that matches your request.',
  'capacity-oversubscribed':
    'There is more demand for Spot capacity than there is capacity available.',
  'not-scheduled-yet': 'Your Spot request will not be evaluated until the scheduled date.',
  'launch-group-constraint':
    'Your Spot request cannot be fulfilled because of your launch group constraint.',
  'az-group-constraint':
    'Your Spot request cannot be fulfilled because of your Availability Zone group constraint.',
  'placement-group-constraint':
    'Your Spot request cannot be fulfilled because of your placement group constraint.',
  'constraint-not-fulfillable': 'Your Spot request cannot be fulfilled due to invalid constraints.',
  'schedule-expired': 'Your Spot request was not fulfilled before the specified end date.',
  'canceled-before-fulfillment': 'Your Spot request is canceled before it was fulfilled.',
  'bad-parameters': 'Your Spot request failed due to bad parameters.',
  'request-canceled-and-instance-running':
    'Your Spot request is canceled, but your instance is still running.',
  'marked-for-stop': 'Your Spot Instance is marked for stopping.',
  'marked-for-termination': 'Your Spot Instance is marked for termination.',
  'marked-for-stop-by-experiment': 'Your Spot Instance is marked for stopping by an experiment.',
  'instance-stopped-by-price':
    'Your Spot Instance was stopped because the Spot price exceeded your maximum price.',
  'instance-stopped-by-user': 'Your Spot Instance was stopped by a user.',
  'instance-stopped-no-capacity':
    'Your Spot Instance was stopped because there was no Spot capacity available.',
  'instance-stopped-by-experiment': 'Your Spot Instance was stopped by an experiment.',
  'instance-terminated-by-price':
    'Your Spot Instance was terminated because the Spot price exceeded your maximum price.',
  'instance-terminated-by-user': 'Spot Instance terminated due to user-initiated termination.',
  'instance-terminated-by-service': 'Your Spot Instance was terminated from a stopped state.',
  'instance-terminated-no-capacity':
    'Your Spot Instance was terminated because there is no Spot capacity available.',
  'instance-terminated-by-experiment': 'Your Spot Instance was terminated by an experiment.',
  'instance-terminated-launch-group-constraint':
    'Your Spot Instance was terminated because an instance of its launch group was terminated.',
} as const

export type StatusCode = keyof typeof messages

/** `Your Spot request price of 0.001 is lower than …` */
export const priceTooLowMessage = (maxPrice: number, needed: number): string =>
  `Your Spot request price of ${maxPrice} is lower than the minimum required Spot request fulfillment price of ${needed}.`

export const messageOf = (code: StatusCode): string => messages[code]

/** Puts a request into a state, with the code that says why. */
export function setStatus(
  requestId: string,
  state: SpotInstanceState,
  code: StatusCode,
  call: TimerCall,
  message: string = messages[code],
): void {
  updateSpotRequest(call, requestId, {
    state,
    status_code: code,
    status_message: message,
    status_at: call.now,
  })
}

/** What a request says while the notice runs. */
export function markedFor(action: InterruptionAction, cause: InterruptionCause): StatusCode {
  const marked = action === 'terminate' ? 'marked-for-termination' : 'marked-for-stop'
  return cause === 'experiment' && marked === 'marked-for-stop'
    ? 'marked-for-stop-by-experiment'
    : marked
}

/** What a request says once its instance is gone or stopped. */
export function endedBy(
  action: 'terminated' | 'stopped',
  cause: InterruptionCause | 'user',
): StatusCode {
  if (cause === 'launch-group') return 'instance-terminated-launch-group-constraint'
  return cause === 'no-capacity'
    ? `instance-${action}-no-capacity`
    : `instance-${action}-by-${cause}`
}
