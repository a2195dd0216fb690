import { createHash, randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusal, startS3Test, virtualHostStyle, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'objects-bucket'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

const put = (Key: string, input: object = {}) =>
  t.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'hello', ...input }))
const get = (Key: string, input: object = {}) =>
  t.s3.send(new GetObjectCommand({ Bucket, Key, ...input }))
const head = (Key: string, input: object = {}) =>
  t.s3.send(new HeadObjectCommand({ Bucket, Key, ...input }))

describe('PutObject and GetObject', () => {
  test('give back what was put, with its MD5 as entity tag', async () => {
    const bytes = randomBytes(300_000)
    const md5 = createHash('md5').update(bytes).digest('hex')
    expect(await put('bytes', { Body: bytes })).toMatchObject({
      ETag: `"${md5}"`,
      ServerSideEncryption: 'AES256',
    })
    const got = await get('bytes')
    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(bytes)).toBe(true)
    expect(got).toMatchObject({ ContentLength: 300_000, ETag: `"${md5}"`, AcceptRanges: 'bytes' })
  })

  test('take a body of unknown encoding as a stream', async () => {
    const bytes = randomBytes(2_000_000)
    await put('stream', { Body: Readable.from([bytes]), ContentLength: bytes.length })
    const got = await get('stream')
    expect(Buffer.from(await got.Body!.transformToByteArray()).equals(bytes)).toBe(true)
  })

  test('keep an empty object', async () => {
    await put('empty', { Body: '' })
    const got = await get('empty')
    expect(await got.Body!.transformToString()).toBe('')
    expect(got).toMatchObject({ ContentLength: 0, ETag: '"d41d8cd98f00b204e9800998ecf8427e"' })
  })

  test('replace an object whole', async () => {
    await put('replaced', { Body: 'first', Metadata: { a: '1' }, CacheControl: 'no-store' })
    await put('replaced', { Body: 'second' })
    const got = await get('replaced')
    expect(await got.Body!.transformToString()).toBe('second')
    expect(got.Metadata).toEqual({})
    expect(got.CacheControl).toBeUndefined()
  })

  test('say NoSuchKey with the key', async () => {
    expect(await refusal(get('not/there'))).toMatchObject({
      code: 'NoSuchKey',
      status: 404,
      message: 'The specified key does not exist.',
      error: { Key: 'not/there' },
    })
    expect(await refusal(head('not/there'))).toMatchObject({ code: 'NotFound', status: 404 })
  })

  test('write Last-Modified in whole seconds of virtual time', async () => {
    await t.emulator.advance(24 * 3600_000)
    await put('dated')
    const { LastModified } = await head('dated')
    expect(LastModified!.getMilliseconds()).toBe(0)
    expect(LastModified!.getTime() - Date.now()).toBeGreaterThan(23 * 3600_000)
  })
})

describe('keys', () => {
  test.each([
    'plain',
    'with space and + plus',
    'ünïcödé/日本語/😀',
    'a//b///c',
    './a/../b',
    '..',
    '../../etc/passwd',
    'trailing/',
    '/leading',
    'percent%20%2F%zz',
    'question?mark#hash&amp;=',
    'quotes\'"<>',
    'tab\tand\u0001control\u001f',
    '~tilde*(parens)!',
    'x'.repeat(1024),
    'é'.repeat(512),
  ])('%j is a key like any other', async (Key) => {
    const body = `the body of ${Key}`
    await put(Key, { Body: body })
    expect(await (await get(Key)).Body!.transformToString()).toBe(body)
  })

  test.each(['x'.repeat(1025), 'é'.repeat(513)])(
    'of more than 1,024 bytes are refused',
    async (Key) => {
      expect(await refusal(put(Key))).toMatchObject({
        code: 'KeyTooLongError',
        status: 400,
        message: 'Your key is too long',
      })
    },
  )
})

describe('addresses', () => {
  test('the bucket may stand in the host name', async () => {
    const s3 = t.client(virtualHostStyle(t.emulator))
    await s3.send(new PutObjectCommand({ Bucket, Key: 'by/host', Body: 'v' }))
    expect(await (await get('by/host')).Body!.transformToString()).toBe('v')
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: 'by/host' }))
    expect(await got.Body!.transformToString()).toBe('v')
  })

  test('presigned URLs read and write', async () => {
    const upload = await getSignedUrl(t.s3, new PutObjectCommand({ Bucket, Key: 'signed ü' }), {
      expiresIn: 60,
    })
    expect((await fetch(upload, { method: 'PUT', body: 'by url' })).status).toBe(200)
    const download = await getSignedUrl(
      t.s3,
      new GetObjectCommand({ Bucket, Key: 'signed ü', ResponseContentType: 'text/plain' }),
    )
    const answer = await fetch(download)
    expect(answer.headers.get('content-type')).toBe('text/plain')
    expect(await answer.text()).toBe('by url')
    expect((await fetch(download.replace('text%2Fplain', 'text%2Fhtml'))).status).toBe(403)
  })

  test('strangers get nothing', async () => {
    await put('secret')
    const url = `${t.emulator.url}/${Bucket}/secret`
    const answer = await fetch(url)
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain(
      '<Code>AccessDenied</Code><Message>Access Denied</Message>',
    )
    expect((await fetch(url, { method: 'PUT', body: 'x' })).status).toBe(403)
    expect((await fetch(`${t.emulator.url}/no-such-bucket-ever/secret`)).status).toBe(404)
  })
})
