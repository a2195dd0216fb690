import type { TimerCall } from '../../../clock/timers.ts'
import { alarmsOn, findAlarm, hasAlarms, updateAlarm, type Alarm } from '../rows/alarms.ts'
import { nextLook } from './evaluate.ts'

/** The timers of alarms, by their kinds. */
export const evaluationTimer = 'evaluate'
export const suppressionTimer = 'suppression'

/** Has an alarm looked at, unless that is to happen sooner. @param at virtual time in ms since the epoch */
export function lookAt(call: TimerCall, alarm: Alarm, at: number): Alarm {
  if (alarm.evaluationAt !== null && alarm.evaluationAt <= at) return alarm
  call.timers.cancel(evaluationTimer, alarm.name)
  call.timers.schedule(at, evaluationTimer, { name: alarm.name }, alarm.name)
  return updateAlarm(call, alarm, { evaluationAt: at })
}

/**
 * There are new data of metrics: the alarms on them are looked at when the present period is over, and at once where the data may be
 * of one that is.
 *
 * @param metrics keys of metrics
 */
export function noteNewData(call: TimerCall, metrics: readonly string[]): void {
  if (!hasAlarms(call)) return
  const names = new Set(metrics.flatMap((metric) => alarmsOn(call, 'metric', metric)))
  for (const name of names) {
    const alarm = findAlarm(call, name)!
    const soon = call.now + 1
    call.timers.cancel(evaluationTimer, `${name}/new`)
    call.timers.schedule(soon, evaluationTimer, { name }, `${name}/new`)
    lookAt(call, alarm, nextLook(alarm, soon))
  }
}
