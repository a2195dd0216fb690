import type { TimerCall } from '../../../clock/timers.ts'
import { alarmArn } from '../arns.ts'
import { alarmsOn, findAlarm, type Alarm } from '../rows/alarms.ts'
import { changeState } from './change-state.ts'
import { javaMoment, longMoment } from './java-text.ts'
import { parseRule } from './rule.ts'
import { suppressorChanged } from './suppression.ts'

/**
 * Looks at a composite alarm after a change of its own.
 *
 * @param change what the reason says of it
 */
export function evaluateComposite(
  call: TimerCall,
  alarm: Alarm,
  change: 'created' | 'updated',
): void {
  const { state, alarms } = found(call, alarm)
  if (state === alarm.state) return
  const children = alarms.flatMap((name) => findAlarm(call, name) ?? [])
  changeState(call, alarm, {
    state,
    reason: `${alarmArn(call, alarm.name)} was ${change} and its alarm rule evaluates to ${state}`,
    reasonData: triggering(call, children),
  })
}

/** An alarm has another state: those that go by it may, too. @param path the alarms on the way to it, itself among them */
export function reconsiderParents(call: TimerCall, child: Alarm, path: readonly string[]): void {
  for (const name of alarmsOn(call, 'alarm', child.name)) {
    const alarm = findAlarm(call, name)
    // CloudWatch stops where alarms go by one another in a circle.
    if (!alarm || alarm.type !== 'CompositeAlarm' || path.includes(name)) continue
    const isOfRule = parseRule(alarm.configuration.AlarmRule!).alarms.includes(child.name)
    const { state } = found(call, alarm)
    if (isOfRule && state !== alarm.state) {
      const { updatedAt } = child.status
      const arn = alarmArn(call, child.name)
      const reason = `${arn} transitioned to ${child.state} at ${longMoment(updatedAt)}`
      changeState(call, alarm, { state, reason, reasonData: triggering(call, [child]) }, path)
    }
    const present = findAlarm(call, name)!
    if (suppressorOf(present) === child.name) suppressorChanged(call, present, child)
  }
}

/** The name of the alarm that keeps another from acting. */
export const suppressorOf = ({ configuration }: Alarm): string | undefined => {
  const given = configuration.ActionsSuppressor
  return given?.startsWith('arn:') ? given.split(':').slice(6).join(':') : given
}

function found(call: TimerCall, { configuration }: Alarm) {
  const { alarms, holds } = parseRule(configuration.AlarmRule!)
  const isAlarm = holds((name) => findAlarm(call, name)?.state)
  return { alarms, state: isAlarm ? ('ALARM' as const) : ('OK' as const) }
}

const triggering = (call: TimerCall, children: readonly Alarm[]): string =>
  JSON.stringify({
    triggeringAlarms: children.map(({ name, state, status }) => ({
      arn: alarmArn(call, name),
      state: { value: state, timestamp: javaMoment(status.updatedAt) },
    })),
  })
