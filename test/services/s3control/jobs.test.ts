import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectLegalHoldCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import {
  CreateJobCommand,
  DeleteJobTaggingCommand,
  DescribeJobCommand,
  GetJobTaggingCommand,
  ListJobsCommand,
  PutJobTaggingCommand,
  S3ControlClient,
  UpdateJobPriorityCommand,
  UpdateJobStatusCommand,
  type JobOperation,
} from '@aws-sdk/client-s3-control'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { virtualHostStyle } from '../s3/support.ts'

const AccountId = '123456789012'
const minute = 60_000

let emulator: TestEmulator
let control: S3ControlClient
let s3: S3Client
let RoleArn: string
let manifests = 0

beforeAll(async () => {
  emulator = await startTestEmulator()
  const hosts = { ...virtualHostStyle(emulator), forcePathStyle: undefined }
  control = emulator.client(S3ControlClient, hosts)
  s3 = emulator.client(S3Client)
  for (const Bucket of ['from', 'target', 'reports'])
    await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new CreateBucketCommand({ Bucket: 'held', ObjectLockEnabledForBucket: true }))
  for (const Key of ['a', 'b c', 'dir/d']) await put('from', Key, `bytes of ${Key}`)
  await put('held', 'kept', 'x')
  RoleArn = await makeRole('batch', ['from', 'target', 'reports', 'held'])
})
afterAll(() => emulator.close())

const put = (Bucket: string, Key: string, Body: string) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body }))

