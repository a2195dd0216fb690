import { CreateBucketCommand, DeleteBucketCommand, S3Client } from '@aws-sdk/client-s3'
import {
  CreateAccessPointCommand,
  DeleteAccessPointCommand,
  DeleteAccessPointPolicyCommand,
  GetAccessPointCommand,
  GetAccessPointPolicyCommand,
  GetAccessPointPolicyStatusCommand,
  ListAccessPointsCommand,
  ListTagsForResourceCommand,
  PutAccessPointPolicyCommand,
  S3ControlClient,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-s3-control'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { virtualHostStyle } from '../s3/support.ts'

const AccountId = '123456789012'
const arnOf = (name: string) => `arn:aws:s3:us-east-1:${AccountId}:accesspoint/${name}`

let emulator: TestEmulator
let control: S3ControlClient
let s3: S3Client
beforeAll(async () => {
  emulator = await startTestEmulator()
  // The client puts the account in front of the host.
  control = emulator.client(S3ControlClient, {
    ...virtualHostStyle(emulator),
    forcePathStyle: undefined,
  })
  s3 = emulator.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket: 'data' }))
})
afterAll(() => emulator.close())

const create = (Name: string, more: object = {}) =>
  control.send(new CreateAccessPointCommand({ AccountId, Name, Bucket: 'data', ...more }))
const remove = (Name: string) => control.send(new DeleteAccessPointCommand({ AccountId, Name }))
const get = (Name: string) => control.send(new GetAccessPointCommand({ AccountId, Name }))

test('an access point is made, shown, listed and deleted', async () => {
  const { AccessPointArn, Alias } = await create('reports')
  expect(AccessPointArn).toBe(arnOf('reports'))
  expect(Alias).toMatch(/^reports-[a-z0-9]{34}-s3alias$/)
  const shown = await get('reports')
  expect(shown).toMatchObject({
    Name: 'reports',
    Bucket: 'data',
    BucketAccountId: AccountId,
    NetworkOrigin: 'Internet',
    Alias,
    AccessPointArn,
    Endpoints: { ipv4: 's3-accesspoint.us-east-1.amazonaws.com' },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  })
  expect(shown.CreationDate).toBeInstanceOf(Date)
  const { AccessPointList } = await control.send(new ListAccessPointsCommand({ AccountId }))
  expect(AccessPointList).toEqual([
    {
      Name: 'reports',
      Bucket: 'data',
      BucketAccountId: AccountId,
      NetworkOrigin: 'Internet',
      Alias,
      AccessPointArn,
    },
  ])
  await expect(create('reports')).rejects.toMatchObject({
    name: 'AccessPointAlreadyOwnedByYou',
    $metadata: { httpStatusCode: 409 },
  })
  const { $metadata } = await remove('reports')
  expect($metadata.httpStatusCode).toBe(204)
  const gone = { name: 'NoSuchAccessPoint', AccessPointName: 'reports' }
  await expect(get('reports')).rejects.toMatchObject(gone)
  await expect(remove('reports')).rejects.toMatchObject(gone)
})

test('what is said of public access leaves the rest off; a VPC is the network origin', async () => {
  await create('open', {
    PublicAccessBlockConfiguration: { BlockPublicAcls: true },
    VpcConfiguration: { VpcId: 'vpc-1a2b3c' },
  })
  expect(await get('open')).toMatchObject({
    NetworkOrigin: 'VPC',
    VpcConfiguration: { VpcId: 'vpc-1a2b3c' },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: false,
      BlockPublicPolicy: false,
      RestrictPublicBuckets: false,
    },
  })
  await remove('open')
})

test.each([
  ['xn-_test-alias', 'InvalidURI'],
  ['sa', 'InvalidURI'],
  ['a'.repeat(51), 'InvalidURI'],
  ['-hyphen-start', 'InvalidRequest'],
  ['cannot-end-s3alias', 'InvalidRequest'],
  ['cannot-have.dot', 'InvalidRequest'],
])('%s is no name for an access point', async (name, code) => {
  await expect(create(name)).rejects.toMatchObject({ name: code })
})

test('an access point needs a bucket of its region, and the account of one that is not its own', async () => {
  await expect(create('lost', { Bucket: 'no-such-bucket' })).rejects.toMatchObject({
    name: 'InvalidRequest',
    message: 'Amazon S3 AccessPoint can only be created for existing bucket',
  })
  const other = { accessKeyId: '999988887777', secretAccessKey: 'x' }
  const theirs = emulator.client(S3Client, { credentials: other })
  await theirs.send(new CreateBucketCommand({ Bucket: 'theirs' }))
  await expect(create('lost', { Bucket: 'theirs' })).rejects.toMatchObject({ name: 'AccessDenied' })
  await create('found', { Bucket: 'theirs', BucketAccountId: '999988887777' })
  expect(await get('found')).toMatchObject({ BucketAccountId: '999988887777' })
  await remove('found')
  const foreign = { AccountId: '999988887777', Name: 'found', Bucket: 'theirs' }
  await expect(control.send(new CreateAccessPointCommand(foreign))).rejects.toMatchObject({
    name: 'AccessDenied',
  })
})

