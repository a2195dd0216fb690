import type { JobStatus } from '@aws-sdk/client-s3-control'
import { trustsService } from '../../../authorize/service-session.ts'
import type { TimerCall, TimerHandler } from '../../../clock/timers.ts'
import { AwsError } from '../../../errors.ts'
import type { RoleFacts } from '../../../ports.ts'
import {
  endTask,
  insertTasks,
  waitingTasks,
  type Task,
  type TaskResult,
} from '../rows/job-tasks.ts'
import { changeJob, deleteJob, findJob, type Job } from '../rows/jobs.ts'
import { ManifestFailure, readManifest } from './manifest.ts'
import { writeReport } from './report.ts'
import { requestOf } from './tasks.ts'

// The statuses of a job, one after the other: https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html

/** The principal that a job's role has to trust. */
export const batchService = 'batchoperations.s3.amazonaws.com'

const stepTimer = 'batch-job-step'
const forgetTimer = 'batch-job-forget'

interface JobPayload {
  readonly id: string
}

/** In ms: each status can be seen, and a small job is over in a moment. */
const step = 150
/** Tasks that are done in one transaction. */
const sliceTasks = 200
/** A job that ended is kept for so long, in ms. */
const kept = 90 * 86_400_000
/** So many tasks have to be done before the rate of failures counts. */
const leastCounted = 1000

/** Where nothing more happens to a job. */
export const isOver = ({ status }: Job): boolean =>
  status === 'Complete' || status === 'Cancelled' || status === 'Failed'

/** The job goes on, a moment later. */
export function goOn({ timers, now }: Pick<TimerCall, 'timers' | 'now'>, id: string): void {
  const payload: JobPayload = { id }
  timers.cancel(stepTimer, id)
  timers.schedule(now + step, stepTimer, payload, id)
}

type Step = (job: Job, call: TimerCall) => void

/** What happens to a job in a status; nothing where it waits for its owner, or is over. */
const steps: Partial<Record<JobStatus, Step>> = {
  New: (job, call) => become(job, 'Preparing', call),
  Preparing: prepare,
  Ready(job, call) {
    changeJob(call.db, job, { status: 'Active', activeFrom: call.now })
    goOn(call, job.id)
  },
  Active: work,
  Completing: (job, call) => end(job, 'Complete', call),
  Failing: (job, call) => end(job, 'Failed', call),
  Cancelling: (job, call) => end(job, 'Cancelled', call),
}

function takeStep({ id }: JobPayload, call: TimerCall): void {
  const job = findJob(call.db, call, id)
  if (job) steps[job.status]?.(job, call)
}

function become(job: Job, status: JobStatus, call: TimerCall): void {
  changeJob(call.db, job, { status })
  goOn(call, job.id)
}

function fail(job: Job, code: string, reason: string, call: TimerCall): void {
  const failures = [...job.failures, { FailureCode: code, FailureReason: reason }]
  changeJob(call.db, job, { status: 'Failing', failures })
  goOn(call, job.id)
}

/** The job's role, where it is there and lets S3 act as it. */
function roleOf({ roleArn }: Job, { db, ports }: TimerCall): RoleFacts | undefined {
  const role = ports.roles.find(db, roleArn)
  return role && trustsService(role, batchService) ? role : undefined
}

function prepare(job: Job, call: TimerCall): void {
  const role = roleOf(job, call)
  if (!role) {
    fail(job, 'AssumeRoleNotPermitted', `S3 cannot assume the role ${job.roleArn}`, call)
    return
  }
  try {
    const tasks = readManifest(job, role, call)
    insertTasks(call.db, job, tasks)
    const total = tasks.length
    if (job.request.confirmationRequired) {
      changeJob(call.db, job, { status: 'Suspended', suspendedAt: call.now, total })
      return
    }
    changeJob(call.db, job, { status: 'Ready', total })
    goOn(call, job.id)
  } catch (error) {
    if (!(error instanceof ManifestFailure)) throw error
    fail(job, error.code, error.message, call)
  }
}

function work(job: Job, call: TimerCall): void {
  const role = roleOf(job, call)
  if (!role) {
    fail(job, 'AssumeRoleNotPermitted', `S3 cannot assume the role ${job.roleArn}`, call)
    return
  }
  let { succeeded, failed } = job
  for (const task of waitingTasks(call.db, job, succeeded + failed, sliceTasks)) {
    const result = doTask(job, task, role, call)
    endTask(call.db, job, task, result)
    if (result.errorCode === null) succeeded += 1
    else failed += 1
  }
  const done = succeeded + failed
  const counted = changeJob(call.db, job, { succeeded, failed })
  if (done >= leastCounted && failed * 2 > done) {
    fail(counted, 'JobFailureThresholdExceeded', 'More than half of the tasks failed', call)
    return
  }
  become(counted, done >= job.total ? 'Completing' : 'Active', call)
}

function doTask(job: Job, task: Task, role: RoleFacts, call: TimerCall): TaskResult {
  if (task.versionId === '') {
    return {
      httpStatus: 400,
      errorCode: 'InvalidRequest',
      message: 'Task failed due to missing VersionId',
    }
  }
  const { name, input } = requestOf(job.request.operation, task)
  try {
    call.ports.objectOperations!.run(name, input, role, call)
    return { httpStatus: 200, errorCode: null, message: 'Successful' }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { httpStatus: error.status, errorCode: error.code, message: error.message }
  }
}

function end(job: Job, status: 'Complete' | 'Failed' | 'Cancelled', call: TimerCall): void {
  const change = { status, endedAt: call.now }
  const role = roleOf(job, call)
  try {
    if (role) call.db.transaction(() => writeReport(job, role, call))
    changeJob(call.db, job, change)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    const failure = {
      FailureCode: error.code,
      FailureReason:
        'The job report could not be written to your report bucket. Please check your permissions.',
    }
    changeJob(call.db, job, { ...change, status: 'Failed', failures: [...job.failures, failure] })
  }
  const payload: JobPayload = { id: job.id }
  call.timers.schedule(call.now + kept, forgetTimer, payload, job.id)
}

export const jobTimers: Record<string, TimerHandler> = {
  [stepTimer]: takeStep,
  [forgetTimer]: ({ id }: JobPayload, call: TimerCall) => deleteJob(call.db, { ...call, id }),
}
