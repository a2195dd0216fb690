import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketCorsCommand,
  DeleteObjectCommand,
  GetBucketCorsCommand,
  GetObjectCommand,
  PutBucketCorsCommand,
  PutObjectCommand,
  type CORSRule,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { raw } from './raw-http.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
let Bucket: string
const Origin = 'https://www.example.com'

beforeAll(async () => {
  t = await startS3Test()
})
afterAll(() => t.emulator.close())
beforeEach(async () => {
  Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'text' }))
})

const rules = (...CORSRules: CORSRule[]) =>
  t.s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }))
const rule: CORSRule = { AllowedMethods: ['GET', 'PUT'], AllowedOrigins: [Origin] }
const preflight = (headers: Record<string, string>, path = `/${Bucket}/k`) =>
  raw(t.emulator, { method: 'OPTIONS', path, headers })
const asked = (method: string, headers?: string) => ({
  Origin,
  'Access-Control-Request-Method': method,
  ...(headers && { 'Access-Control-Request-Headers': headers }),
})

test('the rules of a bucket are put, answered and deleted', async () => {
  const full: CORSRule = {
    ID: 'one',
    AllowedHeaders: ['*'],
    AllowedMethods: ['GET', 'HEAD'],
    AllowedOrigins: ['https://*.example.com'],
    ExposeHeaders: ['ETag'],
    MaxAgeSeconds: 3000,
  }
  await rules(full)
  const { CORSRules } = await t.s3.send(new GetBucketCorsCommand({ Bucket }))
  expect(CORSRules).toEqual([full])
  await t.s3.send(new DeleteBucketCorsCommand({ Bucket }))
  expect(await refusal(t.s3.send(new GetBucketCorsCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchCORSConfiguration',
  })
})

test.each<[string, CORSRule, string, string]>([
  [
    'a method that S3 has not',
    { ...rule, AllowedMethods: ['PATCH'] },
    'InvalidRequest',
    'Found unsupported HTTP method in CORS config. Unsupported method is PATCH',
  ],
  [
    'two wildcards',
    { ...rule, AllowedOrigins: ['http://*.example.*'] },
    'InvalidRequest',
    'AllowedOrigin "http://*.example.*" can not have more than one wildcard.',
  ],
  [
    'exposing everything',
    { ...rule, ExposeHeaders: ['*'] },
    'InvalidRequest',
    'ExposeHeader "*" contains wildcard. We currently do not support wildcard for ExposeHeader.',
  ],
  [
    'no origin',
    { ...rule, AllowedOrigins: [] },
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  ],
])('PutBucketCors refuses %s', async (_what, one, code, message) => {
  expect(await refusal(rules(one))).toMatchObject({ code, message, status: 400 })
})

test("a preflight without rules is refused, in S3's words and without a signature", async () => {
  const answer = await preflight(asked('GET'))
  expect(answer.status).toBe(403)
  expect(answer.body).toContain('<Code>AccessForbidden</Code>')
  expect(answer.body).toContain('CORSResponse: CORS is not enabled for this bucket.')
  expect(answer.body).toContain('<Method>GET</Method><ResourceType>BUCKET</ResourceType>')
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
})

test('a preflight that a rule allows gets its headers', async () => {
  await rules({
    ...rule,
    AllowedHeaders: ['content-*', 'x-amz-meta-team'],
    ExposeHeaders: ['ETag', 'x-amz-request-id'],
    MaxAgeSeconds: 60,
  })
  const answer = await preflight(asked('PUT', 'Content-Type, X-Amz-Meta-Team'))
  expect(answer.status).toBe(200)
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': Origin,
    'access-control-allow-methods': 'GET, PUT',
    'access-control-allow-headers': 'content-type, x-amz-meta-team',
    'access-control-expose-headers': 'ETag, x-amz-request-id',
    'access-control-max-age': '60',
    'access-control-allow-credentials': 'true',
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  })
})

test('a preflight that no rule allows is refused', async () => {
  await rules({ ...rule, AllowedHeaders: ['content-type'] })
  for (const headers of [
    asked('DELETE'),
    { ...asked('GET'), Origin: 'https://evil.example' },
    asked('GET', 'content-type, x-secret'),
  ]) {
    const answer = await preflight(headers)
    expect(answer.status).toBe(403)
    expect(answer.body).toContain('CORSResponse: This CORS request is not allowed.')
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin')
  }
})

test('a preflight has to say who asks and what for, of a bucket that is there', async () => {
  const noOrigin = await preflight({ 'Access-Control-Request-Method': 'GET' })
  expect(noOrigin).toMatchObject({
    status: 400,
    body: expect.stringContaining('Insufficient information. Origin request header needed.'),
  })
  const noMethod = await preflight({ Origin })
  expect(noMethod).toMatchObject({
    status: 403,
    body: expect.stringContaining('<Method>OPTIONS</Method>'),
  })
  const wrongMethod = await preflight({ Origin, 'Access-Control-Request-Method': 'get' })
  expect(wrongMethod).toMatchObject({
    status: 400,
    body: expect.stringContaining('Invalid Access-Control-Request-Method: get'),
  })
  const noBucket = await preflight(asked('GET'), '/no-such-bucket-here/k')
  expect(noBucket).toMatchObject({
    status: 403,
    body: expect.stringContaining('CORSResponse: Bucket not found'),
  })
})

test('answers to pages carry the headers of the rule, refusals too', async () => {
  await rules(rule)
  const url = await getSignedUrl(t.s3, new GetObjectCommand({ Bucket, Key: 'k' }))
  const path = url.slice(t.emulator.url.length)
  const answer = await raw(t.emulator, { path, headers: { Origin } })
  expect(answer).toMatchObject({
    status: 200,
    body: 'text',
    headers: { 'access-control-allow-origin': Origin, 'access-control-allow-methods': 'GET, PUT' },
  })
  const denied = await raw(t.emulator, { path: `/${Bucket}/k`, headers: { Origin } })
  expect(denied).toMatchObject({
    status: 403,
    headers: { 'access-control-allow-origin': Origin },
  })
  const evil = await raw(t.emulator, { path, headers: { Origin: 'https://evil.example' } })
  expect(evil.headers).not.toHaveProperty('access-control-allow-origin')
  const nobody = await raw(t.emulator, { path })
  expect(nobody.headers).not.toHaveProperty('access-control-allow-origin')
})

test('for every origin the answer says so, and takes no credentials', async () => {
  await rules({ AllowedMethods: ['GET'], AllowedOrigins: ['*'] })
  const { headers } = await preflight(asked('GET'))
  expect(headers['access-control-allow-origin']).toBe('*')
  expect(headers).not.toHaveProperty('access-control-allow-credentials')
})

test('the bucket may stand in the host name', async () => {
  await rules(rule)
  const answer = await raw(t.emulator, {
    method: 'OPTIONS',
    path: '/k',
    headers: { Host: `${Bucket}.s3.localhost`, ...asked('GET') },
  })
  expect(answer.status).toBe(200)
})

test('a bucket that is made anew has nothing of the one before it', async () => {
  await rules(rule)
  await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'k' }))
  await t.s3.send(new DeleteBucketCommand({ Bucket }))
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  expect(await refusal(t.s3.send(new GetBucketCorsCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchCORSConfiguration',
  })
})
