import {
  CreateBucketCommand,
  GetBucketAbacCommand,
  GetBucketAccelerateConfigurationCommand,
  GetBucketRequestPaymentCommand,
  PutBucketAbacCommand,
  PutBucketAccelerateConfigurationCommand,
  PutBucketRequestPaymentCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'recorded.bucket'
const Plain = 'recorded-bucket'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(new CreateBucketCommand({ Bucket: Plain }))
})
afterAll(() => t.emulator.close())

test('who pays is kept, and is the owner or the requester', async () => {
  const pay = (Payer: 'Requester' | 'BucketOwner') =>
    t.s3.send(
      new PutBucketRequestPaymentCommand({ Bucket, RequestPaymentConfiguration: { Payer } }),
    )
  await pay('Requester')
  expect(await t.s3.send(new GetBucketRequestPaymentCommand({ Bucket }))).toMatchObject({
    Payer: 'Requester',
  })
  expect(await refusal(pay('Nobody' as never))).toMatchObject({ code: 'MalformedXML' })
})

test('acceleration is kept, and not for a name with periods', async () => {
  const accelerate = (name: string) =>
    t.s3.send(
      new PutBucketAccelerateConfigurationCommand({
        Bucket: name,
        AccelerateConfiguration: { Status: 'Enabled' },
      }),
    )
  const status = async () =>
    (await t.s3.send(new GetBucketAccelerateConfigurationCommand({ Bucket: Plain }))).Status
  expect(await status()).toBeUndefined()
  await accelerate(Plain)
  expect(await status()).toBe('Enabled')
  expect(await refusal(accelerate(Bucket))).toMatchObject({ code: 'InvalidRequest' })
})

test('attribute-based access control is kept', async () => {
  const status = async () =>
    (await t.s3.send(new GetBucketAbacCommand({ Bucket }))).AbacStatus?.Status
  expect(await status()).toBe('Disabled')
  await t.s3.send(new PutBucketAbacCommand({ Bucket, AbacStatus: { Status: 'Enabled' } }))
  expect(await status()).toBe('Enabled')
})
