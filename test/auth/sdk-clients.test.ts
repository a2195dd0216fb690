import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { CloudWatchClient, ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2'
import { IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { LambdaClient, GetFunctionCommand } from '@aws-sdk/client-lambda'
import {
  ChecksumAlgorithm,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  accessKeyId,
  secretAccessKey,
  sessionToken,
  startCaptureServer,
  type Captured,
  type CaptureServer,
} from './capture-server.ts'

let server: CaptureServer
let config: {
  endpoint: string
  region: string
  credentials: { accessKeyId: string; secretAccessKey: string }
  maxAttempts: number
}

beforeAll(async () => {
  server = await startCaptureServer()
  const credentials = { accessKeyId, secretAccessKey }
  config = { endpoint: server.url, region: 'eu-west-1', credentials, maxAttempts: 1 }
})
afterAll(() => server.close())

/** The one request of a client's call, which must have been accepted. */
async function accepted(work: () => Promise<unknown>): Promise<Captured> {
  const requests = await server.during(work)
  expect(requests.map(({ error }) => error)).toEqual([undefined])
  const [request] = requests
  expect(request?.authentication?.caller.type).toBe('IAMUser')
  expect(request?.authentication?.region).toBe('eu-west-1')
  return request!
}

describe('a request of the official SDK', () => {
  test.each([
    ['STS', () => new STSClient(config).send(new GetCallerIdentityCommand())],
    ['IAM', () => new IAMClient(config).send(new ListUsersCommand({ PathPrefix: '/a b+c~é/' }))],
    ['EC2', () => new EC2Client(config).send(new DescribeInstancesCommand({ MaxResults: 5 }))],
    ['SSM', () => new SSMClient(config).send(new GetParameterCommand({ Name: '/ü/ü' }))],
    ['CloudWatch', () => new CloudWatchClient(config).send(new ListMetricsCommand())],
    [
      'Lambda',
      () =>
        new LambdaClient(config).send(
          new GetFunctionCommand({ FunctionName: 'arn:aws:lambda:eu-west-1:1:function:a b' }),
        ),
    ],
  ])('is verified (%s)', async (_, call) => {
    // IAM has one endpoint for all regions, but here it is given: the client signs for its own region.
    const request = await accepted(call)
    expect(request.authentication?.signing).toBeDefined()
  })

  test('of a session is verified', async () => {
    const credentials = { accessKeyId: 'ASIASESSION', secretAccessKey, sessionToken }
    const call = (token: string) => () =>
      new STSClient({ ...config, credentials: { ...credentials, sessionToken: token } }).send(
        new GetCallerIdentityCommand(),
      )
    await accepted(call(sessionToken))
    const [refused] = await server.during(call('another'))
    expect(refused?.error).toMatchObject({ code: 'InvalidClientTokenId', status: 403 })
  })

  test('with a wrong secret is refused', async () => {
    const credentials = { accessKeyId, secretAccessKey: 'wrong' }
    const [refused] = await server.during(() =>
      new STSClient({ ...config, credentials }).send(new GetCallerIdentityCommand()),
    )
    expect(refused?.error).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 })
  })
})

/** Keys with everything that some encoder somewhere treats in its own way. */
const anyKey = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '/',
        '//',
        '.',
        '..',
        './',
        '../',
        ' ',
        '+',
        '%',
        '%2F',
        '%20',
        '~',
        '*',
        "'",
      ),
      fc.constantFrom(
        '(',
        ')',
        '!',
        '$',
        '&',
        '=',
        '?',
        '#',
        ';',
        ':',
        '@',
        ',',
        '[',
        ']',
        '\\',
        '|',
      ),
      fc.constantFrom('é', '日本', '🚀', '\u0301', '\u00a0', 'key', 'A-b_c.d', '0'),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) => `k${parts.join('')}k`)

