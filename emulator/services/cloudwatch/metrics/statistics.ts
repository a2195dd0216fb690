import type { WeightedValue } from '../rows/data.ts'

/** What is known of the values of a period. */
export interface Summary {
  readonly samples: number
  readonly total: number
  readonly lowest: number
  readonly highest: number
  /** In the order of the values; absent where some came as a statistic set. */
  readonly values: readonly WeightedValue[] | undefined
}

/** Computes one number of a period's values; undefined where they do not tell it. */
export type Statistic = (summary: Summary) => number | undefined

const simple: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ samples }) => samples,
  Average: ({ samples, total }) => (samples === 0 ? undefined : total / samples),
  Sum: ({ total }) => total,
  Minimum: ({ lowest }) => lowest,
  Maximum: ({ highest }) => highest,
}

export const simpleStatistics = Object.keys(simple)

type Trimmed = (values: readonly WeightedValue[], all: Summary) => number | undefined

/** Those that look at the values between two boundaries. */
const trimmed: Readonly<Record<string, Trimmed>> = {
  tm: (values) => mean(values),
  tc: (values) => countOf(values),
  ts: (values) => sumOf(values),
}

/**
 * A statistic by its name: `Average`, `p99.9`, `tm90`, `TM(10%:90%)`, `PR(:300)`, `IQM`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 *
 * @returns undefined for what is none
 */
export function statisticNamed(name: string): Statistic | undefined {
  if (Object.hasOwn(simple, name)) return simple[name]
  if (/^iqm$/i.test(name)) return (summary) => between(summary, percent(25), percent(75), mean)
  const short = /^(p|tm|wm|tc|ts)(\d{1,3}(?:\.\d{1,10})?)$/i.exec(name)
  if (short) return shortForm(short[1]!.toLowerCase(), Number(short[2]))
  const long = /^(tm|wm|tc|ts|pr)\(([^:]*):([^:]*)\)$/i.exec(name)
  return long ? longForm(long[1]!.toLowerCase(), long[2]!, long[3]!) : undefined
}

/** `p90` is the value that 90 % are not above; `tm90` is `TM(:90%)`. */
function shortForm(kind: string, at: number): Statistic | undefined {
  if (at > 100) return undefined
  if (kind !== 'p') return bounded(kind, percent(0), percent(at))
  return (summary) =>
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html
    summary.lowest < 0 ? undefined : summary.values && percentile(summary.values, at)
}

function longForm(kind: string, from: string, to: string): Statistic | undefined {
  if (from === '' && to === '') return undefined
  const isPercent = [from, to].every((text) => text === '' || text.endsWith('%'))
  const numbers = [from, to].map((text) => (text === '' ? undefined : numberOf(text, isPercent)))
  if (numbers.some((number) => Number.isNaN(number))) return undefined
  const [low, high] = numbers
  if (low !== undefined && high !== undefined && low >= high) return undefined
  if (kind === 'pr') {
    if (isPercent) return undefined
    return (summary) => {
      const within = cut(summary, value(low ?? -Infinity), value(high ?? Infinity))
      return within && (100 * countOf(within)) / summary.samples
    }
  }
  return isPercent
    ? bounded(kind, percent(low ?? 0), percent(high ?? 100))
    : bounded(kind, value(low ?? -Infinity), value(high ?? Infinity))
}

function numberOf(text: string, isPercent: boolean): number {
  const number = /^-?\d+(?:\.\d+)?%?$/.test(text) ? Number.parseFloat(text) : NaN
  const isGood = isPercent
    ? number >= 0 && number <= 100 && text.endsWith('%')
    : !text.endsWith('%')
  return isGood ? number : NaN
}

interface Boundary {
  readonly kind: 'percent' | 'value'
  readonly at: number
}
const percent = (at: number): Boundary => ({ kind: 'percent', at })
const value = (at: number): Boundary => ({ kind: 'value', at })

function bounded(kind: string, low: Boundary, high: Boundary): Statistic {
  if (kind === 'wm') return (summary) => winsorized(summary, low, high)
  return (summary) => between(summary, low, high, trimmed[kind]!)
}

function between(summary: Summary, low: Boundary, high: Boundary, of: Trimmed): number | undefined {
  const values = cut(summary, low, high)
  return values && of(values, summary)
}

/** The values above a boundary, up to another; a percentage may take a part of those that are equal. */
function cut(
  { values, samples }: Summary,
  low: Boundary,
  high: Boundary,
): readonly WeightedValue[] | undefined {
  if (!values) return undefined
  if (low.kind === 'value') return values.filter(([at]) => at > low.at && at <= high.at)
  const [first, last] = [(low.at / 100) * samples, (high.at / 100) * samples]
  let passed = 0
  const taken: WeightedValue[] = []
  for (const [at, count] of values) {
    const part = Math.min(passed + count, last) - Math.max(passed, first)
    if (part > 0) taken.push([at, part])
    passed += count
  }
  return taken
}

/** What lies outside counts as the boundary. */
function winsorized(summary: Summary, low: Boundary, high: Boundary): number | undefined {
  const { values } = summary
  if (!values) return undefined
  const edge = ({ kind, at }: Boundary) => (kind === 'value' ? at : percentile(values, at))
  const [least, most] = [edge(low), edge(high)]
  return mean(values.map(([at, count]) => [Math.min(Math.max(at, least), most), count]))
}

/** The value that so many percent are not above, between two of them where the rank is. */
function percentile(values: readonly WeightedValue[], at: number): number {
  const rank = (at / 100) * (countOf(values) - 1)
  const [below, above] = [valueAt(values, Math.floor(rank)), valueAt(values, Math.ceil(rank))]
  return below + (above - below) * (rank - Math.floor(rank))
}

function valueAt(values: readonly WeightedValue[], rank: number): number {
  let passed = 0
  for (const [at, count] of values) {
    passed += count
    if (passed > rank) return at
  }
  return values.at(-1)![0]
}

const countOf = (values: readonly WeightedValue[]) =>
  values.reduce((sum, [, count]) => sum + count, 0)
const sumOf = (values: readonly WeightedValue[]) =>
  values.reduce((sum, [at, count]) => sum + at * count, 0)
const mean = (values: readonly WeightedValue[]) => {
  const count = countOf(values)
  return count === 0 ? undefined : sumOf(values) / count
}
