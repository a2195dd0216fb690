import type { TimerCall, TimerHandler } from '../../../clock/timers.ts'
import { findAlarm, updateAlarm } from '../rows/alarms.ts'
import { changeState } from './change-state.ts'
import { evaluateComposite } from './composite.ts'
import { evaluateAlarm } from './evaluate.ts'
import { evaluationTimer, lookAt, suppressionTimer } from './schedule.ts'
import { released } from './suppression.ts'

interface Payload {
  readonly name: string
  /** Of a composite alarm. */
  readonly change?: 'created' | 'updated'
}

/** What happens when alarms are due, by the kinds of their timers. */
export const alarmTimers: Readonly<Record<string, TimerHandler>> = {
  [evaluationTimer]: ({ name, change }: Payload, call: TimerCall) => {
    const before = findAlarm(call, name)
    if (!before) return
    if (before.type === 'CompositeAlarm') {
      evaluateComposite(call, before, change ?? 'updated')
      return
    }
    const isDue = before.evaluationAt !== null && before.evaluationAt <= call.now
    const alarm = isDue ? updateAlarm(call, before, { evaluationAt: null }) : before
    const { found, nextAt } = evaluateAlarm(alarm, call)
    const after = found && found.state !== alarm.state ? changeState(call, alarm, found) : alarm
    if (nextAt !== undefined) lookAt(call, after, nextAt)
  },
  [suppressionTimer]: ({ name }: Payload, call: TimerCall) => {
    const alarm = findAlarm(call, name)
    if (alarm) released(call, alarm)
  },
}
