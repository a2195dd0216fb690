import {
  CreateBucketCommand,
  DeleteBucketOwnershipControlsCommand,
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketOwnershipControlsCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  type ObjectCannedACL,
  type ObjectOwnership,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { anonymous, open, stranger, user } from './callers.ts'
import { raw } from './raw-http.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
let ours: string
let theirs: string
beforeAll(async () => {
  t = await startS3Test()
  ours = (await t.s3.send(new ListBucketsCommand({}))).Owner!.ID!
  theirs = (await stranger(t).send(new ListBucketsCommand({}))).Owner!.ID!
})
afterAll(() => t.emulator.close())

const denied = { code: 'AccessDenied', status: 403 }
const full = (ID: string) => ({
  Grantee: { ID, Type: 'CanonicalUser' },
  Permission: 'FULL_CONTROL',
})
const group = (name: string, Permission: string) => ({
  Grantee: { URI: `http://acs.amazonaws.com/groups/global/${name}`, Type: 'Group' },
  Permission,
})

/** A bucket whose ACLs count, public ones too. */
async function bucketWithAcls(ObjectOwnership: ObjectOwnership = 'ObjectWriter') {
  const Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket, ObjectOwnership }))
  await open(t, Bucket)
  return Bucket
}

const put = (s3: S3Client, Bucket: string, Key: string, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body: Key, ...more }))
const get = async (s3: S3Client, Bucket: string, Key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString()
const objectAcl = async (s3: S3Client, Bucket: string, Key: string) => {
  const { Owner, Grants } = await s3.send(new GetObjectAclCommand({ Bucket, Key }))
  return { owner: Owner!.ID, grants: Grants }
}
const putBucketAcl = (Bucket: string, more: object) =>
  t.s3.send(new PutBucketAclCommand({ Bucket, ...more }))

test('accounts have canonical ids of 64 digits, each its own and always the same', async () => {
  expect(ours).toMatch(/^[0-9a-f]{64}$/)
  expect(theirs).toMatch(/^[0-9a-f]{64}$/)
  expect(theirs).not.toBe(ours)
  const again = await startS3Test()
  const { Owner } = await again.s3.send(new ListBucketsCommand({}))
  await again.emulator.close()
  expect(Owner!.ID).toBe(ours)
})

test('a bucket made as usual takes no ACLs but the one that changes nothing', async () => {
  const Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await put(t.s3, Bucket, 'k', { ACL: 'bucket-owner-full-control' })
  for (const call of [
    () => put(t.s3, Bucket, 'k', { ACL: 'private' }),
    () => put(t.s3, Bucket, 'k', { GrantRead: `id="${theirs}"` }),
    () => putBucketAcl(Bucket, { ACL: 'private' }),
    () => t.s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'public-read' })),
  ]) {
    expect(await refusal(call())).toMatchObject({
      code: 'AccessControlListNotSupported',
      status: 400,
      message: 'The bucket does not allow ACLs',
    })
  }
  expect(await objectAcl(t.s3, Bucket, 'k')).toEqual({ owner: ours, grants: [full(ours)] })
})

test.each<[ObjectCannedACL, () => object[]]>([
  ['private', () => [full(ours)]],
  ['public-read', () => [full(ours), group('AllUsers', 'READ')]],
  ['public-read-write', () => [full(ours), group('AllUsers', 'READ'), group('AllUsers', 'WRITE')]],
  ['authenticated-read', () => [full(ours), group('AuthenticatedUsers', 'READ')]],
  ['bucket-owner-read', () => [full(ours)]],
  ['bucket-owner-full-control', () => [full(ours)]],
])('the canned ACL %s becomes its grants', async (ACL, grants) => {
  const Bucket = await bucketWithAcls()
  await put(t.s3, Bucket, 'k', { ACL })
  expect(await objectAcl(t.s3, Bucket, 'k')).toEqual({ owner: ours, grants: grants() })
})

test('grants by header and by document are answered as they were put', async () => {
  const Bucket = await bucketWithAcls()
  const Grants = [
    full(ours),
    { Grantee: { ID: theirs, Type: 'CanonicalUser' as const }, Permission: 'READ_ACP' as const },
    group('AuthenticatedUsers', 'READ'),
  ]
  await t.s3.send(
    new PutBucketAclCommand({
      Bucket,
      AccessControlPolicy: { Owner: { ID: ours }, Grants: Grants as never },
    }),
  )
  expect(await t.s3.send(new GetBucketAclCommand({ Bucket }))).toMatchObject({
    Owner: { ID: ours },
    Grants,
  })
  await putBucketAcl(Bucket, {
    GrantRead: `uri="http://acs.amazonaws.com/groups/global/AllUsers", id="${theirs}"`,
    GrantWriteACP: `id=${theirs}`,
  })
  expect((await t.s3.send(new GetBucketAclCommand({ Bucket }))).Grants).toEqual([
    group('AllUsers', 'READ'),
    { Grantee: { ID: theirs, Type: 'CanonicalUser' }, Permission: 'READ' },
    { Grantee: { ID: theirs, Type: 'CanonicalUser' }, Permission: 'WRITE_ACP' },
  ])
})

