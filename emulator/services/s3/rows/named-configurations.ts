import type { Database } from '../../../store/database.ts'
import type { Bucket } from './buckets.ts'

export type NamedKind = 'inventory' | 'metrics' | 'analytics' | 'intelligentTiering'

export function findNamed<T>(
  db: Database,
  bucket: Bucket,
  kind: NamedKind,
  id: string,
): T | undefined {
  const row = db.get<{ document: string }>(
    'select document from s3_named_configurations where bucket = ? and kind = ? and id = ?',
    bucket.id,
    kind,
    id,
  )
  return row && (JSON.parse(row.document) as T)
}

/** A page by id. @param from begins with the first id not before this @param limit at most this many */
export function listNamed<T>(
  db: Database,
  bucket: Bucket,
  kind: NamedKind,
  { from, limit }: { from: string; limit: number },
): { id: string; document: T }[] {
  return db
    .all<{ id: string; document: string }>(
      `select id, document from s3_named_configurations
       where bucket = ? and kind = ? and id >= ? order by id limit ?`,
      bucket.id,
      kind,
      from,
      limit,
    )
    .map((row) => ({ id: row.id, document: JSON.parse(row.document) as T }))
}

export function countNamed(db: Database, bucket: Bucket, kind: NamedKind): number {
  return db.get<{ n: number }>(
    'select count(*) as n from s3_named_configurations where bucket = ? and kind = ?',
    bucket.id,
    kind,
  )!.n
}

export function putNamed(
  db: Database,
  bucket: Bucket,
  kind: NamedKind,
  id: string,
  document: object,
): void {
  db.run(
    `insert into s3_named_configurations (bucket, kind, id, document) values (?, ?, ?, ?)
     on conflict (bucket, kind, id) do update set document = excluded.document`,
    bucket.id,
    kind,
    id,
    JSON.stringify(document),
  )
}

/** @returns whether there was one */
export function deleteNamed(db: Database, bucket: Bucket, kind: NamedKind, id: string): boolean {
  const { changes } = db.run(
    'delete from s3_named_configurations where bucket = ? and kind = ? and id = ?',
    bucket.id,
    kind,
    id,
  )
  return changes > 0
}
