import type { Database, SqlValue } from '../../../store/database.ts'
import { remembered } from '../../../store/remembered.ts'
import type { StoredChecksum } from '../checksums.ts'
import type { Acl } from '../acls.ts'
import type { ObjectLock } from '../object-lock/locks.ts'
import type { StoredCipher } from '../encryption/object-keys.ts'

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly id: number
  readonly bucket: number
  readonly key: string
  /** `null`, as text, for what was written without versioning. */
  readonly versionId: string
  readonly latest: boolean
  readonly deleteMarker: boolean
  /** Virtual time in ms since the epoch, whole seconds. */
  readonly lastModified: number
  /** The account that owns it. */
  readonly owner: string
  readonly size: number
  /** Without the quotes. */
  readonly etag: string
  /** The bytes, where they are in one file; null where they are in parts, and for a delete marker. */
  readonly file: string | null
  /** Null for an object that was written in one piece. */
  readonly partCount: number | null
  readonly storageClass: string
  readonly checksum: StoredChecksum | null
  readonly headers: SystemHeaders
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly encryption: Encryption
  /** Null for what was written before bytes were encrypted, and for a delete marker. */
  readonly cipher: StoredCipher | null
  readonly lock: ObjectLock | null
  readonly acl: Acl | null
}

/** The headers that a writer chooses and a reader gets back. */
export interface SystemHeaders {
  readonly ContentType?: string
  readonly CacheControl?: string
  readonly ContentDisposition?: string
  readonly ContentEncoding?: string
  readonly ContentLanguage?: string
  /** As sent, which need not be a date. */
  readonly Expires?: string
  readonly WebsiteRedirectLocation?: string
}

/** What answers say of it. */
export interface Encryption {
  readonly ServerSideEncryption?: 'AES256' | 'aws:kms' | 'aws:kms:dsse'
  /** The key's ARN. */
  readonly SSEKMSKeyId?: string
  readonly BucketKeyEnabled?: boolean
  readonly SSECustomerAlgorithm?: 'AES256'
  readonly SSECustomerKeyMD5?: string
}

/** What a writer says of a version; the bucket's versioning says the rest. */
export type NewVersion = Omit<ObjectVersion, 'latest'>

interface VersionRow {
  id: number
  bucket: number
  key: string
  version_id: string
  latest: 0 | 1
  delete_marker: 0 | 1
  last_modified: number
  owner: string
  size: number
  etag: string
  file: string | null
  part_count: number | null
  storage_class: string
  checksum_algorithm: string | null
  checksum_type: string | null
  checksum_value: string | null
  headers: string
  metadata: string
  tags: string
  encryption: string
  cipher: string | null
  lock: string | null
  acl: string | null
}

const changing =
  'delete_marker, last_modified, owner, size, etag, file, part_count, storage_class, checksum_algorithm, checksum_type, ' +
  'checksum_value, headers, metadata, tags, encryption, cipher, lock, acl'
const written = `bucket, key, version_id, latest, ${changing}`

const insertion = `insert into s3_object_versions (id, ${written})
  values (?${', ?'.repeat(written.split(',').length)})`

const overwriting = `update s3_object_versions set ${changing.replaceAll(/\w+/g, '$& = ?')} where id = ?`

function toVersion(row: VersionRow): ObjectVersion {
  return {
    id: row.id,
    bucket: row.bucket,
    key: row.key,
    versionId: row.version_id,
    latest: row.latest === 1,
    deleteMarker: row.delete_marker === 1,
    lastModified: row.last_modified,
    owner: row.owner,
    size: row.size,
    etag: row.etag,
    file: row.file,
    partCount: row.part_count,
    storageClass: row.storage_class,
    checksum:
      row.checksum_algorithm === null
        ? null
        : ({
            algorithm: row.checksum_algorithm,
            type: row.checksum_type,
            value: row.checksum_value,
          } as StoredChecksum),
    headers: parsed(row.headers),
    metadata: parsed(row.metadata),
    tags: parsed(row.tags),
    encryption: parsed(row.encryption),
    cipher: row.cipher === null ? null : parsed(row.cipher),
    lock: row.lock === null ? null : parsed(row.lock),
    acl: row.acl === null ? null : parsed(row.acl),
  }
}

