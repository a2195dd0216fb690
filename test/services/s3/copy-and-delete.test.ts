import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type CopyObjectCommandInput,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'copy-bucket'
const Elsewhere = 'copy-target'
beforeAll(async () => {
  t = await startS3Test()
  for (const name of [Bucket, Elsewhere]) await t.s3.send(new CreateBucketCommand({ Bucket: name }))
})
afterAll(() => t.emulator.close())

const put = (Key: string, input: object = {}) =>
  t.s3.send(new PutObjectCommand({ Bucket, Key, Body: `body of ${Key}`, ...input }))
const head = (Key: string, input: object = {}) =>
  t.s3.send(new HeadObjectCommand({ Bucket, Key, ...input }))
const text = async (Key: string, bucket = Bucket) =>
  (await t.s3.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body!.transformToString()
const copy = (CopySource: string, Key: string, input: Partial<CopyObjectCommandInput> = {}) =>
  t.s3.send(new CopyObjectCommand({ Bucket, CopySource, Key, ...input }))

describe('CopyObject', () => {
  test('brings bytes, metadata, headers and tags, but not the storage class or a redirect', async () => {
    const { ETag } = await put('source', {
      ContentType: 'text/x',
      Metadata: { a: 'b' },
      CacheControl: 'no-store',
      Tagging: 'k=v',
      StorageClass: 'STANDARD_IA',
      WebsiteRedirectLocation: '/x',
    })
    const answer = await copy(`${Bucket}/source`, 'copied', { Bucket: Elsewhere })
    expect(answer.CopyObjectResult).toMatchObject({ ETag, LastModified: expect.any(Date) })
    expect(await text('copied', Elsewhere)).toBe('body of source')
    const copied = await head('copied', { Bucket: Elsewhere })
    expect(copied).toMatchObject({
      ContentType: 'text/x',
      Metadata: { a: 'b' },
      CacheControl: 'no-store',
      TagCount: 1,
    })
    expect(copied.StorageClass).toBeUndefined()
    expect(copied.WebsiteRedirectLocation).toBeUndefined()
  })

  test('with REPLACE takes metadata and tags from the request', async () => {
    await put('source', { ContentType: 'text/x', Metadata: { a: 'b' }, Tagging: 'k=v' })
    await copy(`${Bucket}/source`, 'replaced', {
      MetadataDirective: 'REPLACE',
      ContentType: 'text/y',
      Metadata: { c: 'd' },
      TaggingDirective: 'REPLACE',
      Tagging: 'x=1&y=2',
      StorageClass: 'GLACIER_IR',
    })
    expect(await head('replaced')).toMatchObject({
      ContentType: 'text/y',
      Metadata: { c: 'd' },
      TagCount: 2,
      StorageClass: 'GLACIER_IR',
    })
  })

  test.each([
    ['plain', `/${Bucket}/plain`],
    ['with space/ü+plus', `${Bucket}/${encodeURIComponent('with space/ü+plus')}`],
    ['with space/ü+plus', encodeURIComponent(`${Bucket}/with space/ü+plus`)],
    ['question?mark', `${Bucket}/question%3Fmark`],
    ['form space', `${Bucket}/form+space`],
    ['plain', `${Bucket}/plain?versionId=null`],
  ])('finds %s by %s', async (key, source) => {
    await put(key)
    await copy(source, 'found')
    expect(await text('found')).toBe(`body of ${key}`)
  })

  test('outlives its source', async () => {
    await put('short-lived')
    await copy(`${Bucket}/short-lived`, 'long-lived')
    await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'short-lived' }))
    expect(await text('long-lived')).toBe('body of short-lived')
  })

  test('onto itself has to change something', async () => {
    await put('self', { Metadata: { a: '1' } })
    expect(await refusal(copy(`${Bucket}/self`, 'self'))).toMatchObject({
      code: 'InvalidRequest',
      status: 400,
      message:
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    })
    await copy(`${Bucket}/self`, 'self', { MetadataDirective: 'REPLACE', Metadata: { a: '2' } })
    expect(await text('self')).toBe('body of self')
    expect((await head('self')).Metadata).toEqual({ a: '2' })
    await copy(`${Bucket}/self`, 'self', { StorageClass: 'STANDARD_IA' })
    expect((await head('self')).StorageClass).toBe('STANDARD_IA')
  })

  test('computes another checksum when asked for one', async () => {
    await put('summed', { Body: '123456789', ChecksumAlgorithm: 'CRC32' })
    const { CopyObjectResult } = await copy(`${Bucket}/summed`, 'resummed', {
      ChecksumAlgorithm: 'CRC64NVME',
    })
    expect(CopyObjectResult).toMatchObject({
      ChecksumCRC64NVME: 'rosUhgp5mIg=',
      ChecksumType: 'FULL_OBJECT',
    })
    expect(await head('resummed', { ChecksumMode: 'ENABLED' })).toMatchObject({
      ChecksumCRC64NVME: 'rosUhgp5mIg=',
    })
    expect(await text('resummed')).toBe('123456789')
  })

  test('checks the conditions on its source and on its target', async () => {
    const { ETag } = await put('conditional')
    const source = `${Bucket}/conditional`
    const past = new Date(0)
    expect(await refusal(copy(source, 'c', { CopySourceIfMatch: '"x"' }))).toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
      error: { Condition: 'x-amz-copy-source-If-Match' },
    })
    expect(await refusal(copy(source, 'c', { CopySourceIfNoneMatch: ETag }))).toMatchObject({
      status: 412,
    })
    expect(await refusal(copy(source, 'c', { CopySourceIfUnmodifiedSince: past }))).toMatchObject({
      status: 412,
    })
    await copy(source, 'c', { CopySourceIfMatch: ETag, CopySourceIfUnmodifiedSince: past })
    expect(await refusal(copy(source, 'c', { IfNoneMatch: '*' }))).toMatchObject({ status: 412 })
  })

  test('refuses what it cannot find or read', async () => {
    expect(await refusal(copy(`${Bucket}/nowhere`, 'x'))).toMatchObject({
      code: 'NoSuchKey',
      status: 404,
    })
    expect(await refusal(copy('no-such-bucket-here/k', 'x'))).toMatchObject({
      code: 'NoSuchBucket',
    })
    expect(await refusal(copy('just-a-bucket', 'x'))).toMatchObject({ code: 'InvalidArgument' })
    await put('ice', { StorageClass: 'GLACIER' })
    expect(await refusal(copy(`${Bucket}/ice`, 'x'))).toMatchObject({
      code: 'ObjectNotInActiveTierError',
      status: 403,
    })
    await put('directed')
    expect(
      await refusal(copy(`${Bucket}/directed`, 'x', { MetadataDirective: 'MERGE' as never })),
    ).toMatchObject({
      code: 'InvalidArgument',
      message: 'Unknown metadata directive.',
    })
  })
})

