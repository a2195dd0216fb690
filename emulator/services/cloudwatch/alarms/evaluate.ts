import type { TimerCall } from '../../../clock/timers.ts'
import { AwsError } from '../../../errors.ts'
import { readData } from '../metrics/read.ts'
import type { Query } from '../queries/check.ts'
import { runQueries, type QueryResult, type Run } from '../queries/run.ts'
import type { Alarm } from '../rows/alarms.ts'
import type { Datum } from '../rows/data.ts'
import { comparisons } from './comparison.ts'
import { Double, javaJson, javaMoment } from './java-text.ts'
import { periodOf, queriesOf } from './metric-queries.ts'
import { reasonOf } from './reasons.ts'
import { extraPeriods, verdictOf, type MissingData, type Reading } from './verdict.ts'

const minute = 60_000

/** What looking at an alarm comes to. */
export interface Evaluation {
  /** Undefined where its state stays. */
  readonly found:
    | {
        readonly state: NonNullable<ReturnType<typeof verdictOf>['state']>
        readonly reason: string
        readonly reasonData: string
      }
    | undefined
  /** When it may come to something else without new data, in ms since the epoch; undefined for never. */
  readonly nextAt: number | undefined
}

/** How often an alarm is looked at, in ms: those of shorter periods than a minute more often. */
const stepOf = (period: number) => (period < minute ? 10_000 : minute)

/** The next moment at which an alarm is looked at; what has come until then counts. */
export function nextLook({ configuration }: Alarm, now: number): number {
  const step = stepOf(periodOf(queriesOf(configuration)))
  return (Math.floor(now / step) + 1) * step
}

/** Looks at a metric alarm by the data of the whole periods until now. */
export function evaluateAlarm({ configuration }: Alarm, call: TimerCall): Evaluation {
  const queries = queriesOf(configuration)
  const period = periodOf(queries)
  const step = stepOf(period)
  const end = Math.floor(call.now / step) * step
  const evaluationPeriods = configuration.EvaluationPeriods ?? 1
  const range = evaluationPeriods + extraPeriods
  const start = end - range * period
  const readings = readingsOf(queries, { call, start, end, period })
  const missingData = (configuration.TreatMissingData ?? 'missing') as MissingData
  const comparison = comparisons[configuration.ComparisonOperator!]!
  const threshold = configuration.Threshold ?? 0
  const rule = {
    evaluationPeriods,
    datapointsToAlarm: configuration.DatapointsToAlarm ?? evaluationPeriods,
    missingData,
    breaches: (value: number) => comparison.breaches(value, threshold),
  }
  const verdict = verdictOf(readings, rule)
  const data = queries.flatMap(({ stat }) =>
    stat
      ? readData(call, stat.metric, {
          start,
          // Data may lie some hours ahead.
          end: Infinity,
          period: stat.period,
          unit: stat.unit,
        })
      : [],
  )
  const nextAt = nextChange(data, { start, end, period, step })
  const isTooLow = verdict.used.some(({ samples }) => samples < leastSamples(configuration))
  if (verdict.state === undefined || isTooLow) return { found: undefined, nextAt }
  const reason = reasonOf(verdict.state, {
    ...verdict,
    ...rule,
    comparison: comparison.words,
    threshold,
    datapointsToAlarm: configuration.DatapointsToAlarm,
  })
  const evaluated = [
    ...verdict.used,
    ...readings.filter(({ value }) => value === undefined).slice(0, verdict.missing),
  ]
  const reasonData = javaJson({
    version: '1.0',
    queryDate: javaMoment(call.now),
    startDate: verdict.used.length > 0 ? javaMoment(verdict.used.at(-1)!.at) : undefined,
    unit: configuration.Unit,
    statistic: configuration.Statistic ?? configuration.ExtendedStatistic,
    period: period / 1000,
    recentDatapoints: verdict.used.map(({ value }) => new Double(value!)).toReversed(),
    threshold: new Double(threshold),
    evaluatedDatapoints: evaluated
      .toSorted((a, b) => b.at - a.at)
      .map(({ at, value, samples }) => ({
        timestamp: javaMoment(at),
        sampleCount: samples > 0 ? new Double(samples) : undefined,
        value: value === undefined ? undefined : new Double(value),
      })),
  })
  return { found: { state: verdict.state, reason, reasonData }, nextAt }
}

interface Range {
  /** All in ms. */
  readonly start: number
  readonly end: number
  readonly period: number
}

/** What each period comes to, the newest first. */
function readingsOf(
  queries: readonly Query[],
  { call, start, end, period }: Range & { readonly call: TimerCall },
): Reading[] {
  const result = resultOf(queries, { call, start, end, fromStart: true })
  const readings: Reading[] = []
  for (let at = end - period; at >= start; at -= period) {
    const value = result?.series[0]?.points.get(at)
    readings.push({ at, value, samples: result?.samples.get(at) ?? 0 })
  }
  return readings
}

/** What an expression comes to may depend on its data: where it does not work, there is no data. */
function resultOf(queries: readonly Query[], run: Run): QueryResult | undefined {
  try {
    return runQueries(queries, run).find(({ query }) => query.returns)
  } catch (error) {
    if (error instanceof AwsError) return undefined
    throw error
  }
}

/** Percentiles of too few values say little. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/percentiles-with-low-samples.html */
function leastSamples({
  ExtendedStatistic,
  EvaluateLowSampleCountPercentile,
}: Alarm['configuration']): number {
  const percentile = Number(/^p(\d+(?:\.\d+)?)$/i.exec(ExtendedStatistic ?? '')?.[1])
  if (EvaluateLowSampleCountPercentile !== 'ignore' || Number.isNaN(percentile)) return 0
  const part = percentile / 100
  return 10 / (part >= 0.5 ? 1 - part : part)
}

/**
 * When the periods next come to something else, as time goes on and no data come: when a datum gets from one period into the one
 * before. A value that was held changes nothing as long as all periods have it.
 */
function nextChange(
  data: readonly Datum[],
  { start, end, period, step }: Range & { readonly step: number },
): number | undefined {
  let next = Infinity
  for (const { at, until } of data) {
    if (until > at) {
      const covers = at <= start && until >= end - minute
      const isPast = until < start
      if (!isPast) next = Math.min(next, covers ? Math.max(until + step, end + step) : end + step)
      continue
    }
    const periods = Math.max(Math.ceil((end - at) / period), 0)
    next = Math.min(next, Math.floor((at + periods * period) / step) * step + step)
  }
  return Number.isFinite(next) ? Math.max(next, end + step) : undefined
}
