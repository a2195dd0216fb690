import {
  CreateBucketCommand,
  DeleteBucketWebsiteCommand,
  GetBucketWebsiteCommand,
  PutBucketWebsiteCommand,
  PutObjectCommand,
  type WebsiteConfiguration,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { open, putPolicy } from './callers.ts'
import { raw } from './raw-http.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
let Bucket: string
const index: WebsiteConfiguration = { IndexDocument: { Suffix: 'index.html' } }

beforeAll(async () => {
  t = await startS3Test()
})
afterAll(() => t.emulator.close())
beforeEach(async () => {
  Bucket = t.bucketName()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await open(t, Bucket)
})

const website = (WebsiteConfiguration: WebsiteConfiguration) =>
  t.s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }))
const page = (Key: string, more: object = {}) =>
  t.s3.send(
    new PutObjectCommand({ Bucket, Key, Body: `page ${Key}`, ContentType: 'text/html', ...more }),
  )
const visit = (path: string, more: object = {}, host = `${Bucket}.s3-website.localhost`) =>
  raw(t.emulator, { path, ...more, headers: { Host: host } })
/** Everybody may read what is there, and learns what is not. */
const publish = () =>
  putPolicy(
    t,
    Bucket,
    { Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${Bucket}/*` },
    { Principal: '*', Action: 's3:ListBucket', Resource: `arn:aws:s3:::${Bucket}` },
  )

test('the configuration is put, answered and deleted', async () => {
  const full: WebsiteConfiguration = {
    ...index,
    ErrorDocument: { Key: 'error.html' },
    RoutingRules: [
      { Condition: { KeyPrefixEquals: 'docs/' }, Redirect: { ReplaceKeyPrefixWith: 'documents/' } },
    ],
  }
  await website(full)
  const { IndexDocument, ErrorDocument, RoutingRules } = await t.s3.send(
    new GetBucketWebsiteCommand({ Bucket }),
  )
  expect({ IndexDocument, ErrorDocument, RoutingRules }).toEqual(full)
  await t.s3.send(new DeleteBucketWebsiteCommand({ Bucket }))
  expect(await refusal(t.s3.send(new GetBucketWebsiteCommand({ Bucket })))).toMatchObject({
    code: 'NoSuchWebsiteConfiguration',
  })
})

test.each<[string, WebsiteConfiguration, string]>([
  ['no index document', { ErrorDocument: { Key: 'e' } }, 'InvalidArgument'],
  ['an index document in a folder', { IndexDocument: { Suffix: 'a/b' } }, 'InvalidArgument'],
  [
    'redirecting all and routing',
    { RedirectAllRequestsTo: { HostName: 'a.example' }, ...index },
    'InvalidArgument',
  ],
  [
    'two replacements',
    {
      ...index,
      RoutingRules: [{ Redirect: { ReplaceKeyWith: 'a', ReplaceKeyPrefixWith: 'b' } }],
    },
    'InvalidRequest',
  ],
  [
    'an error that is none',
    {
      ...index,
      RoutingRules: [
        { Condition: { HttpErrorCodeReturnedEquals: '200' }, Redirect: { HostName: 'a' } },
      ],
    },
    'InvalidRequest',
  ],
])('PutBucketWebsite refuses %s', async (_what, configuration, code) => {
  expect(await refusal(website(configuration))).toMatchObject({ code, status: 400 })
})

test('an index document answers for the root and for folders, under each of the names', async () => {
  await website(index)
  await publish()
  await page('index.html')
  await page('docs/index.html')
  for (const host of [
    `${Bucket}.s3-website.localhost:${new URL(t.emulator.url).port}`,
    `${Bucket}.s3-website-us-east-1.localhost`,
    `${Bucket}.s3-website.eu-central-1.localhost`,
    `${Bucket}.s3-website-us-east-1.amazonaws.com`,
  ]) {
    expect(await visit('/', {}, host)).toMatchObject({
      status: 200,
      body: 'page index.html',
      headers: { 'content-type': 'text/html' },
    })
  }
  expect((await visit('/docs/')).body).toBe('page docs/index.html')
  expect(await visit('/docs')).toMatchObject({ status: 302, headers: { location: '/docs/' } })
  expect(await visit('/', { method: 'HEAD' })).toMatchObject({
    status: 200,
    body: '',
    headers: { 'content-length': '15' },
  })
})

test('anonymous permission decides, whatever the visitor sends', async () => {
  await website(index)
  await page('index.html')
  const closed = await visit('/')
  expect(closed).toMatchObject({
    status: 403,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'x-amz-error-code': 'AccessDenied',
      'x-amz-error-message': 'Access Denied',
    },
  })
  expect(closed.body).toContain('<h1>403 Forbidden</h1>')
  expect(closed.body).toContain('<li>Code: AccessDenied</li>')
  await putPolicy(t, Bucket, {
    Principal: '*',
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  })
  expect((await visit('/')).status).toBe(200)
  // Who may not list does not learn that a page is missing.
  expect((await visit('/missing')).status).toBe(403)
})

test("a missing page is a 404 page, and the bucket's own where it has one", async () => {
  await website(index)
  await publish()
  const plain = await visit('/a%20b.html')
  expect(plain).toMatchObject({ status: 404, headers: { 'x-amz-error-code': 'NoSuchKey' } })
  expect(plain.body).toContain('<title>404 Not Found</title>')
  expect(plain.body).toContain('<li>Key: a b.html</li>')

  await website({ ...index, ErrorDocument: { Key: 'error.html' } })
  const unreadable = await visit('/missing')
  expect(unreadable.status).toBe(404)
  expect(unreadable.body).toContain(
    '<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>',
  )
  await page('error.html')
  expect(await visit('/missing')).toMatchObject({ status: 404, body: 'page error.html' })
  expect(await visit('/missing', { method: 'HEAD' })).toMatchObject({ status: 404, body: '' })
})

test('what is no website says so on a page', async () => {
  expect(await visit('/')).toMatchObject({
    status: 404,
    headers: { 'x-amz-error-code': 'NoSuchWebsiteConfiguration' },
    body: expect.stringContaining(`<li>BucketName: ${Bucket}</li>`),
  })
  expect(await visit('/', {}, 'no-such-bucket.s3-website.localhost')).toMatchObject({
    status: 404,
    body: expect.stringContaining('NoSuchBucket'),
  })
  await website(index)
  expect((await visit('/', { method: 'POST' })).status).toBe(405)
  expect((await visit('/', { method: 'DELETE' })).status).toBe(405)
})

test('all requests can be sent elsewhere', async () => {
  await website({ RedirectAllRequestsTo: { HostName: 'www.example.com', Protocol: 'https' } })
  expect(await visit('/a/b%20c')).toMatchObject({
    status: 301,
    headers: { location: 'https://www.example.com/a/b%20c' },
  })
})

test('routing rules send on by prefix and by error, the first that applies', async () => {
  await website({
    ...index,
    RoutingRules: [
      {
        Condition: { KeyPrefixEquals: 'docs/' },
        Redirect: { ReplaceKeyPrefixWith: 'documents/', HttpRedirectCode: '302' },
      },
      {
        Condition: { HttpErrorCodeReturnedEquals: '404', KeyPrefixEquals: 'reports/' },
        Redirect: { HostName: 'other.example.com', Protocol: 'https', ReplaceKeyPrefixWith: 'r-' },
      },
      {
        Condition: { HttpErrorCodeReturnedEquals: '404' },
        Redirect: { ReplaceKeyWith: 'lost.html' },
      },
    ],
  })
  await publish()
  await page('reports/here.html')
  const host = `${Bucket}.s3-website.localhost`
  const location = async (path: string) => {
    const { status, headers } = await visit(path)
    return [status, headers['location']]
  }
  expect(await location('/docs/a.html')).toEqual([302, `http://${host}/documents/a.html`])
  expect(await location('/reports/7.html')).toEqual([301, 'https://other.example.com/r-7.html'])
  expect(await location('/else.html')).toEqual([301, `http://${host}/lost.html`])
  expect(await location('/reports/here.html')).toEqual([200, undefined])
})

test('an object may redirect', async () => {
  await website(index)
  await publish()
  await page('old.html', { WebsiteRedirectLocation: '/new.html' })
  expect(await visit('/old.html')).toMatchObject({
    status: 301,
    headers: { location: '/new.html' },
    body: '',
  })
})

test('pages are read in part and on condition', async () => {
  await website(index)
  await publish()
  await page('index.html')
  const headers = { Host: `${Bucket}.s3-website.localhost` }
  const part = await raw(t.emulator, { headers: { ...headers, Range: 'bytes=0-3' } })
  expect(part).toMatchObject({ status: 206, body: 'page' })
  const { etag } = part.headers
  const same = await raw(t.emulator, { headers: { ...headers, 'If-None-Match': etag! } })
  expect(same).toMatchObject({ status: 304, body: '' })
})
