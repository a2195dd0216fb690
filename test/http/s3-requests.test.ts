import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'

const directory = mkdtempSync(join(tmpdir(), 'pocketcloud-s3-'))
const Bucket = 'addressed'
let emulator: TestEmulator
let s3: S3Client
beforeAll(async () => {
  emulator = await startTestEmulator({ dataDir: directory })
  s3 = emulator.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket }))
  await s3.send(new PutObjectCommand({ Bucket, Key: 'a/b c.txt', Body: 'hello' }))
})
afterAll(async () => {
  await emulator.close()
  rmSync(directory, { recursive: true })
})

/** A presigned GET of the object as if the emulator were at `host`: what virtual-host clients send. */
async function getAt(host: string, options: object): Promise<{ status: number; body: string }> {
  const client = emulator.client(S3Client, {
    endpoint: `http://${host}:${emulator.port}`,
    ...options,
  })
  const url = new URL(
    await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: 'a/b c.txt' })),
  )
  const outgoing = request({
    host: '127.0.0.1',
    port: emulator.port,
    path: url.pathname + url.search,
    headers: { host: url.host },
  })
  outgoing.end()
  const [answer] = await once(outgoing, 'response')
  return { status: answer.statusCode, body: await text(answer) }
}

test.each([
  ['path style', 'localhost', { forcePathStyle: true }],
  ['path style at an address', '127.0.0.1', { forcePathStyle: true }],
  ['<bucket>.localhost', 'localhost', { forcePathStyle: false }],
  ['<bucket>.s3.localhost', 's3.localhost', { forcePathStyle: false }],
  ['<bucket>.s3.<region>.localhost', 's3.us-east-1.localhost', { forcePathStyle: false }],
  ['<bucket>.s3.<region>.amazonaws.com', 's3.us-east-1.amazonaws.com', { forcePathStyle: false }],
])('an object is found by %s', async (_style, host, options) => {
  expect(await getAt(host, options)).toEqual({ status: 200, body: 'hello' })
})

/** The head of a PUT that expects to be told to go on. */
async function putHead(key: string, length: number, signed: boolean): Promise<string> {
  const url = new URL(await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: key })))
  const target = signed ? url.pathname + url.search : url.pathname
  return `PUT ${target} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n\r\n`
}

/** Writes the head, waits for the first answer, and goes on with the body where that is 100. */
async function converse(head: string, body: string): Promise<string[]> {
  const socket = connect(emulator.port, '127.0.0.1')
  const answers: string[] = []
  socket.write(head)
  for await (const chunk of socket) {
    answers.push(String(chunk).split('\r\n')[0]!)
    if (answers.length === 1 && answers[0]!.includes(' 100 ')) socket.write(body)
    else break
  }
  socket.destroy()
  return answers
}

test('Expect: 100-continue is answered once the headers are authorized', async () => {
  expect(await converse(await putHead('continued', 5, true), '12345')).toEqual([
    'HTTP/1.1 100 Continue',
    'HTTP/1.1 200 OK',
  ])
})

test('an upload that may not be is refused before its body is sent', async () => {
  expect(await converse(await putHead('refused', 5, false), '12345')).toEqual([
    'HTTP/1.1 403 Forbidden',
  ])
})

test('an upload that breaks off leaves no object and no file', async () => {
  const head = (await putHead('broken-off', 100_000, true)).replace('Expect: 100-continue\r\n', '')
  const socket = connect(emulator.port, '127.0.0.1')
  socket.write(head + 'x'.repeat(50_000))
  await new Promise((resolve) => setTimeout(resolve, 200))
  socket.destroy()
  await expect.poll(() => readdirSync(join(directory, 'incoming'))).toEqual([])
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'broken-off' }))
  expect(Contents).toBeUndefined()
})

