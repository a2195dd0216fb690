import type { InstanceStateName } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import { requestsOfGroup, requestsOfInstances, updateSpotRequest } from '../rows/spot-requests.ts'
import type { SpotRequestRow } from '../rows/spot-requests.ts'
import { endedBy, setStatus } from './status.ts'

/** What becomes of spot requests when their instances change, whoever changed them. */
export function spotInstancesChanged(
  instanceIds: readonly string[],
  state: InstanceStateName,
  call: TimerCall,
): void {
  if (state !== 'terminated' && state !== 'stopped' && state !== 'running') return
  for (const row of requestsOfInstances(call, instanceIds)) {
    if (state === 'terminated') terminated(row, call)
    else if (state === 'stopped') stopped(row, call)
    else if (row.state === 'disabled') started(row, call)
  }
}

/** Whether EC2's interruption is what has just happened, not somebody who came before it. */
const wasInterrupted = (row: SpotRequestRow, call: TimerCall) =>
  row.interruption_at !== null && row.interruption_at <= call.now

function forgetInterruption(row: SpotRequestRow, call: TimerCall): void {
  for (const kind of ['spot-notice', 'spot-interrupt', 'spot-watch']) {
    call.timers.cancel(kind, row.request_id)
  }
  updateSpotRequest(call, row.request_id, {
    interruption_at: null,
    interruption_action: null,
    rebalance_at: null,
    noticed_at: null,
  })
}

function terminated(row: SpotRequestRow, call: TimerCall): void {
  const id = row.request_id
  const cause = wasInterrupted(row, call) ? row.interruption_cause! : 'user'
  const code = endedBy('terminated', cause)
  forgetInterruption(row, call)
  if (row.state === 'cancelled') setStatus(id, 'cancelled', code, call)
  else if (row.type === 'persistent' && (row.state === 'active' || row.state === 'disabled')) {
    // It returns to be evaluated: another instance takes the place of this one.
    setStatus(id, 'open', code, call)
    updateSpotRequest(call, id, {
      instance_id: null,
      launched_zone: null,
      interruption_cause: null,
    })
    call.timers.cancel('spot-evaluate', id)
    call.timers.schedule(call.now, 'spot-evaluate', { requestId: id }, id)
  } else if (row.state === 'active' || row.state === 'disabled') {
    setStatus(id, 'closed', code, call)
    call.timers.schedule(call.now, 'spot-close', { requestId: id }, id)
  }
  if (row.launch_group) {
    for (const other of requestsOfGroup(call, 'launch_group', row.launch_group)) {
      if (other.request_id === id || other.state !== 'active') continue
      call.timers.schedule(call.now, 'spot-group-ended', { requestId: other.request_id })
    }
  }
}

function stopped(row: SpotRequestRow, call: TimerCall): void {
  const id = row.request_id
  const cause = wasInterrupted(row, call) ? row.interruption_cause! : 'user'
  forgetInterruption(row, call)
  updateSpotRequest(call, id, { interruption_cause: cause === 'user' ? null : cause })
  const code = endedBy('stopped', cause)
  setStatus(id, row.state === 'cancelled' ? 'cancelled' : 'disabled', code, call)
  if (row.state !== 'cancelled' && cause !== 'user') {
    call.timers.schedule(call.now, 'spot-stopped', { requestId: id }, id)
  }
}

/** Its instance runs again. */
function started(row: SpotRequestRow, call: TimerCall): void {
  updateSpotRequest(call, row.request_id, { interruption_cause: null })
  setStatus(row.request_id, 'active', 'fulfilled', call)
  call.timers.schedule(call.now, 'spot-watch', { requestId: row.request_id }, row.request_id)
}
