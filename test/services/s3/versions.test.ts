import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
beforeAll(async () => {
  t = await startS3Test()
})
afterAll(() => t.emulator.close())

/** A bucket of its own for each test, versioned or not. */
async function bucket(Status?: 'Enabled' | 'Suspended') {
  const Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  const version = (Status: 'Enabled' | 'Suspended') =>
    t.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }))
  if (Status) await version(Status)
  return {
    Bucket,
    version,
    put: async (Key: string, Body: string) =>
      (await t.s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId,
    text: async (Key: string, VersionId?: string) =>
      (await t.s3.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body!.transformToString(),
    remove: (Key: string, VersionId?: string) =>
      t.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId })),
    list: (input: object = {}) => t.s3.send(new ListObjectVersionsCommand({ Bucket, ...input })),
  }
}

test('GetBucketVersioning says nothing until versioning was enabled once', async () => {
  const { Bucket, version } = await bucket()
  const status = async () => (await t.s3.send(new GetBucketVersioningCommand({ Bucket }))).Status
  expect(await status()).toBeUndefined()
  await version('Enabled')
  expect(await status()).toBe('Enabled')
  await version('Suspended')
  expect(await status()).toBe('Suspended')
})

test('every write is a version, and each can be read', async () => {
  const { put, text, list } = await bucket('Enabled')
  const ids = [await put('k', 'one'), await put('k', 'two'), await put('k', 'three')]
  expect(new Set(ids).size).toBe(3)
  for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9._]{32}$/)
  expect(await text('k')).toBe('three')
  expect(await text('k', ids[0])).toBe('one')
  const { Versions } = await list()
  expect(Versions?.map(({ VersionId, IsLatest, Size }) => [VersionId, IsLatest, Size])).toEqual([
    [ids[2], true, 5],
    [ids[1], false, 3],
    [ids[0], false, 3],
  ])
})

test('a plain delete hides the object behind a marker, and deleting the marker brings it back', async () => {
  const { Bucket, put, text, remove, list } = await bucket('Enabled')
  const first = await put('k', 'one')
  const marker = await remove('k')
  expect(marker).toMatchObject({ DeleteMarker: true, VersionId: expect.any(String) })
  const gone = await refusal(text('k'))
  expect(gone).toMatchObject({ code: 'NoSuchKey', status: 404 })
  expect(gone.error.$response?.headers).toMatchObject({
    'x-amz-delete-marker': 'true',
    'x-amz-version-id': marker.VersionId,
  })
  expect(await text('k', first)).toBe('one')
  expect(await refusal(text('k', marker.VersionId))).toMatchObject({
    code: 'MethodNotAllowed',
    status: 405,
  })
  expect(await t.s3.send(new ListObjectsV2Command({ Bucket }))).toMatchObject({ KeyCount: 0 })
  expect((await list()).DeleteMarkers).toMatchObject([
    { VersionId: marker.VersionId, IsLatest: true },
  ])
  expect(await refusal(t.s3.send(new DeleteBucketCommand({ Bucket })))).toMatchObject({
    code: 'BucketNotEmpty',
    message:
      'The bucket you tried to delete is not empty. You must delete all versions in the bucket.',
  })
  expect(await remove('k', marker.VersionId)).toMatchObject({
    DeleteMarker: true,
    VersionId: marker.VersionId,
  })
  expect(await text('k')).toBe('one')
})

test('deleting the newest version makes the one before it the newest', async () => {
  const { Bucket, put, text, remove } = await bucket('Enabled')
  await put('k', 'one')
  const second = await put('k', 'two')
  await remove('k', second)
  expect(await text('k')).toBe('one')
  expect(await t.s3.send(new ListObjectsV2Command({ Bucket }))).toMatchObject({ KeyCount: 1 })
})

test('what was written before versioning is the null version, which suspension replaces', async () => {
  const { Bucket, version, put, text, remove, list } = await bucket()
  expect(await put('k', 'before')).toBeUndefined()
  await version('Enabled')
  const second = await put('k', 'versioned')
  expect(await text('k', 'null')).toBe('before')
  await version('Suspended')
  // Unlike a copy's, the answer does not name it.
  expect(await put('k', 'suspended')).toBeUndefined()
  expect(await text('k', 'null')).toBe('suspended')
  expect(await text('k', second)).toBe('versioned')
  expect((await list()).Versions).toHaveLength(2)
  expect(await remove('k')).toMatchObject({ DeleteMarker: true, VersionId: 'null' })
  expect((await list()).Versions?.map(({ VersionId }) => VersionId)).toEqual([second])
  expect(
    await t.s3.send(new HeadObjectCommand({ Bucket, Key: 'k', VersionId: second })),
  ).toMatchObject({
    VersionId: second,
  })
})

test('ListObjectVersions pages, also while what it listed is deleted', async () => {
  const { Bucket, put, remove, list } = await bucket('Enabled')
  for (const key of ['a', 'b', 'b', 'b', 'b', 'c', 'dir/x', 'dir/y']) await put(key, 'x')
  await remove('c')
  const whole = await list({ Delimiter: '/' })
  expect(whole.Versions).toHaveLength(6)
  expect(whole.CommonPrefixes).toEqual([{ Prefix: 'dir/' }])
  let seen = 0
  let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {}
  for (;;) {
    const page = await list({ MaxKeys: 2, ...markers })
    const Objects = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(
      ({ Key, VersionId }) => ({
        Key,
        VersionId,
      }),
    )
    seen += Objects.length
    const { Deleted } = await t.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }))
    expect(Deleted).toHaveLength(Objects.length)
    if (!page.IsTruncated) break
    markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
  }
  expect(seen).toBe(9)
  await t.s3.send(new DeleteBucketCommand({ Bucket }))
})

test('a copy of an old version onto its key brings it back as the newest', async () => {
  const { Bucket, put, text } = await bucket('Enabled')
  const first = await put('k', 'one')
  await put('k', 'two')
  const copied = await t.s3.send(
    new CopyObjectCommand({ Bucket, Key: 'k', CopySource: `${Bucket}/k?versionId=${first}` }),
  )
  expect(copied).toMatchObject({ CopySourceVersionId: first, VersionId: expect.any(String) })
  expect(await text('k')).toBe('one')
})
