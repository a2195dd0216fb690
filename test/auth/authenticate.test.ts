import { describe, expect, test } from 'vitest'
import { authenticate, requireSignature } from '../../emulator/auth/authenticate.ts'
import { requestOf } from './requests.ts'
import {
  accept,
  dialects,
  options,
  refusal,
  secretAccessKey,
  services,
  signed,
  student,
} from './signed-requests.ts'

describe('who is calling', () => {
  test.each(dialects)('is the owner of a known key that signed well (%s)', (dialect) => {
    const found = accept({ dialect, body: 'Action=ListUsers' })
    expect(found).toMatchObject({
      caller: student,
      region: 'us-east-1',
      signingService: services[dialect],
    })
    expect(found.signing?.seedSignature).toMatch(/^[0-9a-f]{64}$/)
    expect(accept({ dialect, expires: 900 }).caller).toBe(student)
  })

  test('is the root of the default account for a key that nobody knows', () => {
    expect(accept({ dialect: 'query', accessKeyId: 'test', secret: 'test' })).toMatchObject({
      caller: {
        type: 'Root',
        accountId: '123456789012',
        arn: 'arn:aws:iam::123456789012:root',
        userId: '123456789012',
      },
      signing: undefined,
    })
  })

  test('is the root of the account that a key of twelve digits names', () => {
    const { caller } = accept({ dialect: 's3', accessKeyId: '000000000042', region: 'eu-west-1' })
    expect(caller).toMatchObject({
      accountId: '000000000042',
      arn: 'arn:aws:iam::000000000042:root',
    })
  })

  test('is nobody without a signature, which most services do not admit', () => {
    const request = requestOf('POST /', [['Host', 'localhost']])
    for (const [dialect, code, status] of [
      ['query', 'MissingAuthenticationToken', 403],
      ['ec2', 'MissingAuthenticationToken', 403],
      ['json', 'MissingAuthenticationTokenException', 400],
      ['s3', 'AccessDenied', 403],
    ] as const) {
      const found = authenticate(request, { dialect }, options)
      expect(found.caller).toMatchObject({ type: 'Anonymous', arn: null, accountId: '' })
      expect(refusal(() => requireSignature(found, dialect))).toMatchObject({ code, status })
    }
  })

  test('is asked for by name and nothing else of the key’s record', () => {
    const { signing } = accept({ dialect: 's3' })
    expect(JSON.stringify(signing)).not.toContain(secretAccessKey)
  })
})

describe('a key', () => {
  const unknown = {
    query: ['InvalidClientTokenId', 403, 'The security token included in the request is invalid.'],
    json: [
      'UnrecognizedClientException',
      400,
      'The security token included in the request is invalid.',
    ],
    ec2: ['AuthFailure', 401, 'AWS was not able to validate the provided access credentials'],
    s3: [
      'InvalidAccessKeyId',
      403,
      'The AWS Access Key Id you provided does not exist in our records.',
    ],
  } as const

  test.each(dialects)('that nobody knows is refused when strict (%s)', (dialect) => {
    const [code, status, message] = unknown[dialect]
    const accessKeyId = 'AKIANOBODY'
    const error = refusal(() => accept({ dialect, accessKeyId }, { strict: true }))
    expect(error).toMatchObject({ code, status, message })
    expect(error.fields).toEqual(dialect === 's3' ? { AWSAccessKeyId: accessKeyId } : {})
  })

  test.each(dialects)('that is inactive is refused (%s)', (dialect) => {
    const [code, status] = unknown[dialect]
    const how = { dialect, accessKeyId: 'AKIAINACTIVE' }
    expect(refusal(() => accept(how))).toMatchObject({ code, status })
  })

  test.each(dialects)('with a wrong secret is refused (%s)', (dialect) => {
    const codes = {
      query: ['SignatureDoesNotMatch', 403],
      json: ['InvalidSignatureException', 400],
      ec2: ['AuthFailure', 401],
      s3: ['SignatureDoesNotMatch', 403],
    } as const
    const [code, status] = codes[dialect]
    expect(refusal(() => accept({ dialect, secret: 'wrong' }))).toMatchObject({ code, status })
  })
})

describe('a mismatch on S3', () => {
  test('shows what was to be signed', () => {
    const request = signed({ dialect: 's3', line: 'PUT /bucket/a%20key', secret: 'wrong' })
    const { fields, message } = refusal(() => authenticate(request, { dialect: 's3' }, options))
    expect(message).toBe(
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    )
    expect(fields['AWSAccessKeyId']).toBe('AKIASTUDENT')
    expect(fields['SignatureProvided']).toBe(request.headers['authorization']!.slice(-64))
    expect(fields['StringToSign']).toMatch(
      /^AWS4-HMAC-SHA256\n20261120T120000Z\n20261120\/us-east-1\/s3\/aws4_request\n[0-9a-f]{64}$/,
    )
    expect(fields['CanonicalRequest']).toMatch(/^PUT\n\/bucket\/a%20key\n\nhost:127.0.0.1:4566\n/)
    expect(fields['StringToSignBytes']).toMatch(/^41 57 53 34 2d /)
  })
})
