import { createHash } from 'node:crypto'
import {
  CreateBucketCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'settings-bucket'
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

describe('what is stored with an object', () => {
  test('comes back: system headers, metadata, storage class, tags counted', async () => {
    const expires = new Date('2030-05-05T05:05:05Z')
    await put('dressed', {
      ContentType: 'text/x-test',
      CacheControl: 'max-age=1',
      ContentDisposition: 'attachment; filename="a.txt"',
      ContentEncoding: 'gzip',
      ContentLanguage: 'de',
      Expires: expires,
      WebsiteRedirectLocation: '/elsewhere',
      StorageClass: 'STANDARD_IA',
      Metadata: { Colour: 'blue', 'with-dash': 'x y' },
      Tagging: 'team=red&stage=a%20b',
    })
    for (const answer of [await head('dressed'), await get('dressed')]) {
      expect(answer).toMatchObject({
        ContentType: 'text/x-test',
        CacheControl: 'max-age=1',
        ContentDisposition: 'attachment; filename="a.txt"',
        ContentEncoding: 'gzip',
        ContentLanguage: 'de',
        Expires: expires,
        WebsiteRedirectLocation: '/elsewhere',
        StorageClass: 'STANDARD_IA',
        Metadata: { colour: 'blue', 'with-dash': 'x y' },
        TagCount: 2,
      })
    }
  })

  test('STANDARD is not named, and the default type is binary', async () => {
    const url = await getSignedUrl(t.s3, new PutObjectCommand({ Bucket, Key: 'bare' }))
    expect((await fetch(url, { method: 'PUT', body: Buffer.from('x') })).status).toBe(200)
    const answer = await head('bare')
    expect(answer.StorageClass).toBeUndefined()
    expect(answer.ContentType).toBe('binary/octet-stream')
  })

  test('aws-chunked is not part of the content encoding', async () => {
    await put('chunked', { ContentEncoding: 'aws-chunked,gzip' })
    expect((await head('chunked')).ContentEncoding).toBe('gzip')
    await put('chunked', { ContentEncoding: 'aws-chunked' })
    expect((await head('chunked')).ContentEncoding).toBeUndefined()
  })

  test('metadata in RFC 2047 is decoded to store and encoded to answer', async () => {
    const word = '=?UTF-8?Q?=C3=84M=C3=84Z=C3=95=C3=91_S3?='
    await put('words', { Metadata: { name: word, plain: 'plain' } })
    expect((await head('words')).Metadata).toEqual({ name: word, plain: 'plain' })
    await put('words', { Metadata: { name: 'ÄMÄZÕÑ S3' } })
    // The example of AWS's documentation: bytes that are no ASCII are taken for Latin-1 ones.
    expect((await head('words')).Metadata).toEqual({
      name: '=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=',
    })
  })

  test('metadata of more than 2 KB is refused', async () => {
    await put('fits', { Metadata: { a: 'x'.repeat(2047) } })
    expect(await refusal(put('large', { Metadata: { a: 'x'.repeat(2048) } }))).toMatchObject({
      code: 'MetadataTooLarge',
      status: 400,
      message: 'Your metadata headers exceed the maximum allowed metadata size',
      error: { MaxSizeAllowed: '2048', Size: '2049' },
    })
  })

  test('a storage class that does not exist is refused', async () => {
    expect(await refusal(put('k', { StorageClass: 'LUKEWARM' }))).toMatchObject({
      code: 'InvalidStorageClass',
    })
  })

  test('an archived object is listed and headed, but not read before it is restored', async () => {
    await put('frozen', { StorageClass: 'DEEP_ARCHIVE' })
    expect(await head('frozen')).toMatchObject({ StorageClass: 'DEEP_ARCHIVE' })
    expect(await refusal(get('frozen'))).toMatchObject({
      code: 'InvalidObjectState',
      status: 403,
      error: { StorageClass: 'DEEP_ARCHIVE' },
    })
  })

  test('a lock is refused in a bucket without object lock', async () => {
    const locked = put('lock', {
      ObjectLockMode: 'GOVERNANCE',
      ObjectLockRetainUntilDate: new Date('2040-01-01'),
    })
    expect(await refusal(locked)).toMatchObject({
      code: 'InvalidRequest',
      message: 'Bucket is missing ObjectLockConfiguration',
    })
    expect(await refusal(head('lock'))).toMatchObject({ status: 404 })
  })

  test('an ACL is refused where ACLs are disabled, except the one that changes nothing', async () => {
    expect(await refusal(put('acl', { ACL: 'public-read' }))).toMatchObject({
      code: 'AccessControlListNotSupported',
      status: 400,
      message: 'The bucket does not allow ACLs',
    })
    await put('acl', { ACL: 'bucket-owner-full-control' })
  })

  test.each([
    ['aws:x=1', 'InvalidTag'],
    ['a=1&a=2', 'InvalidArgument'],
    [Array.from({ length: 11 }, (_, i) => `k${i}=v`).join('&'), 'BadRequest'],
    [`${'k'.repeat(129)}=v`, 'InvalidTag'],
  ])('tags %s are refused', async (Tagging, code) => {
    expect(await refusal(put('tagged', { Tagging }))).toMatchObject({ code, status: 400 })
  })
})

describe('checksums', () => {
  test.each(['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const)(
    'of %s are stored and returned when asked for',
    async (ChecksumAlgorithm) => {
      const stored = await put('summed', { ChecksumAlgorithm })
      const value = stored[`Checksum${ChecksumAlgorithm}`]
      expect(value).toBeTruthy()
      expect(stored.ChecksumType).toBe('FULL_OBJECT')
      expect(await head('summed', { ChecksumMode: 'ENABLED' })).toMatchObject({
        [`Checksum${ChecksumAlgorithm}`]: value,
        ChecksumType: 'FULL_OBJECT',
      })
      expect(await head('summed')).not.toHaveProperty('ChecksumType')
    },
  )

  test('are CRC64NVME where the client sent none', async () => {
    const s3 = t.client({ requestChecksumCalculation: 'WHEN_REQUIRED' })
    const stored = await s3.send(
      new PutObjectCommand({ Bucket, Key: 'unsummed', Body: '123456789' }),
    )
    expect(stored.ChecksumCRC64NVME).toBe('rosUhgp5mIg=')
  })

  test('that do not match leave the old object', async () => {
    await put('guarded', { Body: 'old' })
    const refused = await refusal(
      put('guarded', {
        Body: 'new',
        ChecksumSHA256: createHash('sha256').update('x').digest('base64'),
      }),
    )
    expect(refused).toMatchObject({ code: 'BadDigest', status: 400 })
    expect(await (await get('guarded')).Body!.transformToString()).toBe('old')
  })
})

describe('conditional writes', () => {
  test('If-None-Match: * writes only a new key', async () => {
    await put('new-only', { IfNoneMatch: '*' })
    expect(await refusal(put('new-only', { IfNoneMatch: '*', Body: 'x' }))).toMatchObject({
      code: 'PreconditionFailed',
      status: 412,
      message: 'At least one of the pre-conditions you specified did not hold',
      error: { Condition: 'If-None-Match' },
    })
    expect(await (await get('new-only')).Body!.transformToString()).toBe('hello')
  })

  test('If-None-Match takes nothing but *', async () => {
    expect(await refusal(put('k', { IfNoneMatch: '"abc"' }))).toMatchObject({
      code: 'NotImplemented',
      status: 501,
    })
  })

  test('If-Match writes only over the named content', async () => {
    const { ETag } = await put('versioned')
    expect(await refusal(put('versioned', { IfMatch: '"0"' }))).toMatchObject({
      code: 'PreconditionFailed',
    })
    await put('versioned', { IfMatch: ETag, Body: 'next' })
    expect(await refusal(put('never-written', { IfMatch: ETag }))).toMatchObject({
      code: 'NoSuchKey',
      status: 404,
    })
  })

  test('of ten writers of a new key one wins', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => put('race', { IfNoneMatch: '*', Body: `writer ${i}` })),
    )
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})
