import { beforeAll, describe, expect, test } from 'vitest'
import { AwsError } from '../../emulator/errors.ts'
import {
  restRouter,
  type RestRouter,
  type RouteRequest,
} from '../../emulator/protocol/rest-router.ts'
import type { ServiceModel } from '../../emulator/protocol/service-model.ts'
import { membersOf } from '../../emulator/protocol/schema.ts'
import { inputOf } from './support/values.ts'
import { loadModel } from './support/clients.ts'

let model: ServiceModel
let s3: RestRouter
let lambda: RestRouter
beforeAll(async () => {
  model = await loadModel('s3')
  s3 = restRouter(model)
  lambda = restRouter(await loadModel('lambda'))
})

const request = (line: string, headers: Record<string, string> = {}): RouteRequest => {
  const [method = '', url = ''] = line.split(' ')
  const [path = '', query = ''] = url.split('?', 2)
  return { method, path, query, headers }
}
const copy = { 'x-amz-copy-source': '/b/k' }

describe('S3 with a bucket', () => {
  const routes: [string, string, Record<string, string>?][] = [
    ['GET /', 'ListObjects'],
    ['GET /?prefix=a&delimiter=%2F', 'ListObjects'],
    ['GET /?list-type=2', 'ListObjectsV2'],
    ['GET /?prefix=a&list-type=2&max-keys=1', 'ListObjectsV2'],
    ['GET /?list-type=3', 'ListObjects'],
    ['GET /?versions', 'ListObjectVersions'],
    ['GET /?versions=', 'ListObjectVersions'],
    ['GET /?uploads', 'ListMultipartUploads'],
    ['GET /?location', 'GetBucketLocation'],
    ['GET /?acl', 'GetBucketAcl'],
    ['GET /?policy', 'GetBucketPolicy'],
    ['GET /?policyStatus', 'GetBucketPolicyStatus'],
    ['GET /?analytics', 'ListBucketAnalyticsConfigurations'],
    ['GET /?analytics&id=1', 'GetBucketAnalyticsConfiguration'],
    ['PUT /?inventory&id=1', 'PutBucketInventoryConfiguration'],
    ['HEAD /', 'HeadBucket'],
    ['PUT /', 'CreateBucket'],
    ['DELETE /', 'DeleteBucket'],
    ['DELETE /?lifecycle', 'DeleteBucketLifecycle'],
    ['POST /?delete', 'DeleteObjects'],
    ['GET /k', 'GetObject'],
    ['GET /k?x-id=GetObject', 'GetObject'],
    ['GET /k?versionId=1&partNumber=2', 'GetObject'],
    ['GET /k?attributes', 'GetObjectAttributes', { 'x-amz-object-attributes': 'ETag' }],
    ['GET /k?tagging', 'GetObjectTagging'],
    ['GET /k?uploadId=1', 'ListParts'],
    ['HEAD /k', 'HeadObject'],
    ['PUT /k', 'PutObject'],
    ['PUT /k', 'CopyObject', copy],
    ['PUT /k?x-id=CopyObject', 'CopyObject', copy],
    ['PUT /k?partNumber=1&uploadId=u', 'UploadPart'],
    ['PUT /k?partNumber=1&uploadId=u', 'UploadPartCopy', copy],
    ['PUT /k?tagging', 'PutObjectTagging'],
    ['PUT /k?acl', 'PutObjectAcl'],
    ['POST /k?uploads', 'CreateMultipartUpload'],
    ['POST /k?uploadId=u', 'CompleteMultipartUpload'],
    ['POST /k?restore', 'RestoreObject'],
    ['POST /k?select&select-type=2', 'SelectObjectContent'],
    ['DELETE /k', 'DeleteObject'],
    ['DELETE /k?versionId=1', 'DeleteObject'],
    ['DELETE /k?uploadId=u', 'AbortMultipartUpload'],
    ['DELETE /k?tagging', 'DeleteObjectTagging'],
    ['PUT /WriteGetObjectResponse', 'PutObject'],
  ]
  test.each(routes)('%s is %s', (line, operation, headers) => {
    expect(s3.match({ ...request(line, headers), bucket: 'b' })?.operation).toBe(operation)
  })

  test.each(['DELETE /?analytics', 'DELETE /?inventory', 'DELETE /?metrics'])(
    '%s without an id is never DeleteBucket',
    (line) => {
      expect(s3.match({ ...request(line), bucket: 'b' })?.operation).toMatch(
        /^DeleteBucket.+Configuration$/,
      )
    },
  )

  test.each(['POST /k', 'PATCH /', 'POST /'])('%s is no operation', (line) => {
    expect(s3.match({ ...request(line), bucket: 'b' })).toBeUndefined()
  })

  test.each([
    ['/a/b/c', 'a/b/c'],
    ['//a//b/', '/a//b/'],
    ['/a/../b/./c', 'a/../b/./c'],
    ['/a%2Fb%252Fc', 'a/b%2Fc'],
    ['/a%20b+c', 'a b+c'],
    ['/%C3%A9%F0%9F%98%80', 'é😀'],
    ['/..', '..'],
    ['//', '/'],
    ["/a'b(c)%00", "a'b(c)\0"],
  ])('the path %s is the key %j', (path, key) => {
    expect(s3.match({ method: 'GET', path, query: '', headers: {}, bucket: 'b' })).toEqual({
      operation: 'GetObject',
      labels: { Key: key },
    })
  })

  test.each(['/%', '/%zz', '/a%C3', '/%FF'])('the path %s is refused as InvalidURI', (path) => {
    const match = () => s3.match({ method: 'GET', path, query: '', headers: {}, bucket: 'b' })
    expect(match).toThrow(
      expect.objectContaining({
        code: 'InvalidURI',
        message: "Couldn't parse the specified URI.",
        status: 400,
      }),
    )
    expect(match).toThrow(AwsError)
  })
})

