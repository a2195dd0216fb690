import { invalidValue } from '../errors.ts'

// Which pools a fleet takes its instances from.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-fleet-allocation-strategy.html

/** A pool as an allocation sees it. */
export interface Candidate {
  readonly pool: number
  readonly weight: number
  readonly priority: number
  /** USD an hour for an instance. */
  readonly price: number
  /** Of the on-demand price: the dearer, the less spare capacity there is. */
  readonly scarcity: number
  /** How many instances the fleet has in it already. */
  readonly has: number
}

/** The strategies of spot and on-demand capacity; AWS spells them in two ways. */
export type Strategy =
  | 'lowestprice'
  | 'diversified'
  | 'capacityoptimized'
  | 'capacityoptimizedprioritized'
  | 'pricecapacityoptimized'
  | 'prioritized'

export function strategyOf(text = 'lowestPrice'): Strategy {
  const plain = text.replaceAll('-', '').toLowerCase()
  if (!Object.hasOwn(comparisons, plain)) throw invalidValue(text, 'AllocationStrategy')
  return plain as Strategy
}

/**
 * The pools to launch from, one after the other, until `target` units are reached. Where a pool fails, the
 * others come in its place: the rest of the order is for that.
 */
export function order(
  candidates: readonly Candidate[],
  strategy: Strategy,
  poolsToUse: number,
): { readonly spread: readonly Candidate[]; readonly spare: readonly Candidate[] } {
  const sorted = candidates.toSorted(comparisons[strategy])
  const width =
    strategy === 'diversified' ? sorted.length : strategy === 'lowestprice' ? poolsToUse : 1
  return { spread: sorted.slice(0, width), spare: sorted.slice(width) }
}

const unitPrice = ({ price, weight }: Candidate) => price / weight

const byPrice = (a: Candidate, b: Candidate) => unitPrice(a) - unitPrice(b)
const byCapacity = (a: Candidate, b: Candidate) => a.scarcity - b.scarcity
const byPriority = (a: Candidate, b: Candidate) =>
  a.priority === b.priority ? 0 : a.priority - b.priority

const comparisons: Readonly<Record<Strategy, (a: Candidate, b: Candidate) => number>> = {
  lowestprice: byPrice,
  diversified: byPrice,
  capacityoptimized: byCapacity,
  capacityoptimizedprioritized: (a, b) => byPriority(a, b) || byCapacity(a, b),
  pricecapacityoptimized: (a, b) => unitPrice(a) * a.scarcity - unitPrice(b) * b.scarcity,
  prioritized: (a, b) => byPriority(a, b) || byPrice(a, b),
}

/** So many instances are launched in one go; a fleet that wants more goes on afterwards. */
const mostAtOnce = 1000

/** How many instances of each pool make up `units`, spread so that no pool has many more than another. */
export function share(spread: readonly Candidate[], units: number): Map<number, number> {
  const counts = new Map<number, number>()
  if (spread.length === 0) return counts
  const total = (one: Candidate) => one.has + (counts.get(one.pool) ?? 0)
  for (let left = units, count = 0; left > 0 && count < mostAtOnce; count++) {
    const next = spread.reduce((least, one) => (total(one) < total(least) ? one : least))
    counts.set(next.pool, (counts.get(next.pool) ?? 0) + 1)
    left -= next.weight
  }
  return counts
}
