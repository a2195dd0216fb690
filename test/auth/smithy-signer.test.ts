import { hash } from 'node:crypto'
import { Sha256 } from '@smithy/core/checksum'
import { buildQueryString, escapeUri } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import type { HttpRequest } from '@smithy/types'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { authenticate } from '../../emulator/auth/authenticate.ts'
import type { Dialect } from '../../emulator/auth/refusals.ts'
import { requestOf } from './requests.ts'
import { now, options, refusal, secretAccessKey, services, student } from './signed-requests.ts'

const anyText = fc.string({ unit: 'grapheme', maxLength: 12 })
const anySegment = fc.oneof(
  anyText,
  fc.constantFrom('.', '..', '', ' ', '%', '%2F', '+', '~', "!*'()", '%25', 'é', '日本', '🚀'),
)
// As the SDK writes a path: S3 signs it as it is, so it must be in the one canonical form.
const anyPath = fc
  .array(anySegment, { maxLength: 6 })
  .map((segments) => '/' + segments.map((segment) => escapeUri(segment)).join('/'))
const anyQuery = fc.dictionary(
  fc.oneof(anyText, fc.constantFrom('a', 'A', 'a-', 'a.', 'a=', 'b&', 'Param', 'Param-3')),
  fc.oneof(anyText, fc.array(anyText, { minLength: 1, maxLength: 3 })),
  { maxKeys: 5, noNullPrototype: true },
)
// What HTTP lets a header hold; repeated spaces and outer ones are taken out by both sides.
const anyValue = fc.string({ unit: fc.constantFrom(' ', '  ', ',', ', ', 'a', '"', '=', ';', 'é') })
const anyHeaders = fc.dictionary(
  fc.stringMatching(/^x-[a-z][a-z0-9-]{0,8}$/).filter((name) => !/^x-(amz|forwarded)/.test(name)),
  anyValue.map((value) => `v${value}`),
  { maxKeys: 4, noNullPrototype: true },
)
const anyRequest = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH'),
  path: anyPath,
  query: anyQuery,
  headers: anyHeaders,
  body: anyText,
  dialect: fc.constantFrom<Dialect>('query', 'ec2', 'json', 's3'),
})

const signer = (dialect: Dialect) =>
  new SignatureV4({
    service: services[dialect],
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIASTUDENT', secretAccessKey },
    sha256: Sha256,
    uriEscapePath: dialect !== 's3',
  })

/** What a server gets to see of a signed request. */
function onTheWire({ method, path, query, headers, body }: HttpRequest) {
  const queryText = buildQueryString(query ?? {})
  // The signer signs UTF-8; whoever sends such a header must send those bytes.
  const sent = Object.entries(headers).map(
    ([name, value]) => [name, Buffer.from(value).toString('latin1')] as const,
  )
  const line = `${method} ${path}${queryText ? `?${queryText}` : ''}`
  return { ...requestOf(line, sent), bodyHash: hash('sha256', String(body ?? '')) }
}

const host = { host: '127.0.0.1:4566' }
const endpoint = { protocol: 'http:', hostname: '127.0.0.1', port: 4566 }

describe('what the SDK signs', () => {
  test('is verified: any method, path, query and headers, for any service', async () => {
    await fc.assert(
      fc.asyncProperty(anyRequest, async ({ dialect, headers, ...rest }) => {
        const request = { ...endpoint, ...rest, headers: { ...headers, ...host } }
        const signed = await signer(dialect).sign(request, { signingDate: new Date(now) })
        expect(authenticate(onTheWire(signed), { dialect }, options).caller).toBe(student)
      }),
      { numRuns: 500 },
    )
  })

  test('is verified as a presigned URL', async () => {
    await fc.assert(
      fc.asyncProperty(anyRequest, async ({ dialect, headers, ...rest }) => {
        const { body: _, ...request } = { ...endpoint, ...rest, headers: { ...headers, ...host } }
        const signed = await signer(dialect).presign(request, {
          signingDate: new Date(now),
          expiresIn: 900,
        })
        const wire = onTheWire(signed)
        // S3 takes a presigned payload for unsigned; the plain signer hashed the empty one.
        const payload = dialect === 's3' ? `&X-Amz-Content-Sha256=${hash('sha256', '')}` : ''
        const work = () =>
          authenticate({ ...wire, query: wire.query + payload }, { dialect }, options)
        if (payload) expect(refusal(work).code).toBe('SignatureDoesNotMatch')
        else expect(work().caller).toBe(student)
      }),
      { numRuns: 300 },
    )
  })

  test('is refused with any one character of the query or the path changed', async () => {
    await fc.assert(
      fc.asyncProperty(anyRequest, fc.nat(), async ({ dialect, headers, ...rest }, at) => {
        const path = `${rest.path}/end`
        const request = { ...endpoint, ...rest, path, headers: { ...headers, ...host } }
        const signed = await signer(dialect).sign(request, { signingDate: new Date(now) })
        const wire = onTheWire(signed)
        const end = wire.path.length - 1 - (at % 3)
        const changed = `${wire.path.slice(0, end)}x${wire.path.slice(end + 1)}`
        const code = { query: 'SignatureDoesNotMatch', json: 'InvalidSignatureException' } as const
        const expected = { ...code, ec2: 'AuthFailure', s3: 'SignatureDoesNotMatch' }[dialect]
        for (const tampered of [
          { ...wire, path: changed },
          { ...wire, query: `${wire.query}&x=` },
        ]) {
          expect(refusal(() => authenticate(tampered, { dialect }, options)).code).toBe(expected)
        }
      }),
      { numRuns: 200 },
    )
  })
})