test.each([
  [{ ACL: 'open-house' }, 'InvalidArgument'],
  [{ GrantRead: 'id="1234"' }, 'InvalidArgument'],
  [{ GrantRead: 'uri="http://acs.amazonaws.com/groups/global/Nobody"' }, 'InvalidArgument'],
  [{ GrantRead: 'everyone' }, 'InvalidArgument'],
  [{ GrantRead: 'emailAddress="a@example.com"' }, 'UnresolvableGrantByEmailAddress'],
  [{ ACL: 'private', GrantRead: 'id="1234"' }, 'InvalidRequest'],
])('PutBucketAcl refuses %j', async (acl, code) => {
  const Bucket = await bucketWithAcls()
  expect(await refusal(putBucketAcl(Bucket, acl))).toMatchObject({ code, status: 400 })
})

test('PutBucketAcl refuses a document without an owner, and of another owner', async () => {
  const Bucket = await bucketWithAcls()
  expect(
    await refusal(putBucketAcl(Bucket, { AccessControlPolicy: { Grants: [full(ours)] } })),
  ).toMatchObject({ code: 'MalformedACLError' })
  expect(
    await refusal(
      putBucketAcl(Bucket, {
        AccessControlPolicy: { Owner: { ID: theirs }, Grants: [full(theirs)] },
      }),
    ),
  ).toMatchObject(denied)
})

test('READ on a bucket lists it, WRITE writes into it, and neither reads an object', async () => {
  const Bucket = await bucketWithAcls()
  await put(t.s3, Bucket, 'k')
  await putBucketAcl(Bucket, { ACL: 'public-read' })
  const visitor = anonymous(t)
  await visitor.send(new ListObjectsV2Command({ Bucket }))
  expect(await refusal(get(visitor, Bucket, 'k'))).toMatchObject(denied)
  // Who may list learns of a missing key without being let in by its ACL, which it does not have.
  expect(await refusal(get(visitor, Bucket, 'missing'))).toMatchObject({ code: 'NoSuchKey' })
  expect(await refusal(put(visitor, Bucket, 'n'))).toMatchObject(denied)
  await putBucketAcl(Bucket, { ACL: 'public-read-write' })
  await put(visitor, Bucket, 'n')
  await visitor.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  expect(await refusal(visitor.send(new GetBucketAclCommand({ Bucket })))).toMatchObject(denied)
})

test('READ on an object lets everybody read it, or every account', async () => {
  const Bucket = await bucketWithAcls()
  await put(t.s3, Bucket, 'public', { ACL: 'public-read' })
  await put(t.s3, Bucket, 'accounts', { ACL: 'authenticated-read' })
  await put(t.s3, Bucket, 'one', { GrantRead: `id="${theirs}"` })
  await put(t.s3, Bucket, 'private')
  expect(await get(anonymous(t), Bucket, 'public')).toBe('public')
  expect(await get(stranger(t), Bucket, 'accounts')).toBe('accounts')
  expect(await refusal(get(anonymous(t), Bucket, 'accounts'))).toMatchObject(denied)
  expect(await get(stranger(t), Bucket, 'one')).toBe('one')
  expect(await refusal(get(anonymous(t), Bucket, 'one'))).toMatchObject(denied)
  expect(await refusal(get(stranger(t), Bucket, 'private'))).toMatchObject(denied)
  // Another account's users need their own account's word besides.
  const other = { credentials: { accessKeyId: '999988887777', secretAccessKey: 'x' } }
  expect(await refusal(get((await user(t, [], other)).s3, Bucket, 'one'))).toMatchObject(denied)
  const reader = await user(t, [{ Action: 's3:GetObject' }], other)
  expect(await get(reader.s3, Bucket, 'one')).toBe('one')
})

test('READ_ACP and WRITE_ACP are about the list itself', async () => {
  const Bucket = await bucketWithAcls()
  await put(t.s3, Bucket, 'k', { GrantReadACP: `id="${theirs}"` })
  expect((await objectAcl(stranger(t), Bucket, 'k')).owner).toBe(ours)
  const widen = () =>
    stranger(t).send(new PutObjectAclCommand({ Bucket, Key: 'k', ACL: 'public-read' }))
  expect(await refusal(widen())).toMatchObject(denied)
  await t.s3.send(new PutObjectAclCommand({ Bucket, Key: 'k', GrantWriteACP: `id="${theirs}"` }))
  await widen()
  expect(await get(anonymous(t), Bucket, 'k')).toBe('k')
})