describe('DeleteObject', () => {
  test('takes an object away, and is content when there is none', async () => {
    await put('gone')
    const answer = await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))
    expect(answer.$metadata.httpStatusCode).toBe(204)
    expect(await refusal(head('gone'))).toMatchObject({ status: 404 })
    await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'gone' }))
  })

  test('with If-Match deletes only the content that is named', async () => {
    const { ETag } = await put('guarded')
    const remove = (IfMatch: string, Key = 'guarded') =>
      t.s3.send(new DeleteObjectCommand({ Bucket, Key, IfMatch }))
    expect(await refusal(remove('"x"'))).toMatchObject({ code: 'PreconditionFailed', status: 412 })
    await remove(ETag!)
    expect(await refusal(remove('*'))).toMatchObject({ code: 'NoSuchKey', status: 404 })
  })

  test('of the same key may be followed by a new object', async () => {
    await put('again')
    await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'again' }))
    await put('again', { Body: 'new' })
    expect(await text('again')).toBe('new')
  })
})

describe('DeleteObjects', () => {
  const remove = (keys: readonly string[], input: object = {}) =>
    t.s3.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: keys.map((Key) => ({ Key })), ...input },
      }),
    )

  test('takes a thousand keys away at once', async () => {
    const keys = Array.from({ length: 1000 }, (_, i) => `many/${i}`)
    await Promise.all(keys.slice(0, 50).map((key) => put(key)))
    const { Deleted, Errors } = await remove(keys)
    expect(Deleted?.map(({ Key }) => Key)).toEqual(keys)
    expect(Errors).toBeUndefined()
    expect(await t.s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'many/' }))).toMatchObject({
      KeyCount: 0,
    })
  })

  test('says nothing of what went well when quiet', async () => {
    await put('quiet')
    const answer = await remove(['quiet'], { Quiet: true })
    expect(answer.Deleted).toBeUndefined()
    expect(await refusal(head('quiet'))).toMatchObject({ status: 404 })
  })

  test('takes keys that XML has to escape', async () => {
    const keys = ['a&b<c>', 'new\nline', 'ü']
    for (const key of keys) await put(key)
    expect((await remove(keys)).Deleted).toHaveLength(3)
    for (const key of keys) expect(await refusal(head(key))).toMatchObject({ status: 404 })
  })

  test('reports the keys it could not delete, and deletes the others', async () => {
    await put('matching')
    const answer = await t.s3.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'matching', ETag: '"x"' }, { Key: 'unmatched' }] },
      }),
    )
    expect(answer.Errors).toEqual([
      {
        Key: 'matching',
        Code: 'PreconditionFailed',
        Message: 'At least one of the pre-conditions you specified did not hold',
      },
    ])
    expect(answer.Deleted).toEqual([{ Key: 'unmatched' }])
  })

  test('refuses an empty list and more than a thousand', async () => {
    expect(await refusal(remove([]))).toMatchObject({ code: 'MalformedXML', status: 400 })
    expect(await refusal(remove(Array.from({ length: 1001 }, (_, i) => `k${i}`)))).toMatchObject({
      code: 'MalformedXML',
      message:
        'The XML you provided was not well-formed or did not validate against our published schema',
    })
  })
})
