import type { StateValue } from '@aws-sdk/client-cloudwatch'
import type { TimerCall } from '../../../clock/timers.ts'
import { updateAlarm, type Alarm } from '../rows/alarms.ts'
import { insertHistory } from '../rows/history.ts'
import { actOn } from './actions.ts'
import { reconsiderParents } from './composite.ts'
import { publishStateChange } from './events.ts'
import { javaJson, Json } from './java-text.ts'
import { suppression } from './suppression.ts'

export interface NewState {
  readonly state: StateValue
  readonly reason: string
  /** JSON. */
  readonly reasonData: string | undefined
}

/**
 * Gives an alarm another state, with everything that comes of it: history, events, its actions, and the alarms that go by it.
 *
 * @param path the alarms whose changes led to this one: a circle ends there
 */
export function changeState(
  call: TimerCall,
  before: Alarm,
  { state, reason, reasonData }: NewState,
  path: readonly string[] = [],
): Alarm {
  const past = {
    state: before.state,
    reason: before.status.reason,
    reasonData: before.status.reasonData,
    at: before.status.updatedAt,
  }
  const held = suppression(call, before, state)
  const after = updateAlarm(call, before, {
    state,
    status: {
      ...before.status,
      reason,
      reasonData,
      updatedAt: call.now,
      transitionedAt: before.state === state ? before.status.transitionedAt : call.now,
      suppressedBy: held,
      before: past,
    },
  })
  insertHistory(call, {
    alarm: after.name,
    type: after.type,
    at: call.now,
    itemType: 'StateUpdate',
    summary: `Alarm updated from ${past.state} to ${state}`,
    data: javaJson({
      version: '1.0',
      oldState: shownState(past.state, past.reason, past.reasonData),
      newState: shownState(state, reason, reasonData),
    }),
  })
  publishStateChange(call, after, past)
  if (held === undefined) actOn(call, after, past)
  if (before.state !== state) reconsiderParents(call, after, [...path, after.name])
  return after
}

const shownState = (stateValue: string, stateReason: string, data: string | undefined) => ({
  stateValue,
  stateReason,
  stateReasonData: data === undefined ? undefined : new Json(data),
})
