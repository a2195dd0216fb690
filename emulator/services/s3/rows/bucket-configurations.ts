import type { Database } from '../../../store/database.ts'
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

/** @returns the document in the shape of the API; undefined where the bucket has none */
export function findConfiguration<T>(
  db: Database,
  { id }: Bucket,
  kind: ConfigurationKind,
): T | undefined {
  const row = db.get<{ document: string }>(
    'select document from s3_bucket_configurations where bucket = ? and kind = ?',
    id,
    kind,
  )
  return row && (JSON.parse(row.document) as T)
}

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
