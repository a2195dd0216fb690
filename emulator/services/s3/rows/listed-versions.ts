import type { Database } from '../../../store/database.ts'
import type { ListingSource } from '../listing.ts'

/** What a listing of versions shows of one. */
export interface ListedVersion {
  readonly id: number
  readonly key: string
  readonly version_id: string
  readonly latest: 0 | 1
  readonly delete_marker: 0 | 1
  readonly last_modified: number
  readonly owner: string
  readonly size: number
  readonly etag: string
  readonly storage_class: string
  readonly checksum_algorithm: string | null
  readonly checksum_type: string | null
}

/** Before a key's first version, or after the one with this id. */
export interface VersionCursor {
  readonly key: string
  readonly after?: number
}

const columns =
  'id, key, version_id, latest, delete_marker, last_modified, owner, size, etag, storage_class, ' +
  'checksum_algorithm, checksum_type'

/** All versions of a bucket's objects by key, those of one key the newest first. */
export const listedVersions = (
  db: Database,
  bucket: number,
): ListingSource<ListedVersion, VersionCursor> => ({
  *readFrom({ key, after }) {
    if (after !== undefined) {
      yield* db.iterate<ListedVersion>(
        `select ${columns} from s3_object_versions
         where bucket = ? and key = ? and id < ? order by id desc`,
        bucket,
        key,
        after,
      )
    }
    yield* db.iterate<ListedVersion>(
      `select ${columns} from s3_object_versions
       where bucket = ? and key ${after === undefined ? '>=' : '>'} ? order by key, id desc`,
      bucket,
      key,
    )
  },
  at: (key) => ({ key }),
  after: ({ key, id }) => ({ key, after: id }),
})
