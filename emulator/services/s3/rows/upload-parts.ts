import type { Database } from '../../../store/database.ts'
import type { ChecksumAlgorithm } from '../checksums.ts'

export interface UploadPart {
  readonly upload: string
  readonly number: number
  readonly file: string
  readonly size: number
  /** Without the quotes: the hexadecimal MD5. */
  readonly etag: string
  /** Virtual time in ms since the epoch. */
  readonly lastModified: number
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string }
  /** The file's key; null for a plain one. */
  readonly seal: string | null
}

interface PartRow {
  upload: string
  number: number
  file: string
  size: number
  etag: string
  last_modified: number
  checksum_algorithm: ChecksumAlgorithm
  checksum_value: string
  seal: string | null
}

const columns =
  'upload, number, file, size, etag, last_modified, checksum_algorithm, checksum_value, seal'

const toPart = (row: PartRow): UploadPart => ({
  upload: row.upload,
  number: row.number,
  file: row.file,
  size: row.size,
  etag: row.etag,
  lastModified: row.last_modified,
  checksum: { algorithm: row.checksum_algorithm, value: row.checksum_value },
  seal: row.seal,
})

export function findUploadPart(
  db: Database,
  upload: string,
  number: number,
): UploadPart | undefined {
  const row = db.get<PartRow>(
    `select ${columns} from s3_upload_parts where upload = ? and number = ?`,
    upload,
    number,
  )
  return row && toPart(row)
}

/** @param after parts with greater numbers @param limit at most this many; all of them by default */
export function listUploadParts(
  db: Database,
  upload: string,
  { after = 0, limit = -1 }: { after?: number; limit?: number } = {},
): UploadPart[] {
  return db
    .all<PartRow>(
      `select ${columns} from s3_upload_parts where upload = ? and number > ? order by number limit ?`,
      upload,
      after,
      limit,
    )
    .map(toPart)
}

/** Writes a part, in the place of an earlier one of its number. */
export function putUploadPart(db: Database, part: UploadPart): void {
  db.run(
    `insert or replace into s3_upload_parts (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    part.upload,
    part.number,
    part.file,
    part.size,
    part.etag,
    part.lastModified,
    part.checksum.algorithm,
    part.checksum.value,
    part.seal,
  )
}

/** The files of all parts of all uploads to a bucket. */
export function uploadFilesOf(db: Database, bucket: number): string[] {
  return db
    .all<{ file: string }>(
      `select file from s3_upload_parts where upload in (select id from s3_uploads where bucket = ?)`,
      bucket,
    )
    .map(({ file }) => file)
}

export function deleteUploadsOf(db: Database, bucket: number): void {
  db.run('delete from s3_uploads where bucket = ?', bucket)
}
