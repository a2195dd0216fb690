import { tmpdir } from 'node:os'
import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  GetObjectCommand,
  GetPublicAccessBlockCommand,
  PutBucketAclCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type PublicAccessBlockConfiguration,
  type S3Client,
} from '@aws-sdk/client-s3'
import {
  DeletePublicAccessBlockCommand as DeleteAccountBlockCommand,
  GetPublicAccessBlockCommand as GetAccountBlockCommand,
  PutPublicAccessBlockCommand as PutAccountBlockCommand,
  S3ControlClient,
} from '@aws-sdk/client-s3-control'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { awsEnvironment, run } from '../../support/emulator.ts'
import { anonymous, otherAccount, putPolicy, stranger, user } from './callers.ts'
import { refusal, startS3Test, virtualHostStyle, type S3Test } from './support.ts'

let t: S3Test
let Bucket: string
const AccountId = '123456789012'
const denied = { code: 'AccessDenied', status: 403 }
const noBlock = { name: 'NoSuchPublicAccessBlockConfiguration' }

beforeAll(async () => {
  t = await startS3Test()
})
afterAll(() => t.emulator.close())
beforeEach(async () => {
  Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership: 'ObjectWriter' }))
  await put(t.s3, 'k')
})

const put = (s3: S3Client, Key: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }))
const get = async (s3: S3Client, Key = 'k') =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString()
const block = (settings: PublicAccessBlockConfiguration) =>
  t.s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: settings }))
const publicRead = (Principal: unknown = '*') =>
  putPolicy(t, Bucket, { Principal, Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` })
const control = (config: object = {}) =>
  t.emulator.client(S3ControlClient, { ...virtualHostStyle(t.emulator), ...config })

test('the settings of a bucket are put, answered and deleted', async () => {
  await block({ BlockPublicAcls: true })
  const { PublicAccessBlockConfiguration } = await t.s3.send(
    new GetPublicAccessBlockCommand({ Bucket }),
  )
  expect(PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: false,
  })
  await t.s3.send(new DeletePublicAccessBlockCommand({ Bucket }))
  expect(await refusal(t.s3.send(new GetPublicAccessBlockCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchPublicAccessBlockConfiguration',
    status: 404,
  })
})

test('BlockPublicAcls refuses new public ACLs, and leaves those that are there', async () => {
  await block({})
  await put(t.s3, 'public', { ACL: 'public-read' })
  await block({ BlockPublicAcls: true })
  for (const call of [
    () => put(t.s3, 'k', { ACL: 'public-read' }),
    () => t.s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'authenticated-read' })),
    () => t.s3.send(new PutBucketAclCommand({ Bucket, ACL: 'public-read' })),
  ]) {
    expect(await refusal(call())).toMatchObject({
      ...denied,
      message: expect.stringContaining('BlockPublicAcls setting in S3 Block Public Access'),
    })
  }
  expect(await get(anonymous(t), 'public')).toBe('public')
  await put(t.s3, 'k', { ACL: 'private' })
})

test('IgnorePublicAcls lets nobody in by a public ACL, and still answers it', async () => {
  await block({})
  await put(t.s3, 'public', { ACL: 'public-read' })
  expect(await get(anonymous(t), 'public')).toBe('public')
  await block({ IgnorePublicAcls: true })
  expect(await refusal(get(anonymous(t), 'public'))).toMatchObject(denied)
  expect(await get(t.s3, 'public')).toBe('public')
  await block({})
  expect(await get(anonymous(t), 'public')).toBe('public')
})

test('RestrictPublicBuckets keeps a public policy within the account', async () => {
  await block({})
  await publicRead()
  const { s3: insider } = await user(t)
  await block({ RestrictPublicBuckets: true })
  for (const s3 of [anonymous(t), stranger(t)]) {
    expect(await refusal(get(s3))).toMatchObject(denied)
  }
  expect(await get(insider)).toBe('k')
  // A policy that is not public is not its business.
  await publicRead({ AWS: otherAccount })
  expect(await get(stranger(t))).toBe('k')
})

test("the account's settings hold for all its buckets", async () => {
  await block({})
  await publicRead()
  const account = control()
  const set = (PublicAccessBlockConfiguration: PublicAccessBlockConfiguration) =>
    account.send(new PutAccountBlockCommand({ AccountId, PublicAccessBlockConfiguration }))
  await expect(account.send(new GetAccountBlockCommand({ AccountId }))).rejects.toMatchObject(
    noBlock,
  )
  await set({ RestrictPublicBuckets: true })
  expect(
    (await account.send(new GetAccountBlockCommand({ AccountId }))).PublicAccessBlockConfiguration,
  ).toEqual({
    BlockPublicAcls: false,
    IgnorePublicAcls: false,
    BlockPublicPolicy: false,
    RestrictPublicBuckets: true,
  })
  expect(await refusal(get(anonymous(t)))).toMatchObject(denied)
  await set({ BlockPublicPolicy: true })
  expect(await get(anonymous(t))).toBe('k')
  expect(await refusal(publicRead())).toMatchObject({
    ...denied,
    message: expect.stringContaining('BlockPublicPolicy'),
  })
  await account.send(new DeleteAccountBlockCommand({ AccountId }))
  await publicRead()
  await expect(account.send(new GetAccountBlockCommand({ AccountId }))).rejects.toMatchObject(
    noBlock,
  )
})

test("an account's settings are its own, and need permission", async () => {
  const foreign = control({ credentials: { accessKeyId: otherAccount, secretAccessKey: 'x' } })
  await expect(foreign.send(new GetAccountBlockCommand({ AccountId }))).rejects.toMatchObject({
    name: 'AccessDenied',
    $metadata: { httpStatusCode: 403 },
  })
})

test('the CLI sets what holds for an account', async () => {
  // It puts the account in front of the host name, which not every machine resolves: a proxy is asked for any name.
  const env = { ...awsEnvironment(tmpdir()), HTTP_PROXY: t.emulator.url }
  const cli = (...args: string[]) =>
    run(
      'aws',
      ['--endpoint-url', t.emulator.url, 's3control', ...args, '--account-id', AccountId],
      env,
    )
  const settings = 'BlockPublicAcls=true,RestrictPublicBuckets=true'
  const put = await cli('put-public-access-block', '--public-access-block-configuration', settings)
  expect(put).toMatchObject({ code: 0, stderr: '' })
  expect((await cli('get-public-access-block')).json).toEqual({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: true,
    },
  })
  expect((await cli('delete-public-access-block')).code).toBe(0)
  expect((await cli('get-public-access-block')).stderr).toContain(noBlock.name)
})
