import { isDeepStrictEqual } from 'node:util'
import type {
  CreateJobRequest,
  CreateJobResult,
  DescribeJobRequest,
  DescribeJobResult,
  JobListDescriptor,
  ListJobsRequest,
  ListJobsResult,
  UpdateJobPriorityRequest,
  UpdateJobPriorityResult,
  UpdateJobStatusRequest,
  UpdateJobStatusResult,
} from '@aws-sdk/client-s3-control'
import { operation, type Call, type Permission } from '../../../operation.ts'
import { jobArn } from '../arns.ts'
import {
  idempotency,
  invalidNextToken,
  invalidRequest,
  jobStatusConflict,
  noSuchJob,
} from '../errors.ts'
import { batchService, goOn, isOver } from '../jobs/run.ts'
import { operationName, readJob } from '../jobs/validate.ts'
import { fromNextToken, toNextToken } from '../next-tokens.ts'
import { onAccount, type AccountInput } from '../on-account.ts'
import { changeJob, findJob, findJobByToken, insertJob, listJobs, type Job } from '../rows/jobs.ts'
import { readTags, requestTagKeys } from '../tags.ts'

interface JobInput extends AccountInput {
  readonly JobId?: string | undefined
}

const maxPage = 1000

/** @throws AwsError `NoSuchJob` */
export function requireJob({ JobId = '' }: JobInput, call: Call): Job {
  const job = findJob(call.db, call, JobId)
  if (!job) throw noSuchJob()
  return job
}

/** The permission for an action on the request's job. */
export function onJob(
  action: string,
  { AccountId, JobId = '' }: JobInput,
  { account, region }: Call,
  context: Permission['context'] = {},
): Permission {
  const owner = AccountId ?? account
  const resource = jobArn({ account: owner, region }, JobId)
  return { action, resource, resourceAccount: owner, context }
}

