import {
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bucketWithRules, day, large, midnightAfter } from './lifecycle-steps.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
beforeAll(async () => {
  t = await startS3Test()
})
afterAll(() => t.emulator.close())

const days = (count: number) => t.emulator.advance(count * day)
const Status = 'Enabled'

test('objects move down the classes at midnight, as many days after they were written', async () => {
  const { put, storageClass } = await bucketWithRules(t, [
    {
      Status,
      Filter: { Prefix: 'models/' },
      Transitions: [
        { Days: 30, StorageClass: 'STANDARD_IA' },
        { Days: 90, StorageClass: 'GLACIER' },
      ],
    },
  ])
  await put('models/a')
  await put('other/a')
  const written = t.emulator.now()
  const moment = midnightAfter(written, 30)
  await t.emulator.advance(moment - 5000 - t.emulator.now())
  expect(await storageClass('models/a')).toBe('STANDARD')
  await t.emulator.advance(5000)
  expect(await storageClass('models/a')).toBe('STANDARD_IA')
  await days(60)
  expect(await storageClass('models/a')).toBe('GLACIER')
  expect(await storageClass('other/a')).toBe('STANDARD')
})

test('expiration deletes the object, and answers say before when and by which rule', async () => {
  const { put, head, versions } = await bucketWithRules(t, [
    { ID: 'old logs', Status, Filter: { Prefix: 'logs/' }, Expiration: { Days: 7 } },
  ])
  const { Expiration } = await put('logs/a', 'text')
  const { LastModified } = await head('logs/a')
  const at = new Date(midnightAfter(LastModified!.getTime(), 7)).toUTCString()
  expect(Expiration).toBe(`expiry-date="${at}", rule-id="old%20logs"`)
  expect((await head('logs/a')).Expiration).toBe(Expiration)
  expect((await put('other', 'text')).Expiration).toBeUndefined()
  await days(8)
  expect(await versions()).toEqual(['other STANDARD'])
})

test('expiration in a versioned bucket leaves the version behind a delete marker', async () => {
  const { put, versions } = await bucketWithRules(
    t,
    [{ Status, Filter: {}, Expiration: { Days: 1 } }],
    'Enabled',
  )
  await put('k', 'text')
  await days(2)
  expect(await versions()).toEqual(['k STANDARD', 'k marker'])
})

test('a marker that expiration left goes once nothing is behind it', async () => {
  const { put, versions } = await bucketWithRules(
    t,
    [
      {
        Status,
        Filter: {},
        Expiration: { Days: 1 },
        NoncurrentVersionExpiration: { NoncurrentDays: 3 },
      },
    ],
    'Enabled',
  )
  await put('k', 'text')
  await days(3)
  expect(await versions()).toEqual(['k STANDARD', 'k marker'])
  await days(3)
  expect(await versions()).toEqual([])
})

test('ExpiredObjectDeleteMarker removes only markers with nothing behind them', async () => {
  const { Bucket, put, versions } = await bucketWithRules(
    t,
    [{ Status, Filter: {}, Expiration: { ExpiredObjectDeleteMarker: true } }],
    'Enabled',
  )
  const remove = (Key: string, VersionId?: string) =>
    t.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }))
  const { VersionId } = await put('alone', 'text')
  await put('hidden', 'text')
  await remove('alone')
  await remove('hidden')
  await days(3)
  expect(await versions()).toEqual([
    'alone STANDARD',
    'hidden STANDARD',
    'alone marker',
    'hidden marker',
  ])
  await remove('alone', VersionId)
  await days(1)
  expect(await versions()).toEqual(['hidden STANDARD', 'hidden marker'])
})

test('noncurrent versions move and go by the time they were replaced, and the newest are kept', async () => {
  const { put, storageClass, versions } = await bucketWithRules(
    t,
    [
      {
        Status,
        Filter: { Prefix: '' },
        NoncurrentVersionTransitions: [{ NoncurrentDays: 30, StorageClass: 'STANDARD_IA' }],
        NoncurrentVersionExpiration: { NoncurrentDays: 60, NewerNoncurrentVersions: 2 },
      },
    ],
    'Enabled',
  )
  const { VersionId: first } = await put('k')
  await days(50)
  expect(await storageClass('k', first)).toBe('STANDARD')
  await put('k')
  await put('k')
  await put('k')
  await days(31)
  expect(await storageClass('k', first)).toBe('STANDARD_IA')
  await days(30)
  expect(await versions()).toEqual(['k STANDARD', 'k STANDARD_IA', 'k STANDARD_IA'])
  await put('k')
  await days(2)
  expect(await versions()).toEqual(['k STANDARD', 'k STANDARD', 'k STANDARD_IA'])
})

test('filters by tags and sizes choose objects, and later tags count at the next midnight', async () => {
  const { Bucket, put, versions } = await bucketWithRules(t, [
    {
      Status,
      Filter: {
        And: {
          Prefix: 'x',
          Tags: [{ Key: 'keep', Value: 'no' }],
          ObjectSizeGreaterThan: 3,
          ObjectSizeLessThan: 6,
        },
      },
      Expiration: { Days: 2 },
    },
  ])
  const tagged = { Tagging: 'keep=no&a=b' }
  await put('x-right', '12345', tagged)
  await put('x-untagged', '12345')
  await put('x-small', '123', tagged)
  await put('x-large', '123456', tagged)
  await put('y', '12345', tagged)
  await days(5)
  expect(await versions()).toEqual([
    'x-large STANDARD',
    'x-small STANDARD',
    'x-untagged STANDARD',
    'y STANDARD',
  ])
  await t.s3.send(
    new PutObjectTaggingCommand({
      Bucket,
      Key: 'x-untagged',
      Tagging: { TagSet: [{ Key: 'keep', Value: 'no' }] },
    }),
  )
  await days(1)
  expect(await versions()).not.toContain('x-untagged STANDARD')
})

