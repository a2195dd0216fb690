import {
  CreateBucketCommand,
  DeleteBucketReplicationCommand,
  GetBucketReplicationCommand,
  PutBucketVersioningCommand,
  type ReplicationRule,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { arnOf, makeRole, ruleTo, source, versionedBucket } from './replication-steps.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
let role: string
let from: string
let to: string
beforeAll(async () => {
  t = await startS3Test()
  role = await makeRole(t)
  from = await versionedBucket(t)
  to = await versionedBucket(t)
})
afterAll(() => t.emulator.close())

const get = (Bucket: string) => t.s3.send(new GetBucketReplicationCommand({ Bucket }))

test('a bucket without a configuration says so', async () => {
  expect(await refusal(get(from))).toMatchObject({
    code: 'ReplicationConfigurationNotFoundError',
    status: 404,
    message: 'The replication configuration was not found',
  })
})

test("the course's configuration comes back as given, with an id", async () => {
  const rule: ReplicationRule = ruleTo(to, {
    Filter: { Prefix: 'models/' },
    DeleteMarkerReplication: { Status: 'Enabled' },
    Destination: {
      Bucket: arnOf(to),
      ReplicationTime: { Status: 'Enabled', Time: { Minutes: 15 } },
      Metrics: { Status: 'Enabled', EventThreshold: { Minutes: 15 } },
    },
  })
  await source(t, from, role).setRules(rule)
  const { ReplicationConfiguration } = await get(from)
  expect(ReplicationConfiguration).toEqual({
    Role: role,
    Rules: [{ ...rule, ID: expect.stringMatching(/^\S{48}$/) as string }],
  })
})

const schema =
  'for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information.'

const refused: [string, () => ReplicationRule[], string, string | RegExp][] = [
  [
    'a destination that does not exist',
    () => [ruleTo('no-such-bucket-anywhere')],
    'InvalidRequest',
    'Destination bucket must have versioning enabled.',
  ],
  [
    'the bucket itself',
    () => [ruleTo(from)],
    'InvalidRequest',
    'Destination bucket cannot be the same as the source bucket.',
  ],
  [
    'a destination that is no ARN',
    () => [{ ...ruleTo(to), Destination: { Bucket: to } }],
    'InvalidArgument',
    'Invalid bucket ARN.',
  ],
  [
    'a filter without priority',
    () => [ruleTo(to, { Priority: undefined })],
    'InvalidRequest',
    `Priority must be specified ${schema}`,
  ],
  [
    'a filter without a word on delete markers',
    () => [ruleTo(to, { DeleteMarkerReplication: undefined })],
    'InvalidRequest',
    `DeleteMarkerReplication must be specified ${schema}`,
  ],
  [
    'a priority in the old form',
    () => [{ Status: 'Enabled', Prefix: '', Priority: 1, Destination: { Bucket: arnOf(to) } }],
    'InvalidRequest',
    `Priority cannot be used ${schema}`,
  ],
  [
    'delete markers by tags',
    () => [
      ruleTo(to, {
        Filter: { Tag: { Key: 'a', Value: 'b' } },
        DeleteMarkerReplication: { Status: 'Enabled' },
      }),
    ],
    'InvalidRequest',
    /^Delete marker replication is not supported if any Tag filter is specified/,
  ],
  ['a filter and a prefix', () => [ruleTo(to, { Prefix: 'a' })], 'MalformedXML', /well-formed/],
  [
    'an unknown status',
    () => [ruleTo(to, { Status: 'On' as 'Enabled' })],
    'MalformedXML',
    /well-formed/,
  ],
  [
    'one priority twice',
    () => [ruleTo(to), ruleTo(to, { Filter: { Prefix: 'x' } })],
    'InvalidRequest',
    /unique/,
  ],
  ['no rules', () => [], 'MalformedXML', /well-formed/],
]

test.each(refused)('PutBucketReplication refuses %s', async (_, rules, code, message) => {
  const said = await refusal(source(t, from, role).setRules(...rules()))
  expect([said.code, said.status]).toEqual([code, 400])
  if (typeof message === 'string') expect(said.message).toBe(message)
  else expect(said.message).toMatch(message)
})

test('PutBucketReplication refuses buckets without versioning', async () => {
  const plain = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket: plain }))
  expect(await refusal(source(t, plain, role).setRules(ruleTo(to)))).toMatchObject({
    code: 'InvalidRequest',
    message: "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
  })
  expect(await refusal(source(t, from, role).setRules(ruleTo(plain)))).toMatchObject({
    code: 'InvalidRequest',
    message: 'Destination bucket must have versioning enabled.',
  })
})

test('PutBucketReplication refuses a role that is not there or that S3 may not assume', async () => {
  const missing = 'arn:aws:iam::123456789012:role/nobody'
  const ec2s = await makeRole(t, undefined, 'ec2.amazonaws.com')
  for (const one of [missing, ec2s, 'nonsense']) {
    expect((await refusal(source(t, from, one).setRules(ruleTo(to)))).code).toBe('InvalidArgument')
  }
})

test('versioning stays while a bucket is replicated', async () => {
  const Bucket = await versionedBucket(t)
  await source(t, Bucket, role).setRules(ruleTo(to))
  const suspend = () =>
    t.s3.send(
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Suspended' } }),
    )
  expect(await refusal(suspend())).toMatchObject({ code: 'InvalidBucketState', status: 409 })
  await t.s3.send(new DeleteBucketReplicationCommand({ Bucket }))
  await suspend()
})
