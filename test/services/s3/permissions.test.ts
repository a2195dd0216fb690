import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'guarded-bucket'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  for (const Key of ['open/a', 'open/b', 'closed/c']) {
    await t.s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
  }
})
afterAll(() => t.emulator.close())

let users = 0
/** A client of a user who may do just this. */
async function allowed(
  ...statements: { Action: string | string[]; Resource: string | string[]; Condition?: object }[]
) {
  const iam = t.emulator.client(IAMClient)
  const UserName = `user-${++users}`
  await iam.send(new CreateUserCommand({ UserName }))
  await iam.send(
    new PutUserPolicyCommand({
      UserName,
      PolicyName: 'p',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
      }),
    }),
  )
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return t.client({
    credentials: {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    },
  })
}

const arn = (path: string) => `arn:aws:s3:::${Bucket}/${path}`
const get = (s3: S3Client, Key: string) => s3.send(new GetObjectCommand({ Bucket, Key }))

test('GetObject on a prefix reads that prefix, and no other', async () => {
  const s3 = await allowed({ Action: 's3:GetObject', Resource: arn('open/*') })
  expect(await (await get(s3, 'open/a')).Body!.transformToString()).toBe('open/a')
  await s3.send(new HeadObjectCommand({ Bucket, Key: 'open/a' }))
  expect(await refusal(get(s3, 'closed/c'))).toMatchObject({
    code: 'AccessDenied',
    status: 403,
    message: expect.stringContaining(
      `is not authorized to perform: s3:GetObject on resource: "${arn('closed/c')}"`,
    ),
  })
  for (const call of [
    () => s3.send(new ListObjectsV2Command({ Bucket })),
    () => s3.send(new PutObjectCommand({ Bucket, Key: 'open/a', Body: 'x' })),
    () => s3.send(new ListBucketsCommand({})),
  ]) {
    expect(await refusal(call())).toMatchObject({ code: 'AccessDenied', status: 403 })
  }
  expect(await refusal(s3.send(new HeadBucketCommand({ Bucket })))).toMatchObject({ status: 403 })
})

test('a missing key is a 404 for who may list the bucket, and a 403 for who may not', async () => {
  const reader = { Action: 's3:GetObject', Resource: arn('*') }
  const blind = await allowed(reader)
  const seeing = await allowed(reader, {
    Action: 's3:ListBucket',
    Resource: `arn:aws:s3:::${Bucket}`,
  })
  expect(await refusal(get(blind, 'missing'))).toMatchObject({
    code: 'AccessDenied',
    status: 403,
    message: expect.stringContaining('s3:ListBucket'),
  })
  expect(await refusal(get(seeing, 'missing'))).toMatchObject({ code: 'NoSuchKey', status: 404 })
  const partly = await allowed(reader, {
    Action: 's3:ListBucket',
    Resource: `arn:aws:s3:::${Bucket}`,
    Condition: { StringLike: { 's3:prefix': 'open/*' } },
  })
  expect(await refusal(get(partly, 'open/missing'))).toMatchObject({ status: 404 })
  expect(await refusal(get(partly, 'closed/missing'))).toMatchObject({ status: 403 })
})

test('DeleteObjects refuses the keys that may not be deleted, and deletes the others', async () => {
  const s3 = await allowed({ Action: 's3:DeleteObject', Resource: arn('open/*') })
  const { Deleted, Errors } = await s3.send(
    new DeleteObjectsCommand({
      Bucket,
      Delete: { Objects: [{ Key: 'open/b' }, { Key: 'closed/c' }] },
    }),
  )
  expect(Deleted).toEqual([{ Key: 'open/b' }])
  expect(Errors).toMatchObject([{ Key: 'closed/c', Code: 'AccessDenied' }])
  expect(await (await get(t.s3, 'closed/c')).Body!.transformToString()).toBe('closed/c')
  expect(await refusal(get(t.s3, 'open/b'))).toMatchObject({ code: 'NoSuchKey' })
})

test('CopyObject needs to read the source and to write the target', async () => {
  const copy = (s3: S3Client, from: string, Key: string) =>
    s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${from}` }))
  const s3 = await allowed(
    { Action: 's3:GetObject', Resource: arn('open/*') },
    { Action: 's3:PutObject', Resource: arn('mine/*') },
  )
  await copy(s3, 'open/a', 'mine/a')
  expect(await refusal(copy(s3, 'closed/c', 'mine/c'))).toMatchObject({ code: 'AccessDenied' })
  expect(await refusal(copy(s3, 'open/a', 'open/z'))).toMatchObject({ code: 'AccessDenied' })
})

test('tags on a write need their own permission', async () => {
  const s3 = await allowed({ Action: 's3:PutObject', Resource: arn('*') })
  await s3.send(new PutObjectCommand({ Bucket, Key: 'plain', Body: '' }))
  expect(
    await refusal(
      s3.send(new PutObjectCommand({ Bucket, Key: 'tagged', Tagging: 'a=b', Body: '' })),
    ),
  ).toMatchObject({ code: 'AccessDenied', message: expect.stringContaining('s3:PutObjectTagging') })
})

test('the root of another account reads nothing here', async () => {
  const stranger = t.client({ credentials: { accessKeyId: '999988887777', secretAccessKey: 'x' } })
  for (const call of [
    () => get(stranger, 'open/a'),
    () => get(stranger, 'missing'),
    () => stranger.send(new ListObjectsV2Command({ Bucket })),
    () => stranger.send(new PutObjectCommand({ Bucket, Key: 'open/a', Body: 'x' })),
  ]) {
    expect(await refusal(call())).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: 'Access Denied',
    })
  }
  const Own = 'stranger-bucket'
  await stranger.send(new CreateBucketCommand({ Bucket: Own }))
  expect(
    await refusal(
      stranger.send(
        new CopyObjectCommand({ Bucket: Own, Key: 'k', CopySource: `${Bucket}/open/a` }),
      ),
    ),
  ).toMatchObject({ code: 'AccessDenied' })
  const { Errors } = await stranger.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'open/a' }] } }),
  )
  expect(Errors).toMatchObject([{ Key: 'open/a', Code: 'AccessDenied' }])
})
