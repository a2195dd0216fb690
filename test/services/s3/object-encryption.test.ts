import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  UpdateObjectEncryptionCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { user } from './callers.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

const Bucket = 'sealed'
let t: S3Test
let kms: KMSClient
let keys: string[]

beforeAll(async () => {
  t = await startS3Test()
  kms = t.emulator.client(KMSClient)
  const made = await Promise.all([1, 2].map(() => kms.send(new CreateKeyCommand({}))))
  keys = made.map(({ KeyMetadata }) => KeyMetadata!.Arn!)
  await t.s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
})
afterAll(() => t.emulator.close())

const update = (Key: string, KMSKeyArn = keys[0]!, more: object = {}, s3 = t.s3) =>
  s3.send(
    new UpdateObjectEncryptionCommand({
      Bucket,
      Key,
      ObjectEncryption: { SSEKMS: { KMSKeyArn, ...more } },
    }),
  )
const head = (Key: string) => t.s3.send(new HeadObjectCommand({ Bucket, Key }))
const content = async (Key: string) =>
  (await t.s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString()

test('an object gets another key, and nothing else about it changes', async () => {
  const Key = 'one'
  await t.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x'.repeat(100_000) }))
  const before = await head(Key)
  expect(before.ServerSideEncryption).toBe('AES256')
  await update(Key, keys[0], { BucketKeyEnabled: true })
  const after = await head(Key)
  expect(after).toMatchObject({
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: keys[0],
    BucketKeyEnabled: true,
    ETag: before.ETag,
    LastModified: before.LastModified,
    VersionId: before.VersionId,
  })
  expect(await content(Key)).toBe('x'.repeat(100_000))
  await update(Key, keys[1])
  const changed = await head(Key)
  expect([changed.SSEKMSKeyId, changed.BucketKeyEnabled]).toEqual([keys[1], undefined])
  expect(await content(Key)).toBe('x'.repeat(100_000))
})

test('an object of parts gets another key, which really keeps it', async () => {
  const Key = 'parts'
  const { UploadId } = await t.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const upload = { Bucket, Key, UploadId }
  const Body = 'y'.repeat(5 * 1024 * 1024)
  const first = await t.s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body }))
  const second = await t.s3.send(new UploadPartCommand({ ...upload, PartNumber: 2, Body: 'end' }))
  await t.s3.send(
    new CompleteMultipartUploadCommand({
      ...upload,
      MultipartUpload: {
        Parts: [
          { PartNumber: 1, ETag: first.ETag },
          { PartNumber: 2, ETag: second.ETag },
        ],
      },
    }),
  )
  const made = await kms.send(new CreateKeyCommand({}))
  await update(Key, made.KeyMetadata!.Arn)
  expect((await content(Key)).endsWith('yend')).toBe(true)
  await kms.send(new DisableKeyCommand({ KeyId: made.KeyMetadata!.KeyId! }))
  expect(await refusal(content(Key))).toMatchObject({ code: 'KMS.DisabledException' })
})

test('what cannot be changed is refused', async () => {
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: 'x' }))
  const two = { Bucket, Key: 'two', Body: 'x', ServerSideEncryption: 'aws:kms:dsse' as const }
  await t.s3.send(new PutObjectCommand(two))
  const refused = async (call: Promise<unknown>, code: string, words: string) => {
    const found = await refusal(call)
    expect(found.code).toBe(code)
    expect(found.message).toContain(words)
  }
  await refused(update('plain', 'alias/x'), 'InvalidRequest', 'a valid AWS KMS key')
  const foreign = keys[0]!.replace('123456789012', '999988887777')
  await refused(update('plain', foreign), 'AccessDenied', 'same account as the bucket')
  await refused(update('two'), 'InvalidRequest', 'DSSE-KMS or SSE-C')
  await refused(update('nothing'), 'NoSuchKey', 'does not exist')
  const hold = { Bucket, Key: 'plain', LegalHold: { Status: 'ON' as const } }
  await t.s3.send(new PutObjectLegalHoldCommand(hold))
  await refused(update('plain'), 'AccessDenied', 'protected by S3 Object Lock')
})

test('it takes its own permission and those of the key', async () => {
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'asked', Body: 'x' }))
  const { s3: some } = await user(t, [{ Action: 's3:UpdateObjectEncryption' }])
  expect((await refusal(update('asked', keys[0], {}, some))).message).toContain(
    'kms:GenerateDataKey',
  )
  const { s3: all } = await user(t, [{ Action: ['s3:UpdateObjectEncryption', 'kms:*'] }])
  await update('asked', keys[0], {}, all)
})
