import type { StateValue } from '@aws-sdk/client-cloudwatch'
import type { TimerCall } from '../../../clock/timers.ts'
import { findAlarm, updateAlarm, type Alarm, type AlarmStatus } from '../rows/alarms.ts'
import { actOn } from './actions.ts'
import { suppressorOf } from './composite.ts'
import { suppressionTimer } from './schedule.ts'

const second = 1000

type SuppressedBy = AlarmStatus['suppressedBy']

/**
 * What holds back the actions of a composite alarm that gets into a state: its suppressor, or the time in which that may still come.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create_Composite_Alarm.html#Create_Composite_Alarm_Suppression
 */
export function suppression(call: TimerCall, alarm: Alarm, state: StateValue): SuppressedBy {
  call.timers.cancel(suppressionTimer, alarm.name)
  const name = suppressorOf(alarm)
  if (name === undefined || state !== 'ALARM') return undefined
  if (findAlarm(call, name)?.state === 'ALARM') return 'Alarm'
  const { ActionsSuppressorWaitPeriod: seconds = 0 } = alarm.configuration
  if (seconds === 0) return undefined
  wait(call, alarm, seconds)
  return 'WaitPeriod'
}

/** The suppressor has got into a state: actions are held back further, or for the last time. */
export function suppressorChanged(call: TimerCall, alarm: Alarm, suppressor: Alarm): void {
  const { suppressedBy } = alarm.status
  if (suppressedBy === undefined) return
  if (suppressor.state === 'ALARM') {
    call.timers.cancel(suppressionTimer, alarm.name)
    held(call, alarm, 'Alarm')
    return
  }
  if (suppressedBy !== 'Alarm') return
  const { ActionsSuppressorExtensionPeriod: seconds = 0 } = alarm.configuration
  if (seconds === 0) {
    released(call, alarm)
    return
  }
  wait(call, alarm, seconds)
  held(call, alarm, 'ExtensionPeriod')
}

/** The time of waiting is over: what was held back happens. */
export function released(call: TimerCall, alarm: Alarm): void {
  if (alarm.status.suppressedBy === undefined) return
  const after = held(call, alarm, undefined)
  if (after.status.before) actOn(call, after, after.status.before)
}

const held = (call: TimerCall, alarm: Alarm, suppressedBy: SuppressedBy): Alarm =>
  updateAlarm(call, alarm, { status: { ...alarm.status, suppressedBy } })

function wait(call: TimerCall, { name }: Alarm, seconds: number): void {
  call.timers.schedule(call.now + seconds * second, suppressionTimer, { name }, name)
}
