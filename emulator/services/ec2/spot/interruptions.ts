import type { TimerCall } from '../../../clock/timers.ts'
import { arnOf } from '../arns.ts'
import { publish } from '../events.ts'
import { begin } from '../instances/lifecycle.ts'
import { serviceInitiated } from '../instances/states.ts'
import { instances } from '../rows/instances.ts'
import { spotRequests, updateSpotRequest } from '../rows/spot-requests.ts'
import type {
  InterruptionAction,
  InterruptionCause,
  SpotRequestRow,
} from '../rows/spot-requests.ts'
import { markedFor, setStatus } from './status.ts'

// How EC2 takes a spot instance back: a recommendation to rebalance, the notice two minutes before, the action.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html

/** How long before the action the notice is given. */
export const noticeTime = 2 * 60_000

interface Request {
  readonly requestId: string
}

export const interruptionTimers = {
  'spot-notice'({ requestId }: Request, call: TimerCall): void {
    const row = spotRequests.find(requestId, call)
    if (row?.interruption_at != null) notice(row, call)
  },
  'spot-interrupt'({ requestId }: Request, call: TimerCall): void {
    const row = spotRequests.find(requestId, call)
    if (row?.interruption_at != null) act(row, call)
  },
}

/**
 * Begins an interruption, once: the recommendation now, the notice two minutes before the action.
 *
 * @param how the action, by default what the request wants, and when it comes, by default as soon as the notice allows
 */
export function startInterruption(
  row: SpotRequestRow,
  cause: InterruptionCause,
  call: TimerCall,
  how: { readonly action?: InterruptionAction | undefined; readonly at?: number | undefined } = {},
): void {
  if (row.interruption_at !== null) return
  const id = row.request_id
  const action = how.action ?? row.interruption_behavior
  // Hibernation begins with its notice.
  const lead = action === 'hibernate' ? 0 : noticeTime
  const at = how.at ?? call.now + lead
  updateSpotRequest(call, id, {
    interruption_cause: cause,
    interruption_action: action,
    interruption_at: at,
    rebalance_at: row.rebalance_at ?? call.now,
  })
  call.timers.cancel('spot-watch', id)
  publish(call, {
    detailType: 'EC2 Instance Rebalance Recommendation',
    resources: [arnOf(call, 'instance', row.instance_id!)],
    detail: { 'instance-id': row.instance_id },
  })
  if (at - lead <= call.now) notice(spotRequests.require(id, call), call)
  else call.timers.schedule(at - lead, 'spot-notice', { requestId: id }, id)
  call.timers.schedule(at, 'spot-interrupt', { requestId: id }, id)
}

function notice(row: SpotRequestRow, call: TimerCall): void {
  updateSpotRequest(call, row.request_id, { noticed_at: call.now })
  if (row.state === 'active') {
    const code = markedFor(row.interruption_action!, row.interruption_cause!)
    setStatus(row.request_id, 'active', code, call)
  }
  publish(call, {
    detailType: 'EC2 Spot Instance Interruption Warning',
    resources: [arnOf(call, 'instance', row.instance_id!)],
    detail: { 'instance-id': row.instance_id, 'instance-action': row.interruption_action },
  })
}

function act(row: SpotRequestRow, call: TimerCall): void {
  const instance = row.instance_id ? instances.find(row.instance_id, call) : undefined
  if (instance?.state !== 'running' && instance?.state !== 'pending') return
  const reason = serviceInitiated(call.now)
  if (row.interruption_action === 'terminate') {
    begin('shutting-down', [instance], call, { code: 'Server.SpotInstanceTermination', reason })
  } else begin('stopping', [instance], call, { code: 'Server.SpotInstanceShutdown', reason })
}

/** Takes an instance back without a notice. */
export function endNow(row: SpotRequestRow, cause: InterruptionCause, call: TimerCall): void {
  updateSpotRequest(call, row.request_id, {
    interruption_cause: cause,
    interruption_action: 'terminate',
    interruption_at: call.now,
  })
  act(spotRequests.require(row.request_id, call), call)
}
