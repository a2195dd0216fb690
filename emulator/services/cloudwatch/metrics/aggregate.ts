import type { Datum } from '../rows/data.ts'
import type { Summary } from './statistics.ts'

/** The periods of a time, each as long as the others. All in ms. */
export interface Periods {
  readonly start: number
  /** Not included. */
  readonly end: number
  readonly period: number
}

/** Gathers what belongs to one period. */
class Gathering {
  samples = 0
  total = 0
  lowest = Infinity
  highest = -Infinity
  #values: Map<number, number> | undefined = new Map()

  /** @param times how often the datum counts */
  add({ samples, total, lowest, highest, values }: Datum, times: number): void {
    this.samples += samples * times
    this.total += total * times
    this.lowest = Math.min(this.lowest, lowest)
    this.highest = Math.max(this.highest, highest)
    if (!values || !this.#values) this.#values = undefined
    else for (const [at, count] of values) this.#addValue(at, count * times)
  }

  #addValue(at: number, count: number): void {
    this.#values!.set(at, (this.#values!.get(at) ?? 0) + count)
  }

  summary(): Summary {
    const { samples, total, lowest, highest } = this
    const values = this.#values && [...this.#values].toSorted(([a], [b]) => a - b)
    return { samples, total, lowest, highest, values }
  }
}

/**
 * Sums up data by periods.
 *
 * @returns by the starts of the periods that have data, in order
 */
export function aggregate(
  data: readonly Datum[],
  { start, end, period }: Periods,
): Map<number, Summary> {
  const gatherings = new Map<number, Gathering>()
  for (const datum of data) {
    const last = Math.min(datum.until, end - 1)
    let index = Math.floor((Math.max(datum.at, start) - start) / period)
    for (; start + index * period <= last; index += 1) {
      const from = start + index * period
      const times = timesWithin(datum, from, Math.min(from + period, end))
      if (times === 0) continue
      let gathering = gatherings.get(from)
      if (!gathering) gatherings.set(from, (gathering = new Gathering()))
      gathering.add(datum, times)
    }
  }
  return new Map(
    [...gatherings]
      .toSorted(([a], [b]) => a - b)
      .map(([from, gathering]) => [from, gathering.summary()]),
  )
}

/** How often a datum counts in a time: once for each minute, or day, of those that it held for. */
function timesWithin({ at, until, resolution }: Datum, from: number, to: number): number {
  const step = Math.max(resolution, 60) * 1000
  const first = at >= from ? at : at + Math.ceil((from - at) / step) * step
  const last = Math.min(until, to - 1)
  return first > last ? 0 : Math.floor((last - first) / step) + 1
}

/** The units of data, in the order of the alphabet. */
export const unitsOf = (data: readonly Datum[]): string[] =>
  [...new Set(data.map(({ unit }) => unit))].toSorted()
