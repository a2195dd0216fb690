import type { Filter } from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { matches, parseFilters } from './filters.ts'
import type { ParsedFilter } from './filters.ts'
import { pageBounds, usualLimits } from './pages.ts'
import type { PageLimits } from './pages.ts'

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

export interface FactQuery {
  readonly filters?: readonly Filter[] | undefined
  readonly maxResults?: number | undefined
  readonly nextToken?: string | undefined
  /** Whether the items were picked by name or id, and by which. */
  readonly ids?: readonly string[] | undefined
}

/** The items that the filters let through, a page of them; in the order given. */
export function pageOfFacts<Item>(
  source: FactSource<Item>,
  items: readonly Item[],
  query: FactQuery,
  call: Call,
): { items: Item[]; nextToken: string | undefined } {
  const filters = parseFilters(query.filters, (name) => Object.hasOwn(source.filters, name))
  const bounds = pageBounds(
    { maxResults: query.maxResults, nextToken: query.nextToken },
    source.limits ?? usualLimits,
    (query.ids?.length ?? 0) > 0,
    [query.filters ?? [], query.ids ?? []],
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
