import { invalidMarker, invalidMaxRecords } from './errors.ts'

/** What every describe operation of RDS takes. */
export interface PageRequest {
  readonly Marker?: string | undefined
  readonly MaxRecords?: number | undefined
}

const smallest = 20
const usual = 100

/**
 * One page of a list: 100 records unless `MaxRecords` (20 to 100) says another number.
 *
 * @param keyOf what names a record in this list, which the marker hides
 * @param largest the most that `MaxRecords` may be, where that is not 100
 * @returns the records, and `Marker` where more follow
 */
export function page<Item>(
  { Marker, MaxRecords = usual }: PageRequest,
  all: readonly Item[],
  keyOf: (item: Item) => string,
  largest = usual,
): { records: readonly Item[]; Marker?: string } {
  if (!Number.isInteger(MaxRecords) || MaxRecords < smallest || MaxRecords > largest) {
    throw invalidMaxRecords(MaxRecords, smallest, largest)
  }
  const start = Marker === undefined ? 0 : placeOf(Marker, all, keyOf)
  const records = all.slice(start, start + MaxRecords)
  const more = start + records.length < all.length
  return { records, ...(more && { Marker: markerAfter(keyOf(records.at(-1)!)) }) }
}

const markerAfter = (key: string) => Buffer.from(`after:${key}`).toString('base64')

function placeOf<Item>(marker: string, all: readonly Item[], keyOf: (item: Item) => string) {
  const text = Buffer.from(marker, 'base64').toString()
  const index = text.startsWith('after:')
    ? all.findIndex((item) => keyOf(item) === text.slice('after:'.length))
    : -1
  if (index < 0) throw invalidMarker()
  return index + 1
}
