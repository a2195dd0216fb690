import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type CompletedPart,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { combineCrcs, crc32c } from '../../../emulator/services/s3/crc-combine.ts'
import { startChecksum } from '../../../emulator/http/payload/checksums.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'multipart-bucket'
const mib = 1024 * 1024
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

const create = async (Key: string, input: object = {}) =>
  (await t.s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...input }))).UploadId!
const upload = (
  Key: string,
  UploadId: string,
  PartNumber: number,
  Body: Buffer | string,
  input: object = {},
) => t.s3.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...input }))
const complete = (Key: string, UploadId: string, Parts: CompletedPart[], input: object = {}) =>
  t.s3.send(
    new CompleteMultipartUploadCommand({
      Bucket,
      Key,
      UploadId,
      MultipartUpload: { Parts },
      ...input,
    }),
  )
const bytesOf = async (Key: string, input: object = {}) =>
  Buffer.from(
    await (
      await t.s3.send(new GetObjectCommand({ Bucket, Key, ...input }))
    ).Body!.transformToByteArray(),
  )
const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest()

/** An object of 5 MiB, 6 MiB and a few bytes, under part numbers with gaps. */
async function threeParts(Key: string, input: object = {}) {
  const pieces = [randomBytes(5 * mib), randomBytes(6 * mib), randomBytes(100)]
  const UploadId = await create(Key, input)
  const parts: CompletedPart[] = []
  for (const [i, piece] of pieces.entries()) {
    const PartNumber = i * 3 + 2
    const {
      $metadata: _,
      ServerSideEncryption: __,
      ...part
    } = await upload(Key, UploadId, PartNumber, piece, input)
    parts.push({ PartNumber, ...part })
  }
  return { UploadId, parts, pieces, whole: Buffer.concat(pieces) }
}

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
    expect(await refusal(complete(Key, UploadId, parts))).toMatchObject({
      code: 'NoSuchUpload',
      status: 404,
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
    expect(await refusal(complete(Key, UploadId, []))).toMatchObject({ code: 'MalformedXML' })
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
      message: 'The CRC64NVME you specified did not match the calculated checksum.',
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

test('UploadPartCopy takes ranges of other objects, across their own parts', async () => {
  const source = await threeParts('copy-source')
  await complete('copy-source', source.UploadId, source.parts)
  const Key = 'assembled'
  const UploadId = await create(Key)
  const from = (PartNumber: number, CopySourceRange?: string) =>
    t.s3.send(
      new UploadPartCopyCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber,
        CopySource: `${Bucket}/copy-source`,
        CopySourceRange,
      }),
    )
  const first = await from(1, `bytes=${4 * mib}-${10 * mib - 1}`)
  const second = await from(2)
  expect(first.CopyPartResult).toMatchObject({
    ETag: `"${md5(source.whole.subarray(4 * mib, 10 * mib)).toString('hex')}"`,
    LastModified: expect.any(Date),
  })
  await complete(Key, UploadId, [
    { PartNumber: 1, ETag: first.CopyPartResult!.ETag },
    { PartNumber: 2, ETag: second.CopyPartResult!.ETag },
  ])
  const expected = Buffer.concat([source.whole.subarray(4 * mib, 10 * mib), source.whole])
  expect((await bytesOf(Key)).equals(expected)).toBe(true)
  const again = await create(Key)
  const badRange = (CopySourceRange: string) =>
    refusal(
      t.s3.send(
        new UploadPartCopyCommand({
          Bucket,
          Key,
          UploadId: again,
          PartNumber: 1,
          CopySource: `${Bucket}/copy-source`,
          CopySourceRange,
        }),
      ),
    )
  for (const range of ['bytes=0-', 'bytes=9-3', '0-1', `bytes=0-${source.whole.length}`]) {
    expect(await badRange(range)).toMatchObject({ code: 'InvalidArgument', status: 400 })
  }
})

test('CopyObject makes one piece, with its own MD5, of an object of many', async () => {
  const source = await threeParts('in-parts')
  await complete('in-parts', source.UploadId, source.parts)
  const { CopyObjectResult } = await t.s3.send(
    new CopyObjectCommand({ Bucket, Key: 'in-one', CopySource: `${Bucket}/in-parts` }),
  )
  expect(CopyObjectResult?.ETag).toBe(`"${md5(source.whole).toString('hex')}"`)
  expect((await bytesOf('in-one')).equals(source.whole)).toBe(true)
})