test('every operation of S3 is found by the route that its own schema describes', () => {
  const lost: string[] = []
  for (const [operation, schema] of model.operations) {
    const { http } = schema[3] as unknown as { http: [string, string, number] }
    const query = (http[1].split('?')[1] ?? '').replace(/&?x-id=\w+/, '')
    const names = new Set(
      Array.from(
        inputOf(schema).isUnitSchema() ? [] : membersOf(inputOf(schema)),
        ({ name }) => name,
      ),
    )
    const required = requiredParameters(schema)
    const found = s3.match({
      method: http[0],
      path: http[1].startsWith('/{Key+}') ? '/k' : http[1].split('?')[0]!,
      query: [query, ...required.query.map((name) => `${name}=1`)].filter(Boolean).join('&'),
      headers: required.headers,
      ...(names.has('Bucket') ? { bucket: 'b' } : {}),
    })
    if (found?.operation !== operation) lost.push(`${operation} → ${found?.operation}`)
  }
  // Directory buckets are listed at an endpoint of their own, by the same line as ListBuckets.
  expect(lost).toEqual(['ListDirectoryBuckets → ListBuckets'])
})

function requiredParameters(operation: readonly unknown[]) {
  const schema = inputOf(operation)
  const members = schema.isUnitSchema() ? [] : membersOf(schema).filter(({ required }) => required)
  return {
    query: members.flatMap(({ traits }) => traits.httpQuery ?? []),
    headers: Object.fromEntries(
      members.flatMap(({ traits }) =>
        traits.httpHeader ? [[traits.httpHeader.toLowerCase(), 'x']] : [],
      ),
    ) as Record<string, string>,
  }
}

describe('S3 without a bucket', () => {
  test('GET / lists buckets', () => {
    expect(s3.match(request('GET /?x-id=ListBuckets'))?.operation).toBe('ListBuckets')
    expect(s3.match(request('GET /?max-buckets=2'))?.operation).toBe('ListBuckets')
  })
  test('nothing of a bucket is found', () => {
    expect(s3.match(request('DELETE /'))).toBeUndefined()
    expect(s3.match(request('GET /?acl'))?.operation).toBe('ListBuckets')
  })
})

describe('Lambda', () => {
  test.each([
    ['GET /2015-03-31/functions', 'ListFunctions', {}],
    ['GET /2015-03-31/functions/', 'ListFunctions', {}],
    ['POST /2015-03-31/functions', 'CreateFunction', {}],
    ['GET /2015-03-31/functions/a%2Fb', 'GetFunction', { FunctionName: 'a/b' }],
    ['POST /2015-03-31/functions/f/invocations', 'Invoke', { FunctionName: 'f' }],
    [
      'DELETE /2015-03-31/functions/f/policy/s',
      'RemovePermission',
      { FunctionName: 'f', StatementId: 's' },
    ],
    [
      'GET /2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-east-1%3A1%3Afunction%3Af',
      'ListTags',
      { Resource: 'arn:aws:lambda:us-east-1:1:function:f' },
    ],
  ])('%s is %s', (line, operation, labels) => {
    expect(lambda.match(request(line))).toEqual({ operation, labels })
  })

  test.each(['GET /', 'GET /2015-03-31/functions//policy', 'PATCH /2015-03-31/functions'])(
    '%s is no operation',
    (line) => {
      expect(lambda.match(request(line))).toBeUndefined()
    },
  )
})

test('a path of many slashes and a query of many parameters take no time', () => {
  const path = `/${'a/'.repeat(50_000)}`
  const query = Array.from({ length: 5000 }, (_, i) => `q${i}=1`).join('&')
  expect(s3.match({ method: 'GET', path, query, headers: {}, bucket: 'b' })?.operation).toBe(
    'GetObject',
  )
  expect(lambda.match({ method: 'GET', path, query, headers: {} })).toBeUndefined()
})