test('small objects stay where they are, unless a filter by size or the setting says otherwise', async () => {
  const rule = { Status, Filter: {}, Transitions: [{ Days: 0, StorageClass: 'GLACIER' }] } as const
  const { put, setRules, storageClass } = await bucketWithRules(t, [
    { ...rule, Transitions: [...rule.Transitions] },
  ])
  await put('small', 'text')
  await put('large')
  await days(1)
  expect(await storageClass('small')).toBe('STANDARD')
  expect(await storageClass('large')).toBe('GLACIER')
  const answer = await setRules([{ ...rule, Transitions: [...rule.Transitions] }], {
    TransitionDefaultMinimumObjectSize: 'varies_by_storage_class',
  })
  expect(answer.TransitionDefaultMinimumObjectSize).toBe('varies_by_storage_class')
  await days(1)
  expect(await storageClass('small')).toBe('GLACIER')
  await put('tiny', '1')
  await setRules([
    {
      Status,
      Filter: { ObjectSizeGreaterThan: 0 },
      Transitions: [{ Days: 30, StorageClass: 'STANDARD_IA' }],
    },
  ])
  await days(32)
  expect(await storageClass('tiny')).toBe('STANDARD_IA')
})

test('a rule with a date concerns everything from that date on', async () => {
  const at = new Date(midnightAfter(t.emulator.now(), 3))
  const { put, versions } = await bucketWithRules(t, [
    { Status, Filter: {}, Expiration: { Date: at } },
  ])
  await put('before', 'text')
  await days(2)
  expect(await versions()).toEqual(['before STANDARD'])
  await days(2)
  expect(await versions()).toEqual([])
  await put('after', 'text')
  await days(1)
  expect(await versions()).toEqual([])
})

test('uploads that were never completed are aborted, and answers say when', async () => {
  const { Bucket } = await bucketWithRules(t, [
    { ID: 'stale', Status, Filter: {}, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } },
  ])
  const created = await t.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'k' }))
  const { UploadId } = created
  const at = new Date(midnightAfter(t.emulator.now(), 7))
  expect(created).toMatchObject({ AbortDate: at, AbortRuleId: 'stale' })
  const part = { Bucket, Key: 'k', UploadId }
  await t.s3.send(new UploadPartCommand({ ...part, PartNumber: 1, Body: 'text' }))
  expect(await t.s3.send(new ListPartsCommand(part))).toMatchObject({
    AbortDate: at,
    AbortRuleId: 'stale',
  })
  const uploads = async () =>
    (await t.s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []
  await days(6)
  expect(await uploads()).toHaveLength(1)
  await days(2)
  expect(await uploads()).toEqual([])
})

test('rules that are disabled or deleted do nothing, and new ones concern what is old', async () => {
  const rule = { Filter: {}, Expiration: { Days: 1 } }
  const { Bucket, put, setRules, versions } = await bucketWithRules(t, [
    { ...rule, Status: 'Disabled' },
  ])
  await put('k', 'text')
  await days(3)
  await setRules([{ ...rule, Status }])
  await t.s3.send(new DeleteBucketLifecycleCommand({ Bucket }))
  await days(3)
  expect(await versions()).toEqual(['k STANDARD'])
  await setRules([{ ...rule, Status }])
  await days(1)
  expect(await versions()).toEqual([])
})

test('one advance over half a year does everything on its way', async () => {
  const { put, versions, head } = await bucketWithRules(
    t,
    [
      {
        Status,
        Filter: { Prefix: 'm/' },
        Transitions: [
          { Days: 30, StorageClass: 'STANDARD_IA' },
          { Days: 90, StorageClass: 'GLACIER_IR' },
        ],
        Expiration: { Days: 150 },
        NoncurrentVersionExpiration: { NoncurrentDays: 10 },
      },
      { Status, Filter: { Prefix: 'm/' }, Expiration: { ExpiredObjectDeleteMarker: true } },
      { Status, Filter: { Prefix: 'k/' }, Transitions: [{ Days: 90, StorageClass: 'GLACIER' }] },
    ],
    'Enabled',
  )
  for (let index = 0; index < 250; index += 1) await put(`m/${index}`, 'small')
  await put('k/1', large)
  await days(180)
  expect(await versions()).toEqual(['k/1 GLACIER'])
  expect((await refusal(head('m/1'))).status).toBe(404)
})

test('a version that is locked waits until its lock is over', async () => {
  const Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
  const Rules = [
    { Status, Filter: {}, NoncurrentVersionExpiration: { NoncurrentDays: 1 } } as const,
  ]
  await t.s3.send(
    new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
  )
  const write = (more: object = {}) =>
    t.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'text', ...more }))
  const ObjectLockRetainUntilDate = new Date(t.emulator.now() + 10 * day)
  await write({ ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate })
  await write()
  const count = async () =>
    (await t.s3.send(new ListObjectVersionsCommand({ Bucket }))).Versions?.length
  await days(8)
  expect(await count()).toBe(2)
  await days(4)
  expect(await count()).toBe(1)
})
