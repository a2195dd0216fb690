import type { TimerCall } from '../../../clock/timers.ts'
import { alarmArn } from '../arns.ts'
import type { Alarm, PastState } from '../rows/alarms.ts'
import { javaMoment } from './java-text.ts'

/** What a topic's subscribers are sent, in CloudWatch's own form. */
export function notification(call: TimerCall, alarm: Alarm, past: PastState): object {
  const { configuration, status, state } = alarm
  const place = call.ports.places?.regions().find(({ name }) => name === call.region)
  return {
    AlarmName: alarm.name,
    AlarmDescription: configuration.AlarmDescription ?? null,
    AWSAccountId: call.account,
    AlarmConfigurationUpdatedTimestamp: javaMoment(status.configuredAt),
    NewStateValue: state,
    NewStateReason: status.reason,
    StateChangeTime: javaMoment(status.updatedAt),
    Region: place?.longName ?? call.region,
    AlarmArn: alarmArn(call, alarm.name),
    OldStateValue: past.state,
    OKActions: configuration.OKActions ?? [],
    AlarmActions: configuration.AlarmActions ?? [],
    InsufficientDataActions: configuration.InsufficientDataActions ?? [],
    ...(alarm.type === 'CompositeAlarm'
      ? { AlarmRule: configuration.AlarmRule, ...triggeringChildren(status.reasonData) }
      : { Trigger: trigger(configuration) }),
  }
}

function triggeringChildren(reasonData: string | undefined): object {
  if (reasonData === undefined) return {}
  const { triggeringAlarms = [] } = JSON.parse(reasonData) as {
    triggeringAlarms?: { arn: string; state: { value: string; timestamp: string } }[]
  }
  return {
    TriggeringChildren: triggeringAlarms.map(({ arn, state }) => ({
      Arn: arn,
      State: { Value: state.value, Timestamp: state.timestamp },
    })),
  }
}

function trigger(configuration: Alarm['configuration']): object {
  const rest = {
    Period: configuration.Period,
    EvaluationPeriods: configuration.EvaluationPeriods,
    ...(configuration.DatapointsToAlarm !== undefined && {
      DatapointsToAlarm: configuration.DatapointsToAlarm,
    }),
    ComparisonOperator: configuration.ComparisonOperator,
    Threshold: configuration.Threshold,
    TreatMissingData: configuration.TreatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: configuration.EvaluateLowSampleCountPercentile ?? '',
  }
  if (configuration.Metrics) return { ...rest, Metrics: configuration.Metrics }
  const { Statistic, ExtendedStatistic } = configuration
  return {
    MetricName: configuration.MetricName,
    Namespace: configuration.Namespace,
    ...(Statistic
      ? { StatisticType: 'Statistic', Statistic: upperName(Statistic) }
      : { StatisticType: 'ExtendedStatistic', ExtendedStatistic }),
    Unit: configuration.Unit ?? null,
    Dimensions: (configuration.Dimensions ?? []).map(({ Name, Value }) => ({
      value: Value,
      name: Name,
    })),
    ...rest,
  }
}

/** `SAMPLE_COUNT` */
const upperName = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase()
