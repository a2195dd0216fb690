import type { LifecycleRule } from '@aws-sdk/client-s3'
import type { Database } from '../../../store/database.ts'
import { remembered } from '../../../store/remembered.ts'

export type MinimumSize = 'all_storage_classes_128K' | 'varies_by_storage_class'

/** A bucket's lifecycle configuration. */
export interface Lifecycle {
  /** JSON of the rules in the shape of the API, with dates as text; the same text is the same rules. */
  readonly rules: string
  readonly minimumSize: MinimumSize
}

/** When a bucket's rules are evaluated next. */
export interface LifecycleRun {
  /** A midnight in virtual time, in ms since the epoch. */
  readonly nextRun: number
  /** Whether it looks at all keys. */
  readonly everything: boolean
}

export const findLifecycle = remembered<Lifecycle | undefined, number>(
  ['s3_lifecycles'],
  (db, bucket) =>
    db.get<Lifecycle>(
      'select rules, minimum_size as minimumSize from s3_lifecycles where bucket = ?',
      bucket,
    ),
)

export function putLifecycle(
  db: Database,
  bucket: number,
  { rules, minimumSize }: Lifecycle,
): void {
  db.run(
    'insert or replace into s3_lifecycles (bucket, rules, minimum_size) values (?, ?, ?)',
    bucket,
    rules,
    minimumSize,
  )
}

export function deleteLifecycle(db: Database, bucket: number): void {
  db.run('delete from s3_lifecycles where bucket = ?', bucket)
}

/** The rules as the API shows them. */
export function rulesOf({ rules }: Lifecycle): LifecycleRule[] {
  return JSON.parse(rules, (name, value: unknown) =>
    name === 'Date' ? new Date(value as string) : value,
  ) as LifecycleRule[]
}

export function findRun(db: Database, bucket: number): LifecycleRun | undefined {
  const row = db.get<{ next_run: number; everything: 0 | 1 }>(
    'select next_run, everything from s3_lifecycle_runs where bucket = ?',
    bucket,
  )
  return row && { nextRun: row.next_run, everything: row.everything === 1 }
}

export function putRun(db: Database, bucket: number, { nextRun, everything }: LifecycleRun): void {
  db.run(
    'insert or replace into s3_lifecycle_runs (bucket, next_run, everything) values (?, ?, ?)',
    bucket,
    nextRun,
    everything ? 1 : 0,
  )
}

export function deleteRun(db: Database, bucket: number): void {
  db.run('delete from s3_lifecycle_runs where bucket = ?', bucket)
}

/** Has the next run look at a key, if the bucket has one. */
export function addRecheck(db: Database, bucket: number, key: string): void {
  db.run(
    `insert or ignore into s3_lifecycle_rechecks (bucket, key)
     select bucket, ? from s3_lifecycle_runs where bucket = ?`,
    key,
    bucket,
  )
}

/** Takes keys to look at, after one of them, out of the list. */
export function takeRechecks(db: Database, bucket: number, after: string, limit: number): string[] {
  const keys = db
    .all<{ key: string }>(
      'select key from s3_lifecycle_rechecks where bucket = ? and key > ? order by key limit ?',
      bucket,
      after,
      limit,
    )
    .map(({ key }) => key)
  for (const key of keys) {
    db.run('delete from s3_lifecycle_rechecks where bucket = ? and key = ?', bucket, key)
  }
  return keys
}
