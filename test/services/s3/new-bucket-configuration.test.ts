import {
  CreateBucketCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketNotificationConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketWebsiteCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'fresh-bucket'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

test.each([
  [GetBucketPolicyCommand, 'NoSuchBucketPolicy'],
  [GetBucketCorsCommand, 'NoSuchCORSConfiguration'],
  [GetBucketWebsiteCommand, 'NoSuchWebsiteConfiguration'],
  [GetBucketLifecycleConfigurationCommand, 'NoSuchLifecycleConfiguration'],
  [GetBucketReplicationCommand, 'ReplicationConfigurationNotFoundError'],
  [GetObjectLockConfigurationCommand, 'ObjectLockConfigurationNotFoundError'],
] as const)('%o of a new bucket is %s', async (Command, code) => {
  const command: GetBucketPolicyCommand = new Command({ Bucket })
  expect(await refusal(t.s3.send(command))).toMatchObject({
    code,
    status: 404,
    error: { BucketName: Bucket },
  })
})

test('a new bucket logs nothing and notifies nobody, and its owner pays', async () => {
  expect(await t.s3.send(new GetBucketLoggingCommand({ Bucket }))).not.toHaveProperty(
    'LoggingEnabled',
  )
  expect(
    await t.s3.send(new GetBucketNotificationConfigurationCommand({ Bucket })),
  ).not.toHaveProperty('TopicConfigurations')
  expect(await t.s3.send(new GetBucketRequestPaymentCommand({ Bucket }))).toMatchObject({
    Payer: 'BucketOwner',
  })
})

test('a new bucket belongs to its owner alone', async () => {
  const { PublicAccessBlockConfiguration } = await t.s3.send(
    new GetPublicAccessBlockCommand({ Bucket }),
  )
  expect(Object.values(PublicAccessBlockConfiguration!)).toEqual([true, true, true, true])
  const { Owner, Grants } = await t.s3.send(new GetBucketAclCommand({ Bucket }))
  expect(Grants).toEqual([
    { Grantee: { ID: Owner!.ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' },
  ])
  expect(await t.s3.send(new GetBucketEncryptionCommand({ Bucket }))).toMatchObject({
    ServerSideEncryptionConfiguration: {
      Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
  })
})

test('GetBucketOwnershipControls answers what the bucket was made with', async () => {
  const Owned = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket: Owned, ObjectOwnership: 'ObjectWriter' }))
  const ownership = async (Bucket: string) =>
    (await t.s3.send(new GetBucketOwnershipControlsCommand({ Bucket }))).OwnershipControls?.Rules
  expect(await ownership(Owned)).toEqual([{ ObjectOwnership: 'ObjectWriter' }])
  expect(await ownership(Bucket)).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }])
})
