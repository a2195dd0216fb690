import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { md5, send as sendTo, type SignedRequest } from './signed-requests.ts'
import { startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'corner-http'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'a+b c/ü', Body: 'odd' }))
})
afterAll(() => t.emulator.close())

const send = (method: string, path: string, options: SignedRequest = {}) =>
  sendTo(t.emulator, method, path, options)

test.each(['a%2Bb%20c/%C3%BC', '/corner-http/a%2Bb%20c%2F%C3%BC', 'a%2Bb+c/%C3%BC'])(
  'a copy finds its source under %s',
  async (key) => {
    const source = key.startsWith('/') ? key : `${Bucket}/${key}`
    const answer = await send('PUT', `/${Bucket}/copied`, {
      headers: { 'x-amz-copy-source': source },
    })
    expect([answer.status, answer.code]).toEqual([200, undefined])
    expect(answer.text).toContain('<CopyObjectResult')
    expect(await send('GET', `/${Bucket}/copied`)).toMatchObject({ status: 200, text: 'odd' })
  },
)

test('metadata names are of lower case, and headers of any', async () => {
  await send('PUT', `/${Bucket}/meta`, {
    headers: { 'X-Amz-Meta-Some-Name': 'Value', 'CACHE-CONTROL': 'no-store' },
    body: 'x',
  })
  const { headers } = await send('GET', `/${Bucket}/meta`)
  expect(headers['x-amz-meta-some-name']).toBe('Value')
  expect(headers['cache-control']).toBe('no-store')
  expect(headers['content-type']).toBe('binary/octet-stream')
})

test('what an answer says can be chosen by who signs', async () => {
  const { headers } = await send('GET', `/${Bucket}/meta`, {
    query: {
      'response-cache-control': 'max-age=1',
      'response-content-disposition': 'attachment; filename="a.txt"',
      'response-content-encoding': 'x-none',
      'response-content-language': 'de',
      'response-content-type': 'text/plain',
      'response-expires': 'Thu, 01 Dec 1994 16:00:00 GMT',
    },
  })
  expect(headers).toMatchObject({
    'cache-control': 'max-age=1',
    'content-encoding': 'x-none',
    'content-language': 'de',
    'content-type': 'text/plain',
    expires: 'Thu, 01 Dec 1994 16:00:00 GMT',
  })
})

test('a key that is named twice is deleted once and said twice', async () => {
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'dup', Body: '' }))
  const body = '<Delete><Object><Key>dup</Key></Object><Object><Key>dup</Key></Object></Delete>'
  const { status, text } = await send('POST', `/${Bucket}`, {
    query: { delete: '' },
    headers: md5(body),
    body,
  })
  expect(status).toBe(200)
  expect(text.match(/<Deleted>/g)).toHaveLength(2)
  expect(text).not.toContain('<Error>')
})

test.each(['attachment; filename="日本.txt"', 'a\r\nX-Injected: yes'])(
  'but not what no header can carry: %j',
  async (value) => {
    const answer = await send('GET', `/${Bucket}/meta`, {
      query: { 'response-content-disposition': value },
    })
    expect(answer).toMatchObject({ status: 400, code: 'InvalidArgument' })
    expect(answer.text).toContain('<ArgumentName>response-content-disposition</ArgumentName>')
    expect(answer.headers['x-injected']).toBeUndefined()
  },
)

test.each([
  [{}, 411, 'MissingContentLength'],
  [{ 'transfer-encoding': 'chunked' }, 501, 'NotImplemented'],
])(
  'an upload that says of its length no more than %j is refused',
  async (headers, status, code) => {
    const url = await getSignedUrl(t.s3, new PutObjectCommand({ Bucket, Key: 'unsized' }))
    const { host, hostname, port, pathname, search } = new URL(url)
    const lines = Object.entries({ host, connection: 'close', ...headers })
    const said = await new Promise<string>((resolve, reject) => {
      const connection = connect(Number(port), hostname, () => {
        const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
        const body = 'transfer-encoding' in headers ? '1\r\nx\r\n0\r\n\r\n' : ''
        connection.write(`PUT ${pathname}${search} HTTP/1.1\r\n${head}\r\n${body}`)
      })
      let text = ''
      connection.on('data', (chunk) => (text += chunk.toString()))
      connection.on('close', () => resolve(text))
      connection.on('error', reject)
    })
    expect(said).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(said).toContain(`<Code>${code}</Code>`)
  },
)
