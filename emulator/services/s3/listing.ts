import { afterAllWith, isBefore } from './keys.ts'

/**
 * Where a listing reads: in the order of the keys' UTF-8 bytes, and within one key as the listing has it. Only what is
 * taken of an iterable is read.
 *
 * @typeParam Cursor a place between two rows
 */
export interface ListingSource<Row, Cursor> {
  readFrom(cursor: Cursor): Iterable<Row>
  /** The place before the first row with this key or a later one. */
  at(key: string): Cursor
  /** The place after a row. */
  after(row: Row): Cursor
}

export interface PageRequest<Cursor> {
  readonly prefix: string
  /** Empty for none. Of any length. */
  readonly delimiter: string
  /** Where the page begins; its key decides whether that is before the prefix. */
  readonly from: { readonly key: string; readonly cursor: Cursor }
  /** Rows and common prefixes together. */
  readonly limit: number
}

export interface Page<Row, Cursor> {
  readonly rows: readonly Row[]
  readonly commonPrefixes: readonly string[]
  /** Where the next page begins; undefined when this is the last. */
  readonly next: Cursor | undefined
  /** What this page ends with: a row, or a common prefix. */
  readonly last: { readonly row: Row } | { readonly commonPrefix: string } | undefined
}

/**
 * One page of a listing: keys under a prefix, those with the delimiter after it rolled up.
 *
 * Costs what the page holds, whatever the bucket holds: the keys under a common prefix are not read but jumped over, to
 * the first key that comes after all of them.
 */
export function listPage<Row extends { readonly key: string }, Cursor>(
  source: ListingSource<Row, Cursor>,
  { prefix, delimiter, from, limit }: PageRequest<Cursor>,
): Page<Row, Cursor> {
  const rows: Row[] = []
  const commonPrefixes: string[] = []
  let last: Page<Row, Cursor>['last']
  let place = isBefore(from.key, prefix) ? source.at(prefix) : from.cursor
  const page = (next?: Cursor): Page<Row, Cursor> => ({ rows, commonPrefixes, next, last })
  // AWS calls an empty page complete, whatever the bucket holds.
  if (limit === 0) return page()

  for (;;) {
    let jump: string | undefined
    for (const row of source.readFrom(place)) {
      if (!row.key.startsWith(prefix)) return page()
      if (rows.length + commonPrefixes.length === limit) return page(place)
      const common = commonPrefix(row.key, prefix, delimiter)
      if (common !== undefined) {
        commonPrefixes.push(common)
        last = { commonPrefix: common }
        jump = afterAllWith(common)
        break
      }
      rows.push(row)
      last = { row }
      place = source.after(row)
    }
    if (jump === undefined) return page()
    place = source.at(jump)
  }
}

/** What of a key is rolled up: up to the end of the first delimiter after the prefix; undefined without one. */
export function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === '') return undefined
  const at = key.indexOf(delimiter, prefix.length)
  return at < 0 ? undefined : key.slice(0, at + delimiter.length)
}
