import { createHash } from 'node:crypto'
import {
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { md5, send as sendTo, type SignedRequest } from './signed-requests.ts'
import { startS3Test, type S3Test } from './support.ts'

// What no SDK sends, and what AWS was recorded to answer.

let t: S3Test
const Bucket = 'query-refusals'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello' }))
})
afterAll(() => t.emulator.close())

/** @param target path and query, as they stand in the request line */
async function send(method: string, target: string, options: SignedRequest = {}) {
  const [path, text = ''] = target.split('?')
  const query = Object.fromEntries(new URLSearchParams(text))
  const answer = await sendTo(t.emulator, method, path!, { ...options, query })
  const field = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(answer.text)?.[1]
  return { ...answer, field }
}

describe('a query that names', () => {
  test.each([
    ['GET', '?versioning&acl', 'Conflicting query string parameters: acl, versioning'],
    ['GET', '/k?tagging&acl', 'Conflicting query string parameters: acl, tagging'],
    ['GET', '/k?acl&partNumber=1', 'Conflicting query string parameters: acl, partNumber'],
    ['GET', '?list-type=2&versionId=x', 'This operation does not accept a version-id.'],
    ['PUT', '?versioning&versionId=null', 'This operation does not accept a version-id.'],
    ['GET', '?acl&versionId=x', 'Invalid version id specified'],
    ['PUT', '/k?versionId=null', 'This operation does not accept a version-id.'],
    [
      'PUT',
      '/k?partNumber=1&uploadId=x&versionId=null',
      'This operation does not accept a version-id.',
    ],
    ['GET', '/k?versionId=', 'Version id cannot be the empty string'],
    ['GET', '?website=v', 'The website parameter must not have a value'],
    ['GET', '?start-after=a', 'startAfter only supported in REST.GET.BUCKET with list-type=2'],
    [
      'GET',
      '?continuation-token=a',
      'continuation-token only supported in REST.GET.BUCKET with list-type=2',
    ],
    ['GET', '?list-type=2&marker=a', 'Marker unsupported with REST.GET.BUCKET in list-type=2'],
    ['GET', '?versions&max-keys=-1', 'max-keys cannot be negative'],
    [
      'GET',
      '?versions&prefix=a%00',
      'Value must be a sequence of Unicode characters and cannot include Null.',
    ],
    ['GET', '?versions&key-marker=a&version-id-marker=', 'A version-id marker cannot be empty.'],
    ['GET', '/k?partNumber=abc', 'Part number must be an integer between 1 and 10000, inclusive'],
  ])('%s %s is no argument of its operation', async (method, target, message) => {
    const answer = await send(method, `/${Bucket}${target}`)
    expect([answer.status, answer.code, answer.field('Message')]).toEqual([
      400,
      'InvalidArgument',
      message,
    ])
  })

  test.each([
    ['GET', '?partNumber=1', 'InvalidRequest'],
    ['GET', '?uploadId=x', 'InvalidRequest'],
    ['POST', '?restore', 'UserKeyMustBeSpecified'],
    ['GET', '/k?uploads', 'InvalidRequest'],
    ['GET', '/k?versions', 'InvalidRequest'],
    ['GET', '/k?logging', 'NoLoggingStatusForKey'],
    ['GET', '/k?attributes', 'InvalidRequest'],
    ['GET', '?analytics&continuation-token=garbage', 'MalformedContinuationToken'],
  ])('%s %s has something missing', async (method, target, code) => {
    expect(await send(method, `/${Bucket}${target}`)).toMatchObject({ status: 400, code })
  })

  test.each([
    ['PATCH', `/${Bucket}`, 'BUCKET', undefined],
    ['PATCH', `/${Bucket}/k`, 'OBJECT', undefined],
    ['POST', `/${Bucket}/k`, 'OBJECT', undefined],
    ['DELETE', '/', 'SERVICE', 'GET'],
    ['POST', `/${Bucket}?acl`, 'ACL', 'GET, PUT'],
    ['DELETE', `/${Bucket}?versioning`, 'VERSIONING', 'GET, PUT'],
    ['GET', `/${Bucket}?delete`, 'MULTI_OBJECT_DELETE', 'POST'],
    ['GET', `/${Bucket}/k?torrent`, 'TORRENT', undefined],
    ['DELETE', `/${Bucket}/k?partNumber=1&uploadId=x`, 'PART', 'PUT'],
  ])('%s %s has no such method', async (method, target, type, allowed) => {
    const answer = await send(method, target)
    expect([answer.status, answer.code]).toEqual([405, 'MethodNotAllowed'])
    expect([answer.field('Method'), answer.field('ResourceType')]).toEqual([method, type])
    expect(answer.headers['allow']).toBe(allowed)
  })

  test('a part of a bucket has no headers of its own', async () => {
    expect(await send('HEAD', `/${Bucket}?acl`)).toMatchObject({ status: 405, text: '' })
    expect(await send('HEAD', `/${Bucket}/k?tagging`)).toMatchObject({ status: 405, text: '' })
  })

  test('what AWS reads is read as it reads it', async () => {
    for (const [value, owners] of [
      ['true', 1],
      ['TRUE', 0],
      ['foo', 0],
    ] as const) {
      const { status, text } = await send('GET', `/${Bucket}?list-type=2&fetch-owner=${value}`)
      expect([status, text.match(/<Owner>/g)?.length ?? 0]).toEqual([200, owners])
    }
    const encoded = await send('GET', `/${Bucket}?encoding-type=URL`)
    expect([encoded.status, encoded.field('EncodingType')]).toEqual([200, 'URL'])
    expect((await send('GET', `/${Bucket}?foo=bar&Versioning`)).text).toContain('<ListBucketResult')
  })
})

