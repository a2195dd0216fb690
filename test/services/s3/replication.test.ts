import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketReplicationCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListObjectVersionsCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everything, makeRole, ruleTo, source, versionedBucket } from './replication-steps.ts'
import { startS3Test, type S3Test } from './support.ts'

let t: S3Test
let role: string
beforeAll(async () => {
  t = await startS3Test()
  role = await makeRole(t)
})
afterAll(() => t.emulator.close())

test('a new version is PENDING, then COMPLETED, and its replica has all that it has', async () => {
  const west = t.client({ region: 'us-west-2' })
  const [from, to] = [await versionedBucket(t), await versionedBucket(t, west, 'us-west-2')]
  const { setRules, put, status, head, wait } = source(t, from, role)
  await setRules(ruleTo(to))
  const VersionId = await put('k', {
    ContentType: 'text/x-test',
    Metadata: { team: 'blue' },
    Tagging: 'a=b',
  })
  expect(await status('k')).toBe('PENDING')
  await wait()
  expect(await status('k')).toBe('COMPLETED')
  const original = await head(from, 'k')
  const replica = await head(to, 'k', undefined, west)
  expect(replica).toMatchObject({
    ReplicationStatus: 'REPLICA',
    VersionId,
    ETag: original.ETag!,
    LastModified: original.LastModified!,
    ContentType: 'text/x-test',
    Metadata: { team: 'blue' },
    TagCount: 1,
  })
  const got = await west.send(new GetObjectCommand({ Bucket: to, Key: 'k' }))
  expect(await got.Body!.transformToString()).toBe('text of k')
})

test('what was there before the rules, and what S3 wrote itself, is not replicated', async () => {
  const [a, b, c] = [await versionedBucket(t), await versionedBucket(t), await versionedBucket(t)]
  const { setRules, put, status, wait, exists } = source(t, a, role)
  await put('old')
  await setRules(ruleTo(b))
  await source(t, b, role).setRules(ruleTo(c))
  await put('new')
  await wait()
  expect(await status('old')).toBeUndefined()
  expect(await exists(b, 'old')).toBe(false)
  expect(await exists(b, 'new')).toBe(true)
  expect(await exists(c, 'new')).toBe(false)
})

test('filters choose objects, and the greatest priority the rule', async () => {
  const [from, to] = [await versionedBucket(t), await versionedBucket(t)]
  const { setRules, put, wait, exists, head } = source(t, from, role)
  await setRules(
    ruleTo(to, { Priority: 1, Filter: { Prefix: 'm/' } }),
    ruleTo(to, {
      Priority: 5,
      Filter: { And: { Prefix: 'm/', Tags: [{ Key: 'cold', Value: 'yes' }] } },
      Destination: { Bucket: to, StorageClass: 'STANDARD_IA' },
    }),
    ruleTo(to, { Priority: 9, Status: 'Disabled' }),
  )
  await put('m/warm')
  await put('m/cold', { Tagging: 'cold=yes' })
  await put('x')
  await wait()
  expect((await head(to, 'm/warm')).StorageClass).toBeUndefined()
  expect((await head(to, 'm/cold')).StorageClass).toBe('STANDARD_IA')
  expect(await exists(to, 'x')).toBe(false)
})

test('several destinations each get a replica', async () => {
  const [from, one, two] = [
    await versionedBucket(t),
    await versionedBucket(t),
    await versionedBucket(t),
  ]
  const { setRules, put, wait, exists, status } = source(t, from, role)
  await setRules(ruleTo(one), ruleTo(two, { Priority: 2 }))
  await put('k')
  await t.s3.send(
    new PutBucketVersioningCommand({
      Bucket: two,
      VersioningConfiguration: { Status: 'Suspended' },
    }),
  )
  await wait()
  expect([await exists(one, 'k'), await exists(two, 'k')]).toEqual([true, false])
  expect(await status('k')).toBe('FAILED')
})

