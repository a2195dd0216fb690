import { licenceHourly, products } from '../../../prices/on-demand.ts'
import { historyLength, priceChanges } from '../../../prices/spot.ts'
import type { Pool } from '../../../prices/spot.ts'
import { instanceTypes, isOffered } from '../facts/instance-types.ts'
import { zonesOf } from '../facts/regions.ts'
import type { Zone } from '../facts/regions.ts'
import { hasSpot, poolOf } from './market.ts'

export interface MarketPool {
  readonly pool: Pool
  readonly zone: Zone
}

export interface HistoryItem {
  readonly market: MarketPool
  /** ms since the epoch */
  readonly at: number
  /** USD an hour */
  readonly price: number
}

const byRegion = new Map<string, readonly MarketPool[]>()

/** Everything that has a spot price in a region. */
export function marketPools(region: string): readonly MarketPool[] {
  let found = byRegion.get(region)
  if (!found) {
    found = zonesOf(region).flatMap((zone) =>
      [...instanceTypes().values()]
        .filter((type) => hasSpot(type.InstanceType!) && isOffered(type, zone))
        .flatMap((type) =>
          products
            .filter((product) => licenceHourly(type.InstanceType!, product) !== undefined)
            .map((product) => ({ zone, pool: poolOf(region, zone, type.InstanceType!, product) })),
        ),
    )
    byRegion.set(region, found)
  }
  return found
}

interface Window {
  /** Undefined for the whole history of 90 days. */
  readonly start: number | undefined
  readonly end: number
  readonly now: number
}

interface Page {
  /** Where the last page ended; 0 for the first. */
  readonly after: number
  readonly size: number
  readonly holds: (item: HistoryItem) => boolean
}

const hour = 3_600_000
/** So many changes are looked at for one page: one that filters let through few of may come out short, or empty. */
const mostLookedAt = 50_000
/** Changes of the same second that a position can count. */
const inOneSecond = 100_000

/**
 * A page of price changes, the newest first: those in the window, and for each pool the one before it, whose price
 * holds when it begins. Time is gone through backwards by the hour, so that a page costs what is on it.
 */
export function pricesBefore(
  pools: readonly MarketPool[],
  { start, end, now }: Window,
  { after, size, holds }: Page,
): { items: HistoryItem[]; next: number | undefined } {
  if (start !== undefined && start > end && start <= now) return { items: [], next: undefined }
  const from = Math.max(Math.min(start ?? 0, now + 1), now - historyLength)
  const position = readPosition(after)
  const until = endOfSecond(position ? position.at : end)
  const items: HistoryItem[] = []
  let looked = 0
  for (const slice of slices(pools, from, until, start !== undefined)) {
    let same = 0
    for (const [index, item] of slice.entries()) {
      same = slice[index - 1]?.at === item.at ? same + 1 : 0
      if (item.at > end && item.at >= from) continue
      if (position && item.at > position.at) continue
      if (item.at === position?.at && same < position.same) continue
      if (items.length >= size || looked >= mostLookedAt) {
        return { items, next: writePosition(item.at, same) }
      }
      looked += 1
      if (holds(item)) items.push(item)
    }
  }
  return { items, next: undefined }
}

/** The changes of the window by the hour, the newest first, and then those before it. */
function* slices(
  pools: readonly MarketPool[],
  from: number,
  until: number,
  effective: boolean,
): Generator<HistoryItem[]> {
  const of = (since: number, to: number, before: boolean) =>
    pools
      .flatMap((market) =>
        priceChanges(market.pool, since, to, before).map((change) => ({ market, ...change })),
      )
      .toSorted((a, b) => b.at - a.at)
  for (let to = until; to >= from; to -= hour) yield of(Math.max(from, to - hour + 1), to, false)
  if (effective) yield of(from, from - 1, true)
}

const endOfSecond = (time: number) => Math.floor(time / 1000) * 1000 + 999

// A page ends at a second, after so many changes of that second.

const writePosition = (at: number, same: number) => Math.floor(at / 1000) * inOneSecond + same

const readPosition = (after: number) =>
  after === 0
    ? undefined
    : { at: Math.floor(after / inOneSecond) * 1000, same: after % inOneSecond }
