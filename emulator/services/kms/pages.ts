import { invalidMarker } from './errors.ts'

export interface PageRequest {
  readonly Limit?: number | undefined
  readonly Marker?: string | undefined
}

export interface PageAnswer {
  readonly Truncated: boolean
  readonly NextMarker?: string
}

/**
 * A page of a list that has an order: the marker says after which position it goes on.
 *
 * @param list gives at most so many items after a position; the first page is after ''
 * @throws InvalidMarkerException
 */
export function page<Item>(
  { Limit, Marker }: PageRequest,
  { byDefault, most }: { readonly byDefault: number; readonly most: number },
  list: (after: string, limit: number) => readonly Item[],
  positionOf: (item: Item) => string,
): { readonly items: readonly Item[]; readonly answer: PageAnswer } {
  const limit = Math.min(Limit ?? byDefault, most)
  const found = list(Marker === undefined ? '' : readMarker(Marker), limit + 1)
  if (found.length <= limit) return { items: found, answer: { Truncated: false } }
  const items = found.slice(0, limit)
  const NextMarker = Buffer.from(prefix + positionOf(items.at(-1)!)).toString('base64')
  return { items, answer: { Truncated: true, NextMarker } }
}

const prefix = 'after:'

function readMarker(marker: string): string {
  const text = Buffer.from(marker, 'base64').toString()
  if (!text.startsWith(prefix)) throw invalidMarker()
  return text.slice(prefix.length)
}
