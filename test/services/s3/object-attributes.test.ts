import {
  CreateBucketCommand,
  GetObjectAttributesCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { md5, mib } from './multipart-steps.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'attributed'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

const all = ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'] as const

test('an object says of itself what it is asked for, and nothing else', async () => {
  await t.s3.send(
    new PutObjectCommand({ Bucket, Key: 'a', Body: 'hello', ChecksumAlgorithm: 'SHA256' }),
  )
  const whole = await t.s3.send(
    new GetObjectAttributesCommand({ Bucket, Key: 'a', ObjectAttributes: [...all] }),
  )
  expect(whole).toMatchObject({
    ETag: md5(Buffer.from('hello')).toString('hex'),
    Checksum: {
      ChecksumSHA256: 'LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=',
      ChecksumType: 'FULL_OBJECT',
    },
    StorageClass: 'STANDARD',
    ObjectSize: 5,
    LastModified: expect.any(Date),
  })
  expect(whole.ObjectParts).toBeUndefined()
  const size = await t.s3.send(
    new GetObjectAttributesCommand({ Bucket, Key: 'a', ObjectAttributes: ['ObjectSize'] }),
  )
  expect([size.ObjectSize, size.ETag, size.Checksum]).toEqual([5, undefined, undefined])
})

test('the parts of an upload come in pages, with their checksums', async () => {
  await new Upload({
    client: t.s3,
    params: { Bucket, Key: 'parts', Body: Buffer.alloc(12 * mib, 'x'), ChecksumAlgorithm: 'SHA1' },
    partSize: 5 * mib,
  }).done()
  const page = (PartNumberMarker?: string) =>
    t.s3.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: 'parts',
        ObjectAttributes: ['ObjectParts', 'Checksum'],
        MaxParts: 2,
        PartNumberMarker,
      }),
    )
  const first = await page()
  expect(first.Checksum!.ChecksumType).toBe('COMPOSITE')
  expect(first.ObjectParts).toMatchObject({ TotalPartsCount: 3, MaxParts: 2, IsTruncated: true })
  const second = await page(first.ObjectParts!.NextPartNumberMarker)
  expect(second.ObjectParts!.IsTruncated).toBe(false)
  const parts = [...first.ObjectParts!.Parts!, ...second.ObjectParts!.Parts!]
  expect(parts.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, 5 * mib],
    [2, 5 * mib],
    [3, 2 * mib],
  ])
  expect(parts.every(({ ChecksumSHA1 }) => ChecksumSHA1?.length === 28)).toBe(true)
})

test('a version is named; what is missing or unknown is refused', async () => {
  await t.s3.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }),
  )
  const { VersionId } = await t.s3.send(new PutObjectCommand({ Bucket, Key: 'v', Body: '1' }))
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'v', Body: '22' }))
  const of = (input: object) =>
    t.s3.send(
      new GetObjectAttributesCommand({
        Bucket,
        Key: 'v',
        ObjectAttributes: ['ObjectSize'],
        ...input,
      }),
    )
  expect(await of({ VersionId })).toMatchObject({ ObjectSize: 1, VersionId })
  expect(await of({})).toMatchObject({ ObjectSize: 2 })
  expect(await refusal(of({ Key: 'nothing' }))).toMatchObject({ code: 'NoSuchKey', status: 404 })
  expect(await refusal(of({ ObjectAttributes: ['Colour'] }))).toMatchObject({
    code: 'InvalidArgument',
    status: 400,
  })
})
