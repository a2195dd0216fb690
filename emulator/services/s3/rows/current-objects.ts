import type { Database } from '../../../store/database.ts'
import { justAfter } from '../keys.ts'
import type { ListingSource } from '../listing.ts'

/** What a listing shows of an object. */
export interface CurrentObject {
  readonly key: string
  readonly last_modified: number
  readonly size: number
  readonly etag: string
  readonly storage_class: string
  readonly owner: string
  readonly checksum_algorithm: string | null
  readonly checksum_type: string | null
}

/**
 * The objects of a bucket in the order of their keys. A cursor is the lowest key that it lets through.
 *
 * Rows are read a few at a time, more each time: a reader who only wants to see what comes first, as one does who jumps
 * from one common prefix to the next, pays for one row.
 */
export const currentObjects = (
  db: Database,
  bucket: number,
): ListingSource<CurrentObject, string> => ({
  *readFrom(lowest) {
    let from = lowest
    for (let size = 1; ; size = Math.min(size * 8, largestChunk)) {
      const rows = db.all<CurrentObject>(chunk, bucket, from, size)
      yield* rows
      if (rows.length < size) return
      from = justAfter(rows.at(-1)!.key)
    }
  },
  at: (key) => key,
  after: ({ key }) => justAfter(key),
})

const largestChunk = 512

const chunk = `
  select key, last_modified, size, etag, storage_class, owner, checksum_algorithm, checksum_type
  from s3_object_versions indexed by s3_current_objects
  where bucket = ? and key >= ? and latest = 1 and delete_marker = 0
  order by key limit ?`
