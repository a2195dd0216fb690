import type {
  DescribeAlarmsForMetricInput,
  DescribeAlarmsForMetricOutput,
  DescribeAlarmsInput,
  DescribeAlarmsOutput,
} from '@aws-sdk/client-cloudwatch'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { shownAlarm } from '../alarms/describe.ts'
import { parseRule } from '../alarms/rule.ts'
import { invalidNextToken, validationError } from '../errors.ts'
import { dimensionsOf } from '../metrics/dimensions.ts'
import { isTexts, placeOf, tokenOf } from '../pages.ts'
import { onAlarms } from '../permissions.ts'
import { alarmsOn, findAlarm, listAlarms, type Alarm, type AlarmType } from '../rows/alarms.ts'
import { metricKey } from '../rows/metrics.ts'
import { lookAtAlarms } from '../sampling/look-first.ts'

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html */
export const DescribeAlarms = operation<DescribeAlarmsInput, DescribeAlarmsOutput, void>({
  authorize: ({ AlarmNames }, call) => onAlarms(call, AlarmNames),
  prepare: lookAtAlarms,
  run(input, call) {
    const { ChildrenOfAlarmName: parent, ParentsOfAlarmName: child } = input
    if (parent !== undefined) return relatives(call, childrenOf(call, parent))
    if (child !== undefined) return relatives(call, alarmsOn(call, 'alarm', child))
    if (input.AlarmNames && input.AlarmNamePrefix !== undefined) {
      throw validationError(
        'AlarmNames and AlarmNamePrefix are mutually exclusive and you have specified both.',
      )
    }
    const { MaxRecords = 50, NextToken, AlarmTypes } = input
    const types = (AlarmTypes?.length ? AlarmTypes : ['MetricAlarm']) as AlarmType[]
    const [after] = NextToken ? placeOf(NextToken, isTexts(1), invalidNextToken) : []
    const all = chosen(input, call, types, after)
    const page = all.slice(0, MaxRecords)
    const ofType = (type: AlarmType) =>
      page.filter((alarm) => alarm.type === type).map((alarm) => shownAlarm(call, alarm))
    return {
      CompositeAlarms: ofType('CompositeAlarm'),
      MetricAlarms: ofType('MetricAlarm'),
      LogAlarms: [],
      ...(all.length > page.length && { NextToken: tokenOf([page.at(-1)!.name]) }),
    }
  },
})

/** One more than a page has, where there are more. */
function chosen(
  { AlarmNames, AlarmNamePrefix, StateValue, ActionPrefix, MaxRecords = 50 }: DescribeAlarmsInput,
  call: Call,
  types: readonly AlarmType[],
  after = '',
): Alarm[] {
  if (AlarmNames && AlarmNames.length > 0) {
    return [...new Set(AlarmNames)]
      .toSorted()
      .flatMap((name) => (name > after ? (findAlarm(call, name) ?? []) : []))
      .filter((alarm) => types.includes(alarm.type) && hasAction(alarm, ActionPrefix))
      .filter(({ state }) => StateValue === undefined || state === StateValue)
  }
  const found = listAlarms(call, {
    after,
    prefix: AlarmNamePrefix,
    state: StateValue,
    types,
    ...(ActionPrefix === undefined && { limit: MaxRecords + 1 }),
  })
  return found.filter((alarm) => hasAction(alarm, ActionPrefix))
}

const hasAction = ({ configuration }: Alarm, prefix: string | undefined) =>
  prefix === undefined ||
  [
    ...(configuration.OKActions ?? []),
    ...(configuration.AlarmActions ?? []),
    ...(configuration.InsufficientDataActions ?? []),
  ].some((action) => action.startsWith(prefix))

function childrenOf(call: Call, name: string): readonly string[] {
  const rule = findAlarm(call, name)?.configuration.AlarmRule
  return rule === undefined ? [] : parseRule(rule).alarms.toSorted()
}

/** Of the alarms around another, names and states are told. */
function relatives(call: Call, names: readonly string[]): DescribeAlarmsOutput {
  const alarms = names.flatMap((name) => findAlarm(call, name) ?? [])
  const short = (type: AlarmType) =>
    alarms
      .filter((alarm) => alarm.type === type)
      .map((alarm) => {
        const shown = shownAlarm(call, alarm)
        const { AlarmName, AlarmArn, StateValue, StateUpdatedTimestamp } = shown
        return { AlarmName, AlarmArn, StateValue, StateUpdatedTimestamp }
      })
  return {
    CompositeAlarms: short('CompositeAlarm'),
    MetricAlarms: short('MetricAlarm'),
    LogAlarms: [],
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarmsForMetric.html */
export const DescribeAlarmsForMetric = operation<
  DescribeAlarmsForMetricInput,
  DescribeAlarmsForMetricOutput,
  void
>({
  authorize: () => ['*'],
  prepare: lookAtAlarms,
  run(input, call) {
    const { MetricName, Namespace, Dimensions } = input
    const key = metricKey({
      namespace: Namespace!,
      name: MetricName!,
      dimensions: dimensionsOf(Dimensions, 'Dimensions'),
    })
    const wanted = (['Statistic', 'ExtendedStatistic', 'Period', 'Unit'] as const).filter(
      (name) => input[name] !== undefined,
    )
    return {
      MetricAlarms: alarmsOn(call, 'metric', key)
        .map((name) => findAlarm(call, name)!)
        // Alarms on expressions are not among them.
        .filter(({ configuration }) => configuration.Metrics === undefined)
        .filter(({ configuration }) => wanted.every((name) => configuration[name] === input[name]))
        .map((alarm) => shownAlarm(call, alarm)),
    }
  },
})
