import type { LoggingEnabled } from '@aws-sdk/client-s3'
import type { Database } from '../../../store/database.ts'
import { findConfiguration } from './bucket-configurations.ts'
import { findBucket } from './buckets.ts'

/** A bucket whose requests are logged. */
export interface LoggedBucket {
  readonly id: number
  readonly account: string
  readonly logging: LoggingEnabled
}

/** By its name; undefined for a bucket without logging. */
export function findLoggedBucket(db: Database, name: string): LoggedBucket | undefined {
  const bucket = findBucket(db, name)
  const logging = bucket && findConfiguration<LoggingEnabled>(db, bucket, 'logging')
  return logging && { id: bucket.id, account: bucket.account, logging }
}

export function hasLogLines(db: Database, bucket: number): boolean {
  return db.get('select 1 from s3_access_log_lines where bucket = ? limit 1', bucket) !== undefined
}

export function insertLogLine(db: Database, bucket: number, line: string): void {
  db.run('insert into s3_access_log_lines (bucket, line) values (?, ?)', bucket, line)
}

/** Takes the lines away that wait for a bucket, the oldest first. @param limit at most this many */
export function takeLogLines(db: Database, bucket: number, limit: number): string[] {
  const rows = db.all<{ id: number; line: string }>(
    'select id, line from s3_access_log_lines where bucket = ? order by id limit ?',
    bucket,
    limit,
  )
  const last = rows.at(-1)
  if (last) {
    db.run('delete from s3_access_log_lines where bucket = ? and id <= ?', bucket, last.id)
  }
  return rows.map(({ line }) => line)
}
