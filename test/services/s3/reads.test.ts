import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
let ETag: string
let LastModified: Date
const Bucket = 'reads-bucket'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(
    new PutObjectCommand({ Bucket, Key: 'ten', Body: '0123456789', ContentType: 'text/a' }),
  )
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }))
  const head = await t.s3.send(new HeadObjectCommand({ Bucket, Key: 'ten' }))
  ETag = head.ETag!
  LastModified = head.LastModified!
})
afterAll(() => t.emulator.close())

const get = (input: object = {}) =>
  t.s3.send(new GetObjectCommand({ Bucket, Key: 'ten', ...input }))
const head = (input: object = {}) =>
  t.s3.send(new HeadObjectCommand({ Bucket, Key: 'ten', ...input }))

describe('Range', () => {
  test.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=-100', '0123456789', 'bytes 0-9/10'],
    ['bytes=5-100', '56789', 'bytes 5-9/10'],
    ['bytes=9-9', '9', 'bytes 9-9/10'],
  ])('%s is partial content', async (Range, body, ContentRange) => {
    const got = await get({ Range })
    expect(await got.Body!.transformToString()).toBe(body)
    expect(got).toMatchObject({ ContentRange, ContentLength: body.length, ETag })
    expect(got.$metadata.httpStatusCode).toBe(206)
    const answer = await head({ Range })
    expect(answer).toMatchObject({ ContentLength: body.length, ContentRange })
    expect(answer.$metadata.httpStatusCode).toBe(206)
  })

  test.each(['bytes=0-1,3-4', 'bytes=5-2', 'lines=0-1', 'bytes=a-b', 'bytes=-'])(
    '%s is ignored',
    async (Range) => {
      const got = await get({ Range })
      expect(got.$metadata.httpStatusCode).toBe(200)
      expect(got.ContentRange).toBeUndefined()
      expect(await got.Body!.transformToString()).toBe('0123456789')
    },
  )

  test.each(['bytes=10-', 'bytes=10-20', 'bytes=-0'])('%s has no bytes to give', async (Range) => {
    expect(await refusal(get({ Range }))).toMatchObject({
      code: 'InvalidRange',
      status: 416,
      message: 'The requested range is not satisfiable',
      error: { ActualObjectSize: '10', RangeRequested: Range },
    })
    expect(await refusal(head({ Range }))).toMatchObject({ status: 416 })
  })

  test('of an empty object has nothing to give either', async () => {
    expect(await refusal(get({ Key: 'empty', Range: 'bytes=0-' }))).toMatchObject({ status: 416 })
  })

  test('leaves out the checksum of the whole', async () => {
    const got = await get({ Range: 'bytes=0-3', ChecksumMode: 'ENABLED' })
    expect(got.ChecksumType).toBeUndefined()
    expect(await got.Body!.transformToString()).toBe('0123')
  })
})

describe('PartNumber', () => {
  test('1 of an object in one piece is all of it', async () => {
    const got = await get({ PartNumber: 1 })
    expect(got.$metadata.httpStatusCode).toBe(206)
    expect(got).toMatchObject({ ContentRange: 'bytes 0-9/10', ContentLength: 10 })
    expect(got.PartsCount).toBeUndefined()
  })

  test('2 of an object in one piece is not there', async () => {
    expect(await refusal(get({ PartNumber: 2 }))).toMatchObject({
      code: 'InvalidPartNumber',
      status: 416,
      error: { ActualPartCount: '1', PartNumberRequested: '2' },
    })
    expect(await refusal(get({ PartNumber: 0 }))).toMatchObject({
      code: 'InvalidArgument',
      status: 400,
    })
    expect(await refusal(get({ PartNumber: 1, Range: 'bytes=0-1' }))).toMatchObject({
      code: 'InvalidRequest',
      message: 'Cannot specify both Range header and partNumber query parameter',
    })
  })
})

describe('conditions', () => {
  const hour = 3600_000
  const before = () => new Date(LastModified.getTime() - hour)
  const after = () => new Date(LastModified.getTime() + hour)
  const cases: [string, () => object, number][] = [
    ['If-Match of the content', () => ({ IfMatch: ETag }), 200],
    ['If-Match without quotes', () => ({ IfMatch: ETag.replaceAll('"', '') }), 200],
    ['If-Match of anything', () => ({ IfMatch: '*' }), 200],
    ['If-Match of a list', () => ({ IfMatch: `"x", ${ETag}` }), 200],
    ['If-Match of something else', () => ({ IfMatch: '"x"' }), 412],
    ['If-None-Match of the content', () => ({ IfNoneMatch: ETag }), 304],
    ['If-None-Match of something else', () => ({ IfNoneMatch: '"x"' }), 200],
    ['If-Modified-Since before', () => ({ IfModifiedSince: before() }), 200],
    ['If-Modified-Since the moment itself', () => ({ IfModifiedSince: LastModified }), 304],
    ['If-Modified-Since a moment that is yet to come', () => ({ IfModifiedSince: after() }), 200],
    ['If-Unmodified-Since after', () => ({ IfUnmodifiedSince: after() }), 200],
    ['If-Unmodified-Since the moment itself', () => ({ IfUnmodifiedSince: LastModified }), 200],
    ['If-Unmodified-Since before', () => ({ IfUnmodifiedSince: before() }), 412],
    [
      'If-Match over If-Unmodified-Since',
      () => ({ IfMatch: ETag, IfUnmodifiedSince: before() }),
      200,
    ],
    [
      'If-None-Match over If-Modified-Since',
      () => ({ IfNoneMatch: '"x"', IfModifiedSince: after() }),
      200,
    ],
    [
      'If-None-Match with If-Modified-Since',
      () => ({ IfNoneMatch: ETag, IfModifiedSince: before() }),
      304,
    ],
  ]

  test.each(cases)('%s', async (_name, conditions, status) => {
    for (const read of [get, head]) {
      if (status === 200) {
        expect((await read(conditions())).$metadata.httpStatusCode).toBe(200)
        continue
      }
      const refused = await refusal(read(conditions()))
      expect(refused.status).toBe(status)
      if (status === 304) expect(refused.error.$response?.headers.etag).toBe(ETag)
    }
  })

  test('a failed precondition is named', async () => {
    expect(await refusal(get({ IfMatch: '"x"' }))).toMatchObject({
      code: 'PreconditionFailed',
      message: 'At least one of the pre-conditions you specified did not hold',
      error: { Condition: 'If-Match' },
    })
  })
})

test('response headers can be overridden', async () => {
  const ResponseExpires = new Date('2031-01-01T00:00:00Z')
  expect(
    await get({
      ResponseContentType: 'text/b',
      ResponseCacheControl: 'no-cache',
      ResponseContentDisposition: 'inline',
      ResponseContentEncoding: 'identity',
      ResponseContentLanguage: 'fr',
      ResponseExpires,
    }),
  ).toMatchObject({
    ContentType: 'text/b',
    CacheControl: 'no-cache',
    ContentDisposition: 'inline',
    ContentEncoding: 'identity',
    ContentLanguage: 'fr',
    Expires: ResponseExpires,
  })
})

test('a version other than null does not exist without versioning', async () => {
  expect((await get({ VersionId: 'null' })).ContentLength).toBe(10)
  for (const VersionId of ['x'.repeat(32), 'short']) {
    expect(await refusal(get({ VersionId }))).toMatchObject({
      code: 'InvalidArgument',
      message: 'Invalid version id specified',
    })
  }
})
