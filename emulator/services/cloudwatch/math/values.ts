import { ExpressionError } from './parse.ts'

/** Values over time. */
export interface Series {
  readonly label: string
  /** Of its periods, in ms. */
  readonly period: number
  /** By the starts of the periods, in ms since the epoch; in order. */
  readonly points: ReadonlyMap<number, number>
}

/** What an expression, or a part of it, comes to: S, TS and TS[] in CloudWatch's documentation, and texts. */
export type Value =
  | { readonly kind: 'scalar'; readonly value: number }
  | { readonly kind: 'series'; readonly series: Series }
  | { readonly kind: 'list'; readonly list: readonly Series[] }
  | { readonly kind: 'text'; readonly text: string }

export const scalar = (value: number): Value => ({ kind: 'scalar', value })
export const one = (series: Series): Value => ({ kind: 'series', series })
export const many = (list: readonly Series[]): Value => ({ kind: 'list', list })

/** Changes every point; those that come to no number are left out. */
export function mapSeries(
  series: Series,
  change: (value: number, at: number) => number | undefined,
): Series {
  const points = new Map<number, number>()
  for (const [at, value] of series.points) {
    const changed = change(value, at)
    if (changed !== undefined && Number.isFinite(changed)) points.set(at, changed)
  }
  return { ...series, points }
}

/** Applies to a series, or to each of several. */
export function overSeries(value: Value, change: (series: Series) => Series): Value {
  if (value.kind === 'series') return one(change(value.series))
  if (value.kind === 'list') return many(value.list.map(change))
  throw new ExpressionError('a time series is expected')
}

/** Joins two values point by point; where a series lacks a point, so does the result. */
export function combine(left: Value, right: Value, join: (a: number, b: number) => number): Value {
  if (left.kind === 'text' || right.kind === 'text') {
    throw new ExpressionError('a text is no operand')
  }
  if (left.kind === 'scalar' && right.kind === 'scalar')
    return scalar(join(left.value, right.value))
  if (left.kind === 'list' && right.kind === 'list') {
    if (left.list.length !== right.list.length) {
      throw new ExpressionError('the arrays of time series have different lengths')
    }
    return many(left.list.map((series, index) => joined(series, right.list[index]!, join)))
  }
  if (left.kind === 'list') {
    return many(left.list.map((series) => withOther(series, right, join)))
  }
  if (right.kind === 'list') {
    return many(right.list.map((series) => withOther(series, left, (a, b) => join(b, a))))
  }
  if (left.kind === 'series') return one(withOther(left.series, right, join))
  return one(withOther((right as { series: Series }).series, left, (a, b) => join(b, a)))
}

function withOther(series: Series, other: Value, join: (a: number, b: number) => number): Series {
  if (other.kind === 'series') return joined(series, other.series, join)
  const { value } = other as { value: number }
  return mapSeries(series, (point) => join(point, value))
}

const joined = (series: Series, other: Series, join: (a: number, b: number) => number): Series =>
  mapSeries(series, (value, at) => {
    const second = other.points.get(at)
    return second === undefined ? undefined : join(value, second)
  })

/** Points in the order of time. */
export const inOrder = (points: Iterable<readonly [number, number]>): Map<number, number> =>
  new Map([...points].toSorted(([a], [b]) => a - b))
