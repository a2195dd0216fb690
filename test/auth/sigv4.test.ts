import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { PathRule } from '../../emulator/auth/canonical-request.ts'
import { SigningKeys } from '../../emulator/auth/signing-key.ts'
import { emptyHash, sign, unsignedPayload } from '../../emulator/auth/sigv4.ts'
import { namesOf, presignedQuery, requestOf } from './requests.ts'

interface SuiteCase {
  readonly name: string
  readonly line: string
  readonly headers?: readonly (readonly [string, string])[]
  readonly unsigned?: readonly string[]
  readonly token?: string
  readonly body?: string
  readonly pathRule?: PathRule
  readonly header: string
  readonly query: string
}

interface Example {
  readonly name: string
  readonly key: string
  readonly scope: string
  readonly line: string
  readonly headers: readonly (readonly [string, string])[]
  readonly presigned?: { readonly date: string; readonly expires: number }
  readonly signature: string
}

interface Published {
  readonly secrets: Readonly<Record<string, string>>
  readonly suite: {
    readonly key: string
    readonly scope: string
    readonly date: string
    readonly expires: number
    readonly host: string
    readonly cases: readonly SuiteCase[]
  }
  readonly examples: readonly Example[]
}

const file = new URL('../../fixtures/sigv4/published.json', import.meta.url)
const published: Published = JSON.parse(readFileSync(file, 'utf8'))
const { secrets, suite, examples } = published
const keys = new SigningKeys()

describe('the SigV4 test suite', () => {
  const key = keys.get(suite.key, secrets[suite.key]!, suite.scope)
  const claim = { amzDate: suite.date, scope: suite.scope }

  test.each(suite.cases)('$name has the published signature as a header', (vector) => {
    const body = hash('sha256', vector.body ?? '')
    const { pathRule = 'normalized' } = vector
    const request = requestOf(vector.line, [
      ['Host', suite.host],
      ['X-Amz-Date', suite.date],
      ...(vector.headers ?? []),
      ...(vector.token ? [['X-Amz-Security-Token', vector.token] as const] : []),
      ...(vector.body ? [['x-amz-content-sha256', body] as const] : []),
    ])
    const signedHeaders = namesOf(request, vector.unsigned)
    const steps = sign(request, { ...claim, signedHeaders }, key, body, pathRule)
    expect(steps.signature).toBe(vector.header)
  })

  test.each(suite.cases)('$name has the published signature as a presigned URL', (vector) => {
    const body = hash('sha256', vector.body ?? '')
    const { pathRule = 'normalized' } = vector
    const request = requestOf(vector.line, [['Host', suite.host], ...(vector.headers ?? [])])
    const signedHeaders = namesOf(request, vector.unsigned)
    const query = presignedQuery(request.query, {
      credential: `${suite.key}/${suite.scope}`,
      date: suite.date,
      expires: suite.expires,
      signedHeaders,
      ...(vector.token ? { token: vector.token } : {}),
    })
    const steps = sign({ ...request, query }, { ...claim, signedHeaders }, key, body, pathRule)
    expect(steps.signature).toBe(vector.query)
  })
})

describe('the worked examples of the documentation', () => {
  test.each(examples)('$name has the published signature', (example) => {
    const request = requestOf(example.line, example.headers)
    const { key: accessKeyId, scope, presigned } = example
    const key = keys.get(accessKeyId, secrets[accessKeyId]!, scope)
    const signedHeaders = namesOf(request)
    const amzDate = presigned?.date ?? request.headers['x-amz-date']!
    const credential = `${accessKeyId}/${scope}`
    const query = presigned
      ? presignedQuery(request.query, { ...presigned, credential, signedHeaders })
      : request.query
    const payload =
      request.headers['x-amz-content-sha256'] ?? (presigned ? unsignedPayload : emptyHash)
    const rule = scope.includes('/s3/') ? 'verbatim' : 'normalized'
    const steps = sign({ ...request, query }, { signedHeaders, amzDate, scope }, key, payload, rule)
    expect(steps.signature).toBe(example.signature)
  })
})

describe('signing keys', () => {
  test('are kept for the most recently used scopes only', () => {
    const few = new SigningKeys(2)
    const first = few.get('AKIA', 'secret', '20150830/us-east-1/iam/aws4_request')
    few.get('AKIA', 'secret', '20150830/us-east-1/s3/aws4_request')
    expect(few.get('AKIA', 'secret', '20150830/us-east-1/iam/aws4_request')).toBe(first)
    few.get('AKIA', 'secret', '20150830/us-east-1/ec2/aws4_request')
    expect(few.size).toBe(2)
    expect(few.get('AKIA', 'secret', '20150830/us-east-1/iam/aws4_request')).toBe(first)
  })

  test('of an access key made anew with another secret are made anew', () => {
    const scope = '20150830/us-east-1/iam/aws4_request'
    const before = keys.get('AKIAROTATED', 'one', scope)
    expect(keys.get('AKIAROTATED', 'two', scope)).not.toEqual(before)
  })
})
