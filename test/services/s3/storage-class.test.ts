import {
  CopyObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  RestoreObjectCommand,
  CreateBucketCommand,
  type Tier,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { midnightAfter } from './lifecycle-steps.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
let Bucket: string
beforeAll(async () => {
  t = await startS3Test()
  Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

const minute = 60_000
const hour = 60 * minute

const put = (
  Key: string,
  StorageClass: 'STANDARD' | 'GLACIER' | 'DEEP_ARCHIVE' | 'INTELLIGENT_TIERING',
) => t.s3.send(new PutObjectCommand({ Bucket, Key, Body: `text of ${Key}`, StorageClass }))
const head = (Key: string) => t.s3.send(new HeadObjectCommand({ Bucket, Key }))
const read = async (Key: string) =>
  (await t.s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString()
const restore = (Key: string, Days?: number, Tier?: Tier) =>
  t.s3.send(
    new RestoreObjectCommand({
      Bucket,
      Key,
      RestoreRequest: { Days, ...(Tier && { GlacierJobParameters: { Tier } }) },
    }),
  )
const statusOf = async (answer: ReturnType<typeof restore>) =>
  (await answer).$metadata.httpStatusCode

test.each(['GLACIER', 'DEEP_ARCHIVE'] as const)(
  'an object of %s can be seen and not read or copied',
  async (StorageClass) => {
    const Key = `archived-${StorageClass}`
    await put(Key, StorageClass)
    expect(await head(Key)).toMatchObject({ StorageClass, ContentLength: `text of ${Key}`.length })
    expect((await head(Key)).Restore).toBeUndefined()
    const refused = await refusal(t.s3.send(new GetObjectCommand({ Bucket, Key })))
    expect(refused).toMatchObject({
      code: 'InvalidObjectState',
      status: 403,
      message: "The operation is not valid for the object's storage class",
    })
    expect(refused.error['StorageClass']).toBe(StorageClass)
    const copy = new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/${Key}` })
    expect(await refusal(t.s3.send(copy))).toMatchObject({
      code: 'ObjectNotInActiveTierError',
      status: 403,
    })
  },
)

test('Intelligent-Tiering objects are read as others are', async () => {
  await put('smart', 'INTELLIGENT_TIERING')
  expect(await read('smart')).toBe('text of smart')
  expect((await head('smart')).StorageClass).toBe('INTELLIGENT_TIERING')
})

test('a restored copy is there after hours, for days, and then gone again', async () => {
  await put('k', 'GLACIER')
  expect(await statusOf(restore('k', 2))).toBe(202)
  expect((await head('k')).Restore).toBe('ongoing-request="true"')
  expect(await refusal(restore('k', 2))).toMatchObject({
    code: 'RestoreAlreadyInProgress',
    status: 409,
    message: 'Object restore is already in progress',
  })
  await t.emulator.advance(5 * hour - minute)
  expect((await refusal(read('k'))).code).toBe('InvalidObjectState')
  await t.emulator.advance(2 * minute)
  const expiry = (days: number) => new Date(midnightAfter(t.emulator.now(), days)).toUTCString()
  expect((await head('k')).Restore).toBe(`ongoing-request="false", expiry-date="${expiry(2)}"`)
  expect(await read('k')).toBe('text of k')
  expect((await head('k')).StorageClass).toBe('GLACIER')
  await t.s3.send(
    new CopyObjectCommand({
      Bucket,
      Key: 'back',
      CopySource: `${Bucket}/k`,
      StorageClass: 'STANDARD',
    }),
  )
  expect(await read('back')).toBe('text of k')
  expect(await statusOf(restore('k', 5))).toBe(200)
  expect((await head('k')).Restore).toBe(`ongoing-request="false", expiry-date="${expiry(5)}"`)
  await t.emulator.advance(4 * 24 * hour)
  expect(await read('k')).toBe('text of k')
  await t.emulator.advance(2 * 24 * hour)
  expect((await head('k')).Restore).toBeUndefined()
  expect((await refusal(read('k'))).code).toBe('InvalidObjectState')
})

test.each([
  ['GLACIER', 'Expedited', 5 * minute],
  ['GLACIER', 'Bulk', 12 * hour],
  ['DEEP_ARCHIVE', 'Standard', 12 * hour],
  ['DEEP_ARCHIVE', 'Bulk', 48 * hour],
] as const)('%s gives back by %s after its time', async (storageClass, tier, duration) => {
  const key = `${storageClass}-${tier}`
  await put(key, storageClass)
  await restore(key, 1, tier)
  await t.emulator.advance(duration - 10_000)
  expect((await head(key)).Restore).toBe('ongoing-request="true"')
  await t.emulator.advance(10_000)
  expect((await head(key)).Restore).toContain('ongoing-request="false"')
})

test('a restore that goes on can be made quicker', async () => {
  await put('slow', 'GLACIER')
  await restore('slow', 1, 'Bulk')
  expect(await statusOf(restore('slow', undefined, 'Expedited'))).toBe(202)
  await t.emulator.advance(6 * minute)
  expect(await read('slow')).toBe('text of slow')
})

test('overwriting an object ends its restore', async () => {
  await put('over', 'GLACIER')
  await restore('over', 3, 'Expedited')
  await put('over', 'GLACIER')
  await t.emulator.advance(hour)
  expect((await head('over')).Restore).toBeUndefined()
})

test('RestoreObject refuses what is not archived, what a class does not have, and no days', async () => {
  await put('warm', 'STANDARD')
  expect(await refusal(restore('warm', 1))).toMatchObject({
    code: 'InvalidObjectState',
    status: 403,
    message: "Restore is not allowed for the object's current storage class",
  })
  await put('deep', 'DEEP_ARCHIVE')
  expect((await refusal(restore('deep', 1, 'Expedited'))).code).toBe('InvalidArgument')
  expect((await refusal(restore('deep', 0))).code).toBe('InvalidArgument')
  expect((await refusal(restore('deep'))).code).toBe('MalformedXML')
  expect((await refusal(restore('deep', 1, 'Warp' as Tier))).code).toBe('MalformedXML')
  expect((await refusal(restore('none', 1))).code).toBe('NoSuchKey')
})

test('listings show the class of each object', async () => {
  const { Contents } = await t.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'archived-' }))
  expect(Contents?.map(({ StorageClass }) => StorageClass)).toEqual(['DEEP_ARCHIVE', 'GLACIER'])
})
