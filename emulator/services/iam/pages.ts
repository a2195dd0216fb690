import { invalidMarker } from './errors.ts'

/** What every list operation of IAM takes. */
export interface PageRequest {
  readonly Marker?: string | undefined
  readonly MaxItems?: number | undefined
}

export interface PageAnswer {
  readonly IsTruncated: boolean
  readonly Marker?: string
}

const defaultPageSize = 100

/**
 * One page of a list that is sorted by a key: 100 items unless `MaxItems` (1 to 1000) says another number.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
 *
 * @param read gives at most `limit` items whose key comes after `after`; the first page is after ''
 * @param keyOf the key of an item, which the marker hides
 * @returns the items, and the members that go into the answer
 */
export function page<Item>(
  { Marker, MaxItems = defaultPageSize }: PageRequest,
  read: (after: string, limit: number) => readonly Item[],
  keyOf: (item: Item) => string,
): { items: readonly Item[]; answer: PageAnswer } {
  const items = read(Marker === undefined ? '' : openMarker(Marker), MaxItems + 1)
  if (items.length <= MaxItems) return { items, answer: { IsTruncated: false } }
  const kept = items.slice(0, MaxItems)
  return { items: kept, answer: { IsTruncated: true, Marker: closeMarker(keyOf(kept.at(-1)!)) } }
}

/** The same over a list that is in memory, in its own order. */
export function pageOf<Item>(
  request: PageRequest,
  all: readonly Item[],
  keyOf: (item: Item) => string,
): { items: readonly Item[]; answer: PageAnswer } {
  return page(
    request,
    (after, limit) => {
      const start = after === '' ? 0 : all.findIndex((item) => keyOf(item) === after) + 1
      if (after !== '' && start === 0) throw invalidMarker()
      return all.slice(start, start + limit)
    },
    keyOf,
  )
}

const closeMarker = (key: string) => Buffer.from(`after:${key}`).toString('base64')

function openMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64').toString('utf8')
  if (!text.startsWith('after:')) throw invalidMarker()
  return text.slice('after:'.length)
}