describe('S3 requests of the official SDK', () => {
  const s3 = (more: object = {}) => new S3Client({ ...config, forcePathStyle: true, ...more })

  test('are verified whatever the key, the query and the metadata', async () => {
    const client = s3()
    const anyValue = fc.string({ unit: fc.constantFrom(' ', ',', ', ', 'a', '"', '  ', 'Z', '=') })
    await fc.assert(
      fc.asyncProperty(anyKey, anyValue, async (Key, value) => {
        const Bucket = 'bucket'
        const Metadata = { note: `x${value}x` }
        const put = new PutObjectCommand({ Bucket, Key, Metadata, Body: `x${value}` })
        const { received } = await accepted(() => client.send(put))
        expect(received?.bytes.toString()).toBe(`x${value}`)
        const get = { Bucket, Key, ResponseContentType: `x${value}x`, VersionId: Key }
        await accepted(async () => {
          const { Body } = await client.send(new GetObjectCommand(get))
          return Body?.transformToByteArray()
        })
        const list = { Bucket, Prefix: Key, Delimiter: '/', StartAfter: value }
        await accepted(() => client.send(new ListObjectsV2Command(list)))
      }),
      { numRuns: 150 },
    )
  })

  test.each(Object.values(ChecksumAlgorithm).filter((name) => !/XX|512|MD5/.test(name)))(
    'bring a %s of a stream as a trailer',
    async (algorithm) => {
      const body = randomBytes(500_000)
      const put = new PutObjectCommand({
        Bucket: 'bucket',
        Key: 'key',
        Body: Readable.from([body.subarray(0, 200_000), body.subarray(200_000)]),
        ContentLength: body.length,
        ChecksumAlgorithm: algorithm,
      })
      const { headers, received } = await accepted(() => s3().send(put))
      expect(headers['x-amz-content-sha256']).toBe('STREAMING-UNSIGNED-PAYLOAD-TRAILER')
      expect(received?.bytes.equals(body)).toBe(true)
      expect(received?.checksum?.algorithm).toBe(algorithm)
    },
  )

  test('without checksums of their own are verified by their SHA-256', async () => {
    const client = s3({ requestChecksumCalculation: 'WHEN_REQUIRED' })
    const body = randomBytes(100_000)
    const put = new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body: body })
    const { received } = await accepted(() => client.send(put))
    expect(received?.bytes.equals(body)).toBe(true)
    expect(received?.checksum?.algorithm).toBe('CRC64NVME')
  })

  test('as presigned URLs are verified whatever the key', async () => {
    const client = s3()
    await fc.assert(
      fc.asyncProperty(anyKey, async (Key) => {
        const get = new GetObjectCommand({ Bucket: 'bucket', Key, ResponseContentType: 'a b/c+d' })
        const url = await getSignedUrl(client, get, { expiresIn: 60 })
        // A URL object would resolve dot segments: the presigner's text is what a client gets to send.
        await accepted(() => plainGet(url))
      }),
      { numRuns: 60 },
    )
  })

  // The SDK signs the checksum of an empty body into the query; S3 does not hold the upload to it.
  test.each(['WHEN_SUPPORTED', 'WHEN_REQUIRED'])(
    'as presigned uploads bring the payload (checksums %s)',
    async (requestChecksumCalculation) => {
      const put = new PutObjectCommand({ Bucket: 'bucket', Key: 'key' })
      const url = await getSignedUrl(s3({ requestChecksumCalculation }), put, { expiresIn: 60 })
      const upload = (to: string) =>
        server.during(() => fetch(to, { method: 'PUT', body: 'hello' }))
      const [taken] = await upload(url)
      expect(taken?.error).toBeUndefined()
      expect(taken?.received?.bytes.toString()).toBe('hello')
      const [refused] = await upload(url.replace('/key?', '/kez?'))
      expect(refused?.error).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 })
    },
  )
})

async function plainGet(url: string): Promise<void> {
  const { request } = await import('node:http')
  const { hostname, port } = new URL(url)
  const path = url.slice(url.indexOf('/', 'http://'.length))
  await new Promise((resolve, reject) => {
    request({ hostname, port, path }, (response) => response.resume().on('end', resolve))
      .on('error', reject)
      .end()
  })
}
