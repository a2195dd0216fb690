import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectLegalHoldCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  GetBucketVersioningCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLegalHoldCommand,
  PutObjectLockConfigurationCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { user } from './callers.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
let Bucket: string
const day = 86_400_000

beforeAll(async () => {
  t = await startS3Test()
  Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: true }))
})
afterAll(() => t.emulator.close())

const put = async (Key: string, more: object = {}) =>
  (await t.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x', ...more }))).VersionId!
const inDays = (days: number) => new Date(Math.floor((t.emulator.now() + days * day) / 1000) * 1000)
const governed = (days: number) => ({
  ObjectLockMode: 'GOVERNANCE',
  ObjectLockRetainUntilDate: inDays(days),
})
const remove = (Key: string, VersionId: string, more: object = {}) =>
  t.s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, ...more }))
const retain = (Key: string, Retention: object, more: object = {}) =>
  t.s3.send(new PutObjectRetentionCommand({ Bucket, Key, Retention, ...more }))
const configure = (name: string, ObjectLockConfiguration: object) =>
  t.s3.send(new PutObjectLockConfigurationCommand({ Bucket: name, ObjectLockConfiguration }))
const denied = { code: 'AccessDenied', status: 403 }

test('a bucket made with object lock has versioning, which cannot be suspended', async () => {
  expect(await t.s3.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({
    Status: 'Enabled',
  })
  const VersioningConfiguration = { Status: 'Suspended' } as const
  const suspend = new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })
  expect(await refusal(t.s3.send(suspend))).toMatchObject({
    code: 'InvalidBucketState',
    status: 409,
  })
  expect(
    (await t.s3.send(new GetObjectLockConfigurationCommand({ Bucket }))).ObjectLockConfiguration,
  ).toEqual({ ObjectLockEnabled: 'Enabled' })
})

test('object lock needs versioning', async () => {
  const plain = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket: plain }))
  expect(await refusal(configure(plain, { ObjectLockEnabled: 'Enabled' }))).toMatchObject({
    code: 'InvalidBucketState',
    status: 409,
  })
  const VersioningConfiguration = { Status: 'Enabled' } as const
  await t.s3.send(new PutBucketVersioningCommand({ Bucket: plain, VersioningConfiguration }))
  await configure(plain, { ObjectLockEnabled: 'Enabled' })
})

test('a governed version is deleted only by who may bypass, and a marker goes before it at any time', async () => {
  const VersionId = await put('governed', governed(10))
  expect(await refusal(remove('governed', VersionId))).toMatchObject(denied)
  const { Errors } = await t.s3.send(
    new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'governed', VersionId }] } }),
  )
  expect(Errors).toMatchObject([{ Code: 'AccessDenied', VersionId }])
  await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'governed' }))
  const bypass = { Bucket, Key: 'governed', VersionId, BypassGovernanceRetention: true }
  const mayNot = await user(t, [{ Action: 's3:DeleteObject*' }])
  expect(await refusal(mayNot.s3.send(new DeleteObjectCommand(bypass)))).toMatchObject(denied)
  const may = await user(t, [{ Action: ['s3:DeleteObject*', 's3:BypassGovernanceRetention'] }])
  await may.s3.send(new DeleteObjectCommand(bypass))
})

test('compliance mode holds for everybody until its time has come', async () => {
  const until = inDays(5)
  const VersionId = await put('compliant', {
    ObjectLockMode: 'COMPLIANCE',
    ObjectLockRetainUntilDate: until,
  })
  const bypass = { BypassGovernanceRetention: true }
  expect(await refusal(remove('compliant', VersionId, bypass))).toMatchObject(denied)
  const weaker = [
    { Mode: 'COMPLIANCE', RetainUntilDate: inDays(4) },
    { Mode: 'GOVERNANCE', RetainUntilDate: inDays(9) },
    {},
  ]
  for (const retention of weaker) {
    expect(await refusal(retain('compliant', retention, bypass))).toMatchObject(denied)
  }
  await retain('compliant', { Mode: 'COMPLIANCE', RetainUntilDate: inDays(6) })
  await t.emulator.advance(6 * day + 1000)
  await remove('compliant', VersionId)
})

