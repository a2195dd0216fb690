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
  const end = start + records.length
  return {
    records,
    ...(end < all.length && { Marker: markerAfter(end, keyOf(records.at(-1)!)) }),
  }
}

const markerAfter = (end: number, key: string) =>
  Buffer.from(`after:${end}:${key}`).toString('base64')

function placeOf<Item>(marker: string, all: readonly Item[], keyOf: (item: Item) => string) {
  const [, end, key] = /^after:(\d+):(.*)$/s.exec(Buffer.from(marker, 'base64').toString()) ?? []
  if (end === undefined || Number(end) < 1) throw invalidMarker()
  const keys = all.map(keyOf)
  const index = keys.indexOf(key!)
  if (index >= 0) return index + 1
  // The last one of the page before is gone, and others of it may be: in a list that goes by its keys, what comes after it is known.
  const isByKey = keys.every((one, place) => place === 0 || keys[place - 1]! <= one)
  if (!isByKey) return Math.min(Number(end) - 1, all.length)
  const next = keys.findIndex((one) => one > key!)
  return next < 0 ? all.length : next
}
