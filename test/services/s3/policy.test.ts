import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { anonymous, open, otherAccount, policy, putPolicy, stranger, user } from './callers.ts'
import { raw } from './raw-http.ts'
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

test('GetBucketPolicy answers what was put, accounts by their ARN, and DeleteBucketPolicy removes it', async () => {
  await putPolicy(t, Bucket, {
    Principal: { AWS: otherAccount },
    Action: 's3:GetObject',
    Resource: arn('*'),
  })
  const { Policy } = await t.s3.send(new GetBucketPolicyCommand({ Bucket }))
  expect(JSON.parse(Policy!)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${otherAccount}:root` },
        Action: 's3:GetObject',
        Resource: arn('*'),
      },
    ],
  })
  await t.s3.send(new DeleteBucketPolicyCommand({ Bucket }))
  expect(await refusal(t.s3.send(new GetBucketPolicyCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchBucketPolicy',
    status: 404,
  })
})

test.each([
  ['no JSON', 'nothing', "Policies must be valid JSON and the first byte must be '{'"],
  [
    'another bucket',
    policy({ Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::elsewhere/*' }),
    'Policy has invalid resource',
  ],
  [
    'a user that is not there',
    () =>
      policy({
        Principal: { AWS: 'arn:aws:iam::123456789012:user/nobody' },
        Action: 's3:GetObject',
        Resource: arn('*'),
      }),
    'Invalid principal in policy',
  ],
  [
    'an object action on the bucket',
    () => policy({ Principal: '*', Action: 's3:GetObject', Resource: arn() }),
    'Action does not apply to any resource(s) in statement',
  ],
  [
    'no resource',
    policy({ Principal: '*', Action: 's3:GetObject' }),
    'Missing required field Resource',
  ],
] as const)('PutBucketPolicy refuses %s', async (_what, document, message) => {
  const Policy = typeof document === 'string' ? document : document()
  const call = t.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }))
  expect(await refusal(call)).toMatchObject({ code: 'MalformedPolicy', status: 400, message })
})

test('PutBucketPolicy refuses more than 20 KB', async () => {
  const Policy = policy({
    Principal: { AWS: otherAccount },
    Action: 's3:GetObject',
    Resource: Array.from({ length: 500 }, (_, i) => arn(`a-rather-long-prefix-of-keys-${i}/*`)),
  })
  expect(await refusal(t.s3.send(new PutBucketPolicyCommand({ Bucket, Policy })))).toMatchObject({
    code: 'PolicyTooLarge',
  })
})

test('a public policy is refused while BlockPublicPolicy is on, in words that say so', async () => {
  const statement = { Principal: '*', Action: 's3:GetObject', Resource: arn('*') }
  expect(await refusal(putPolicy(t, Bucket, statement))).toMatchObject({
    ...denied,
    message: expect.stringMatching(
      /is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::.*" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access\.$/,
    ),
  })
  await open(t, Bucket)
  await putPolicy(t, Bucket, statement)
})

test('a public policy lets everyone read what it names, and nothing else', async () => {
  await open(t, Bucket)
  await putPolicy(t, Bucket, { Principal: '*', Action: 's3:GetObject', Resource: arn('open/*') })
  for (const s3 of [anonymous(t), stranger(t), (await user(t)).s3]) {
    expect(await get(s3, 'open/a')).toBe('open/a')
    expect(await refusal(get(s3, 'closed/b'))).toMatchObject(denied)
    // Who may not list the bucket does not learn what is there.
    expect(await refusal(get(s3, 'open/missing'))).toMatchObject(denied)
    expect(await refusal(put(s3, 'open/a'))).toMatchObject(denied)
  }
})

test('who may list the bucket anonymously learns which keys are missing', async () => {
  await open(t, Bucket)
  await putPolicy(
    t,
    Bucket,
    { Principal: '*', Action: 's3:GetObject', Resource: arn('*') },
    { Principal: '*', Action: 's3:ListBucket', Resource: arn() },
  )
  expect(await refusal(get(anonymous(t), 'missing'))).toMatchObject({
    code: 'NoSuchKey',
    status: 404,
  })
})

test("an anonymous reader may not choose the answer's headers", async () => {
  await open(t, Bucket)
  await putPolicy(t, Bucket, { Principal: '*', Action: 's3:GetObject', Resource: arn('*') })
  const call = anonymous(t).send(
    new GetObjectCommand({ Bucket, Key: 'open/a', ResponseContentType: 'text/html' }),
  )
  expect(await refusal(call)).toMatchObject({ code: 'InvalidRequest', status: 400 })
})

test("another account needs the bucket's word and its own", async () => {
  const account = { credentials: { accessKeyId: otherAccount, secretAccessKey: 'x' } }
  await putPolicy(t, Bucket, {
    Principal: { AWS: otherAccount },
    Action: ['s3:GetObject', 's3:PutObject'],
    Resource: arn('*'),
  })
  expect(await get(stranger(t), 'open/a')).toBe('open/a')
  const powerless = await user(t, [], account)
  expect(await refusal(get(powerless.s3, 'open/a'))).toMatchObject(denied)
  const reader = await user(t, [{ Action: 's3:GetObject' }], account)
  expect(await get(reader.s3, 'open/a')).toBe('open/a')
  expect(await refusal(put(reader.s3, 'open/c'))).toMatchObject(denied)
  expect(await refusal(list(stranger(t)))).toMatchObject(denied)
})

test('a user whom the policy names needs no policy of its own; a Deny outweighs an administrator', async () => {
  const named = await user(t)
  await putPolicy(
    t,
    Bucket,
    { Principal: { AWS: named.arn }, Action: 's3:GetObject', Resource: arn('*') },
    { Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: arn('closed/*') },
  )
  expect(await get(named.s3, 'closed/b')).toBe('closed/b')
  const call = t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'closed/b' }))
  expect(await refusal(call)).toMatchObject({
    ...denied,
    message: expect.stringContaining('with an explicit deny in a resource-based policy'),
  })
  await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'open/a' }))
})

test("the root of the owner's account can always take the policy away", async () => {
  await putPolicy(t, Bucket, {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [arn(), arn('*')],
  })
  expect(await refusal(t.s3.send(new DeleteBucketPolicyCommand({ Bucket })))).toMatchObject(denied)
  const root = t.client({ credentials: { accessKeyId: '123456789012', secretAccessKey: 'x' } })
  expect(await refusal(list(root))).toMatchObject(denied)
  await root.send(new DeleteBucketPolicyCommand({ Bucket }))
  await list(root)
})

test('another account does not see the policy, whatever that allows', async () => {
  await putPolicy(t, Bucket, {
    Principal: { AWS: otherAccount },
    Action: 's3:GetBucketPolicy',
    Resource: arn(),
  })
  expect(await refusal(stranger(t).send(new GetBucketPolicyCommand({ Bucket })))).toMatchObject({
    code: 'MethodNotAllowed',
    status: 405,
  })
})

test.each([
  ['everyone', { Principal: '*' }, true],
  ['everyone by AWS', { Principal: { AWS: '*' } }, true],
  ['an account', { Principal: { AWS: otherAccount } }, false],
  [
    'everyone from a network',
    { Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } },
    false,
  ],
  [
    'everyone from half the world',
    { Principal: '*', Condition: { IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } } },
    true,
  ],
  [
    'everyone from a VPC',
    { Principal: '*', Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-91237329' } } },
    false,
  ],
  [
    'everyone from any VPC',
    { Principal: '*', Condition: { StringLike: { 'aws:SourceVpc': 'vpc-*' } } },
    true,
  ],
  [
    'an organization',
    { Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-abcdefghij' } } },
    false,
  ],
  [
    'everyone but one VPC',
    { Principal: '*', Condition: { StringNotEquals: { 'aws:SourceVpc': 'vpc-1' } } },
    true,
  ],
  [
    'everyone over TLS',
    { Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    true,
  ],
  ['a denial for everyone', { Principal: '*', Effect: 'Deny' as const }, false],
])('a policy for %s: IsPublic', async (_whom, statement, isPublic) => {
  await open(t, Bucket)
  await putPolicy(t, Bucket, { Action: 's3:GetObject', Resource: arn('*'), ...statement })
  const { PolicyStatus } = await t.s3.send(new GetBucketPolicyStatusCommand({ Bucket }))
  expect(PolicyStatus).toEqual({ IsPublic: isPublic })
})

test('a key that nobody issued is no root when a foreign web page uses it', async () => {
  const root = t.client({ credentials: { accessKeyId: 'test', secretAccessKey: 'test' } })
  const url = await getSignedUrl(root, new GetObjectCommand({ Bucket, Key: 'open/a' }))
  const path = url.slice(t.emulator.url.length)
  expect((await raw(t.emulator, { path })).status).toBe(200)
  const evil = await raw(t.emulator, { path, headers: { Origin: 'https://evil.example' } })
  expect(evil.status).toBe(403)
  expect(evil.body).toContain('InvalidAccessKeyId')
})