test('a retention in governance mode grows freely, and shrinks by bypass', async () => {
  await put('changing', governed(10))
  await retain('changing', { Mode: 'GOVERNANCE', RetainUntilDate: inDays(20) })
  const shorter = { Mode: 'GOVERNANCE', RetainUntilDate: inDays(1) }
  expect(await refusal(retain('changing', shorter))).toMatchObject(denied)
  await retain('changing', shorter, { BypassGovernanceRetention: true })
  const { Retention } = await t.s3.send(new GetObjectRetentionCommand({ Bucket, Key: 'changing' }))
  expect(Retention).toEqual(shorter)
})

test('a legal hold holds without an end', async () => {
  const VersionId = await put('held', { ObjectLockLegalHoldStatus: 'ON' })
  await t.emulator.advance(4000 * day)
  expect(
    await refusal(remove('held', VersionId, { BypassGovernanceRetention: true })),
  ).toMatchObject(denied)
  const hold = (Status: string) =>
    t.s3.send(
      new PutObjectLegalHoldCommand({ Bucket, Key: 'held', LegalHold: { Status: Status as 'ON' } }),
    )
  expect(await refusal(hold('MAYBE'))).toMatchObject({ code: 'MalformedXML' })
  await hold('OFF')
  const held = await t.s3.send(new GetObjectLegalHoldCommand({ Bucket, Key: 'held' }))
  expect(held.LegalHold).toEqual({ Status: 'OFF' })
  await remove('held', VersionId)
})

test("the bucket's retention is of every new version that says nothing; copies don't take their source's", async () => {
  const name = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: true }))
  const rule = { DefaultRetention: { Mode: 'GOVERNANCE', Days: 3 } }
  await configure(name, { ObjectLockEnabled: 'Enabled', Rule: rule })
  await t.s3.send(new PutObjectCommand({ Bucket: name, Key: 'k', Body: 'x' }))
  const head = await t.s3.send(new HeadObjectCommand({ Bucket: name, Key: 'k' }))
  expect(head.ObjectLockMode).toBe('GOVERNANCE')
  const distance = head.ObjectLockRetainUntilDate!.getTime() - head.LastModified!.getTime()
  expect(Math.abs(distance - 3 * day)).toBeLessThan(2000)
  await t.s3.send(new CopyObjectCommand({ Bucket, Key: 'copied', CopySource: `${name}/k` }))
  const copied = await t.s3.send(new HeadObjectCommand({ Bucket, Key: 'copied' }))
  expect(copied.ObjectLockMode).toBeUndefined()
})

test('what is no lock is refused', async () => {
  const configurations: [object, string][] = [
    [{ ObjectLockEnabled: 'Disabled' }, 'MalformedXML'],
    [{ Rule: { DefaultRetention: { Mode: 'governance', Days: 1 } } }, 'MalformedXML'],
    [{ Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 1, Years: 1 } } }, 'MalformedXML'],
    [{ Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 0 } } }, 'InvalidArgument'],
    [{ Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Years: 101 } } }, 'InvalidArgument'],
  ]
  for (const [given, code] of configurations) {
    const configuration = { ObjectLockEnabled: 'Enabled', ...given }
    expect(await refusal(configure(Bucket, configuration))).toMatchObject({
      code,
      status: 400,
    })
  }
  const writes: object[] = [
    { ObjectLockMode: 'GOVERNANCE' },
    { ...governed(1), ObjectLockMode: 'LOOSE' },
    governed(-1),
    { ObjectLockLegalHoldStatus: 'MAYBE' },
  ]
  for (const settings of writes) {
    expect(await refusal(put('bad', settings))).toMatchObject({ code: 'InvalidArgument' })
  }
  await put('unlocked')
  const Key = 'unlocked'
  expect(await refusal(retain(Key, { Mode: 'GOVERNANCE' }))).toMatchObject({ code: 'MalformedXML' })
  const missing = { code: 'NoSuchObjectLockConfiguration', status: 404 }
  const retention = new GetObjectRetentionCommand({ Bucket, Key })
  expect(await refusal(t.s3.send(retention))).toMatchObject(missing)
  const hold = new GetObjectLegalHoldCommand({ Bucket, Key })
  expect(await refusal(t.s3.send(hold))).toMatchObject(missing)
})