test("who writes an object owns it, unless it is given to the bucket's owner or ACLs are disabled", async () => {
  const Bucket = await bucketWithAcls()
  await putBucketAcl(Bucket, { GrantWrite: `id="${theirs}"`, GrantFullControl: `id="${ours}"` })
  await put(stranger(t), Bucket, 'theirs')
  // The bucket's owner can neither read it nor see its list, but delete it.
  expect(await refusal(get(t.s3, Bucket, 'theirs'))).toMatchObject(denied)
  expect(await refusal(objectAcl(t.s3, Bucket, 'theirs'))).toMatchObject(denied)
  expect((await objectAcl(stranger(t), Bucket, 'theirs')).owner).toBe(theirs)
  const { Contents } = await t.s3.send(new ListObjectsV2Command({ Bucket, FetchOwner: true }))
  expect(Contents![0]!.Owner).toEqual({ ID: theirs })

  await put(stranger(t), Bucket, 'shared', { ACL: 'bucket-owner-full-control' })
  expect(await get(t.s3, Bucket, 'shared')).toBe('shared')
  expect(await objectAcl(t.s3, Bucket, 'shared')).toEqual({
    owner: theirs,
    grants: [full(theirs), full(ours)],
  })
  await setOwnership(Bucket, 'BucketOwnerPreferred')
  await put(stranger(t), Bucket, 'given', { ACL: 'bucket-owner-full-control' })
  expect((await objectAcl(t.s3, Bucket, 'given')).owner).toBe(ours)

  await putBucketAcl(Bucket, { ACL: 'private' })
  await setOwnership(Bucket, 'BucketOwnerEnforced')
  expect(await get(t.s3, Bucket, 'theirs')).toBe('theirs')
  expect(await objectAcl(t.s3, Bucket, 'theirs')).toEqual({ owner: ours, grants: [full(ours)] })
  expect(await refusal(get(stranger(t), Bucket, 'theirs'))).toMatchObject(denied)
  await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'theirs' }))
})

const setOwnership = (Bucket: string, ObjectOwnership: ObjectOwnership) =>
  t.s3.send(
    new PutBucketOwnershipControlsCommand({
      Bucket,
      OwnershipControls: { Rules: [{ ObjectOwnership }] },
    }),
  )

test('ownership controls are put, answered and deleted; ACLs with grants stand in the way of disabling them', async () => {
  const Bucket = await bucketWithAcls()
  await putBucketAcl(Bucket, { ACL: 'public-read' })
  expect(await refusal(setOwnership(Bucket, 'BucketOwnerEnforced'))).toMatchObject({
    code: 'InvalidBucketAclWithObjectOwnership',
    status: 400,
  })
  await t.s3.send(new DeleteBucketOwnershipControlsCommand({ Bucket }))
  expect(await refusal(t.s3.send(new GetBucketOwnershipControlsCommand({ Bucket })))).toMatchObject(
    { code: 'OwnershipControlsNotFoundError', status: 404 },
  )
  expect(await refusal(setOwnership(Bucket, 'Everybody' as ObjectOwnership))).toMatchObject({
    code: 'MalformedXML',
  })
})

test('grants that a client sends as XML by hand are read, and a list with none is refused', async () => {
  const Bucket = await bucketWithAcls()
  await put(t.s3, Bucket, 'k', { ACL: 'public-read-write', GrantRead: undefined })
  await t.s3.send(
    new PutObjectAclCommand({
      Bucket,
      Key: 'k',
      GrantWriteACP: 'uri="http://acs.amazonaws.com/groups/global/AllUsers"',
    }),
  )
  const list = (grants: string) =>
    `<AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner><ID>${ours}</ID></Owner>` +
    `<AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`
  const path = `/${Bucket}/k?acl`
  const grant =
    `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">` +
    '<URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant>'
  const wrong = grant.replace('>READ<', '>EVERYTHING<')
  expect(await raw(t.emulator, { method: 'PUT', path, body: list(wrong) })).toMatchObject({
    status: 400,
    body: expect.stringContaining('MalformedACLError'),
  })
  expect(await raw(t.emulator, { method: 'PUT', path, body: list(grant) })).toMatchObject({
    status: 200,
  })
  expect(await get(anonymous(t), Bucket, 'k')).toBe('k')
  const answer = await raw(t.emulator, { path: `/${Bucket}/k?acl` })
  expect(answer.status).toBe(403)
})