test('lists go page by page, of one bucket or of all', async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'more' }))
  for (const name of ['page-c', 'page-a', 'page-b']) await create(name)
  await create('page-d', { Bucket: 'more' })
  const list = async (more: object = {}) => {
    const answer = await control.send(new ListAccessPointsCommand({ AccountId, ...more }))
    return { names: answer.AccessPointList!.map(({ Name }) => Name), next: answer.NextToken }
  }
  const first = await list({ MaxResults: 3 })
  expect(first.names).toEqual(['page-a', 'page-b', 'page-c'])
  expect(await list({ NextToken: first.next })).toEqual({ names: ['page-d'], next: undefined })
  expect((await list({ Bucket: 'more' })).names).toEqual(['page-d'])
  await expect(list({ NextToken: 'nonsense' })).rejects.toMatchObject({ name: 'InvalidRequest' })
  await expect(s3.send(new DeleteBucketCommand({ Bucket: 'more' }))).rejects.toMatchObject({
    name: 'BucketHasAccessPointsAttached',
  })
  for (const name of ['page-a', 'page-b', 'page-c', 'page-d']) await remove(name)
  await s3.send(new DeleteBucketCommand({ Bucket: 'more' }))
})

test('a policy is checked, kept, shown and deleted', async () => {
  await create('guarded')
  const named = { AccountId, Name: 'guarded' }
  const policy = (statement: object) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS: AccountId }, ...statement }],
    })
  const put = (Policy: string) =>
    control.send(new PutAccessPointPolicyCommand({ ...named, Policy }))
  const none = { name: 'NoSuchAccessPointPolicy', AccessPointName: 'guarded' }
  await expect(control.send(new GetAccessPointPolicyCommand(named))).rejects.toMatchObject(none)
  await expect(control.send(new GetAccessPointPolicyStatusCommand(named))).rejects.toMatchObject(
    none,
  )
  const own = policy({ Action: 's3:GetObject', Resource: `${arnOf('guarded')}/object/*` })
  await put(own)
  expect(await control.send(new GetAccessPointPolicyCommand(named))).toMatchObject({ Policy: own })
  expect(await control.send(new GetAccessPointPolicyStatusCommand(named))).toMatchObject({
    PolicyStatus: { IsPublic: false },
  })
  const refused = async (text: string, name: string, message: string) =>
    expect(put(text)).rejects.toMatchObject({ name, message })
  await refused(
    '[]',
    'MalformedPolicy',
    "Policies must be valid JSON and the first byte must be '{'",
  )
  await refused(
    policy({ Action: 's3:GetObject', Resource: 'arn:aws:s3:::data/*' }),
    'MalformedPolicy',
    'Policy has invalid resource',
  )
  await refused(
    policy({ Action: 's3:GetObject', Resource: `${arnOf('other')}/object/*` }),
    'MalformedPolicy',
    'Policy has invalid resource',
  )
  await refused(
    policy({ Action: 's3:GetObject', Resource: arnOf('guarded') }),
    'MalformedPolicy',
    'Action does not apply to any resource(s) in statement',
  )
  await expect(
    put(policy({ Principal: '*', Action: 's3:ListBucket', Resource: arnOf('guarded') })),
  ).rejects.toMatchObject({ name: 'AccessDenied' })
  await control.send(new DeleteAccessPointPolicyCommand(named))
  await expect(control.send(new GetAccessPointPolicyCommand(named))).rejects.toMatchObject(none)
  await remove('guarded')
})

test('access points have tags', async () => {
  await create('tagged', { Tags: [{ Key: 'team', Value: 'blue' }] })
  const resource = { AccountId, ResourceArn: arnOf('tagged') }
  await control.send(
    new TagResourceCommand({ ...resource, Tags: [{ Key: 'stage', Value: 'test' }] }),
  )
  await control.send(new UntagResourceCommand({ ...resource, TagKeys: ['team'] }))
  expect(await control.send(new ListTagsForResourceCommand(resource))).toMatchObject({
    Tags: [{ Key: 'stage', Value: 'test' }],
  })
  const tag = (Key: string, Value = 'x') =>
    control.send(new TagResourceCommand({ ...resource, Tags: [{ Key, Value }] }))
  await expect(tag('aws:x')).rejects.toMatchObject({ name: 'InvalidTag' })
  await expect(tag('a,b')).rejects.toMatchObject({ name: 'InvalidTag' })
  await remove('tagged')
  await expect(tag('late')).rejects.toMatchObject({ name: 'NoSuchResource' })
})