test('delete markers follow where the rule says so; versions that are deleted stay', async () => {
  const [from, with_, without] = [
    await versionedBucket(t),
    await versionedBucket(t),
    await versionedBucket(t),
  ]
  const { setRules, put, wait, exists } = source(t, from, role)
  await setRules(
    ruleTo(with_, { DeleteMarkerReplication: { Status: 'Enabled' } }),
    ruleTo(without, { Priority: 2 }),
  )
  await put('marked')
  const VersionId = await put('deleted')
  await wait()
  await t.s3.send(new DeleteObjectCommand({ Bucket: from, Key: 'marked' }))
  await t.s3.send(new DeleteObjectCommand({ Bucket: from, Key: 'deleted', VersionId }))
  await wait()
  expect(await exists(with_, 'marked')).toBe(false)
  expect(await exists(without, 'marked')).toBe(true)
  expect(await exists(with_, 'deleted')).toBe(true)
  const { Versions, DeleteMarkers } = await t.s3.send(
    new ListObjectVersionsCommand({ Bucket: with_, Prefix: 'marked' }),
  )
  expect([Versions?.length, DeleteMarkers?.length]).toEqual([1, 1])
})

test('the old form replicates delete markers without being asked', async () => {
  const [from, to] = [await versionedBucket(t), await versionedBucket(t)]
  const { setRules, put, wait, exists } = source(t, from, role)
  await setRules({ Status: 'Enabled', Prefix: 'a/', Destination: ruleTo(to).Destination })
  await put('a/k')
  await put('b/k')
  await wait()
  expect([await exists(to, 'a/k'), await exists(to, 'b/k')]).toEqual([true, false])
  await t.s3.send(new DeleteObjectCommand({ Bucket: from, Key: 'a/k' }))
  await wait()
  expect(await exists(to, 'a/k')).toBe(false)
})

test('copies and multipart uploads are replicated with their parts', async () => {
  const [from, to] = [await versionedBucket(t), await versionedBucket(t)]
  const { setRules, wait, put, head } = source(t, from, role)
  await setRules(ruleTo(to))
  await put('k')
  await t.s3.send(new CopyObjectCommand({ Bucket: from, Key: 'copy', CopySource: `${from}/k` }))
  const upload = { Bucket: from, Key: 'parts' }
  const { UploadId } = await t.s3.send(new CreateMultipartUploadCommand(upload))
  const bodies = [Buffer.alloc(5 * 1024 ** 2, 'a'), Buffer.from('end')]
  const Parts = []
  for (const [index, Body] of bodies.entries()) {
    const PartNumber = index + 1
    const part = new UploadPartCommand({ ...upload, UploadId, PartNumber, Body })
    Parts.push({ PartNumber, ETag: (await t.s3.send(part)).ETag })
  }
  await t.s3.send(
    new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }),
  )
  await wait()
  expect((await head(to, 'copy')).ReplicationStatus).toBe('REPLICA')
  await t.s3.send(
    new DeleteObjectCommand({ ...upload, VersionId: (await head(from, 'parts')).VersionId }),
  )
  const got = await t.s3.send(new GetObjectCommand({ Bucket: to, Key: 'parts' }))
  expect(Buffer.concat(bodies).equals(await got.Body!.transformToByteArray())).toBe(true)
})

test('tags that change later change on the replica', async () => {
  const [from, to] = [await versionedBucket(t), await versionedBucket(t)]
  const { setRules, put, wait } = source(t, from, role)
  await setRules(ruleTo(to))
  await put('k')
  await wait()
  const TagSet = [{ Key: 'stage', Value: 'prod' }]
  await t.s3.send(new PutObjectTaggingCommand({ Bucket: from, Key: 'k', Tagging: { TagSet } }))
  await wait()
  const tags = await t.s3.send(new GetObjectTaggingCommand({ Bucket: to, Key: 'k' }))
  expect(tags.TagSet).toEqual(TagSet)
})

