import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startS3Test, type S3Test } from './support.ts'

// Small pieces are read at once, large ones stream, and both are decrypted from wherever they begin.

let t: S3Test
const Bucket = 'corner-ranges'
const small = randomBytes(1000)
const large = randomBytes(200_000)
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'small', Body: small }))
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body: large }))
})
afterAll(() => t.emulator.close())

test.each([
  ['small', 0, 1000],
  ['small', 0, 1],
  ['small', 15, 16],
  ['small', 16, 33],
  ['small', 17, 999],
  ['small', 999, 1000],
  ['large', 0, 65_536],
  ['large', 1, 65_537],
  ['large', 1, 65_538],
  ['large', 100_001, 200_000],
  ['large', 199_999, 200_000],
])('the %s object from byte %i to before %i', async (Key, start, end) => {
  const whole = Key === 'small' ? small : large
  const { Body, ContentLength, ContentRange } = await t.s3.send(
    new GetObjectCommand({ Bucket, Key, Range: `bytes=${start}-${end - 1}` }),
  )
  expect(ContentLength).toBe(end - start)
  expect(ContentRange).toBe(`bytes ${start}-${end - 1}/${whole.length}`)
  const bytes = Buffer.from(await Body!.transformToByteArray())
  expect(bytes.equals(whole.subarray(start, end))).toBe(true)
})