/** Most objects have neither metadata nor tags: the empty object is not worth a parser. */
const parsed = <T extends object>(json: string): T => (json === '{}' ? {} : JSON.parse(json)) as T

const latestStatement = `select id, ${written} from s3_object_versions where bucket = ? and key = ? order by id desc limit 1`

/** A request looks for its key's newest version when it is authorized, and again when it is run. By `<bucket>/<key>`. */
const latestAt = remembered<ObjectVersion | undefined, string>(
  ['s3_object_versions'],
  (db, place) => {
    const slash = place.indexOf('/')
    const row = db.get<VersionRow>(
      latestStatement,
      Number(place.slice(0, slash)),
      place.slice(slash + 1),
    )
    return row && toVersion(row)
  },
  100,
)

/** The newest version of a key, which may be a delete marker. */
export const findLatest = (db: Database, bucket: number, key: string): ObjectVersion | undefined =>
  latestAt(db, `${bucket}/${key}`)

export function findVersion(
  db: Database,
  bucket: number,
  key: string,
  versionId: string,
): ObjectVersion | undefined {
  const row = db.get<VersionRow>(
    `select id, ${written} from s3_object_versions where bucket = ? and key = ? and version_id = ? limit 1`,
    bucket,
    key,
    versionId,
  )
  return row && toVersion(row)
}

export function findVersionById(db: Database, id: number): ObjectVersion | undefined {
  const row = db.get<VersionRow>(`select id, ${written} from s3_object_versions where id = ?`, id)
  return row && toVersion(row)
}

/** The id of the next version: greater than all there are. */
export function nextId(db: Database): number {
  return db.get<{ id: number }>('select coalesce(max(id), 0) + 1 as id from s3_object_versions')!.id
}

export function insertLatest(db: Database, version: NewVersion): void {
  const { id, bucket, key, versionId } = version
  db.run(insertion, id, bucket, key, versionId, 1, ...valuesOf(version))
}

/** Writes an object in the place of another of the same key and version: what refers to that one refers to this one then. */
export function overwriteVersion(db: Database, version: NewVersion): void {
  db.run(overwriting, ...valuesOf(version), version.id)
}

function valuesOf(version: NewVersion): SqlValue[] {
  return [
    version.deleteMarker ? 1 : 0,
    version.lastModified,
    version.owner,
    version.size,
    version.etag,
    version.file,
    version.partCount,
    version.storageClass,
    version.checksum?.algorithm ?? null,
    version.checksum?.type ?? null,
    version.checksum?.value ?? null,
    JSON.stringify(version.headers),
    JSON.stringify(version.metadata),
    JSON.stringify(version.tags),
    JSON.stringify(version.encryption),
    version.cipher && JSON.stringify(version.cipher),
    version.lock && JSON.stringify(version.lock),
    version.acl && JSON.stringify(version.acl),
  ]
}

export function setLatest(db: Database, id: number, latest: boolean): void {
  db.run('update s3_object_versions set latest = ? where id = ?', latest ? 1 : 0, id)
}

/** Parts go with it. */
export function deleteVersion(db: Database, id: number): void {
  db.run('delete from s3_object_versions where id = ?', id)
}

export function setVersionTags(
  db: Database,
  id: number,
  tags: Readonly<Record<string, string>>,
): void {
  db.run('update s3_object_versions set tags = ? where id = ?', JSON.stringify(tags), id)
}

export function setVersionAcl(db: Database, id: number, acl: Acl | null): void {
  db.run('update s3_object_versions set acl = ? where id = ?', acl && JSON.stringify(acl), id)
}

export function setVersionLock(db: Database, id: number, lock: ObjectLock): void {
  db.run('update s3_object_versions set lock = ? where id = ?', JSON.stringify(lock), id)
}

/** Whether the bucket holds anything: an object, a noncurrent version or a delete marker. */
export function hasVersions(db: Database, bucket: number): boolean {
  return db.get('select 1 from s3_object_versions where bucket = ? limit 1', bucket) !== undefined
}
