import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import {
  CreateAccessPointCommand,
  PutAccessPointPolicyCommand,
  S3ControlClient,
} from '@aws-sdk/client-s3-control'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { otherAccount, policy, putPolicy, stranger, user, type PolicyStatement } from './callers.ts'
import { raw } from './raw-http.ts'
import { refusal, startS3Test, virtualHostStyle, type S3Test } from './support.ts'

const account = '123456789012'

let t: S3Test
/** A client for ARNs, which it puts into the host. */
let byHost: S3Client
let Bucket: string
let arn: string
let alias: string

const makeAccessPoint = async (more: object = {}, AccountId = account) => {
  const control = t.emulator.client(S3ControlClient, {
    ...virtualHostStyle(t.emulator),
    forcePathStyle: undefined,
    credentials: { accessKeyId: AccountId, secretAccessKey: 'x' },
  })
  const Name = `point-${Bucket}`
  const made = await control.send(
    new CreateAccessPointCommand({ AccountId, Name, Bucket, ...more }),
  )
  const put = (...statements: PolicyStatement[]) =>
    control.send(
      new PutAccessPointPolicyCommand({ AccountId, Name, Policy: policy(...statements) }),
    )
  return { arn: made.AccessPointArn!, alias: made.Alias!, putPolicy: put }
}

let putPointPolicy: Awaited<ReturnType<typeof makeAccessPoint>>['putPolicy']
beforeAll(async () => {
  t = await startS3Test()
  byHost = t.client(virtualHostStyle(t.emulator))
})
afterAll(() => t.emulator.close())
beforeEach(async () => {
  Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'a/key', Body: 'content' }))
  ;({ arn, alias, putPolicy: putPointPolicy } = await makeAccessPoint())
})

