import { randomBytes } from 'node:crypto'

import {
  CopyObjectCommand,
  CreateBucketCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { md5, mib, multipartSteps } from './multipart-steps.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'multipart-lists'
const { create, upload, complete, bytesOf, threeParts } = multipartSteps(() => t.s3, Bucket)
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

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
