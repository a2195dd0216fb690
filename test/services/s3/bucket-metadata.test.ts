import {
  CreateBucketCommand,
  CreateBucketMetadataConfigurationCommand,
  CreateBucketMetadataTableConfigurationCommand,
  DeleteBucketMetadataConfigurationCommand,
  DeleteBucketMetadataTableConfigurationCommand,
  GetBucketMetadataConfigurationCommand,
  GetBucketMetadataTableConfigurationCommand,
  UpdateBucketMetadataInventoryTableConfigurationCommand,
  UpdateBucketMetadataJournalTableConfigurationCommand,
  type RecordExpiration,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

const account = '123456789012'
let t: S3Test
let Bucket: string

beforeAll(async () => {
  t = await startS3Test()
})
afterAll(() => t.emulator.close())
beforeEach(async () => {
  Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})

const create = (expiration: RecordExpiration, more: object = {}) =>
  t.s3.send(
    new CreateBucketMetadataConfigurationCommand({
      Bucket,
      MetadataConfiguration: {
        JournalTableConfiguration: { RecordExpiration: expiration },
        ...more,
      },
    }),
  )
const get = async () =>
  (await t.s3.send(new GetBucketMetadataConfigurationCommand({ Bucket })))
    .GetBucketMetadataConfigurationResult!.MetadataConfigurationResult!

test('a metadata configuration is made, shown, changed and deleted', async () => {
  expect(await refusal(get())).toMatchObject({ code: 'MetadataConfigurationNotFound', status: 404 })
  await create({ Expiration: 'ENABLED', Days: 30 })
  const tables = `arn:aws:s3tables:us-east-1:${account}:bucket/aws-s3`
  expect(await get()).toMatchObject({
    DestinationResult: {
      TableBucketType: 'aws',
      TableBucketArn: tables,
      TableNamespace: `b_${Bucket}`,
    },
    JournalTableConfigurationResult: {
      TableStatus: 'ACTIVE',
      TableName: 'journal',
      TableArn: expect.stringContaining(`${tables}/table/`),
      RecordExpiration: { Expiration: 'ENABLED', Days: 30 },
    },
  })
  expect((await get()).InventoryTableConfigurationResult).toBeUndefined()
  const again = create({ Expiration: 'DISABLED' })
  expect(await refusal(again)).toMatchObject({ code: 'InvalidRequest' })
  await t.s3.send(
    new UpdateBucketMetadataInventoryTableConfigurationCommand({
      Bucket,
      InventoryTableConfiguration: { ConfigurationState: 'ENABLED' },
    }),
  )
  await t.s3.send(
    new UpdateBucketMetadataJournalTableConfigurationCommand({
      Bucket,
      JournalTableConfiguration: { RecordExpiration: { Expiration: 'DISABLED' } },
    }),
  )
  expect(await get()).toMatchObject({
    JournalTableConfigurationResult: { RecordExpiration: { Expiration: 'DISABLED' } },
    InventoryTableConfigurationResult: { ConfigurationState: 'ENABLED', TableName: 'inventory' },
  })
  const older = t.s3.send(new GetBucketMetadataTableConfigurationCommand({ Bucket }))
  expect(await refusal(older)).toMatchObject({ code: 'MethodNotAllowed', status: 405 })
  await t.s3.send(new DeleteBucketMetadataConfigurationCommand({ Bucket }))
  expect(await refusal(get())).toMatchObject({ code: 'MetadataConfigurationNotFound' })
})

test.each<[string, RecordExpiration, object]>([
  ['days that are too few', { Expiration: 'ENABLED', Days: 6 }, {}],
  ['no days', { Expiration: 'ENABLED' }, {}],
  ['days of what does not expire', { Expiration: 'DISABLED', Days: 30 }, {}],
  [
    'KMS without a key',
    { Expiration: 'DISABLED' },
    {
      InventoryTableConfiguration: {
        ConfigurationState: 'ENABLED',
        EncryptionConfiguration: { SseAlgorithm: 'aws:kms' },
      },
    },
  ],
])('%s are refused', async (_what, expiration, more) => {
  expect(await refusal(create(expiration, more))).toMatchObject({ code: 'InvalidRequest' })
})

test('the older kind names a table bucket, and is shown by both operations', async () => {
  const TableBucketArn = `arn:aws:s3tables:us-east-1:${account}:bucket/own`
  const make = (arn: string) =>
    t.s3.send(
      new CreateBucketMetadataTableConfigurationCommand({
        Bucket,
        MetadataTableConfiguration: {
          S3TablesDestination: { TableBucketArn: arn, TableName: 'changes' },
        },
      }),
    )
  expect(await refusal(make('arn:aws:s3:::own'))).toMatchObject({ code: 'InvalidRequest' })
  await make(TableBucketArn)
  const { GetBucketMetadataTableConfigurationResult: shown } = await t.s3.send(
    new GetBucketMetadataTableConfigurationCommand({ Bucket }),
  )
  expect(shown).toMatchObject({
    Status: 'ACTIVE',
    MetadataTableConfigurationResult: {
      S3TablesDestinationResult: { TableBucketArn, TableName: 'changes' },
    },
  })
  expect(await get()).toMatchObject({
    DestinationResult: { TableBucketType: 'customer', TableBucketArn },
  })
  await t.s3.send(new DeleteBucketMetadataTableConfigurationCommand({ Bucket }))
  expect(await refusal(get())).toMatchObject({ code: 'MetadataConfigurationNotFound' })
})
