import type { Call } from '../../../operation.ts'
import { matches, parseFilters } from './filters.ts'
import type { ParsedFilter } from './filters.ts'
import { pageBounds, usualLimits } from './pages.ts'
import type { PageLimits } from './pages.ts'
import type { DescribeInput } from './resources.ts'

/** What a filter reads of an item: no value, one, or several of which one has to match. */
type FactFilter<Item> = (
  item: Item,
) => string | number | boolean | undefined | readonly (string | number | boolean | undefined)[]

/** Things that are the same for everyone (regions, instance types, public images): listed from memory. */
export interface FactSource<Item> {
  /** A filter `tag:` makes `tag:KEY` known, and gives each tag as key, zero byte, value. */
  readonly filters: Readonly<Record<string, FactFilter<Item>>>
  readonly limits?: PageLimits
}

/**
 * A page of the items that the filters let through, in the order given.
 *
 * @param ids those that the input names, and by which `items` was picked already
 */
export function pageOfFacts<Item>(
  source: FactSource<Item>,
  items: readonly Item[],
  input: DescribeInput,
  call: Call,
  ids: readonly string[] = [],
): { items: Item[]; nextToken: string | undefined } {
  const filters = parseFilters(input.Filters, (name) => Object.hasOwn(source.filters, name))
  const bounds = pageBounds(
    input,
    source.limits ?? usualLimits,
    ids.length > 0,
    [ids, input.Filters ?? []],
    call,
  )
  const found = items.filter((item) => filters.every((filter) => holds(source, filter, item)))
  const end = bounds.size === undefined ? found.length : bounds.after + bounds.size
  return {
    items: found.slice(bounds.after, end),
    nextToken: end < found.length ? bounds.tokenAfter(end) : undefined,
  }
}

function holds<Item>(source: FactSource<Item>, filter: ParsedFilter, item: Item): boolean {
  const isTag = filter.name.startsWith('tag:')
  const key = isTag ? `${filter.name.slice('tag:'.length)}\0` : ''
  const value = source.filters[isTag ? 'tag:' : filter.name]!(item)
  const values = Array.isArray(value) ? value : [value]
  return values.some((one) => {
    if (one === undefined) return false
    const text = String(one)
    return text.startsWith(key) && matches(filter, text.slice(key.length))
  })
}