async function makeRole(RoleName: string, buckets: readonly string[]): Promise<string> {
  const iam = emulator.client(IAMClient)
  const document = (statement: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: document({
        Principal: { Service: 'batchoperations.s3.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
    }),
  )
  const Resource = buckets.flatMap((name) => [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`])
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'objects',
      PolicyDocument: document({ Action: 's3:*', Resource }),
    }),
  )
  return Role!.Arn!
}

async function create(Operation: JobOperation, lines: string, more: object = {}): Promise<string> {
  const Key = `manifest-${++manifests}.csv`
  const { ETag } = await put('reports', Key, lines)
  const { JobId } = await control.send(
    new CreateJobCommand({
      AccountId,
      Operation,
      Priority: 10,
      RoleArn,
      ConfirmationRequired: false,
      Report: {
        Enabled: true,
        Bucket: 'arn:aws:s3:::reports',
        Format: 'Report_CSV_20180820',
        ReportScope: 'AllTasks',
        Prefix: 'out',
      },
      Manifest: {
        Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key'] },
        Location: { ObjectArn: `arn:aws:s3:::reports/${Key}`, ETag: ETag! },
      },
      ...more,
    }),
  )
  return JobId!
}

const describe = async (JobId: string) =>
  (await control.send(new DescribeJobCommand({ AccountId, JobId }))).Job!
const ended = async (JobId: string) => {
  await emulator.advance(minute)
  return describe(JobId)
}
const text = async (Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket: 'reports', Key }))).Body!.transformToString()

test('a job does its operation to every object of its manifest, and reports what came of it', async () => {
  const JobId = await create(
    { S3PutObjectTagging: { TagSet: [{ Key: 'team', Value: 'blue' }] } },
    'from,a\nfrom,b%20c\nfrom,missing\n',
    { Description: 'tag them' },
  )
  expect(await describe(JobId)).toMatchObject({
    JobArn: `arn:aws:s3:us-east-1:${AccountId}:job/${JobId}`,
    Description: 'tag them',
    Priority: 10,
    RoleArn,
  })
  const job = await ended(JobId)
  expect(job).toMatchObject({
    Status: 'Complete',
    FailureReasons: [],
    ProgressSummary: {
      TotalNumberOfTasks: 3,
      NumberOfTasksSucceeded: 2,
      NumberOfTasksFailed: 1,
    },
  })
  expect(job.TerminationDate).toBeInstanceOf(Date)
  const tags = await s3.send(new GetObjectTaggingCommand({ Bucket: 'from', Key: 'b c' }))
  expect(tags.TagSet).toEqual([{ Key: 'team', Value: 'blue' }])
  const manifest = JSON.parse(await text(`out/job-${JobId}/manifest.json`)) as {
    Results: { TaskExecutionStatus: string; Key: string }[]
  }
  const files = manifest.Results.map(({ TaskExecutionStatus, Key }) => [TaskExecutionStatus, Key])
  const [[first, succeeded], [second, failed]] = files as [[string, string], [string, string]]
  expect([first, second]).toEqual(['succeeded', 'failed'])
  expect(await text(succeeded)).toBe(
    'from,a,,succeeded,200,,Successful\nfrom,b%20c,,succeeded,200,,Successful\n',
  )
  expect(await text(failed)).toBe(
    'from,missing,,failed,404,NoSuchKey,The specified key does not exist.\n',
  )
})

test('objects are copied with a prefix, held and untagged', async () => {
  const copy = {
    TargetResource: 'arn:aws:s3:::target',
    TargetKeyPrefix: 'copies',
    StorageClass: 'STANDARD_IA' as const,
    NewObjectTagging: [{ Key: 'new', Value: 'tag + more' }],
    NewObjectMetadata: { UserMetadata: { origin: 'batch' }, ContentType: 'text/x' },
  }
  await ended(await create({ S3PutObjectCopy: copy }, 'from,a\nfrom,dir/d\n'))
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'target' }))
  expect(Contents.map(({ Key }) => Key)).toEqual(['copies/a', 'copies/dir/d'])
  const target = { Bucket: 'target', Key: 'copies/dir/d' }
  expect(await s3.send(new HeadObjectCommand(target))).toMatchObject({
    StorageClass: 'STANDARD_IA',
    ContentType: 'text/x',
    Metadata: { origin: 'batch' },
    TagCount: 1,
  })
  const { Body } = await s3.send(new GetObjectCommand(target))
  expect(await Body!.transformToString()).toBe('bytes of dir/d')

  await ended(await create({ S3DeleteObjectTagging: {} }, 'target,copies/a\n'))
  const { TagSet } = await s3.send(
    new GetObjectTaggingCommand({ Bucket: 'target', Key: 'copies/a' }),
  )
  expect(TagSet).toEqual([])

  await ended(
    await create({ S3PutObjectLegalHold: { LegalHold: { Status: 'ON' } } }, 'held,kept\n'),
  )
  const { LegalHold } = await s3.send(
    new GetObjectLegalHoldCommand({ Bucket: 'held', Key: 'kept' }),
  )
  expect(LegalHold).toEqual({ Status: 'ON' })
})

const tag: JobOperation = { S3PutObjectTagging: { TagSet: [{ Key: 'k', Value: 'v' }] } }

test('tasks are done as the role, and a role without permission fails them', async () => {
  const poor = await makeRole('poor', ['reports'])
  const job = await ended(await create(tag, 'from,a\n', { RoleArn: poor }))
  expect(job.ProgressSummary).toMatchObject({ NumberOfTasksFailed: 1 })
  const blind = await makeRole('blind', ['from'])
  expect(await ended(await create(tag, 'from,a\n', { RoleArn: blind }))).toMatchObject({
    Status: 'Failed',
    FailureReasons: [{ FailureReason: 'Reading the manifest is forbidden: AccessDenied' }],
  })
})

test('a job that has to be confirmed waits, and can be cancelled', async () => {
  const confirmed = await create(tag, 'from,a\n', { ConfirmationRequired: true })
  expect(await ended(confirmed)).toMatchObject({
    Status: 'Suspended',
    SuspendedCause: 'AwaitingConfirmation',
  })
  const update = (JobId: string, RequestedJobStatus: 'Ready' | 'Cancelled') =>
    control.send(
      new UpdateJobStatusCommand({
        AccountId,
        JobId,
        RequestedJobStatus,
        StatusUpdateReason: 'because',
      }),
    )
  expect(await update(confirmed, 'Ready')).toMatchObject({ Status: 'Ready' })
  expect(await ended(confirmed)).toMatchObject({
    Status: 'Complete',
    StatusUpdateReason: 'because',
  })
  await expect(update(confirmed, 'Cancelled')).rejects.toMatchObject({ name: 'JobStatusException' })
  const dropped = await create(tag, 'from,a\n', { ConfirmationRequired: true })
  await update(dropped, 'Cancelled')
  expect(await ended(dropped)).toMatchObject({ Status: 'Cancelled' })
})

test.each([
  ['another ETag', { ETag: 'x' }, 'from,a\n', 'ManifestETagMismatch'],
  ['lines of other columns', {}, 'from,a,1\n', 'InvalidManifestContent'],
])('a manifest with %s fails the job', async (_what, location, lines, code) => {
  const { ETag } = await put('reports', 'bad.csv', lines)
  const job = await ended(
    await create(tag, '', {
      Manifest: {
        Spec: { Format: 'S3BatchOperations_CSV_20180820', Fields: ['Bucket', 'Key'] },
        Location: { ObjectArn: 'arn:aws:s3:::reports/bad.csv', ETag, ...location },
      },
    }),
  )
  expect(job).toMatchObject({ Status: 'Failed', FailureReasons: [{ FailureCode: code }] })
})

test('jobs are listed, the newest first; a token makes one job', async () => {
  const first = await create(tag, 'from,a\n', { ClientRequestToken: 'once' })
  const again = { ClientRequestToken: 'once', RoleArn: await makeRole('another', ['from']) }
  await expect(create(tag, 'from,a\n', again)).rejects.toMatchObject({
    name: 'IdempotencyException',
  })
  const list = (more: object = {}) => control.send(new ListJobsCommand({ AccountId, ...more }))
  const page = await list({ MaxResults: 2 })
  expect(page.Jobs!.map(({ JobId }) => JobId)[0]).toBe(first)
  const rest = await list({ NextToken: page.NextToken })
  const all = await list()
  expect([...page.Jobs!, ...rest.Jobs!].map(({ JobId }) => JobId)).toEqual(
    all.Jobs!.map(({ JobId }) => JobId),
  )
  const failed = await list({ JobStatuses: ['Failed'] })
  expect(new Set(failed.Jobs!.map(({ Status }) => Status))).toEqual(new Set(['Failed']))
})

test('a job has tags and a priority, and is forgotten after 90 days', async () => {
  const Tags = [{ Key: 'stage', Value: 'test' }]
  const JobId = await create(tag, 'from,a\n', { Tags, ConfirmationRequired: true })
  const named = { AccountId, JobId }
  const tags = async () => (await control.send(new GetJobTaggingCommand(named))).Tags
  expect(await tags()).toEqual(Tags)
  await control.send(new PutJobTaggingCommand({ ...named, Tags: [{ Key: 'a', Value: 'b' }] }))
  expect(await tags()).toEqual([{ Key: 'a', Value: 'b' }])
  await control.send(new DeleteJobTaggingCommand(named))
  expect(await tags()).toEqual([])
  await control.send(new UpdateJobPriorityCommand({ ...named, Priority: 99 }))
  expect(await describe(JobId)).toMatchObject({ Priority: 99 })
  await control.send(new UpdateJobStatusCommand({ ...named, RequestedJobStatus: 'Cancelled' }))
  await emulator.advance(91 * 86_400_000)
  await expect(describe(JobId)).rejects.toMatchObject({ name: 'NoSuchJob' })
})

test('a job of no operation, or of one that is not built, is refused', async () => {
  await expect(create({}, 'from,a\n')).rejects.toMatchObject({ name: 'InvalidRequest' })
  const lambda = { LambdaInvoke: { FunctionArn: 'arn:aws:lambda:us-east-1:1:function:f' } }
  await expect(create(lambda, 'from,a\n')).rejects.toMatchObject({ name: 'NotImplemented' })
})
