import {
  AbortMultipartUploadCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  HeadObjectCommand,
} from '@aws-sdk/client-s3'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { startChecksum } from '../../../emulator/http/payload/checksums.ts'
import { md5, mib, multipartSteps } from './multipart-steps.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'multipart-bucket'
const { create, upload, complete, bytesOf, threeParts } = multipartSteps(() => t.s3, Bucket)
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

describe('a multipart upload', () => {
  test('becomes one object, readable whole, by range and by part', async () => {
    const Key = 'three'
    const { UploadId, parts, pieces, whole } = await threeParts(Key, {
      Metadata: { a: 'b' },
      ContentType: 'x/y',
    })
    const answer = await complete(Key, UploadId, parts)
    const ETag = `"${md5(Buffer.concat(pieces.map(md5))).toString('hex')}-3"`
    expect(answer).toMatchObject({
      Bucket,
      Key,
      ETag,
      Location: `${t.emulator.url}/${Bucket}/${Key}`,
    })
    expect((await bytesOf(Key)).equals(whole)).toBe(true)
    for (const [start, end] of [
      [0, 1],
      [5 * mib - 2, 5 * mib + 2],
      [100, whole.length - 1],
    ] as const) {
      expect(
        (await bytesOf(Key, { Range: `bytes=${start}-${end}` })).equals(
          whole.subarray(start, end + 1),
        ),
      ).toBe(true)
    }
    const second = await t.s3.send(new HeadObjectCommand({ Bucket, Key, PartNumber: 2 }))
    expect(second).toMatchObject({
      PartsCount: 3,
      ContentLength: 6 * mib,
      ContentRange: `bytes ${5 * mib}-${11 * mib - 1}/${whole.length}`,
      ETag,
      Metadata: { a: 'b' },
      ContentType: 'x/y',
    })
    expect((await bytesOf(Key, { PartNumber: 3 })).equals(pieces[2]!)).toBe(true)
    expect(await refusal(bytesOf(Key, { PartNumber: 4 }))).toMatchObject({
      code: 'InvalidPartNumber',
      status: 416,
    })
  })

  test('may leave parts out, and replaces a part that is sent again', async () => {
    const Key = 'resent'
    const UploadId = await create(Key)
    await upload(Key, UploadId, 1, 'left out')
    await upload(Key, UploadId, 2, 'first')
    const { ETag } = await upload(Key, UploadId, 2, 'second')
    await complete(Key, UploadId, [{ PartNumber: 2, ETag }])
    expect((await bytesOf(Key)).toString()).toBe('second')
  })

  test('checks order, size and entity tags of its parts', async () => {
    const Key = 'checked'
    const UploadId = await create(Key)
    const first = { PartNumber: 1, ETag: (await upload(Key, UploadId, 1, 'small')).ETag }
    const second = { PartNumber: 2, ETag: (await upload(Key, UploadId, 2, 'last')).ETag }
    expect(await refusal(complete(Key, UploadId, [second, first]))).toMatchObject({
      code: 'InvalidPartOrder',
    })
    expect(await refusal(complete(Key, UploadId, [first, second]))).toMatchObject({
      code: 'EntityTooSmall',
      error: { MinSizeAllowed: '5242880', PartNumber: '1', ProposedSize: '5' },
    })
    expect(await refusal(complete(Key, UploadId, [{ ...first, ETag: '"0"' }]))).toMatchObject({
      code: 'InvalidPart',
    })
    expect(await refusal(complete(Key, UploadId, [{ ...first, PartNumber: 9 }]))).toMatchObject({
      code: 'InvalidPart',
    })
    expect(await refusal(complete(Key, UploadId, []))).toMatchObject({
      code: 'MalformedXML',
    })
    expect(await refusal(complete(Key, 'no-such-upload', [first]))).toMatchObject({
      code: 'NoSuchUpload',
    })
    expect(await refusal(complete(Key, UploadId, [first], { MpuObjectSize: 6 }))).toMatchObject({
      code: 'InvalidRequest',
    })
    expect(await refusal(upload(Key, UploadId, 0, 'x'))).toMatchObject({
      code: 'InvalidArgument',
      message: 'Part number must be an integer between 1 and 10000, inclusive',
    })
    expect(await refusal(upload(Key, UploadId, 10_001, 'x'))).toMatchObject({
      code: 'InvalidArgument',
    })
    expect(await refusal(upload('other-key', UploadId, 1, 'x'))).toMatchObject({
      code: 'NoSuchUpload',
    })
    expect(await refusal(complete(Key, UploadId, [first], { IfNoneMatch: '"x"' }))).toMatchObject({
      status: 501,
    })
    await complete(Key, UploadId, [first], { IfNoneMatch: '*' })
  })

  test.each([
    ['CRC32', 'COMPOSITE'],
    ['CRC32C', 'COMPOSITE'],
    ['SHA1', 'COMPOSITE'],
    ['SHA256', 'COMPOSITE'],
    ['CRC32', 'FULL_OBJECT'],
    ['CRC32C', 'FULL_OBJECT'],
    ['CRC64NVME', 'FULL_OBJECT'],
  ] as const)('has a checksum of %s, %s', async (ChecksumAlgorithm, ChecksumType) => {
    const Key = `summed-${ChecksumAlgorithm}-${ChecksumType}`
    const { UploadId, parts, whole } = await threeParts(Key, { ChecksumAlgorithm, ChecksumType })
    const name = `Checksum${ChecksumAlgorithm}` as const
    const answer = await complete(Key, UploadId, parts)
    const sum = async (bytes: Buffer) => {
      const running = await startChecksum(ChecksumAlgorithm)
      running.update(bytes)
      return (await running.digest()).toString('base64')
    }
    const expected =
      ChecksumType === 'FULL_OBJECT'
        ? await sum(whole)
        : `${await sum(Buffer.concat(parts.map((part) => Buffer.from(part[name]!, 'base64'))))}-3`
    expect(answer).toMatchObject({ [name]: expected, ChecksumType })
    const head = await t.s3.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }))
    expect(head).toMatchObject({ [name]: expected, ChecksumType })
  })

  test('is completed only with the checksum that its object has', async () => {
    const Key = 'whole-sum'
    const input = { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'FULL_OBJECT' } as const
    const UploadId = await create(Key, input)
    const { ETag } = await upload(Key, UploadId, 1, '123456789', {
      ChecksumAlgorithm: 'CRC64NVME',
    })
    const parts = [{ PartNumber: 1, ETag }]
    const wrong = { ChecksumCRC64NVME: 'AAAAAAAAAAA=', ChecksumType: 'FULL_OBJECT' }
    expect(await refusal(complete(Key, UploadId, parts, wrong))).toMatchObject({
      code: 'BadDigest',
      message: 'The crc64nvme you specified did not match the calculated checksum.',
    })
    expect(
      await refusal(complete(Key, UploadId, parts, { ChecksumType: 'COMPOSITE' })),
    ).toMatchObject({ code: 'InvalidRequest' })
    const right = { ChecksumCRC64NVME: 'rosUhgp5mIg=', ChecksumType: 'FULL_OBJECT' }
    expect(await complete(Key, UploadId, parts, right)).toMatchObject({
      ChecksumCRC64NVME: 'rosUhgp5mIg=',
    })
  })

  test('refuses checksums that its algorithm does not have', async () => {
    expect(
      await refusal(create('k', { ChecksumAlgorithm: 'SHA256', ChecksumType: 'FULL_OBJECT' })),
    ).toMatchObject({
      code: 'InvalidRequest',
      message: 'The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm.',
    })
    expect(
      await refusal(create('k', { ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' })),
    ).toMatchObject({
      code: 'InvalidRequest',
    })
    const UploadId = await create('k', { ChecksumAlgorithm: 'SHA256' })
    expect(
      await refusal(upload('k', UploadId, 1, 'x', { ChecksumAlgorithm: 'CRC32' })),
    ).toMatchObject({
      code: 'InvalidRequest',
      message:
        'Checksum Type mismatch occurred, expected checksum Type: sha256, actual checksum Type: crc32',
    })
  })

  test('is nowhere to be seen before it is completed, nor after it is aborted', async () => {
    const Key = 'aborted'
    const UploadId = await create(Key)
    await upload(Key, UploadId, 1, 'x')
    expect(await refusal(bytesOf(Key))).toMatchObject({ code: 'NoSuchKey' })
    const answer = await t.s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
    expect(answer.$metadata.httpStatusCode).toBe(204)
    expect(await refusal(upload(Key, UploadId, 1, 'x'))).toMatchObject({ code: 'NoSuchUpload' })
    expect(
      await refusal(t.s3.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))),
    ).toMatchObject({
      code: 'NoSuchUpload',
    })
  })

  test('does not keep its bucket', async () => {
    const name = t.bucketName()
    await t.s3.send(new CreateBucketCommand({ Bucket: name }))
    const UploadId = await create('k', { Bucket: name })
    await upload('k', UploadId, 1, 'x', { Bucket: name })
    await t.s3.send(new DeleteBucketCommand({ Bucket: name }))
    expect(await refusal(upload('k', UploadId, 2, 'x', { Bucket: name }))).toMatchObject({
      code: 'NoSuchBucket',
    })
  })
})
