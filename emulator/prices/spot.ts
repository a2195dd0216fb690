import { licenceHourly, machineHourly } from './on-demand.ts'
import type { Product } from './on-demand.ts'

// The spot price is a function of the pool and the time alone: the same for every account, at every look and after
// every restart, so that the price history and what becomes of requests agree without anything being stored.

/** What a spot price is the price of. */
export interface Pool {
  readonly type: string
  readonly region: string
  /** The zone's id, which is the same for all accounts: `use1-az1`. */
  readonly zoneId: string
  readonly product: Product
}

/** From `at` (ms since the epoch, a whole second) the pool costs `price` USD an hour. */
export interface PriceChange {
  readonly at: number
  readonly price: number
}

const hour = 3_600_000
/** A price changes once in a period, somewhere in it. */
const period = 6 * hour
/** A trend goes on for so many periods. */
const trend = 8
/** How far back AWS tells prices. */
export const historyLength = 90 * 24 * hour

/** One in so many periods begins with a spike above the on-demand price: about one in 75 days. */
const spikeEvery = 300

/** The pool's changes of price in a period, the oldest first: one, or two when it begins with a spike. */
function changesOf(market: Market, index: number): PriceChange[] {
  const start = changeTime(market, index)
  const usual = { at: start, price: price(market, usualRatio(market, index)) }
  if (chance(market, index, 2) >= 1 / spikeEvery) return [usual]
  const spike = { at: start, price: price(market, 1.05 + 0.35 * chance(market, index, 3)) }
  const over = start + seconds((0.75 + 2 * chance(market, index, 4)) * hour)
  return over < changeTime(market, index + 1) ? [spike, { ...usual, at: over }] : [spike]
}

const changeTime = (market: Market, index: number) =>
  index * period + seconds(chance(market, index, 1) * period)

/** What part of the on-demand price a pool costs but for its spikes: 30% on average over all pools. */
function usualRatio(market: Market, index: number): number {
  const node = Math.floor(index / trend)
  const within = index / trend - node
  const slope = within * within * (3 - 2 * within)
  const wave =
    chance(market, node, 5) * (1 - slope) +
    chance(market, node + 1, 5) * slope +
    noise(market, index)
  return market.level + 0.1 * (wave - 0.5)
}

const noise = (market: Market, index: number) => 0.2 * (chance(market, index, 6) - 0.5)

/** Four decimals, as AWS gives spot prices. */
const price = (market: Market, ratio: number): number =>
  Math.max(1, Math.round(market.onDemand * ratio * 10_000 + market.licence * 10_000)) / 10_000

const seconds = (ms: number) => Math.floor(ms / 1000) * 1000

interface Market {
  readonly seed: number
  /** USD an hour, without the licence, which is never cheaper. */
  readonly onDemand: number
  readonly licence: number
  /** The part of the on-demand price about which the spot price moves. */
  readonly level: number
}

const markets = new Map<string, Market | undefined>()

function marketOf(pool: Pool): Market | undefined {
  const key = `${pool.type}/${pool.zoneId}/${pool.product}/${pool.region}`
  if (markets.has(key)) return markets.get(key)
  const onDemand = machineHourly(pool.type, pool.region)
  const licence = licenceHourly(pool.type, pool.product)
  const seed = textHash(`${pool.type}/${pool.zoneId}`)
  const market =
    onDemand === undefined || licence === undefined
      ? undefined
      : { seed, onDemand, licence, level: 0.25 + 0.1 * fraction(mix(seed)) }
  markets.set(key, market)
  return market
}

/** USD an hour at a moment; undefined for a pool that there is not. */
export function spotPriceAt(pool: Pool, now: number): number | undefined {
  const market = marketOf(pool)
  return market && changeAt(market, now).price
}

function changeAt(market: Market, now: number): PriceChange {
  const index = Math.floor(now / period)
  const begun = changeTime(market, index) <= now ? index : index - 1
  return changesOf(market, begun).findLast(({ at }) => at <= now)!
}

/**
 * The changes from `from` to `to` (both included), the oldest first.
 *
 * @param effective with the change before `from`, whose price holds then
 */
export function priceChanges(
  pool: Pool,
  from: number,
  to: number,
  effective: boolean,
): PriceChange[] {
  const market = marketOf(pool)
  if (!market) return []
  const found: PriceChange[] = []
  if (effective) {
    const before = changeAt(market, from)
    if (before.at < from) found.push(before)
  }
  for (let index = Math.floor(from / period) - 1; index * period <= to; index++) {
    for (const change of changesOf(market, index)) {
      if (change.at >= from && change.at <= to) found.push(change)
    }
  }
  return found
}

/** The first moment after `now`, and not after `until`, from which the price is one that `holds`; undefined for none. */
export function nextPrice(
  pool: Pool,
  now: number,
  until: number,
  holds: (price: number) => boolean,
): number | undefined {
  const market = marketOf(pool)
  if (!market) return undefined
  for (let index = Math.floor(now / period) - 1; index * period <= until; index++) {
    const change = changesOf(market, index).find(({ at, price: usd }) => at > now && holds(usd))
    if (change) return change.at <= until ? change.at : undefined
  }
  return undefined
}

// Chance that is the same at every look: integers mixed as MurmurHash3 does it.

const chance = ({ seed }: Market, index: number, salt: number): number =>
  fraction(mix(Math.imul(index, 0x9e3779b1) ^ Math.imul(salt, 0x85ebca6b) ^ seed))

const fraction = (hash: number): number => (hash >>> 0) / 2 ** 32

function mix(value: number): number {
  let hash = value | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}

function textHash(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return mix(hash)
}