test('ListParts pages by part number', async () => {
  const Key = 'listed-parts'
  const UploadId = await create(Key, { StorageClass: 'STANDARD_IA', ChecksumAlgorithm: 'CRC32' })
  for (const number of [1, 5, 7])
    await upload(Key, UploadId, number, `part ${number}`, { ChecksumAlgorithm: 'CRC32' })
  const list = (input: object) =>
    t.s3.send(new ListPartsCommand({ Bucket, Key, UploadId, ...input }))
  const first = await list({ MaxParts: 2 })
  expect(first).toMatchObject({
    IsTruncated: true,
    NextPartNumberMarker: '5',
    StorageClass: 'STANDARD_IA',
    ChecksumAlgorithm: 'CRC32',
    Initiator: { ID: 'arn:aws:iam::123456789012:user/student', DisplayName: 'student' },
  })
  expect(first.Parts?.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
    [1, 6],
    [5, 6],
  ])
  expect(first.Parts?.[0]?.ChecksumCRC32).toBeTruthy()
  const rest = await list({ PartNumberMarker: first.NextPartNumberMarker })
  expect(rest).toMatchObject({ IsTruncated: false })
  expect(rest.Parts?.map(({ PartNumber }) => PartNumber)).toEqual([7])
})

test('ListMultipartUploads pages by key and upload, with prefix and delimiter', async () => {
  const name = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket: name }))
  for (const key of ['a', 'b', 'b', 'b', 'dir/x', 'dir/y', 'z']) await create(key, { Bucket: name })
  const list = (input: object) =>
    t.s3.send(new ListMultipartUploadsCommand({ Bucket: name, ...input }))
  const found: string[] = []
  const ids = new Set<string>()
  let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}
  for (;;) {
    const page = await list({ MaxUploads: 2, Delimiter: '/', ...markers })
    found.push(...(page.Uploads ?? []).map(({ Key }) => Key!))
    found.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix!))
    for (const { UploadId } of page.Uploads ?? []) ids.add(UploadId!)
    if (!page.IsTruncated) break
    markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
  }
  expect(found.toSorted()).toEqual(['a', 'b', 'b', 'b', 'dir/', 'z'])
  expect(ids.size).toBe(5)
  expect((await list({ Prefix: 'dir/' })).Uploads).toHaveLength(2)
  expect((await list({ KeyMarker: 'b' })).Uploads?.map(({ Key }) => Key)).toEqual([
    'dir/x',
    'dir/y',
    'z',
  ])
})

test('lib-storage uploads a large stream', async () => {
  const bytes = randomBytes(17 * mib)
  await new Upload({
    client: t.s3,
    params: { Bucket, Key: 'by-library', Body: bytes },
    queueSize: 4,
  }).done()
  expect((await bytesOf('by-library')).equals(bytes)).toBe(true)
})

test('a multipart object gives way to a plain one', async () => {
  const { UploadId, parts } = await threeParts('overwritten')
  await complete('overwritten', UploadId, parts)
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'overwritten', Body: 'plain' }))
  expect((await bytesOf('overwritten')).toString()).toBe('plain')
})

describe('combineCrcs', () => {
  test.each(['CRC32', 'CRC32C', 'CRC64NVME'] as const)(
    'gives the %s of the whole',
    async (algorithm) => {
      const sum = async (bytes: Buffer) => {
        const running = await startChecksum(algorithm)
        running.update(bytes)
        return running.digest()
      }
      for (const sizes of [[1], [0, 5], [3, 0, 70_000], [1000, 1000, 1000, 1]]) {
        const pieces = sizes.map((size) => randomBytes(size))
        const values = []
        for (const piece of pieces) values.push({ value: await sum(piece), size: piece.length })
        expect(combineCrcs(algorithm, values).toString('hex')).toBe(
          (await sum(Buffer.concat(pieces))).toString('hex'),
        )
      }
    },
  )

  test('its CRC32C is the one of the check value', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
  })
})
