import { ExpressionError } from './parse.ts'
import {
  combine,
  inOrder,
  many,
  mapSeries,
  one,
  overSeries,
  scalar,
  type Series,
  type Value,
} from './values.ts'

/** What functions know besides their arguments. */
export interface MathContext {
  /** The time that is asked about, in ms since the epoch; the end is not included. */
  readonly start: number
  readonly end: number
  /** The period of what no metric gives one, in ms. */
  readonly period: number
  /** Counts what a request computes. @throws ExpressionError where that becomes too much */
  readonly spend: (points: number) => void
  /** The metrics of the request whose ids contain a text. */
  metrics(containing: string): readonly Series[]
  /** Metrics that a search finds. @param period in seconds */
  search(query: string, statistic: string, period: number | undefined): readonly Series[]
}

type MathFunction = (given: readonly Value[], context: MathContext) => Value

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html#metric-math-syntax-functions-list */
export const functions: Readonly<Record<string, MathFunction>> = {
  ABS: eachPoint(Math.abs),
  CEIL: eachPoint(Math.ceil),
  FLOOR: eachPoint(Math.floor),
  LOG: eachPoint(Math.log),
  LOG10: eachPoint(Math.log10),
  AVG: summing((values) => sum(values) / values.length),
  SUM: summing(sum),
  MIN: summing((values) => Math.min(...values)),
  MAX: summing((values) => Math.max(...values)),
  STDDEV: summing(deviation),
  DATAPOINT_COUNT: summing((values) => values.length),
  METRIC_COUNT: ([list]) => scalar(asList(list).length),
  PERIOD: ([series]) => scalar(asSeries(series).period / 1000),
  YEAR: eachTime((at) => at.getUTCFullYear()),
  MONTH: eachTime((at) => at.getUTCMonth() + 1),
  DATE: eachTime((at) => at.getUTCDate()),
  DAY: eachTime((at) => ((at.getUTCDay() + 6) % 7) + 1),
  HOUR: eachTime((at) => at.getUTCHours()),
  MINUTE: eachTime((at) => at.getUTCMinutes()),
  EPOCH: eachTime((at) => at.getTime() / 1000),
  DIFF: betweenPoints((value, before) => value - before),
  DIFF_TIME: betweenPoints((_value, _before, seconds) => seconds),
  RATE: betweenPoints((value, before, seconds) => (value - before) / seconds),
  RUNNING_SUM: ([value]) =>
    overSeries(required(value), (series) => {
      let total = 0
      return mapSeries(series, (point) => (total += point))
    }),
  FILL: ([value, filling], context) =>
    overSeries(required(value), (series) => filled(series, required(filling), context)),
  FIRST: ([list]) => one(asList(list).at(0) ?? nothing),
  LAST: ([list]) => one(asList(list).at(-1) ?? nothing),
  SLICE: ([list, start, end]) => many(asList(list).slice(asNumber(start), end && asNumber(end))),
  REMOVE_EMPTY: ([list]) => many(asList(list).filter(({ points }) => points.size > 0)),
  SORT: ([list, by, order, limit]) => sorted(asList(list), by, order, limit),
  TIME_SERIES: ([value], { start, end, period, spend }) => {
    const number = asNumber(value)
    spend((end - start) / period)
    const points = new Map<number, number>()
    for (let at = start; at < end; at += period) points.set(at, number)
    return one({ label: String(number), period, points })
  },
  IF: ([condition, yes, no]) => chosen(required(condition), required(yes), no),
  METRICS: ([containing], context) => many(context.metrics(containing ? asText(containing) : '')),
  SEARCH: ([query, statistic, period], context) =>
    many(
      context.search(
        asText(query),
        statistic ? asText(statistic) : 'Average',
        period && asNumber(period),
      ),
    ),
}

/** Those of CloudWatch's that are not built: their models and stores are not here. */
export const missingFunctions: readonly string[] = [
  'ANOMALY_DETECTION_BAND',
  'DB_PERF_INSIGHTS',
  'INSIGHT_RULE_METRIC',
  'LAMBDA',
  'SERVICE_QUOTA',
]

const nothing: Series = { label: '', period: 60_000, points: new Map() }

function eachPoint(change: (value: number) => number): MathFunction {
  return ([value]) => {
    const given = required(value)
    return given.kind === 'scalar'
      ? scalar(change(given.value))
      : overSeries(given, (series) => mapSeries(series, change))
  }
}

function eachTime(of: (at: Date) => number): MathFunction {
  return ([value]) =>
    overSeries(required(value), (series) => mapSeries(series, (_, at) => of(new Date(at))))
}

