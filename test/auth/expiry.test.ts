import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { authenticate } from '../../emulator/auth/authenticate.ts'
import { sign } from '../../emulator/auth/sigv4.ts'
import { requestOf } from './requests.ts'
import {
  accept,
  day,
  dialects,
  keys,
  minute,
  now,
  options,
  refusal,
  secretAccessKey,
  signed,
  student,
  type Signing,
} from './signed-requests.ts'

describe('a session', () => {
  const session = { accessKeyId: 'ASIASESSION', token: 'TheToken//==' }

  test.each(dialects)('needs its token, in the header or the query (%s)', (dialect) => {
    expect(accept({ dialect, ...session }).caller).toBe(student)
    expect(accept({ dialect, ...session, expires: 900 }).caller).toBe(student)
    const codes = {
      query: 'InvalidClientTokenId',
      json: 'UnrecognizedClientException',
      ec2: 'AuthFailure',
      s3: 'InvalidToken',
    }
    const wrong = { dialect, ...session, token: 'TheToken//=' }
    expect(refusal(() => accept(wrong)).code).toBe(codes[dialect])
    const stray = { dialect, token: 'TheToken//==' }
    expect(refusal(() => accept(stray)).code).toBe(codes[dialect])
    const without = { dialect, accessKeyId: 'ASIASESSION' }
    const missing = dialect === 's3' ? 'InvalidAccessKeyId' : codes[dialect]
    expect(refusal(() => accept(without)).code).toBe(missing)
  })

  test.each(dialects)('expires by virtual time (%s)', (dialect) => {
    const codes = {
      query: ['ExpiredToken', 403],
      json: ['ExpiredTokenException', 400],
      ec2: ['RequestExpired', 400],
      s3: ['ExpiredToken', 400],
    } as const
    const [code, status] = codes[dialect]
    const how = { dialect, ...session }
    expect(accept(how, { virtualNow: now + 60 * minute - 1 }).caller).toBe(student)
    const late = refusal(() => accept(how, { virtualNow: now + 60 * minute }))
    expect(late).toMatchObject({ code, status })
  })
})

describe('the time of a request', () => {
  test.each(dialects)('may be fifteen minutes off the wall clock, not more (%s)', (dialect) => {
    const codes = {
      query: ['SignatureDoesNotMatch', 403],
      json: ['InvalidSignatureException', 400],
      ec2: ['RequestExpired', 400],
      s3: ['RequestTimeTooSkewed', 403],
    } as const
    const [code, status] = codes[dialect]
    for (const sign of [-1, 1]) {
      const virtualNow = now + 90 * day
      expect(accept({ dialect, at: now + sign * 15 * minute }, { virtualNow }).caller).toBe(student)
      const skewed = { dialect, at: now + sign * (15 * minute + 1000) }
      expect(refusal(() => accept(skewed))).toMatchObject({ code, status })
    }
  })

  test('is named in the refusal', () => {
    const query = refusal(() => accept({ dialect: 'query', at: now - 20 * minute }))
    expect(query.message).toBe(
      'Signature expired: 20261120T114000Z is now earlier than 20261120T114500Z (20261120T120000Z - 15 min.)',
    )
    const s3 = refusal(() => accept({ dialect: 's3', at: now + 20 * minute }))
    expect(s3.fields).toEqual({
      RequestTime: '20261120T122000Z',
      ServerTime: '2026-11-20T12:00:00Z',
      MaxAllowedSkewMilliseconds: 900_000,
    })
  })

  test('may come in a Date header', () => {
    const how: Signing = { dialect: 'query' }
    const request = requestOf('POST /', [
      ['Host', 'localhost'],
      ['Date', 'Fri, 20 Nov 2026 12:00:00 GMT'],
    ])
    const scope = '20261120/us-east-1/iam/aws4_request'
    const key = keys.get('AKIASTUDENT', secretAccessKey, scope)
    const claim = { signedHeaders: 'date;host', amzDate: '20261120T120000Z', scope }
    const { signature } = sign(request, claim, key, hash('sha256', ''), 'normalized')
    request.headers['authorization'] =
      `AWS4-HMAC-SHA256 Credential=AKIASTUDENT/${scope},SignedHeaders=date;host,Signature=${signature}`
    expect(authenticate(request, { dialect: how.dialect }, options).caller).toBe(student)
  })
})

