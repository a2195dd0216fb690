import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../../operation.ts'
import { notImplemented } from '../../../errors.ts'
import {
  validationError,
  invalidParameterCombination,
  invalidParameterValue,
  mutuallyExclusive,
} from '../errors.ts'
import { calls } from '../math/parse.ts'
import { dimensionsOf } from '../metrics/dimensions.ts'
import { toNumber } from '../metrics/numbers.ts'
import { checkPeriod } from '../metrics/periods.ts'
import { simpleStatistics, statisticNamed } from '../metrics/statistics.ts'
import { checkQueries, type Query } from '../queries/check.ts'
import { runQueries } from '../queries/run.ts'
import { instanceAction } from './actions.ts'
import { bandComparisons } from './comparison.ts'

const day = 24 * 3600
const missingDataOptions = new Set(['ignore', 'missing', 'breaching', 'notBreaching'])

/** What of a metric alarm may be wrong, besides single values. @throws ValidationError, InvalidParameterCombination … */
export function checkMetricAlarm(input: PutMetricAlarmInput, call: Call): void {
  const { TreatMissingData, EvaluateLowSampleCountPercentile: low } = input
  if (input.EvaluationCriteria !== undefined) throw notImplemented('cloudwatch', 'PromQL alarms')
  for (const [name, value] of [
    ['EvaluationPeriods', input.EvaluationPeriods],
    ['ComparisonOperator', input.ComparisonOperator],
  ] as const) {
    if (value === undefined) throw validationError(`The parameter ${name} is required.`)
  }
  const hasBand =
    input.ThresholdMetricId !== undefined || bandComparisons.includes(input.ComparisonOperator!)
  if (hasBand) throw notImplemented('cloudwatch', 'anomaly detection alarms')
  if (input.Threshold !== undefined && !Number.isFinite(toNumber(input.Threshold))) {
    throw validationError(`The value ${input.Threshold} for parameter Threshold is invalid.`)
  }
  if (input.Threshold === undefined) throw validationError('The parameter Threshold is required.')
  if (TreatMissingData !== undefined && !missingDataOptions.has(TreatMissingData)) {
    throw optionUnknown(
      TreatMissingData,
      'TreatMissingData',
      'ignore, missing, breaching and notBreaching',
    )
  }
  if (low !== undefined && !['evaluate', 'ignore'].includes(low)) {
    throw optionUnknown(low, 'EvaluateLowSampleCountPercentile', 'evaluate and ignore')
  }
  const period =
    input.Metrics && input.Metrics.length > 0 ? checkMetrics(input, call) : checkMetric(input)
  checkPeriods(input, period)
  checkActions(input, call)
}

const optionUnknown = (value: string, name: string, options: string) =>
  validationError(
    `Option ${value} is not supported. Supported options for parameter ${name} are ${options}.`,
  )

/** @returns the period in seconds */
function checkMetric(input: PutMetricAlarmInput): number {
  const { MetricName, Namespace, Period, Statistic, ExtendedStatistic } = input
  for (const [name, value] of Object.entries({ MetricName, Namespace, Period })) {
    if (value === undefined) throw validationError(`The parameter ${name} is required.`)
  }
  if (Statistic !== undefined && ExtendedStatistic !== undefined) {
    throw mutuallyExclusive('Statistic', 'ExtendedStatistic')
  }
  if (Statistic === undefined && ExtendedStatistic === undefined) {
    throw invalidParameterCombination(
      'At least one of the parameters Statistic and ExtendedStatistic must be specified.',
    )
  }
  const isExtended = ExtendedStatistic !== undefined && statisticNamed(ExtendedStatistic)
  if (
    ExtendedStatistic !== undefined &&
    (!isExtended || simpleStatistics.includes(ExtendedStatistic))
  ) {
    throw invalidParameterValue(
      `The value ${ExtendedStatistic} for parameter ExtendedStatistic is not supported.`,
    )
  }
  dimensionsOf(input.Dimensions, 'Dimensions')
  checkPeriod(Period!, 'Period', validationError)
  return Period!
}

/** @returns the period in seconds */
function checkMetrics(input: PutMetricAlarmInput, call: Call): number {
  const single = [
    'MetricName',
    'Namespace',
    'Dimensions',
    'Period',
    'Unit',
    'Statistic',
    'ExtendedStatistic',
  ] as const
  for (const name of single) {
    const value = input[name]
    if (value !== undefined && !(Array.isArray(value) && value.length === 0)) {
      throw validationError(
        `The parameters Metrics and ${name} are mutually exclusive and you have specified both.`,
      )
    }
  }
  const queries = checkQueries(input.Metrics!, 'Metrics')
  if (queries.filter(({ returns }) => returns).length !== 1) {
    throw validationError('Exactly one element of the metrics list should return data.')
  }
  for (const { expression } of queries) {
    if (expression && calls(expression, 'SEARCH')) {
      throw validationError('SEARCH is not supported on Metric Alarms.')
    }
  }
  const periods = new Set(periodsOf(queries))
  if (periods.size !== 1) {
    throw validationError('Period must be the same for all metrics of the alarm.')
  }
  const period = [...periods][0]!
  // What does not work is told now, not by an alarm that never changes.
  const start = call.now - 3 * period * 1000
  const run = { call, start, end: call.now, fromStart: true }
  const returned = runQueries(queries, run).find(({ query }) => query.returns)!
  if (returned.series.length !== 1) {
    throw validationError('The metrics list must return a single time series.')
  }
  return period
}

const periodsOf = (queries: readonly Query[]) =>
  queries.flatMap(({ stat, period }) => stat?.period ?? period ?? [])

function checkPeriods(
  { EvaluationPeriods = 1, DatapointsToAlarm }: PutMetricAlarmInput,
  period: number,
): void {
  if (DatapointsToAlarm !== undefined && DatapointsToAlarm > EvaluationPeriods) {
    throw validationError('DatapointsToAlarm must be less than or equal to EvaluationPeriods.')
  }
  const whole = EvaluationPeriods * period
  if (period < 3600 && whole > day) {
    throw validationError(
      'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
    )
  }
  if (whole > 7 * day) {
    throw validationError(
      'Metrics cannot be checked across more than seven days (EvaluationPeriods * Period must be <= 604800).',
    )
  }
}

type Actions = Pick<
  PutMetricAlarmInput,
  'OKActions' | 'AlarmActions' | 'InsufficientDataActions' | 'Metrics'
>

/** @throws ValidationError for what is no ARN, and for another region's */
export function checkActions(given: Actions, { region }: Pick<Call, 'region'>): void {
  const all = [
    ...(given.OKActions ?? []),
    ...(given.AlarmActions ?? []),
    ...(given.InsufficientDataActions ?? []),
  ]
  for (const action of all) {
    if (!action.startsWith('arn:')) throw validationError(`Invalid arn syntax: ${action}`)
    const place = action.split(':')[3]
    if (place && place !== region) {
      throw validationError(`Invalid region ${place} specified. Only ${region} is supported.`)
    }
    if (instanceAction(action) !== undefined && (given.Metrics ?? []).length > 0) {
      throw validationError('EC2 actions are not supported for alarms on metric math expressions.')
    }
  }
}
