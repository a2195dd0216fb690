import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { TimerCall } from '../../../clock/timers.ts'
import { alarmArn } from '../arns.ts'
import type { Alarm, PastState } from '../rows/alarms.ts'
import { javaMoment } from './java-text.ts'

// What CloudWatch tells the account's default event bus.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html

/** Sends an event, if the running transaction commits. */
function publish(call: TimerCall, alarm: Alarm, detailType: string, detail: object): void {
  const { db, account, region, now, ids, ports } = call
  ports.bus?.publish(db, {
    account,
    region,
    time: now,
    source: 'aws.cloudwatch',
    destination: `arn:aws:events:${region}:${account}:event-bus/default`,
    body: {
      version: '0',
      id: ids.uuid(),
      'detail-type': detailType,
      source: 'aws.cloudwatch',
      account,
      time: `${new Date(now).toISOString().slice(0, 19)}Z`,
      region,
      resources: [alarmArn(call, alarm.name)],
      detail,
    },
  })
}

export function publishStateChange(call: TimerCall, alarm: Alarm, past: PastState): void {
  publish(call, alarm, 'CloudWatch Alarm State Change', {
    alarmName: alarm.name,
    configuration: shortConfiguration(call, alarm),
    previousState: pastState(past),
    state: presentState(alarm),
  })
}

/** @param before what it was, for an update */
export function publishConfigurationChange(
  call: TimerCall,
  alarm: Alarm,
  operation: 'create' | 'update' | 'delete',
  before?: Alarm,
): void {
  publish(call, alarm, 'CloudWatch Alarm Configuration Change', {
    alarmName: alarm.name,
    operation,
    state: { value: alarm.state, timestamp: javaMoment(alarm.status.updatedAt) },
    configuration: fullConfiguration(call, alarm),
    ...(before && { previousConfiguration: fullConfiguration(call, before) }),
  })
}

/** What events and functions are told of the present state. */
export const presentState = ({ state, status }: Alarm) => ({
  value: state,
  reason: status.reason,
  ...(status.reasonData !== undefined && { reasonData: status.reasonData }),
  timestamp: javaMoment(status.updatedAt),
  ...(status.suppressedBy && {
    actionsSuppressedBy: status.suppressedBy,
    actionsSuppressedReason: suppressedReason(status.suppressedBy),
  }),
})

export const pastState = ({ state, reason, reasonData, at }: PastState) => ({
  value: state,
  reason,
  ...(reasonData !== undefined && { reasonData }),
  timestamp: javaMoment(at),
})

export const suppressedReason = (by: string) => `Actions suppressed by ${by}`

/** What is told with a change of state. */
export function shortConfiguration(call: TimerCall, { configuration }: Alarm): object {
  const { AlarmDescription, AlarmRule, ActionsSuppressor } = configuration
  const described = AlarmDescription === undefined ? {} : { description: AlarmDescription }
  if (AlarmRule === undefined) return { ...described, metrics: shownMetrics(call, configuration) }
  return {
    ...described,
    alarmRule: AlarmRule,
    ...(ActionsSuppressor && {
      actionsSuppressor: ActionsSuppressor,
      actionsSuppressorWaitPeriod: configuration.ActionsSuppressorWaitPeriod,
      actionsSuppressorExtensionPeriod: configuration.ActionsSuppressorExtensionPeriod,
    }),
  }
}

function fullConfiguration(call: TimerCall, alarm: Alarm): object {
  const { configuration } = alarm
  return {
    ...shortConfiguration(call, alarm),
    ...(alarm.type === 'MetricAlarm' && {
      evaluationPeriods: configuration.EvaluationPeriods,
      datapointsToAlarm: configuration.DatapointsToAlarm,
      threshold: configuration.Threshold,
      comparisonOperator: configuration.ComparisonOperator,
      treatMissingData: configuration.TreatMissingData ?? 'missing',
    }),
    alarmName: alarm.name,
    actionsEnabled: configuration.ActionsEnabled,
    timestamp: javaMoment(alarm.status.configuredAt),
    okActions: configuration.OKActions,
    alarmActions: configuration.AlarmActions,
    insufficientDataActions: configuration.InsufficientDataActions,
  }
}

function shownMetrics(call: TimerCall, configuration: Alarm['configuration']): object[] {
  const { Metrics, Namespace, MetricName, Dimensions, Period, Unit } = configuration
  const queries: readonly MetricDataQuery[] = Metrics ?? [
    {
      Id: call.ids.uuid(),
      MetricStat: {
        Metric: { Namespace, MetricName, Dimensions },
        Period,
        Stat: configuration.Statistic ?? configuration.ExtendedStatistic,
        Unit,
      },
      ReturnData: true,
    },
  ]
  return queries.map(({ Id, Expression, Label, MetricStat, ReturnData = true }) => ({
    id: Id,
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    ...(MetricStat && {
      metricStat: {
        metric: {
          namespace: MetricStat.Metric?.Namespace,
          name: MetricStat.Metric?.MetricName,
          dimensions: Object.fromEntries(
            (MetricStat.Metric?.Dimensions ?? []).map(({ Name, Value }) => [Name, Value]),
          ),
        },
        period: MetricStat.Period,
        stat: MetricStat.Stat,
        ...(MetricStat.Unit && { unit: MetricStat.Unit }),
      },
    }),
    returnData: ReturnData,
  }))
}