/** Of one series it makes a number; of several, a series with what they come to at each moment. */
function summing(of: (values: readonly number[]) => number): MathFunction {
  return (given) => {
    const list = given.length > 1 ? many(given.map(asSeries)) : required(given[0])
    if (list.kind === 'scalar') return list
    if (list.kind === 'series') {
      const values = [...list.series.points.values()]
      return scalar(values.length === 0 ? NaN : of(values))
    }
    const byTime = new Map<number, number[]>()
    for (const { points } of asList(list)) {
      for (const [at, value] of points) {
        const values = byTime.get(at)
        if (values) values.push(value)
        else byTime.set(at, [value])
      }
    }
    const { label, period } = asList(list)[0] ?? nothing
    const points = inOrder([...byTime].map(([at, values]) => [at, of(values)] as const))
    return one({ label, period, points })
  }
}

function betweenPoints(
  of: (value: number, before: number, seconds: number) => number,
): MathFunction {
  return ([value]) =>
    overSeries(required(value), (series) => {
      let before: readonly [number, number] | undefined
      return mapSeries(series, (point, at) => {
        const last = before
        before = [at, point]
        return last && of(point, last[1], (at - last[0]) / 1000)
      })
    })
}

function filled(series: Series, filling: Value, { start, end, spend }: MathContext): Series {
  const { period, points } = series
  spend((end - start) / period)
  const mode = filling.kind === 'text' ? filling.text.toUpperCase() : undefined
  if (mode !== undefined && mode !== 'REPEAT' && mode !== 'LINEAR') {
    throw new ExpressionError('FILL takes a number, a time series, REPEAT or LINEAR')
  }
  const known = [...points]
  const all = new Map<number, number>()
  const first = known[0]?.[0] ?? start
  // The grid goes through the points that are there.
  const from = first - Math.floor((first - start) / period) * period
  let index = 0
  for (let at = from; at < end; at += period) {
    while (index < known.length && known[index]![0] < at) index += 1
    const value = points.get(at) ?? fillingAt(at, index)
    if (value !== undefined) all.set(at, value)
  }
  return { ...series, points: all }

  function fillingAt(at: number, nextIndex: number): number | undefined {
    if (filling.kind === 'scalar') return filling.value
    if (filling.kind === 'series') return filling.series.points.get(at)
    const [before, after] = [known[nextIndex - 1], known[nextIndex]]
    if (mode === 'REPEAT' || !after) return before?.[1]
    if (!before) return undefined
    return before[1] + ((after[1] - before[1]) * (at - before[0])) / (after[0] - before[0])
  }
}

/** Any number but zero is true. Without an else, what is not true is left out. */
function chosen(condition: Value, yes: Value, no: Value | undefined): Value {
  if (condition.kind === 'scalar') {
    if (condition.value !== 0) return yes
    return no ?? combine(yes, scalar(NaN), (_, b) => b)
  }
  return overSeries(condition, (series) => ({
    ...series,
    points: inOrder(
      [...series.points].flatMap(([at, value]) => {
        const choice = pointOf(value === 0 ? no : yes, at)
        return choice === undefined ? [] : [[at, choice] as const]
      }),
    ),
  }))
}

function pointOf(value: Value | undefined, at: number): number | undefined {
  if (!value) return undefined
  if (value.kind === 'scalar') return value.value
  return asSeries(value).points.get(at)
}

function sorted(
  list: readonly Series[],
  by: Value | undefined,
  order: Value | undefined,
  limit: Value | undefined,
): Value {
  const measure = measures[asText(by).toUpperCase()]
  if (!measure) throw new ExpressionError('SORT orders by AVG, MIN, MAX or SUM')
  const direction = asText(order).toUpperCase() === 'ASC' ? 1 : -1
  const measured = list.map((series) => ({ series, by: measure([...series.points.values()]) }))
  const all = measured.toSorted((a, b) => direction * (a.by - b.by)).map(({ series }) => series)
  return many(limit ? all.slice(0, asNumber(limit)) : all)
}

const measures: Readonly<Record<string, (values: readonly number[]) => number>> = {
  AVG: (values) => (values.length === 0 ? 0 : sum(values) / values.length),
  MIN: (values) => Math.min(...values),
  MAX: (values) => Math.max(...values),
  SUM: (values) => sum(values),
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function deviation(values: readonly number[]): number {
  const mean = sum(values) / values.length
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length)
}

function required(value: Value | undefined): Value {
  if (!value) throw new ExpressionError('an argument is missing')
  return value
}

function asSeries(value: Value | undefined): Series {
  const given = required(value)
  if (given.kind !== 'series') throw new ExpressionError('a time series is expected')
  return given.series
}

function asList(value: Value | undefined): readonly Series[] {
  const given = required(value)
  if (given.kind === 'series') return [given.series]
  if (given.kind !== 'list') throw new ExpressionError('an array of time series is expected')
  return given.list
}

function asNumber(value: Value | undefined): number {
  const given = required(value)
  if (given.kind !== 'scalar') throw new ExpressionError('a number is expected')
  return given.value
}

function asText(value: Value | undefined): string {
  const given = required(value)
  if (given.kind !== 'text') throw new ExpressionError('a text is expected')
  return given.text
}