test.each([
  '../../etc/passwd',
  '/etc/passwd',
  'a/../../../b',
  '..',
  './.',
  'a//b',
  '%2e%2e/x',
  'nul\u0001',
])('the key %j is a name and no path', async (Key) => {
  await s3.send(new PutObjectCommand({ Bucket, Key, Body: Key }))
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
  expect(await Body!.transformToString()).toBe(Key)
  // Everything on disk is named by ids, below the data directory.
  expect(readdirSync(join(directory, 'objects')).every((name) => /^[0-9a-f]{2}$/.test(name))).toBe(
    true,
  )
  expect(existsSync(join(directory, 'b'))).toBe(false)
})

test('path of a key with broken percent-encoding is refused as S3 does', async () => {
  const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
    request({ port: emulator.port, host: '127.0.0.1', path: `/${Bucket}/%zz` }, (incoming) => {
      text(incoming).then((body) => resolve({ status: incoming.statusCode!, body }), reject)
    }).end()
  })
  expect([answer.status, answer.body]).toEqual([
    400,
    expect.stringContaining('<Code>InvalidURI</Code>'),
  ])
})

test('what a presigner moved from headers into the URL counts as headers', async () => {
  const put = new PutObjectCommand({ Bucket, Key: 'presigned', Metadata: { colour: 'blue' } })
  const url = await getSignedUrl(s3, put, { expiresIn: 60 })
  expect(url).toContain('x-amz-meta-colour=blue')
  expect((await fetch(url, { method: 'PUT', body: 'bytes' })).status).toBe(200)
  const { Metadata, Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'presigned' }))
  expect([Metadata, await Body!.transformToString()]).toEqual([{ colour: 'blue' }, 'bytes'])
})

test('a presigned URL expires by the virtual clock, also one that was made just before it moved', async () => {
  const url = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'a/b c.txt' }), {
    expiresIn: 60,
  })
  expect((await fetch(url)).status).toBe(200)
  await emulator.advance(61_000)
  const refused = await fetch(url)
  expect([refused.status, await refused.text()]).toEqual([
    403,
    expect.stringContaining('Request has expired'),
  ])
  // Signed in the same second it would be the same URL.
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const fresh = await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: 'a/b c.txt' }), {
    expiresIn: 60,
  })
  expect((await fetch(fresh)).status).toBe(200)
})

test('a URL that the AWS CLI presigns is good, whichever signature version it uses', async () => {
  const { code, stdout, stderr } = await emulator.aws('s3', 'presign', `s3://${Bucket}/a/b c.txt`)
  expect([code, stderr]).toEqual([0, ''])
  expect(await (await fetch(stdout.trim())).text()).toBe('hello')
})

test('a page of another origin writes nothing, though everybody knows the key of the student', async () => {
  const url = await getSignedUrl(s3, new PutObjectCommand({ Bucket, Key: 'planted' }))
  const headers = { origin: 'https://evil.example' }
  const answer = await fetch(url, { method: 'PUT', body: 'planted', headers })
  expect([answer.status, await answer.text()]).toEqual([
    403,
    expect.stringContaining('InvalidAccessKeyId'),
  ])
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'planted' }))
  expect(Contents).toBeUndefined()
})

test('a URL that version 2 signed for one bucket is good for no other', async () => {
  const { stdout } = await emulator.aws('s3', 'presign', `s3://${Bucket}/a/b c.txt`)
  const url = new URL(stdout.trim())
  const Key = `${Bucket}/a/b c.txt`
  await s3.send(new CreateBucketCommand({ Bucket: 'other-bucket' }))
  await s3.send(new PutObjectCommand({ Bucket: 'other-bucket', Key, Body: 'not signed for' }))
  const outgoing = request({
    host: '127.0.0.1',
    port: emulator.port,
    path: url.pathname + url.search,
    headers: { host: `other-bucket.localhost:${emulator.port}` },
  })
  outgoing.end()
  const [answer] = await once(outgoing, 'response')
  expect([answer.statusCode, await text(answer)]).toEqual([
    403,
    expect.stringContaining('SignatureDoesNotMatch'),
  ])
})