/** What policies may ask about a job that is there. */
export function existingJobKeys(input: JobInput, call: Call): Record<string, string> {
  const job = findJob(call.db, call, input.JobId ?? '')
  if (!job) return {}
  return {
    's3:ExistingJobOperation': operationName(job.request.operation) ?? '',
    's3:ExistingJobPriority': String(job.priority),
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html */
export const CreateJob = operation<CreateJobRequest, CreateJobResult>({
  authorize(input, call) {
    const name = Object.keys(input.Operation ?? {})[0]
    const context = {
      ...requestTagKeys(input.Tags),
      ...(name !== undefined && { 's3:RequestJobOperation': name }),
      ...(input.Priority !== undefined && { 's3:RequestJobPriority': String(input.Priority) }),
    }
    const permissions = [onAccount('s3:CreateJob', input, call, context)]
    if (input.Tags?.length) {
      const keys = requestTagKeys(input.Tags)
      permissions.push(onJob('s3:PutJobTagging', { ...input, JobId: '*' }, call, keys))
    }
    const { RoleArn } = input
    if (RoleArn !== undefined) {
      permissions.push(call.ports.roles.passing(call.db, RoleArn, batchService))
    }
    return permissions
  },
  run(input, call) {
    const { db, account, region } = call
    const { ClientRequestToken: token = '', Priority: priority = 0, RoleArn: roleArn = '' } = input
    const request = readJob(input)
    if (!Number.isInteger(priority) || priority < 0 || priority > 2_147_483_647) {
      throw invalidRequest('The priority must be an integer between 0 and 2147483647')
    }
    const same = findJobByToken(db, call, token)
    if (same) {
      const asKept: unknown = JSON.parse(JSON.stringify(request))
      if (same.roleArn !== roleArn || !isDeepStrictEqual(asKept, same.request)) throw idempotency()
      return { JobId: same.id }
    }
    const id = call.ids.uuid()
    const tags = readTags(input.Tags)
    const job = { account, region, id, priority, roleArn, request, createdAt: call.now, tags }
    insertJob(db, job, token)
    goOn(call, id)
    return { JobId: id }
  },
})

const progressOf = (job: Job, now: number) => ({
  TotalNumberOfTasks: job.total,
  NumberOfTasksSucceeded: job.succeeded,
  NumberOfTasksFailed: job.failed,
  Timers: {
    ElapsedTimeInActiveSeconds:
      job.activeFrom === null ? 0 : Math.floor(((job.endedAt ?? now) - job.activeFrom) / 1000),
  },
})

const dateOf = (time: number | null) => (time === null ? undefined : new Date(time))

export const DescribeJob = operation<DescribeJobRequest, DescribeJobResult>({
  authorize: (input, call) => [onJob('s3:DescribeJob', input, call)],
  run(input, call) {
    const job = requireJob(input, call)
    const { operation: Operation, manifest, report, description } = job.request
    const ended = dateOf(job.endedAt)
    const suspended = dateOf(job.suspendedAt)
    return {
      Job: {
        JobId: job.id,
        ConfirmationRequired: job.request.confirmationRequired,
        ...(description !== undefined && { Description: description }),
        JobArn: jobArn(job, job.id),
        Status: job.status,
        Manifest: manifest,
        Operation: withDates(Operation),
        Priority: job.priority,
        ProgressSummary: progressOf(job, call.now),
        ...(job.statusReason !== null && { StatusUpdateReason: job.statusReason }),
        FailureReasons: [...job.failures],
        Report: report,
        CreationTime: new Date(job.createdAt),
        ...(ended && { TerminationDate: ended }),
        RoleArn: job.roleArn,
        ...(suspended && { SuspendedDate: suspended, SuspendedCause: awaiting }),
      },
    }
  },
})

const awaiting = 'AwaitingConfirmation'

/** What is kept as text goes out as what it was. */
const withDates = (operation: Job['request']['operation']): Job['request']['operation'] =>
  JSON.parse(JSON.stringify(operation), (name, value: unknown) =>
    dateMembers.has(name) && typeof value === 'string' ? new Date(value) : value,
  ) as Job['request']['operation']

const dateMembers = new Set([
  'ModifiedSinceConstraint',
  'UnModifiedSinceConstraint',
  'ObjectLockRetainUntilDate',
  'RetainUntilDate',
  'HttpExpiresDate',
])

export const ListJobs = operation<ListJobsRequest, ListJobsResult>({
  authorize: (input, call) => [onAccount('s3:ListJobs', input, call)],
  run(input, call) {
    const limit = Math.min(input.MaxResults || maxPage, maxPage)
    const found = listJobs(call.db, call, {
      before: startOf(input.NextToken),
      statuses: input.JobStatuses ?? [],
      limit: limit + 1,
    })
    const page = found.slice(0, limit)
    const last = page.at(-1)
    return {
      Jobs: page.map((job): JobListDescriptor => {
        const ended = dateOf(job.endedAt)
        const name = operationName(job.request.operation)
        return {
          JobId: job.id,
          ...(job.request.description !== undefined && { Description: job.request.description }),
          ...(name && { Operation: name }),
          Priority: job.priority,
          Status: job.status,
          CreationTime: new Date(job.createdAt),
          ...(ended && { TerminationDate: ended }),
          ProgressSummary: progressOf(job, call.now),
        }
      }),
      ...(found.length > limit &&
        last && { NextToken: toNextToken(`${last.createdAt}/${last.id}`) }),
    }
  },
})

function startOf(token: string | undefined) {
  if (token === undefined) return undefined
  const [createdAt = '', id = ''] = fromNextToken(token).split('/')
  if (!/^\d+$/.test(createdAt)) throw invalidNextToken()
  return { createdAt: Number(createdAt), id }
}

/** Only a job that waits for its owner can be made ready; one that is over stays as it is. */
export const UpdateJobStatus = operation<UpdateJobStatusRequest, UpdateJobStatusResult>({
  authorize(input, call) {
    const job = findJob(call.db, call, input.JobId ?? '')
    const context = {
      ...existingJobKeys(input, call),
      ...(job?.status === 'Suspended' && { 's3:JobSuspendedCause': awaiting }),
    }
    return [onJob('s3:UpdateJobStatus', input, call, context)]
  },
  run(input, call) {
    const job = requireJob(input, call)
    const { RequestedJobStatus: wanted = '', StatusUpdateReason: reason } = input
    const status =
      wanted === 'Ready' && job.status === 'Suspended'
        ? 'Ready'
        : wanted === 'Cancelled' && !isOver(job) && job.status !== 'Cancelling'
          ? 'Cancelling'
          : undefined
    if (status === undefined) throw jobStatusConflict(job.status, wanted)
    changeJob(call.db, job, { status, statusReason: reason ?? job.statusReason })
    goOn(call, job.id)
    return {
      JobId: job.id,
      Status: status,
      ...(reason !== undefined && { StatusUpdateReason: reason }),
    }
  },
})

export const UpdateJobPriority = operation<UpdateJobPriorityRequest, UpdateJobPriorityResult>({
  authorize(input, call) {
    const context = {
      ...existingJobKeys(input, call),
      ...(input.Priority !== undefined && { 's3:RequestJobPriority': String(input.Priority) }),
    }
    return [onJob('s3:UpdateJobPriority', input, call, context)]
  },
  run(input, call) {
    const job = requireJob(input, call)
    if (isOver(job)) throw invalidRequest('The priority of a job that is over cannot be changed')
    const { Priority: priority = 0 } = input
    changeJob(call.db, job, { priority })
    return { JobId: job.id, Priority: priority }
  },
})
