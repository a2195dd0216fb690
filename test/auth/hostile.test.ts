import { existsSync, readdirSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { basename, dirname } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { authenticate } from '../../emulator/auth/authenticate.ts'
import type { Dialect } from '../../emulator/auth/refusals.ts'
import { AwsError } from '../../emulator/errors.ts'
import { receivePayload } from '../../emulator/http/payload/index.ts'
import { large, nextPath } from './payloads.ts'
import { options, signed } from './signed-requests.ts'

const anyPart = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'AWS4-HMAC-SHA256 ',
    'Credential=',
    'SignedHeaders=',
    'Signature=',
    ', ',
    '/',
    ';',
  ),
  fc.constantFrom(
    'AKIASTUDENT/20261120/us-east-1/s3/aws4_request',
    'host',
    '__proto__',
    'constructor',
  ),
  fc.constantFrom(
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    'X-Amz-Signature=',
    '&',
    '%',
    '%zz',
    '=',
    '+',
  ),
)
const anyText = fc.array(anyPart, { maxLength: 12 }).map((parts) => parts.join(''))

describe('whatever is sent', () => {
  test('instead of a signature is refused in AWS’s words or is nobody', () => {
    const dialects = fc.constantFrom<Dialect>('query', 'ec2', 'json', 's3')
    fc.assert(
      fc.property(dialects, anyText, anyText, anyText, (dialect, authorization, query, path) => {
        const request = signed({ dialect })
        const headers = { ...request.headers, authorization }
        const { authorization: _, ...unsigned } = request.headers
        for (const changed of [
          { ...request, headers },
          { ...request, headers: unsigned, query },
          { ...request, path: `/x${path.replaceAll('.', '')}` },
        ]) {
          try {
            const { caller } = authenticate(changed, { dialect }, { ...options, strict: true })
            expect(caller.type).toBe('Anonymous')
          } catch (error) {
            expect(error).toBeInstanceOf(AwsError)
          }
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('as a chunked body is refused in S3’s words and leaves no file', async () => {
    const anyFraming = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
      fc
        .constantFrom(
          '\r\n',
          '\n',
          '0',
          '5\r\nhello',
          'ffffffffffffff',
          '-1',
          ';chunk-signature=',
          ':',
        )
        .map((part) => Buffer.from(part)),
      fc
        .constantFrom('x-amz-checksum-crc32:AAAAAA==\r\n', '__proto__:x')
        .map((part) => Buffer.from(part)),
    )
    const kinds = fc.constantFrom(
      'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(anyFraming, { maxLength: 10 }), kinds, async (parts, kind) => {
        const path = nextPath()
        const headers = { 'x-amz-content-sha256': kind, 'x-amz-decoded-content-length': '100000' }
        const error: unknown = await receivePayload(Readable.from(parts), headers, { path }).catch(
          (reason: unknown) => reason,
        )
        expect(error).toBeInstanceOf(AwsError)
        expect(existsSync(path)).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

describe('over HTTP', () => {
  let paths: string[] = []
  let received: Promise<unknown> = Promise.resolve()
  const server = createServer((request, response) => {
    const path = nextPath()
    paths.push(path)
    const work = receivePayload(request, plain(request), { path })
    received = work.catch((error: unknown) => error)
    work.then(
      ({ size }) => response.end(`received ${size}`),
      (error: AwsError) => response.writeHead(error.status).end(error.code),
    )
  })
  let port = 0

  beforeAll(async () => {
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    if (typeof address === 'object' && address) port = address.port
  })
  afterAll(() => void server.close())

  function put(headers: Record<string, string>, ...parts: Buffer[]): Promise<string> {
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, method: 'PUT', headers }
      const request = httpRequest(options, (response) => resolve(text(response)))
      request.on('error', reject)
      Readable.from(parts).pipe(request)
    })
  }

  test('a client that is refused half-way can send the rest and read why, and go on', async () => {
    const kind = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
    const length = String(large.length * 20)
    const headers = { 'x-amz-content-sha256': kind, 'x-amz-decoded-content-length': length }
    const pieces = Array.from({ length: 20 }, () => large)
    expect(await put({ ...headers, 'content-length': length }, ...pieces)).toBe('IncompleteBody')
    expect(await put({ 'content-length': '5' }, Buffer.from('hello'))).toBe('received 5')
  })

  test('a client that hangs up leaves no file', async () => {
    paths = []
    const socket = connect(port, '127.0.0.1')
    socket.write('PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900000\r\n\r\n')
    socket.write(large)
    await expect.poll(() => paths.length > 0 && existsSync(paths[0]!)).toBe(true)
    socket.destroy()
    const [path] = paths
    await expect.poll(() => existsSync(path!)).toBe(false)
    expect(await received).toMatchObject({ code: 'IncompleteBody' })
    expect(readdirSync(dirname(path!))).not.toContain(basename(path!))
  })
})

const plain = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
