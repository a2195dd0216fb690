import type {
  JobFailure,
  JobManifest,
  JobOperation,
  JobReport,
  JobStatus,
} from '@aws-sdk/client-s3-control'
import type { Database } from '../../../store/database.ts'

/** What a request said of a job. */
export interface JobRequest {
  readonly operation: JobOperation
  readonly manifest: JobManifest
  readonly report: JobReport
  readonly description: string | undefined
  readonly confirmationRequired: boolean
}

export interface Job {
  readonly account: string
  readonly region: string
  readonly id: string
  readonly status: JobStatus
  readonly priority: number
  readonly roleArn: string
  readonly request: JobRequest
  /** Virtual times in ms since the epoch. */
  readonly createdAt: number
  readonly endedAt: number | null
  readonly suspendedAt: number | null
  readonly statusReason: string | null
  readonly failures: readonly JobFailure[]
  readonly total: number
  readonly succeeded: number
  readonly failed: number
  readonly activeFrom: number | null
  readonly tags: Readonly<Record<string, string>>
}

type Place = Pick<Job, 'account' | 'region'>
type JobName = Pick<Job, 'account' | 'region' | 'id'>

interface Row {
  account: string
  region: string
  id: string
  status: JobStatus
  priority: number
  role_arn: string
  request: string
  created_at: number
  ended_at: number | null
  suspended_at: number | null
  status_reason: string | null
  failures: string
  total: number
  succeeded: number
  failed: number
  active_from: number | null
  tags: string
}

const toJob = (row: Row): Job => ({
  account: row.account,
  region: row.region,
  id: row.id,
  status: row.status,
  priority: row.priority,
  roleArn: row.role_arn,
  request: JSON.parse(row.request) as JobRequest,
  createdAt: row.created_at,
  endedAt: row.ended_at,
  suspendedAt: row.suspended_at,
  statusReason: row.status_reason,
  failures: JSON.parse(row.failures) as JobFailure[],
  total: row.total,
  succeeded: row.succeeded,
  failed: row.failed,
  activeFrom: row.active_from,
  tags: JSON.parse(row.tags) as Record<string, string>,
})

export function findJob(db: Database, { account, region }: Place, id: string): Job | undefined {
  const row = db.get<Row>(
    'select * from s3control_jobs where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )
  return row && toJob(row)
}

/** The job that a request with this token made. */
export function findJobByToken(
  db: Database,
  { account, region }: Place,
  token: string,
): Job | undefined {
  const row = db.get<Row>(
    'select * from s3control_jobs where account = ? and region = ? and client_token = ?',
    account,
    region,
    token,
  )
  return row && toJob(row)
}

/**
 * A page of an account's jobs in a region, the newest first.
 *
 * @param before the page begins after the job of this time and id
 * @param statuses only jobs with these; all where it is empty
 */
export function listJobs(
  db: Database,
  { account, region }: Place,
  {
    before,
    statuses,
    limit,
  }: {
    before: { createdAt: number; id: string } | undefined
    statuses: readonly string[]
    limit: number
  },
): Job[] {
  return db
    .all<Row>(
      `select * from s3control_jobs
       where account = ? and region = ? and (created_at, id) < (?, ?)
         and (? = '[]' or status in (select value from json_each(?)))
       order by created_at desc, id desc limit ?`,
      account,
      region,
      before?.createdAt ?? Number.MAX_SAFE_INTEGER,
      before?.id ?? '',
      JSON.stringify(statuses),
      JSON.stringify(statuses),
      limit,
    )
    .map(toJob)
}

export function insertJob(
  db: Database,
  job: JobName & Pick<Job, 'priority' | 'roleArn' | 'request' | 'createdAt' | 'tags'>,
  token: string,
): void {
  db.run(
    `insert into s3control_jobs
       (account, region, id, status, priority, role_arn, request, client_token, created_at, tags)
     values (?, ?, ?, 'New', ?, ?, ?, ?, ?, ?)`,
    job.account,
    job.region,
    job.id,
    job.priority,
    job.roleArn,
    JSON.stringify(job.request),
    token,
    job.createdAt,
    JSON.stringify(job.tags),
  )
}

/** What changes about a job. */
type JobChange = Partial<
  Pick<
    Job,
    | 'status'
    | 'priority'
    | 'endedAt'
    | 'suspendedAt'
    | 'statusReason'
    | 'failures'
    | 'total'
    | 'succeeded'
    | 'failed'
    | 'activeFrom'
    | 'tags'
  >
>

export function changeJob(db: Database, job: Job, change: JobChange): Job {
  const changed = { ...job, ...change }
  db.run(
    `update s3control_jobs set status = ?, priority = ?, ended_at = ?, suspended_at = ?, status_reason = ?, failures = ?,
       total = ?, succeeded = ?, failed = ?, active_from = ?, tags = ?
     where account = ? and region = ? and id = ?`,
    changed.status,
    changed.priority,
    changed.endedAt,
    changed.suspendedAt,
    changed.statusReason,
    JSON.stringify(changed.failures),
    changed.total,
    changed.succeeded,
    changed.failed,
    changed.activeFrom,
    JSON.stringify(changed.tags),
    job.account,
    job.region,
    job.id,
  )
  return changed
}

export function deleteJob(db: Database, { account, region, id }: JobName): void {
  const key = [account, region, id] as const
  db.run('delete from s3control_job_tasks where account = ? and region = ? and job = ?', ...key)
  db.run('delete from s3control_jobs where account = ? and region = ? and id = ?', ...key)
}
