import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketLoggingCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketLoggingCommand,
  PutObjectCommand,
  type LoggingEnabled,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { anonymous, putPolicy, user } from './callers.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
let source: string
let target: string
const minutes = 60_000

beforeAll(async () => {
  t = await startS3Test()
})
afterAll(() => t.emulator.close())
beforeEach(async () => {
  source = t.bucketName()
  target = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket: source }))
  await t.s3.send(new CreateBucketCommand({ Bucket: target }))
})

const enable = (more: Partial<LoggingEnabled> = {}) =>
  t.s3.send(
    new PutBucketLoggingCommand({
      Bucket: source,
      BucketLoggingStatus: {
        LoggingEnabled: { TargetBucket: target, TargetPrefix: 'logs/', ...more },
      },
    }),
  )
const letDeliver = (Condition: object = {}) =>
  putPolicy(t, target, {
    Principal: { Service: 'logging.s3.amazonaws.com' },
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${target}/logs/*`,
    Condition,
  })
const put = (Key: string) => t.s3.send(new PutObjectCommand({ Bucket: source, Key, Body: 'hello' }))

async function delivered(): Promise<{ keys: string[]; lines: string[] }> {
  await t.emulator.advance(10 * minutes)
  const { Contents = [] } = await t.s3.send(new ListObjectsV2Command({ Bucket: target }))
  const keys = Contents.map(({ Key }) => Key!)
  const lines: string[] = []
  for (const Key of keys) {
    const { Body } = await t.s3.send(new GetObjectCommand({ Bucket: target, Key }))
    lines.push(...(await Body!.transformToString()).split('\n').slice(0, -1))
  }
  return { keys, lines }
}

/** The fields of a line, by AWS's rules: separated by spaces, times in brackets, texts in quotes. */
const fields = (line: string) =>
  [...line.matchAll(/\[[^\]]*\]|"[^"]*"|\S+/g)].map(([field]) => field)

test('requests are delivered as lines of the format of AWS, refused ones too', async () => {
  await letDeliver()
  await enable()
  await put('a b.txt')
  const { s3, arn } = await user(t, [{ Action: 's3:GetObject' }])
  await s3.send(new GetObjectCommand({ Bucket: source, Key: 'a b.txt', Range: 'bytes=0-1' }))
  await refusal(anonymous(t).send(new GetObjectCommand({ Bucket: source, Key: 'a b.txt' })))
  await t.s3.send(new GetBucketVersioningCommand({ Bucket: source }))
  await t.s3.send(new DeleteObjectCommand({ Bucket: source, Key: 'a b.txt' }))
  const { keys, lines } = await delivered()
  expect(keys).toHaveLength(1)
  expect(keys[0]).toMatch(/^logs\/\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9A-F]{16}$/)
  const read = lines.map(fields)
  expect(read.map((line) => line.length)).toEqual(lines.map(() => 26))
  expect(read.map((line) => [line[6], line[7], line[9], line[10]])).toEqual([
    // The request that turns logging on is the first.
    ['REST.PUT.LOGGING', '-', '200', '-'],
    ['REST.PUT.OBJECT', 'a%20b.txt', '200', '-'],
    ['REST.GET.OBJECT', 'a%20b.txt', '206', '-'],
    ['REST.GET.OBJECT', 'a%20b.txt', '403', 'AccessDenied'],
    ['REST.GET.VERSIONING', '-', '200', '-'],
    ['REST.DELETE.OBJECT', 'a%20b.txt', '204', '-'],
  ])
  expect(read[0]![0]).toMatch(/^[0-9a-f]{64}$/)
  expect(read[1]![1]).toBe(source)
  expect(read[1]![2]).toMatch(/^\[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000\]$/)
  expect(read[1]![8]).toMatch(/^"PUT .*a%20b\.txt.* HTTP\/1\.1"$/)
  expect(read[1]![12]).toBe('5')
  expect(read[2]![4]).toBe(arn)
  expect(read[2]![11]).toBe('2')
  expect(read[3]![4]).toBe('-')
})

test('nothing is delivered without a policy that lets the log service write', async () => {
  await enable()
  await put('k')
  expect((await delivered()).keys).toEqual([])
  await letDeliver({ StringEquals: { 'aws:SourceAccount': '999988887777' } })
  await put('k')
  expect((await delivered()).keys).toEqual([])
  await letDeliver({ ArnLike: { 'aws:SourceArn': `arn:aws:s3:::${source}` } })
  await put('k')
  expect((await delivered()).lines).toHaveLength(1)
})

test('partitioned keys name the account, the region, the bucket and the day', async () => {
  await letDeliver()
  const format = { PartitionedPrefix: { PartitionDateSource: 'DeliveryTime' as const } }
  await enable({ TargetObjectKeyFormat: format })
  await put('k')
  const { keys } = await delivered()
  expect(keys[0]).toMatch(
    new RegExp(`^logs/123456789012/us-east-1/${source}/\\d{4}/\\d\\d/\\d\\d/\\d{4}-`),
  )
  const { LoggingEnabled } = await t.s3.send(new GetBucketLoggingCommand({ Bucket: source }))
  expect(LoggingEnabled).toEqual({
    TargetBucket: target,
    TargetPrefix: 'logs/',
    TargetObjectKeyFormat: format,
  })
})

test('an empty document turns logging off', async () => {
  await letDeliver()
  await enable()
  await t.s3.send(new PutBucketLoggingCommand({ Bucket: source, BucketLoggingStatus: {} }))
  expect(await t.s3.send(new GetBucketLoggingCommand({ Bucket: source }))).not.toHaveProperty(
    'LoggingEnabled',
  )
  await put('k')
  expect((await delivered()).keys).toEqual([])
})

test('a target that is not there, or of another region, is refused', async () => {
  expect(await refusal(enable({ TargetBucket: 'nowhere-at-all' }))).toMatchObject({
    code: 'InvalidTargetBucketForLogging',
    status: 400,
  })
  const elsewhere = t.bucketName()
  await t.s3.send(
    new CreateBucketCommand({
      Bucket: elsewhere,
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
    }),
  )
  expect(await refusal(enable({ TargetBucket: elsewhere }))).toMatchObject({
    code: 'CrossLocationLoggingProhibitted',
    status: 403,
  })
})
