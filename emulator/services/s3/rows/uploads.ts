import type { Database } from '../../../store/database.ts'
import type { ChecksumAlgorithm, StoredChecksum } from '../checksums.ts'
import type { Acl } from '../acls.ts'
import type { ObjectLock } from '../object-lock/locks.ts'
import type { StoredCipher } from '../encryption/object-keys.ts'
import type { Encryption, SystemHeaders } from './object-versions.ts'

/** A multipart upload that is neither completed nor aborted: what its object will be. */
export interface Upload {
  readonly id: string
  readonly bucket: number
  readonly key: string
  /** Virtual time in ms since the epoch. */
  readonly initiatedAt: number
  /** The ARN of who started it. */
  readonly initiator: string
  readonly owner: string
  readonly storageClass: string
  /** Null when the request named none: the object then gets CRC64NVME. */
  readonly checksumAlgorithm: ChecksumAlgorithm | null
  readonly checksumType: StoredChecksum['type'] | null
  readonly headers: SystemHeaders
  readonly metadata: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  readonly encryption: Encryption
  /** Null for an upload that was begun before bytes were encrypted. */
  readonly cipher: StoredCipher | null
  /** What the request said; the bucket's retention is added when the object is there. */
  readonly lock: ObjectLock | null
  readonly acl: Acl | null
  /** What was the key's newest version when the upload began, by `markOf`. */
  readonly newestAtStart: string
}

interface UploadRow {
  id: string
  bucket: number
  key: string
  initiated_at: number
  initiator: string
  owner: string
  storage_class: string
  checksum_algorithm: ChecksumAlgorithm | null
  checksum_type: StoredChecksum['type'] | null
  headers: string
  metadata: string
  tags: string
  encryption: string
  cipher: string | null
  lock: string | null
  acl: string | null
  newest_at_start: string
}

const columns =
  'id, bucket, key, initiated_at, initiator, owner, storage_class, checksum_algorithm, checksum_type, ' +
  'headers, metadata, tags, encryption, cipher, lock, acl, newest_at_start'

const toUpload = (row: UploadRow): Upload => ({
  id: row.id,
  bucket: row.bucket,
  key: row.key,
  initiatedAt: row.initiated_at,
  initiator: row.initiator,
  owner: row.owner,
  storageClass: row.storage_class,
  checksumAlgorithm: row.checksum_algorithm,
  checksumType: row.checksum_type,
  headers: JSON.parse(row.headers) as SystemHeaders,
  metadata: JSON.parse(row.metadata) as Record<string, string>,
  tags: JSON.parse(row.tags) as Record<string, string>,
  encryption: JSON.parse(row.encryption) as Encryption,
  cipher: row.cipher === null ? null : (JSON.parse(row.cipher) as StoredCipher),
  lock: row.lock === null ? null : (JSON.parse(row.lock) as ObjectLock),
  acl: row.acl === null ? null : (JSON.parse(row.acl) as Acl),
  newestAtStart: row.newest_at_start,
})

export function findUpload(db: Database, bucket: number, id: string): Upload | undefined {
  const row = db.get<UploadRow>(
    `select ${columns} from s3_uploads where id = ? and bucket = ?`,
    id,
    bucket,
  )
  return row && toUpload(row)
}

/** Where a listing of uploads goes on: with this key, or with its uploads after one of them. */
export interface UploadCursor {
  readonly key: string
  readonly after?: { readonly initiatedAt: number; readonly id: string }
}

/** The uploads of a bucket by key, and of one key by when they began; read as they are taken. */
export function* uploadsFrom(
  db: Database,
  bucket: number,
  { key, after }: UploadCursor,
): Generator<Upload> {
  if (after) {
    const rest = db.iterate<UploadRow>(
      `select ${columns} from s3_uploads
       where bucket = ? and key = ? and (initiated_at, id) > (?, ?) order by initiated_at, id`,
      bucket,
      key,
      after.initiatedAt,
      after.id,
    )
    for (const row of rest) yield toUpload(row)
  }
  const following = db.iterate<UploadRow>(
    `select ${columns} from s3_uploads where bucket = ? and key ${after ? '>' : '>='} ?
     order by key, initiated_at, id`,
    bucket,
    key,
  )
  for (const row of following) yield toUpload(row)
}

export function insertUpload(db: Database, upload: Upload): void {
  db.run(
    `insert into s3_uploads (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    upload.id,
    upload.bucket,
    upload.key,
    upload.initiatedAt,
    upload.initiator,
    upload.owner,
    upload.storageClass,
    upload.checksumAlgorithm,
    upload.checksumType,
    JSON.stringify(upload.headers),
    JSON.stringify(upload.metadata),
    JSON.stringify(upload.tags),
    JSON.stringify(upload.encryption),
    upload.cipher && JSON.stringify(upload.cipher),
    upload.lock && JSON.stringify(upload.lock),
    upload.acl && JSON.stringify(upload.acl),
    upload.newestAtStart,
  )
}

/** Its parts go with it; their files are the caller's business. */
export function deleteUpload(db: Database, id: string): void {
  db.run('delete from s3_uploads where id = ?', id)
}
