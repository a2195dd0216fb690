import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { authenticate } from '../../emulator/auth/authenticate.ts'
import type { Dialect } from '../../emulator/auth/refusals.ts'
import { requestOf } from './requests.ts'
import { accept, options, refusal, signed, type Signing } from './signed-requests.ts'

/** The refusal of a request whose Authorization header is another. */
function withHeader(dialect: Dialect, change: (header: string) => string, how?: Partial<Signing>) {
  const request = signed({ dialect, ...how })
  const authorization = change(request.headers['authorization']!)
  const changed = { ...request, headers: { ...request.headers, authorization } }
  return { authorization, ...refusal(() => authenticate(changed, { dialect }, options)) }
}

const hashed = (header: string) =>
  `(Hashed with SHA-256 and encoded with Base64) Authorization=${hash('sha256', header, 'base64')}`

describe('an Authorization header', () => {
  test.each([
    ['query', 'IncompleteSignature'],
    ['ec2', 'IncompleteSignature'],
    ['json', 'IncompleteSignatureException'],
  ] as const)('without its parts is incomplete, and which (%s)', (dialect, code) => {
    const cases: [string, RegExp | string, string][] = [
      [
        'Credential',
        /Credential=[^,]*, /,
        "Authorization header requires 'Credential' parameter. ",
      ],
      ['Signature', /, Signature=.*/, "Authorization header requires 'Signature' parameter. "],
      ['all', /AWS4.*/, 'Authorization header requires '],
    ]
    for (const [, part, words] of cases) {
      const error = withHeader(dialect, (header) => header.replace(part, ''))
      expect(error).toMatchObject({ code, status: 400 })
      expect(error.message).toContain(words)
      expect(error.message).toContain(hashed(error.authorization))
    }
    const basic = withHeader(dialect, () => 'Basic dGVzdDp0ZXN0')
    expect(basic.message).toBe(
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. " +
        `Authorization header requires 'SignedHeaders' parameter. ${hashed('Basic dGVzdDp0ZXN0')}`,
    )
  })

  test('with a space in its key is no list of key=value pairs', () => {
    const error = withHeader('query', (header) => header.replace('/2026', ' /2026'))
    expect(error).toMatchObject({ code: 'IncompleteSignature', status: 400 })
    expect(error.message).toMatch(
      /^'\/20261120\/us-east-1\/iam\/aws4_request' not a valid key=value pair \(missing equal-sign\) in Authorization header/,
    )
  })

  test('with a credential of four parts is refused', () => {
    const error = withHeader('query', (header) => header.replace('/us-east-1', ''))
    expect(error).toMatchObject({ code: 'IncompleteSignature', status: 400 })
    expect(error.message).toBe(
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIASTUDENT/20261120/iam/aws4_request'",
    )
  })

  test('without a date is refused', () => {
    const request = signed({ dialect: 'query' })
    const { 'x-amz-date': _, ...headers } = request.headers
    const error = refusal(() =>
      authenticate({ ...request, headers }, { dialect: 'query' }, options),
    )
    expect(error).toMatchObject({ code: 'IncompleteSignature', status: 400 })
    expect(error.message).toContain("existence of either a 'X-Amz-Date' or a 'Date' header")
    const s3 = signed({ dialect: 's3' })
    const malformed = { ...s3.headers, 'x-amz-date': '2026-11-20' }
    expect(
      refusal(() => authenticate({ ...s3, headers: malformed }, { dialect: 's3' }, options)),
    ).toMatchObject({
      code: 'AccessDenied',
      status: 403,
      message: 'AWS authentication requires a valid Date or x-amz-date header',
    })
  })

  test.each(['2026-11-20T12:00:00Z', '20261120T250000Z', '20260230T120000Z', 'now'])(
    'with %j for a date is refused',
    (date) => {
      const request = signed({ dialect: 'query' })
      const headers = { ...request.headers, 'x-amz-date': date }
      const changed = { ...request, headers }
      const error = refusal(() => authenticate(changed, { dialect: 'query' }, options))
      expect(error.message).toContain("Date must be in ISO-8601 'basic format'")
    },
  )

  test('must have signed the host, on S3 every x-amz- header too', () => {
    expect(withHeader('query', (header) => header.replace('host;', ''))).toMatchObject({
      code: 'SignatureDoesNotMatch',
      message: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    })
    const request = signed({ dialect: 's3' })
    const headers = { ...request.headers, 'x-amz-acl': 'public-read' }
    const slipped = () => authenticate({ ...request, headers }, { dialect: 's3' }, options)
    expect(refusal(slipped)).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: 'There were headers present in the request which were not signed',
      fields: { HeadersNotSigned: 'x-amz-acl' },
    })
  })

  test.each([
    ['Bearer x', 'InvalidArgument', 400],
    ['AWS AKIASTUDENT:frJIUN8DYpKDtOLCwo//yllqDzg=', 'InvalidRequest', 400],
    ['AWS4-ECDSA-P256-SHA256 Credential=x', 'NotImplemented', 501],
    ['AWS4-HMAC-SHA256 Credential=x, Credential', 'AuthorizationHeaderMalformed', 400],
    ['AWS4-HMAC-SHA256 Credential=x', 'AuthorizationHeaderMalformed', 400],
    [
      'AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host, Signature=0',
      'AuthorizationHeaderMalformed',
      400,
    ],
  ])('%j is no mechanism of S3', (header, code, status) => {
    expect(withHeader('s3', () => header)).toMatchObject({ code, status })
  })

  test('needs a hash of the payload on S3', () => {
    const request = signed({ dialect: 's3' })
    const { 'x-amz-content-sha256': _, ...headers } = request.headers
    const error = refusal(() => authenticate({ ...request, headers }, { dialect: 's3' }, options))
    expect(error).toMatchObject({
      code: 'InvalidRequest',
      message: 'Missing required header for this request: x-amz-content-sha256',
    })
  })
})