test.each([
  ['may not write replicas', everything.filter((action) => action !== 's3:ReplicateObject')],
  ['may not read', everything.filter((action) => !action.includes('ForReplication'))],
])('a role that %s leaves the version FAILED', async (_, actions) => {
  const [from, to] = [await versionedBucket(t), await versionedBucket(t)]
  const { setRules, put, wait, status, exists } = source(t, from, await makeRole(t, actions))
  await setRules(ruleTo(to))
  await put('k')
  await wait()
  expect(await status('k')).toBe('FAILED')
  expect(await exists(to, 'k')).toBe(false)
})

test('a role that may not see tags replicates the object without them', async () => {
  const [from, to] = [await versionedBucket(t), await versionedBucket(t)]
  const actions = everything.filter((action) => !action.includes('Tag'))
  const { setRules, put, wait, head } = source(t, from, await makeRole(t, actions))
  await setRules(ruleTo(to))
  await put('k', { Tagging: 'a=b' })
  await wait()
  expect((await head(to, 'k')).TagCount).toBeUndefined()
})

test("another account's bucket takes replicas where its policy lets the role in", async () => {
  const other = '222222222222'
  const theirs: S3Client = t.client({
    credentials: { accessKeyId: other, secretAccessKey: 'test' },
  })
  const from = await versionedBucket(t)
  const to = await versionedBucket(t, theirs)
  const { setRules, put, wait, status, head } = source(t, from, role)
  await setRules(
    ruleTo(to, {
      Destination: {
        Bucket: to,
        Account: other,
        AccessControlTranslation: { Owner: 'Destination' },
      },
    }),
  )
  await put('early')
  await wait()
  expect(await status('early')).toBe('FAILED')
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: role },
        Action: ['s3:ReplicateObject', 's3:ObjectOwnerOverrideToBucketOwner'],
        Resource: `arn:aws:s3:::${to}/*`,
      },
    ],
  })
  await theirs.send(new PutBucketPolicyCommand({ Bucket: to, Policy }))
  await put('k')
  await wait()
  expect(await status('k')).toBe('COMPLETED')
  expect((await head(to, 'k', undefined, theirs)).ReplicationStatus).toBe('REPLICA')
})

test('without its configuration a bucket replicates no more', async () => {
  const [from, to] = [await versionedBucket(t), await versionedBucket(t)]
  const { setRules, put, wait, status } = source(t, from, role)
  await setRules(ruleTo(to))
  await t.s3.send(new DeleteBucketReplicationCommand({ Bucket: from }))
  await put('k')
  await wait()
  expect(await status('k')).toBeUndefined()
})

test('locks are replicated to where there are locks, and what is locked to nowhere else', async () => {
  const lockable = async () => {
    const Bucket = t.bucketName()
    await t.s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
    return Bucket
  }
  const [from, to, plain] = [await lockable(), await lockable(), await versionedBucket(t)]
  const actions = [...everything, 's3:GetObjectRetention', 's3:GetObjectLegalHold']
  const { setRules, put, wait, status, head, exists } = source(t, from, await makeRole(t, actions))
  await setRules(ruleTo(to))
  await put('k', { ObjectLockLegalHoldStatus: 'ON' })
  await wait()
  expect((await head(to, 'k')).ObjectLockLegalHoldStatus).toBe('ON')
  await setRules(ruleTo(plain))
  await put('l', { ObjectLockLegalHoldStatus: 'ON' })
  await put('free')
  await wait()
  expect(await status('l')).toBe('FAILED')
  expect([await exists(plain, 'l'), await exists(plain, 'free')]).toEqual([false, true])
})

test('what KMS encrypts is replicated only where the rule says so', async () => {
  const [from, to] = [await versionedBucket(t), await versionedBucket(t)]
  const { setRules, put, wait, exists, status } = source(t, from, role)
  const byKms = { ServerSideEncryption: 'aws:kms' }
  await setRules(ruleTo(to))
  await put('left', byKms)
  await wait()
  expect([await status('left'), await exists(to, 'left')]).toEqual([undefined, false])
  await setRules(
    ruleTo(to, { SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } } }),
  )
  await put('taken', byKms)
  await wait()
  const got = await t.s3.send(new GetObjectCommand({ Bucket: to, Key: 'taken' }))
  expect(await got.Body!.transformToString()).toBe('text of taken')
})
