import type { Database } from '../../../store/database.ts'
import { remembered } from '../../../store/remembered.ts'
import type { Bucket } from './buckets.ts'

/** What a bucket may be configured with, as a document that is only read and written whole. */
export type ConfigurationKind =
  | 'cors'
  | 'website'
  | 'requestPayment'
  | 'accelerate'
  | 'abac'
  | 'encryption'
  | 'objectLock'
  | 'logging'
  | 'notifications'
  | 'location'
  | 'metadataTables'

/** Most buckets are configured with nothing, and each request asks several times. */
const configurationsOf = remembered<ReadonlyMap<string, unknown>, number>(
  ['s3_bucket_configurations'],
  (db, bucket) => {
    const rows = db.all<{ kind: string; document: string }>(
      'select kind, document from s3_bucket_configurations where bucket = ?',
      bucket,
    )
    return new Map(rows.map(({ kind, document }) => [kind, JSON.parse(document) as unknown]))
  },
)

/** @returns the document in the shape of the API, not to be changed; undefined where the bucket has none */
export const findConfiguration = <T>(
  db: Database,
  { id }: Bucket,
  kind: ConfigurationKind,
): T | undefined => configurationsOf(db, id).get(kind) as T | undefined

export function putConfiguration(
  db: Database,
  { id }: Bucket,
  kind: ConfigurationKind,
  document: object,
): void {
  db.run(
    `insert into s3_bucket_configurations (bucket, kind, document) values (?, ?, ?)
     on conflict (bucket, kind) do update set document = excluded.document`,
    id,
    kind,
    JSON.stringify(document),
  )
}

export function deleteConfiguration(db: Database, { id }: Bucket, kind: ConfigurationKind): void {
  db.run('delete from s3_bucket_configurations where bucket = ? and kind = ?', id, kind)
}
