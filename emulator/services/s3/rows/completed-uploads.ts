import type { Database } from '../../../store/database.ts'

/** An upload that has become an object, for a client that did not hear so and asks again. */
export interface CompletedUpload {
  readonly id: string
  readonly bucket: number
  readonly key: string
  /** Virtual time in ms since the epoch. */
  readonly completedAt: number
  /** The parts that the request named, as JSON. */
  readonly parts: string
  /** What was answered, as JSON. */
  readonly answer: string
  /** The object that it became, by `markOf`. */
  readonly object: string
}

export const findCompletedUpload = (
  db: Database,
  bucket: number,
  id: string,
): CompletedUpload | undefined =>
  db.get<CompletedUpload>(
    `select id, bucket, key, completed_at as completedAt, parts, answer, object
     from s3_completed_uploads where id = ? and bucket = ?`,
    id,
    bucket,
  )

/** Remembers one, and forgets those of the bucket that were completed before a moment. */
export function insertCompletedUpload(
  db: Database,
  completed: CompletedUpload,
  forgetBefore: number,
): void {
  db.run(
    'delete from s3_completed_uploads where bucket = ? and completed_at < ?',
    completed.bucket,
    forgetBefore,
  )
  db.run(
    `insert into s3_completed_uploads (id, bucket, key, completed_at, parts, answer, object)
     values (?, ?, ?, ?, ?, ?, ?)`,
    completed.id,
    completed.bucket,
    completed.key,
    completed.completedAt,
    completed.parts,
    completed.answer,
    completed.object,
  )
}
