import { createHash, createHmac } from 'node:crypto'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { SignatureV4 } from '@smithy/signature-v4'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { student } from '../../support/emulator.ts'
import { startS3Test, type S3Test } from './support.ts'

// What no SDK would send: requests made by hand, correctly signed.

let t: S3Test
const Bucket = 'raw-bucket'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello' }))
})
afterAll(() => t.emulator.close())

/** The hash that the signer wants: SHA-256, or its HMAC. */
class Sha256 {
  readonly #hash
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      key === undefined ? createHash('sha256') : createHmac('sha256', key as NodeJS.ArrayBufferView)
  }
  update(data: Uint8Array | string) {
    this.#hash.update(data)
  }
  async digest() {
    return new Uint8Array(this.#hash.digest())
  }
  reset() {}
}

const signer = new SignatureV4({
  credentials: student,
  region: 'us-east-1',
  service: 's3',
  sha256: Sha256,
  uriEscapePath: false,
})

async function send(
  method: string,
  path: string,
  {
    query = {},
    headers = {},
    body,
  }: { query?: Record<string, string>; headers?: Record<string, string>; body?: string } = {},
) {
  const { host, hostname, port } = new URL(t.emulator.url)
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname,
    port: Number(port),
    path,
    query,
    headers: {
      host,
      'x-amz-content-sha256': createHash('sha256')
        .update(body ?? '')
        .digest('hex'),
      ...headers,
    },
    body,
  })
  const url = `${t.emulator.url}${path}?${new URLSearchParams(query).toString().replaceAll('+', '%20')}`
  const { host: _, ...sent } = signed.headers
  const answer = await fetch(url, { method, headers: sent, ...(body !== undefined && { body }) })
  const text = await answer.text()
  return {
    status: answer.status,
    text,
    headers: answer.headers,
    code: /<Code>(.*?)<\/Code>/.exec(text)?.[1],
  }
}

const md5 = (body: string) => ({ 'content-md5': createHash('md5').update(body).digest('base64') })

describe('bodies that are not what they should be', () => {
  test.each([
    '',
    'nonsense',
    '<Delete>',
    '<Delete/>',
    '<Wrong><Object><Key>k</Key></Object></Wrong>',
    '<Delete><Object></Object></Delete>',
  ])(
    'DeleteObjects answers %j with MalformedXML or what else AWS says, and deletes nothing',
    async (body) => {
      const { status, code } = await send('POST', `/${Bucket}`, {
        query: { delete: '' },
        headers: md5(body),
        body,
      })
      expect(status).toBe(400)
      expect(['MalformedXML', 'MissingRequestBodyError']).toContain(code)
      expect((await send('HEAD', `/${Bucket}/k`)).status).toBe(200)
    },
  )

  test('DeleteObjects wants its list protected by a checksum', async () => {
    const body = '<Delete><Object><Key>k</Key></Object></Delete>'
    expect(await send('POST', `/${Bucket}`, { query: { delete: '' }, body })).toMatchObject({
      status: 400,
      code: 'InvalidRequest',
      text: expect.stringContaining(
        'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
      ),
    })
    expect(
      await send('POST', `/${Bucket}`, { query: { delete: '' }, headers: md5('another'), body }),
    ).toMatchObject({ status: 400, code: 'BadDigest' })
  })

  test('CreateBucket refuses a configuration that is none', async () => {
    expect(await send('PUT', '/raw-bucket-new', { body: '<Nonsense/>' })).toMatchObject({
      status: 400,
      code: 'MalformedXML',
    })
    expect((await send('HEAD', '/raw-bucket-new')).status).toBe(404)
  })
})

describe('numbers that are none', () => {
  test.each([
    ['list-type', { 'list-type': '2', 'max-keys': 'many' }],
    ['list-type', { 'list-type': '2', 'max-keys': '-1' }],
    ['uploads', { uploads: '', 'max-uploads': 'x' }],
    ['max-keys', { 'max-keys': '99999999999999999999' }],
  ])('in %s are invalid arguments', async (_name, query) => {
    expect(await send('GET', `/${Bucket}`, { query })).toMatchObject({
      status: 400,
      code: 'InvalidArgument',
    })
  })
})

test('an answer to HEAD has no body, whatever it says', async () => {
  for (const [path, status] of [
    [`/${Bucket}/k`, 200],
    [`/${Bucket}/none`, 404],
    ['/no-such-bucket-here', 404],
  ] as const) {
    expect(await send('HEAD', path)).toMatchObject({ status, text: '' })
  }
  expect(await send('HEAD', `/${Bucket}/k`, { headers: { range: 'bytes=9-' } })).toMatchObject({
    status: 416,
    text: '',
  })
})

test('a 304 has no body, and says what has not changed', async () => {
  const { headers: first } = await send('GET', `/${Bucket}/k`)
  const second = await send('GET', `/${Bucket}/k`, {
    headers: { 'if-none-match': first.get('etag')! },
  })
  expect(second).toMatchObject({ status: 304, text: '' })
  expect(second.headers.get('etag')).toBe(first.get('etag'))
  expect(second.headers.get('last-modified')).toBe(first.get('last-modified'))
})

test('an error names its fields, the request and the host', async () => {
  const { text, headers } = await send('GET', `/${Bucket}/a%26b%3Cc`)
  expect(text).toMatch(
    /^<\?xml version="1.0" encoding="UTF-8"\?>\n<Error><Code>NoSuchKey<\/Code><Message>The specified key does not exist.<\/Message><Key>a&amp;b&lt;c<\/Key><RequestId>[^<]+<\/RequestId><HostId>[^<]+<\/HostId><\/Error>$/,
  )
  expect(text).toContain(headers.get('x-amz-request-id')!)
})

test('an Expires that is no date comes back as it was sent', async () => {
  const answer = await send('PUT', `/${Bucket}/never`, { headers: { expires: 'never' }, body: 'x' })
  expect(answer.status).toBe(200)
  expect((await send('GET', `/${Bucket}/never`)).headers.get('expires')).toBe('never')
})

test('listings write LastModified with milliseconds, and escape keys', async () => {
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'esc&<>\u0001', Body: '' }))
  const { text } = await send('GET', `/${Bucket}`, { query: { 'list-type': '2', prefix: 'esc' } })
  expect(text).toMatch(/<LastModified>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z<\/LastModified>/)
  expect(text).toMatch(/<Key>esc&amp;&lt;&gt;&#x0?1;<\/Key>/i)
})
