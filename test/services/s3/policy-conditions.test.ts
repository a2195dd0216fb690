import {
  CopyObjectCommand,
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { putPolicy, user } from './callers.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
let Bucket: string
const arn = (key?: string) => `arn:aws:s3:::${Bucket}${key === undefined ? '' : `/${key}`}`
const denied = { code: 'AccessDenied', status: 403 }

beforeAll(async () => {
  t = await startS3Test()
})
afterAll(() => t.emulator.close())
beforeEach(async () => {
  Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await put(t.s3, 'open/a')
  await put(t.s3, 'closed/b')
})

const put = (s3: S3Client, Key: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }))
const get = async (s3: S3Client, Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString()
const list = (s3: S3Client, more: object = {}) =>
  s3.send(new ListObjectsV2Command({ Bucket, ...more }))

/** A user who may everything that the condition holds for. */
const conditioned = (Action: string, Condition: object) => user(t, [{ Action, Condition }])

test('listing is limited by prefix, delimiter and page size', async () => {
  const { s3 } = await conditioned('s3:ListBucket', {
    StringEquals: { 's3:prefix': 'open/', 's3:delimiter': '/' },
    NumericLessThanEquals: { 's3:max-keys': '10' },
  })
  await list(s3, { Prefix: 'open/', Delimiter: '/', MaxKeys: 10 })
  expect(await refusal(list(s3, { Prefix: 'open/', Delimiter: '/', MaxKeys: 11 }))).toMatchObject(
    denied,
  )
  expect(await refusal(list(s3, { Prefix: 'closed/', Delimiter: '/', MaxKeys: 1 }))).toMatchObject(
    denied,
  )
  expect(await refusal(list(s3))).toMatchObject(denied)
})

test.each([
  [
    's3:x-amz-storage-class',
    { StorageClass: 'STANDARD_IA' },
    { StorageClass: 'GLACIER' },
    'STANDARD_IA',
  ],
  ['s3:x-amz-server-side-encryption', { ServerSideEncryption: 'AES256' }, {}, 'AES256'],
  ['s3:RequestObjectTag/team', { Tagging: 'team=blue' }, { Tagging: 'team=red' }, 'blue'],
  ['s3:if-none-match', { IfNoneMatch: '*' }, {}, '*'],
  ['s3:x-amz-acl', { ACL: 'bucket-owner-full-control' }, {}, 'bucket-owner-full-control'],
  ['s3:x-amz-website-redirect-location', { WebsiteRedirectLocation: '/x' }, {}, '/x'],
] as const)('PutObject is limited by %s', async (key, good, bad, value) => {
  const { s3 } = await conditioned('s3:PutObject*', { StringEquals: { [key]: value } })
  await put(s3, `new-${key}`, good)
  expect(await refusal(put(s3, `other-${key}`, bad))).toMatchObject(denied)
})

test('tags that an object has decide who may read it', async () => {
  await put(t.s3, 'tagged', { Tagging: 'state=released' })
  const { s3 } = await conditioned('s3:GetObject', {
    StringEquals: { 's3:ExistingObjectTag/state': 'released' },
  })
  expect(await get(s3, 'tagged')).toBe('tagged')
  expect(await refusal(get(s3, 'open/a'))).toMatchObject(denied)
})

test('only the tag keys that are allowed may be set', async () => {
  const { s3 } = await conditioned('s3:PutObjectTagging', {
    'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['team', 'stage'] },
  })
  const tag = (...keys: string[]) =>
    s3.send(
      new PutObjectTaggingCommand({
        Bucket,
        Key: 'open/a',
        Tagging: { TagSet: keys.map((Key) => ({ Key, Value: 'x' })) },
      }),
    )
  await tag('team')
  expect(await refusal(tag('team', 'secret'))).toMatchObject(denied)
})

test('a copy is limited by its source and by what becomes of the metadata', async () => {
  const { s3 } = await user(t, [
    { Action: 's3:GetObject' },
    {
      Action: 's3:PutObject',
      Condition: {
        StringLike: { 's3:x-amz-copy-source': `${Bucket}/open/*` },
        StringEquals: { 's3:x-amz-metadata-directive': 'COPY' },
      },
    },
  ])
  const copy = (from: string, MetadataDirective: 'COPY' | 'REPLACE') =>
    s3.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'copy',
        CopySource: `${Bucket}/${from}`,
        MetadataDirective,
      }),
    )
  await copy('open/a', 'COPY')
  // The header may be encoded, and begin with a slash.
  await s3.send(
    new CopyObjectCommand({
      Bucket,
      Key: 'copy',
      CopySource: `/${Bucket}/%6Fpen%2Fa`,
      MetadataDirective: 'COPY',
    }),
  )
  expect(await refusal(copy('closed/b', 'COPY'))).toMatchObject(denied)
  expect(await refusal(copy('open/a', 'REPLACE'))).toMatchObject(denied)
})

test('how a request is signed decides: presigned URLs can be refused, and old ones', async () => {
  const command = new GetObjectCommand({ Bucket, Key: 'open/a' })
  const fetchSigned = async () => (await fetch(await getSignedUrl(t.s3, command))).status
  expect(await fetchSigned()).toBe(200)
  await putPolicy(t, Bucket, {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: arn('*'),
    Condition: { StringEquals: { 's3:authType': 'REST-QUERY-STRING' } },
  })
  expect(await fetchSigned()).toBe(403)
  expect(await get(t.s3, 'open/a')).toBe('open/a')
  await putPolicy(t, Bucket, {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: arn('*'),
    Condition: { StringEquals: { 's3:x-amz-content-sha256': 'UNSIGNED-PAYLOAD' } },
  })
  expect(await fetchSigned()).toBe(403)
  expect(await get(t.s3, 'open/a')).toBe('open/a')
  await putPolicy(t, Bucket, {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: arn('*'),
    Condition: {
      NumericGreaterThan: { 's3:signatureAge': '60000' },
      StringEquals: { 's3:signatureversion': 'AWS4-HMAC-SHA256' },
    },
  })
  expect(await fetchSigned()).toBe(200)
  const signingDate = new Date(Date.now() - 120_000)
  const old = await getSignedUrl(t.s3, command, { signingDate })
  expect((await fetch(old)).status).toBe(403)
})
