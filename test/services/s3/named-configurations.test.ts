import {
  CreateBucketCommand,
  DeleteBucketInventoryConfigurationCommand,
  DeleteBucketMetricsConfigurationCommand,
  GetBucketAnalyticsConfigurationCommand,
  GetBucketIntelligentTieringConfigurationCommand,
  GetBucketInventoryConfigurationCommand,
  GetBucketMetricsConfigurationCommand,
  ListBucketInventoryConfigurationsCommand,
  ListBucketMetricsConfigurationsCommand,
  PutBucketAnalyticsConfigurationCommand,
  PutBucketIntelligentTieringConfigurationCommand,
  PutBucketInventoryConfigurationCommand,
  PutBucketMetricsConfigurationCommand,
  type InventoryConfiguration,
  type MetricsConfiguration,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { user } from './callers.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
let Bucket: string

beforeAll(async () => {
  t = await startS3Test()
  Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

const missing = { code: 'NoSuchConfiguration', status: 404 }

const inventory = (Id: string): InventoryConfiguration => ({
  Id,
  IsEnabled: true,
  IncludedObjectVersions: 'Current',
  Schedule: { Frequency: 'Daily' },
  OptionalFields: ['Size', 'ETag'],
  Destination: { S3BucketDestination: { Bucket: 'arn:aws:s3:::reports', Format: 'CSV' } },
})
const putInventory = (Id: string, InventoryConfiguration: InventoryConfiguration) =>
  t.s3.send(new PutBucketInventoryConfigurationCommand({ Bucket, Id, InventoryConfiguration }))

test('an inventory is read as it was put, replaced under its id, listed and deleted', async () => {
  const get = () => t.s3.send(new GetBucketInventoryConfigurationCommand({ Bucket, Id: 'daily' }))
  expect(await refusal(get())).toMatchObject(missing)
  await putInventory('daily', inventory('daily'))
  expect((await get()).InventoryConfiguration).toEqual(inventory('daily'))
  const weekly = { ...inventory('daily'), Schedule: { Frequency: 'Weekly' as const } }
  await putInventory('daily', weekly)
  const list = () => t.s3.send(new ListBucketInventoryConfigurationsCommand({ Bucket }))
  expect(await list()).toMatchObject({ IsTruncated: false, InventoryConfigurationList: [weekly] })
  const remove = () =>
    t.s3.send(new DeleteBucketInventoryConfigurationCommand({ Bucket, Id: 'daily' }))
  await remove()
  expect(await refusal(remove())).toMatchObject(missing)
  expect((await list()).InventoryConfigurationList).toBeUndefined()
})

test('lists come in pages of a hundred', async () => {
  const put = (Id: string) => {
    const MetricsConfiguration: MetricsConfiguration = { Id, Filter: { Prefix: Id } }
    return t.s3.send(new PutBucketMetricsConfigurationCommand({ Bucket, Id, MetricsConfiguration }))
  }
  const ids = Array.from({ length: 150 }, (_, index) => `m-${String(index).padStart(3, '0')}`)
  for (const id of ids) await put(id)
  const list = (ContinuationToken?: string) =>
    t.s3.send(new ListBucketMetricsConfigurationsCommand({ Bucket, ContinuationToken }))
  const first = await list()
  expect(first).toMatchObject({ IsTruncated: true })
  const second = await list(first.NextContinuationToken)
  expect(second).toMatchObject({ IsTruncated: false })
  const listed = [first, second].flatMap(({ MetricsConfigurationList }) => MetricsConfigurationList)
  expect(listed.map((one) => one?.Id)).toEqual(ids)
  expect(first.MetricsConfigurationList).toHaveLength(100)
  await t.s3.send(new DeleteBucketMetricsConfigurationCommand({ Bucket, Id: 'm-000' }))
  const get = new GetBucketMetricsConfigurationCommand({ Bucket, Id: 'm-000' })
  expect(await refusal(t.s3.send(get))).toMatchObject(missing)
})

test('analytics and intelligent tiering are recorded', async () => {
  const Id = 'all'
  const AnalyticsConfiguration = {
    Id,
    Filter: { Tag: { Key: 'team', Value: 'red' } },
    StorageClassAnalysis: {},
  }
  await t.s3.send(
    new PutBucketAnalyticsConfigurationCommand({ Bucket, Id, AnalyticsConfiguration }),
  )
  const analytics = await t.s3.send(new GetBucketAnalyticsConfigurationCommand({ Bucket, Id }))
  expect(analytics.AnalyticsConfiguration).toMatchObject({
    Id,
    Filter: AnalyticsConfiguration.Filter,
  })
  const tiering = (Days: number) => ({
    Id,
    Status: 'Enabled' as const,
    Tierings: [{ Days, AccessTier: 'ARCHIVE_ACCESS' as const }],
  })
  const put = (Days: number) =>
    t.s3.send(
      new PutBucketIntelligentTieringConfigurationCommand({
        Bucket,
        Id,
        IntelligentTieringConfiguration: tiering(Days),
      }),
    )
  await put(90)
  const got = await t.s3.send(new GetBucketIntelligentTieringConfigurationCommand({ Bucket, Id }))
  expect(got.IntelligentTieringConfiguration).toEqual(tiering(90))
  expect(await refusal(put(89))).toMatchObject({ code: 'InvalidArgument', status: 400 })
})

test('what is no configuration is refused', async () => {
  const cases: [string, InventoryConfiguration, string][] = [
    ['one', inventory('another'), 'IdMismatch'],
    ['one', { ...inventory('one'), Schedule: { Frequency: 'Hourly' as never } }, 'MalformedXML'],
    ['one', { ...inventory('one'), OptionalFields: ['Colour' as never] }, 'MalformedXML'],
    ['a b', inventory('a b'), 'InvalidArgument'],
  ]
  for (const [id, configuration, code] of cases) {
    expect(await refusal(putInventory(id, configuration))).toMatchObject({ code, status: 400 })
  }
})

test('each takes its own permission', async () => {
  const { s3 } = await user(t, [{ Action: 's3:GetInventoryConfiguration' }])
  await s3.send(new ListBucketInventoryConfigurationsCommand({ Bucket }))
  expect(
    await refusal(s3.send(new ListBucketMetricsConfigurationsCommand({ Bucket }))),
  ).toMatchObject({ code: 'AccessDenied', status: 403 })
})
