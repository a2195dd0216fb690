import type { Database } from '../../../store/database.ts'

/** An object that a job is done to. */
export interface TaskObject {
  readonly bucket: string
  readonly key: string
  /** As the manifest has it; null where it has none. */
  readonly versionId: string | null
}

export interface Task extends TaskObject {
  readonly number: number
}

/** What came of a task. */
export interface TaskResult {
  readonly httpStatus: number
  /** Null for a task that succeeded. */
  readonly errorCode: string | null
  readonly message: string
}

interface JobName {
  readonly account: string
  readonly region: string
  readonly id: string
}

interface Row {
  number: number
  bucket: string
  key: string
  version_id: string | null
  http_status: number | null
  error_code: string | null
  message: string | null
}

const toTask = (row: Row): Task => ({
  number: row.number,
  bucket: row.bucket,
  key: row.key,
  versionId: row.version_id,
})

const toResult = (row: Row): TaskResult => ({
  httpStatus: row.http_status ?? 0,
  errorCode: row.error_code,
  message: row.message ?? '',
})

export function insertTasks(
  db: Database,
  { account, region, id }: JobName,
  tasks: readonly TaskObject[],
): void {
  for (const [number, { bucket, key, versionId }] of tasks.entries()) {
    db.run(
      `insert into s3control_job_tasks (account, region, job, number, bucket, key, version_id)
       values (?, ?, ?, ?, ?, ?, ?)`,
      account,
      region,
      id,
      number,
      bucket,
      key,
      versionId,
    )
  }
}

/** The next tasks that wait, in the manifest's order, from a number on. */
export function waitingTasks(
  db: Database,
  { account, region, id }: JobName,
  from: number,
  limit: number,
): Task[] {
  return db
    .all<Row>(
      `select * from s3control_job_tasks
       where account = ? and region = ? and job = ? and number >= ? order by number limit ?`,
      account,
      region,
      id,
      from,
      limit,
    )
    .map(toTask)
}

export function endTask(
  db: Database,
  { account, region, id }: JobName,
  { number }: Task,
  { httpStatus, errorCode, message }: TaskResult,
): void {
  db.run(
    `update s3control_job_tasks set done = 1, http_status = ?, error_code = ?, message = ?
     where account = ? and region = ? and job = ? and number = ?`,
    httpStatus,
    errorCode,
    message,
    account,
    region,
    id,
    number,
  )
}

/** The tasks that are done, in the manifest's order: those that succeeded, or those that failed. */
export function doneTasks(
  db: Database,
  { account, region, id }: JobName,
  which: 'succeeded' | 'failed',
): (Task & TaskResult)[] {
  return db
    .all<Row>(
      `select * from s3control_job_tasks
       where account = ? and region = ? and job = ? and done = 1 and (error_code is null) = ? order by number`,
      account,
      region,
      id,
      which === 'succeeded' ? 1 : 0,
    )
    .map((row) => ({ ...toTask(row), ...toResult(row) }))
}
