import type { Database } from '../../../store/database.ts'
import type { ObjectVersion } from './object-versions.ts'

/** What lifecycle rules look at in a version. */
export interface AgingVersion {
  readonly id: number
  readonly key: string
  readonly versionId: string
  readonly deleteMarker: boolean
  /** Virtual time in ms since the epoch, whole seconds. */
  readonly lastModified: number
  readonly size: number
  readonly storageClass: string
  readonly tags: Readonly<Record<string, string>>
  readonly lock: ObjectVersion['lock']
}

interface AgingRow {
  id: number
  key: string
  version_id: string
  delete_marker: 0 | 1
  last_modified: number
  size: number
  storage_class: string
  tags: string
  lock: string | null
}

/** All versions of a key, the newest first. */
export function versionsOfKey(db: Database, bucket: number, key: string): AgingVersion[] {
  return db
    .all<AgingRow>(
      `select id, key, version_id, delete_marker, last_modified, size, storage_class, tags, lock
       from s3_object_versions where bucket = ? and key = ? order by id desc`,
      bucket,
      key,
    )
    .map((row) => ({
      id: row.id,
      key: row.key,
      versionId: row.version_id,
      deleteMarker: row.delete_marker === 1,
      lastModified: row.last_modified,
      size: row.size,
      storageClass: row.storage_class,
      tags: row.tags === '{}' ? {} : (JSON.parse(row.tags) as Record<string, string>),
      lock: row.lock === null ? null : (JSON.parse(row.lock) as ObjectVersion['lock']),
    }))
}

/** Keys in their order, each once. @param after greater ones; all for null */
export function keysAfter(
  db: Database,
  bucket: number,
  after: string | null,
  limit: number,
): string[] {
  return db
    .all<{ key: string }>(
      `select distinct key from s3_object_versions where bucket = ? and key > coalesce(?, '')
       order by key limit ?`,
      bucket,
      after,
      limit,
    )
    .map(({ key }) => key)
}

/** Where reading by age has got to. */
export interface AgeCursor {
  readonly lastModified: number
  readonly id: number
}

/** Versions in the order they were written. @param until the last moment, inclusive */
export function writtenAfter(
  db: Database,
  bucket: number,
  after: AgeCursor,
  until: number,
  limit: number,
): (AgeCursor & { readonly key: string })[] {
  return db.all(
    `select key, id, last_modified as lastModified
     from s3_object_versions indexed by s3_versions_by_age
     where bucket = ? and (last_modified, id) > (?, ?) and last_modified <= ?
     order by last_modified, id limit ?`,
    bucket,
    after.lastModified,
    after.id,
    until,
    limit,
  )
}

export function setStorageClass(db: Database, id: number, storageClass: string): void {
  db.run('update s3_object_versions set storage_class = ? where id = ?', storageClass, id)
}

/** Uploads that were begun at `until` or before. */
export function uploadsBegunBy(
  db: Database,
  bucket: number,
  until: number,
  after: { readonly initiatedAt: number; readonly id: string },
  limit: number,
): { readonly id: string; readonly key: string; readonly initiatedAt: number }[] {
  return db.all(
    `select id, key, initiated_at as initiatedAt from s3_uploads indexed by s3_uploads_by_age
     where bucket = ? and (initiated_at, id) > (?, ?) and initiated_at <= ?
     order by initiated_at, id limit ?`,
    bucket,
    after.initiatedAt,
    after.id,
    until,
    limit,
  )
}