describe('the scope of a credential', () => {
  test('must be of the service and the region that are asked', () => {
    const query = { dialect: 'query', service: 'ec2', region: 'eu-west-1' } as const
    const s3 = { dialect: 's3', service: 'ec2', region: 'eu-west-1' } as const
    expect(refusal(() => accept(query, {}, { signingName: 'iam' }))).toMatchObject({
      code: 'SignatureDoesNotMatch',
      status: 403,
      message: "Credential should be scoped to correct service: 'iam'. ",
    })
    expect(refusal(() => accept(query, {}, { region: 'us-east-1' }))).toMatchObject({
      code: 'SignatureDoesNotMatch',
      message: "Credential should be scoped to a valid region, not 'eu-west-1'. ",
    })
    expect(refusal(() => accept(s3, {}, { signingName: 's3' }))).toMatchObject({
      code: 'AuthorizationHeaderMalformed',
      status: 400,
      message:
        'The authorization header is malformed; incorrect service "ec2". This endpoint belongs to "s3".',
    })
    expect(refusal(() => accept(s3, {}, { region: 'us-east-1' }))).toMatchObject({
      code: 'AuthorizationHeaderMalformed',
      message:
        "The authorization header is malformed; the region 'eu-west-1' is wrong; expecting 'us-east-1'",
      fields: { Region: 'us-east-1' },
    })
  })

  test('has a region that can be one, the day of the request and a fixed end', () => {
    const region = withHeader('query', (header) => header.replace('us-east-1', 'US_EAST'))
    expect(region.message).toContain('valid region')
    const date = withHeader('query', (header) => header.replace('/20261120/', '/20261119/'))
    expect(date).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 })
    expect(date.message).toContain("'20261119' != '20261120', from '20261120T120000Z'")
    const end = withHeader('json', (header) => header.replace('aws4_request', 'aws5_request'))
    expect(end).toMatchObject({ code: 'InvalidSignatureException', status: 400 })
  })
})

describe('without a signature of version 4', () => {
  test('a query of version 2 that lacks a part, or expires at no time, is refused by S3', () => {
    const of = (query: string) => {
      const request = requestOf(`GET /bucket/key?${query}`, [['Host', 'localhost']])
      return refusal(() => authenticate(request, { dialect: 's3' }, options))
    }
    const lacking = {
      code: 'AccessDenied',
      status: 403,
      message:
        'Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters',
    }
    expect(of('AWSAccessKeyId=AKIASTUDENT&Expires=1')).toMatchObject(lacking)
    expect(of('Signature=b&Expires=1')).toMatchObject(lacking)
    expect(of('AWSAccessKeyId=A&Signature=b&Expires=soon').message).toBe(
      'Invalid date (should be seconds since epoch): soon',
    )
  })

  test('nobody may send signed chunks', () => {
    const request = requestOf('PUT /bucket/key', [
      ['Host', 'localhost'],
      ['x-amz-content-sha256', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
    ])
    expect(refusal(() => authenticate(request, { dialect: 's3' }, options)).code).toBe(
      'InvalidRequest',
    )
  })
})

describe('tampering', () => {
  const line = 'PUT /bucket/a%20key?versionId=abc&tagging='
  const original = signed({
    dialect: 'query',
    line,
    headers: [['X-Custom', 'value']],
    body: 'Action=ListUsers',
  })
  const authorization = original.headers['authorization']!
  const header = (name: string, value: string) => ({
    ...original,
    headers: { ...original.headers, [name]: value },
  })

  test.each([
    ['the method', { ...original, method: 'PUs' }],
    ['the path', { ...original, path: '/bucket/a%20kez' }],
    ['the query', { ...original, query: 'versionId=abd&tagging=' }],
    ['a query name', { ...original, query: 'versionIe=abc&tagging=' }],
    ['the body', { ...original, bodyHash: hash('sha256', 'Action=ListUserz') }],
    ['the host', header('host', '127.0.0.1:4567')],
    ['a header', header('x-custom', 'valuf')],
    ['the date', header('x-amz-date', '20261120T120001Z')],
    ['a removed header', header('x-custom', '')],
    ['the scope’s region', header('authorization', authorization.replace('east-1', 'east-2'))],
    ['the scope’s service', header('authorization', authorization.replace('/iam/', '/ian/'))],
    ['the signed headers', header('authorization', authorization.replace('x-custom', 'x-cust'))],
  ])('with %s by one character is found', (_, request) => {
    const work = () => authenticate(request, { dialect: 'query' }, options)
    expect(refusal(work)).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 })
  })

  test('with any one character of the signature is found', () => {
    for (let at = authorization.length - 64; at < authorization.length; at++) {
      const character = authorization[at] === 'a' ? 'b' : 'a'
      const changed = authorization.slice(0, at) + character + authorization.slice(at + 1)
      const request = header('authorization', changed)
      expect(refusal(() => authenticate(request, { dialect: 'query' }, options)).code).toBe(
        'SignatureDoesNotMatch',
      )
    }
  })

  test('is not what the unchanged request does', () => {
    expect(authenticate(original, { dialect: 'query' }, options).caller.type).toBe('IAMUser')
  })
})
