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

/** The objects of a bucket in the order of their keys. A cursor is the lowest key that it lets through. */
export const currentObjects = (
  db: Database,
  bucket: number,
): ListingSource<CurrentObject, string> => ({
  readFrom: (lowest) =>
    db.iterate<CurrentObject>(
      `select key, last_modified, size, etag, storage_class, owner, checksum_algorithm, checksum_type
       from s3_object_versions indexed by s3_current_objects
       where bucket = ? and key >= ? and latest = 1 and delete_marker = 0
       order by key`,
      bucket,
      lowest,
    ),
  at: (key) => key,
  after: ({ key }) => justAfter(key),
})
