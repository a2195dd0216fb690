import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import {
  CreateBucketCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { day, statistics } from './support.ts'

let emulator: TestEmulator
let cloudwatch: CloudWatchClient
let s3: S3Client
const Bucket = 'archive-bucket'
beforeAll(async () => {
  emulator = await startTestEmulator()
  cloudwatch = emulator.client(CloudWatchClient)
  s3 = emulator.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => emulator.close())

/** What was measured each day of a time, by the start of which day. */
async function measured(MetricName: string, StorageType: string, start: number) {
  const points = await statistics(cloudwatch, {
    Namespace: 'AWS/S3',
    MetricName,
    Dimensions: [
      { Name: 'BucketName', Value: Bucket },
      { Name: 'StorageType', Value: StorageType },
    ],
    Period: 86_400,
    Statistics: ['Average', 'SampleCount'],
    StartTime: new Date(Math.floor(start / day) * day),
    EndTime: new Date(emulator.now() + day),
  })
  expect(points.every(({ SampleCount }) => SampleCount === 1)).toBe(true)
  return points.map(({ Average }) => Average)
}

test('a bucket is counted each day, so that one sees its lifecycle rules at work', async () => {
  const start = emulator.now()
  const put = (Key: string, size: number) =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(size) }))
  await put('a', 200_000)
  await put('b', 300_000)
  expect(await measured('BucketSizeBytes', 'StandardStorage', start)).toEqual([500_000])
  await put('c', 100_000)
  expect(await measured('NumberOfObjects', 'AllStorageTypes', start)).toEqual([3])
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket,
      LifecycleConfiguration: {
        Rules: [
          {
            ID: 'cold',
            Status: 'Enabled',
            Filter: { ObjectSizeGreaterThan: 150_000 },
            Transitions: [{ Days: 3, StorageClass: 'GLACIER' }],
            Expiration: { Days: 6 },
          },
        ],
      },
    }),
  )
  await emulator.advance(8 * day)
  const [standard, glacier, count] = await Promise.all([
    measured('BucketSizeBytes', 'StandardStorage', start),
    measured('BucketSizeBytes', 'GlacierStorage', start),
    measured('NumberOfObjects', 'AllStorageTypes', start),
  ])
  // A midnight's run and its count are of the same moment: which is first is not told.
  expect(standard).toHaveLength(9)
  expect([standard.at(0), standard.at(-1)]).toEqual([600_000, 100_000])
  expect(new Set(standard)).toEqual(new Set([600_000, 100_000]))
  expect(new Set(glacier)).toEqual(new Set([500_000]))
  expect(glacier.length).toBeGreaterThanOrEqual(2)
  expect([count.at(0), count.at(-1)]).toEqual([3, 1])
})