test.each([8, 30])('headers of more than 8 KB are refused as such: %i KB', async (kilobytes) => {
  const headers = { 'x-amz-meta-a': 'x'.repeat(kilobytes * 1024) }
  const answer = await send('PUT', `/${Bucket}/k`, { headers, body: 'x' })
  expect([answer.status, answer.code, answer.field('MaxSizeAllowed')]).toEqual([
    400,
    'RequestHeaderSectionTooLarge',
    '8192',
  ])
})

describe('an answer', () => {
  test("to a listing names the bucket's region", async () => {
    for (const form of ['', '?list-type=2']) {
      const { headers } = await send('GET', `/${Bucket}${form}`)
      expect(headers['x-amz-bucket-region']).toBe('us-east-1')
    }
  })

  test('of all buckets begins with their owner', async () => {
    const { text } = await send('GET', '/')
    expect(text.indexOf('<Owner>')).toBeLessThan(text.indexOf('<Buckets>'))
    expect(text).toContain(`<Name>${Bucket}</Name>`)
  })

  test('to a wrong MD5 has it in hexadecimal for an object, and as it was sent for all else', async () => {
    const upload = new CreateMultipartUploadCommand({ Bucket, Key: 'parts' })
    const { UploadId } = await t.s3.send(upload)
    const wrong = md5('other')
    const hex = createHash('md5').update('other').digest('hex')
    const request = { headers: wrong, body: '<Delete><Object><Key>k</Key></Object></Delete>' }
    for (const [method, target, expected] of [
      ['PUT', `/${Bucket}/k`, hex],
      ['PUT', `/${Bucket}/parts?partNumber=1&uploadId=${UploadId}`, wrong['content-md5']],
      ['POST', `/${Bucket}?delete`, wrong['content-md5']],
    ] as const) {
      const answer = await send(method, target, request)
      expect([answer.code, answer.field('ExpectedDigest')]).toEqual(['BadDigest', expected])
      expect(answer.field('CalculatedDigest')).toBe(md5(request.body)['content-md5'])
    }
  })

  test('to a range that is not there has no range either', async () => {
    const answer = await send('GET', `/${Bucket}/k`, { headers: { range: 'bytes=9-' } })
    expect([answer.status, answer.field('ActualObjectSize')]).toEqual([416, '5'])
    expect(answer.headers['content-range']).toBeUndefined()
  })

  test.each([
    ['PUT', { 'x-amz-sdk-checksum-algorithm': 'SHA1', 'x-amz-checksum-crc32': 'NhCmhg==' }],
    ['GET', { 'x-amz-checksum-mode': 'DISABLED' }],
  ])('to %s with %o says which header is wrong', async (method, headers) => {
    const body = method === 'PUT' ? { body: 'hello' } : {}
    const answer = await send(method, `/${Bucket}/k`, { headers: { ...headers }, ...body })
    expect([answer.status, answer.code]).toEqual([400, 'InvalidRequest'])
    expect(answer.field('Message')).toBe(`Value for ${Object.keys(headers)[0]} header is invalid.`)
  })

  test('to a date of a lock that is none says what it has to be', async () => {
    const name = 'x-amz-object-lock-retain-until-date'
    const headers = { 'x-amz-object-lock-mode': 'GOVERNANCE', [name]: 'abc', ...md5('x') }
    const answer = await send('PUT', `/${Bucket}/k`, { headers, body: 'x' })
    expect([answer.code, answer.field('ArgumentName')]).toEqual(['InvalidArgument', name])
    expect(answer.field('Message')).toBe(
      'The retain until date must be provided in ISO 8601 format',
    )
  })

  test('to rules about everything names their empty prefix', async () => {
    const toGlacier = (days: number) =>
      `<Transition><Days>${days}</Days><StorageClass>GLACIER</StorageClass></Transition>`
    const body =
      '<LifecycleConfiguration><Rule><Status>Enabled</Status><Filter><Prefix/></Filter>' +
      `${toGlacier(30)}${toGlacier(60)}</Rule></LifecycleConfiguration>`
    const answer = await send('PUT', `/${Bucket}?lifecycle`, { headers: md5(body), body })
    expect([answer.status, answer.field('Message')]).toEqual([
      400,
      "'StorageClass' must be different for 'Transition' actions in same 'Rule' with filter '(prefix=)'",
    ])
  })

  test('to a list with an element that nobody knows is no XML', async () => {
    const body = '<Delete><Object><Key>k</Key><Foo>1</Foo></Object></Delete>'
    const answer = await send('POST', `/${Bucket}?delete`, { headers: md5(body), body })
    expect(answer).toMatchObject({ status: 400, code: 'MalformedXML' })
  })
})