/** The bucket's policy leaves everything to its access points. */
const delegate = (to = account) =>
  putPolicy(t, Bucket, {
    Principal: { AWS: '*' },
    Action: '*',
    Resource: [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`],
    Condition: { StringEquals: { 's3:DataAccessPointAccount': to } },
  })

const read = async (s3: S3Client, name: string) =>
  (await s3.send(new GetObjectCommand({ Bucket: name, Key: 'a/key' }))).Body!.transformToString()

test('objects are written, read, listed, tagged, copied and deleted through an access point', async () => {
  for (const [s3, name] of [
    [byHost, arn],
    [t.s3, alias],
  ] as const) {
    const at = { Bucket: name, Key: 'through' }
    await s3.send(new PutObjectCommand({ ...at, Body: 'written through it' }))
    expect(await read(s3, name)).toBe('content')
    const direct = await t.s3.send(new GetObjectCommand({ Bucket, Key: 'through' }))
    expect(await direct.Body!.transformToString()).toBe('written through it')
    const list = await s3.send(new ListObjectsV2Command({ Bucket: name, Delimiter: '/' }))
    expect(list.Contents!.map(({ Key }) => Key)).toEqual(['through'])
    const TagSet = [{ Key: 'team', Value: 'blue' }]
    await s3.send(new PutObjectTaggingCommand({ ...at, Tagging: { TagSet } }))
    expect(await s3.send(new GetObjectTaggingCommand(at))).toMatchObject({ TagSet })
    const source = name === arn ? `${arn}/object/through` : `${alias}/through`
    await s3.send(new CopyObjectCommand({ Bucket: name, Key: 'copy', CopySource: source }))
    expect(
      (await s3.send(new HeadObjectCommand({ Bucket: name, Key: 'copy' }))).ContentLength,
    ).toBe(18)
    const upload = { Bucket: name, Key: 'large' }
    const { UploadId, Bucket: named } = await s3.send(new CreateMultipartUploadCommand(upload))
    expect(named).toBe(Bucket)
    const { ETag } = await s3.send(
      new UploadPartCommand({ ...upload, UploadId, PartNumber: 1, Body: 'part' }),
    )
    const done = await s3.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        UploadId,
        MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] },
      }),
    )
    expect(done.Bucket).toBe(Bucket)
    await s3.send(new DeleteObjectCommand(at))
    const Objects = [{ Key: 'copy' }, { Key: 'large' }]
    const deleted = await s3.send(new DeleteObjectsCommand({ Bucket: name, Delete: { Objects } }))
    expect(deleted.Deleted).toHaveLength(2)
    await s3.send(new GetBucketLocationCommand({ Bucket: name }))
  }
  expect(await t.s3.send(new HeadBucketCommand({ Bucket: alias }))).toMatchObject({
    AccessPointAlias: true,
    BucketRegion: 'us-east-1',
  })
})

test('what is not about objects does not work through an access point', async () => {
  const call = t.s3.send(new GetBucketVersioningCommand({ Bucket: alias }))
  expect(await refusal(call)).toMatchObject({ code: 'MethodNotAllowed', status: 405 })
})

test('its own hosts are of access points only', async () => {
  const host = `${arn.split('/')[1]}-${account}.s3-accesspoint.us-east-1.amazonaws.com`
  const unsigned = await raw(t.emulator, { path: '/a/key', headers: { Host: host } })
  expect(unsigned.status).toBe(403)
  const missing = `nothing-${account}.s3-accesspoint.us-east-1.amazonaws.com`
  const lost = await raw(t.emulator, { path: '/a/key', headers: { Host: missing } })
  expect([lost.status, lost.body]).toEqual([
    404,
    expect.stringContaining('<Code>NoSuchAccessPoint</Code>'),
  ])
})

test('an access point that is not there is refused as a bucket or as itself', async () => {
  expect(await refusal(read(t.s3, 'gone-0123456789-s3alias'))).toMatchObject({
    code: 'NoSuchBucket',
  })
  const other = `arn:aws:s3:us-east-1:${account}:accesspoint/nothing`
  expect(await refusal(read(byHost, other))).toMatchObject({ code: 'NoSuchBucket' })
})

test('what the access point allows counts only if the bucket allows it too', async () => {
  const { s3, arn: Jane } = await user(t)
  const allow = (Action: string, Resource: string) => ({
    Principal: { AWS: Jane },
    Action,
    Resource,
  })
  await putPointPolicy(allow('s3:GetObject', `${arn}/object/a/*`))
  expect(await refusal(read(s3, alias))).toMatchObject({ code: 'AccessDenied' })
  await delegate()
  expect(await read(s3, alias)).toBe('content')
  // The bucket itself is not open to her.
  expect(await refusal(read(s3, Bucket))).toMatchObject({ code: 'AccessDenied' })
  const outside = s3.send(new GetObjectCommand({ Bucket: alias, Key: 'elsewhere' }))
  expect(await refusal(outside)).toMatchObject({ code: 'AccessDenied' })
  const list = () => s3.send(new ListObjectsV2Command({ Bucket: alias }))
  expect((await refusal(list())).message).toContain(`on resource: "${arn}"`)
  await putPointPolicy(allow('s3:ListBucket', arn))
  expect((await list()).KeyCount).toBe(1)
})

test("the caller's own policies name the access point, and either policy may deny", async () => {
  const { s3 } = await user(t, [{ Action: 's3:GetObject', Resource: `${arn}/object/*` }])
  expect(await read(s3, alias)).toBe('content')
  await putPolicy(t, Bucket, {
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
    Condition: { StringNotEquals: { 's3:AccessPointNetworkOrigin': 'VPC' } },
  })
  expect((await refusal(read(s3, alias))).message).toContain('explicit deny in a resource-based')
  await delegate()
  await putPointPolicy({
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `${arn}/object/a/*`,
  })
  expect(await refusal(read(t.s3, alias))).toMatchObject({ code: 'AccessDenied' })
  expect(await read(t.s3, Bucket)).toBe('content')
})

test("another account's access point gets as far as the bucket's owner lets it", async () => {
  const theirs = await makeAccessPoint({ BucketAccountId: account }, otherAccount)
  const them = stranger(t)
  expect(await refusal(read(them, theirs.alias))).toMatchObject({ code: 'AccessDenied' })
  await delegate(otherAccount)
  expect(await read(them, theirs.alias)).toBe('content')
  expect(await refusal(read(them, Bucket))).toMatchObject({ code: 'AccessDenied' })
  expect(await refusal(read(them, alias))).toMatchObject({ code: 'AccessDenied' })
})

test('an access point of a VPC refuses what comes from elsewhere', async () => {
  Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  const inside = await makeAccessPoint({ VpcConfiguration: { VpcId: 'vpc-1a2b3c' } })
  expect(await refusal(read(t.s3, inside.alias))).toMatchObject({
    code: 'AccessDenied',
    status: 403,
  })
})
