import type { TimerCall } from '../../../clock/timers.ts'
import { aggregate, unitsOf } from '../metrics/aggregate.ts'
import { readData } from '../metrics/read.ts'
import { statisticNamed } from '../metrics/statistics.ts'
import { units } from '../metrics/units.ts'
import { evaluateExpression } from '../math/evaluate.ts'
import type { MathContext } from '../math/functions.ts'
import { ExpressionError } from '../math/parse.ts'
import { parseSearch } from '../math/search.ts'
import { one, type Series, type Value } from '../math/values.ts'
import { listMetrics } from '../rows/metrics.ts'
import { expressionRefused, type Query } from './check.ts'

/** What queries are run with. */
export interface Run {
  readonly call: Pick<TimerCall, 'db' | 'account' | 'region' | 'now'>
  /** In ms since the epoch; the end is not included. */
  readonly start: number
  readonly end: number
  /** Periods begin at the start, as alarms have it; otherwise where their length divides the time since the epoch. */
  readonly fromStart: boolean
}

export interface QueryResult {
  readonly query: Query
  /** What is shown: several where an expression makes several. */
  readonly series: readonly Series[]
  /** How many values are behind each point, for a metric. */
  readonly samples: ReadonlyMap<number, number>
  /** The units of a metric's data, where there are several. */
  readonly units: readonly string[]
}

/** The most points that a request may come to on its way; no answer has as many. */
const mostPoints = 2_000_000

/** The most metrics that a search comes to. */
const mostFound = 100

/**
 * Runs queries, those that others refer to first.
 *
 * @throws ValidationError for an expression that does not work
 */
export function runQueries(queries: readonly Query[], run: Run): QueryResult[] {
  const byId = new Map(queries.map((query) => [query.id, query]))
  const values = new Map<string, Value>()
  const details = new Map<string, Pick<QueryResult, 'samples' | 'units'>>()
  let points = 0
  const spend = (count: number) => {
    points += Math.max(count, 0)
    if (points > mostPoints) {
      throw new ExpressionError('The request is for too many datapoints')
    }
  }
  const context = mathContext(queries, run, (id) => valueOf(id), spend)
  function valueOf(id: string): Value | undefined {
    const known = values.get(id)
    if (known) return known
    const query = byId.get(id)
    if (!query) return undefined
    const result = computed(query)
    values.set(id, result)
    return result
  }
  function computed(query: Query): Value {
    const { id, expression, period } = query
    try {
      if (!expression) {
        const found = fetched(query, run, spend)
        details.set(id, found)
        return one(found.series)
      }
      const own = period === undefined ? context : { ...context, period: period * 1000 }
      return evaluateExpression(expression, valueOf, own)
    } catch (error) {
      if (error instanceof ExpressionError) throw expressionRefused(id, error)
      throw error
    }
  }
  return queries.map((query) => {
    const value = valueOf(query.id)!
    const { samples = new Map<number, number>(), units: found = [] } = details.get(query.id) ?? {}
    return { query, series: query.returns ? shown(query, value) : [], samples, units: found }
  })
}

function shown({ id }: Query, value: Value): readonly Series[] {
  if (value.kind === 'series') return [value.series]
  if (value.kind === 'list') return value.list
  throw expressionRefused(id, new ExpressionError('The expression does not return a time series'))
}

function mathContext(
  queries: readonly Query[],
  run: Run,
  valueOf: (id: string) => Value | undefined,
  spend: MathContext['spend'],
): MathContext {
  const metrics = queries.filter(({ stat }) => stat)
  const periods = metrics.map(({ stat }) => stat!.period)
  const period = (periods.length > 0 ? Math.min(...periods) : 60) * 1000
  return {
    start: run.fromStart ? run.start : Math.floor(run.start / period) * period,
    end: run.end,
    period,
    spend,
    metrics: (containing) =>
      metrics
        .filter(({ id }) => id.includes(containing))
        .flatMap(({ id }) => {
          const value = valueOf(id)
          return value?.kind === 'series' ? [value.series] : []
        }),
    search: (query, statistic, seconds) =>
      searched(query, statistic, seconds ?? period / 1000, run, spend),
  }
}

/** A metric's series, with how many samples each point has. */
function fetched({ stat, label }: Query, run: Run, spend: MathContext['spend']) {
  const { metric, period, statistic, unit } = stat!
  const length = period * 1000
  const start = run.fromStart ? run.start : Math.floor(run.start / length) * length
  const all = readData(run.call, metric, { start, end: run.end, period, unit })
  const found = unitsOf(all)
  // Where there are several units, one is taken: the first in CloudWatch's own order.
  const taken = units.find((name) => found.includes(name))
  const data = found.length > 1 ? all.filter((datum) => datum.unit === taken) : all
  const of = statisticNamed(statistic)!
  for (const { at, until } of data) {
    spend(1 + (Math.min(until, run.end) - Math.max(at, start)) / length)
  }
  const points = new Map<number, number>()
  const samples = new Map<number, number>()
  for (const [at, summary] of aggregate(data, { start, end: run.end, period: length })) {
    const value = of(summary)
    if (value === undefined) continue
    points.set(at, value)
    samples.set(at, summary.samples)
  }
  const series: Series = { label: label ?? metric.name, period: length, points }
  return { series, samples, units: found.length > 1 ? found : [] }
}

function searched(
  text: string,
  statistic: string,
  period: number,
  run: Run,
  spend: MathContext['spend'],
): Series[] {
  const search = parseSearch(text)
  if (!statisticNamed(statistic)) {
    throw new ExpressionError(`'${statistic}' is no statistic`)
  }
  const series: Series[] = []
  const filter = {
    namespace: search.schema?.namespace,
    name: undefined,
    activeSince: run.call.now - 14 * 24 * 3600_000,
  }
  for (const metric of listMetrics(run.call, filter)) {
    if (!search.matches(metric)) continue
    const label = [...metric.dimensions.map(([, value]) => value), metric.name].join(' ')
    const stat = { metric, period, statistic, unit: undefined }
    series.push(fetched({ id: '', label, returns: true, stat }, run, spend).series)
    if (series.length === mostFound) break
  }
  return series
}