/** A clock that was advanced once, by 90 days. */
const advancedAt = (wallTime: number) => ({
  wallNow: now + minute,
  virtualNow: now + minute + 90 * day,
  advancedSince: (time: number) => (time < wallTime ? 90 * day : 0),
})

/** A clock that was never advanced. */
const unmoved = (wallNow: number) => ({ wallNow, virtualNow: wallNow })

describe('a presigned URL', () => {
  const url = { dialect: 's3', line: 'GET /bucket/key', expires: 3600 } as const
  const usedAt = (wallNow: number) => () => accept(url, unmoved(wallNow))

  test('is good until it expires, and not before its time', () => {
    expect(usedAt(now + 3600_000)().caller).toBe(student)
    expect(refusal(usedAt(now + 3601_000))).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: 'Request has expired',
      fields: {
        'X-Amz-Expires': 3600,
        Expires: '2026-11-20T13:00:00Z',
        ServerTime: '2026-11-20T13:00:01Z',
      },
    })
    expect(refusal(usedAt(now - 16 * minute))).toMatchObject({
      code: 'AccessDenied',
      message: 'Request is not yet valid',
    })
  })

  test('expires by virtual time that went by since it was signed', () => {
    expect(accept(url, advancedAt(now - minute)).caller).toBe(student)
    expect(refusal(() => accept(url, advancedAt(now + 1000))).message).toBe('Request has expired')
  })

  test('says how long it is good for, up to a week', () => {
    expect(accept({ ...url, expires: 604_800 }).caller).toBe(student)
    const request = signed(url)
    const changed = (from: string | RegExp, to: string) =>
      refusal(() =>
        authenticate(
          { ...request, query: request.query.replace(from, to) },
          { dialect: 's3' },
          options,
        ),
      )
    const expires = 'X-Amz-Expires=3600'
    const code = 'AuthorizationQueryParametersError'
    const inWords: [string, string][] = [
      ['X-Amz-Expires=604801', 'X-Amz-Expires must be less than a week (in seconds)'],
      ['X-Amz-Expires=-1', 'X-Amz-Expires must be non-negative'],
      ['X-Amz-Expires=soon', 'X-Amz-Expires should be a number'],
      ['', 'Query-string authentication version 4 requires the X-Amz-Algorithm'],
    ]
    for (const [value, words] of inWords) {
      const error = changed(expires, value)
      expect(error).toMatchObject({ code, status: 400 })
      expect(error.message).toContain(words)
    }
    expect(changed(/us-east-1/, 'us-east-1%2Fx')).toMatchObject({ code })
    expect(changed(/%2Fs3%2F/, '%2Fec2%2F').code).toBe('SignatureDoesNotMatch')
    expect(changed(/X-Amz-Date=\d{8}T/, 'X-Amz-Date=20261120 ')).toMatchObject({ code })
  })

  test('of another service than S3 is good for fifteen minutes at the least', () => {
    const sts = { dialect: 'query', expires: 60, line: 'GET /?Action=GetCallerIdentity' } as const
    expect(accept(sts, unmoved(now + 15 * minute)).caller).toBe(student)
    expect(refusal(() => accept(sts, unmoved(now + 15 * minute + 1000)))).toMatchObject({
      code: 'SignatureDoesNotMatch',
      status: 403,
    })
  })

  test('and an Authorization header at once are too much for S3', () => {
    const request = signed(url)
    const headers = { ...request.headers, authorization: 'AWS4-HMAC-SHA256 x' }
    const both = { ...request, headers }
    expect(refusal(() => authenticate(both, { dialect: 's3' }, options)).code).toBe(
      'InvalidArgument',
    )
  })
})
