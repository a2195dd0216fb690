import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  accessKeyId,
  secretAccessKey,
  sessionToken,
  startCaptureServer,
  type CaptureServer,
} from './capture-server.ts'

const run = promisify(execFile)
const directory = mkdtempSync(join(tmpdir(), 'cli-'))
const file = join(directory, 'file')
const bytes = randomBytes(300_000)
let server: CaptureServer

beforeAll(async () => {
  writeFileSync(file, bytes)
  server = await startCaptureServer()
})
afterAll(async () => {
  await server.close()
  rmSync(directory, { recursive: true })
})

function aws(words: readonly string[], more: Record<string, string> = {}) {
  return server.during(() =>
    run('aws', ['--endpoint-url', server.url, ...words], {
      env: {
        PATH: process.env['PATH'],
        HOME: directory,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_MAX_ATTEMPTS: '1',
        AWS_EC2_METADATA_DISABLED: 'true',
        ...more,
      },
    }),
  )
}

test.each([
  ['sts get-caller-identity', ''],
  ['iam list-users --path-prefix', '/a b/é/'],
  ['ec2 describe-instances --instance-ids', 'i-0123456789abcdef0'],
  ['ssm get-parameter --name', '/a b/é'],
  ['lambda get-function --function-name', 'a:b'],
  ['s3api list-objects-v2 --bucket bucket --prefix', 'a b/+é~(*)'],
  ['s3api head-object --bucket bucket --key', "a b//../+é~(*)'!"],
])('the AWS CLI’s %s %s is verified', async (words, last) => {
  const requests = await aws([...words.split(' '), ...(last ? [last] : [])])
  expect(requests.map(({ error }) => error)).toEqual([undefined])
  expect(requests[0]?.authentication?.caller.type).toBe('IAMUser')
})

test('the AWS CLI’s put-object brings its body and checksum', async () => {
  const words = ['s3api', 'put-object', '--bucket', 'bucket', '--key', 'a b/é', '--body', file]
  const [plain] = await aws(words)
  expect(plain?.error).toBeUndefined()
  expect(plain?.received?.bytes.equals(bytes)).toBe(true)
  for (const algorithm of ['CRC32', 'SHA1', 'SHA256']) {
    const [request] = await aws([...words, '--checksum-algorithm', algorithm])
    expect(request?.error).toBeUndefined()
    expect(request?.received?.bytes.equals(bytes)).toBe(true)
    expect(request?.received?.checksum?.algorithm).toBe(algorithm)
  }
})

test('the AWS CLI’s s3 cp brings a file', async () => {
  const [request] = await aws(['s3', 'cp', file, 's3://bucket/a b+c'])
  expect(request?.error).toBeUndefined()
  expect(request?.received?.bytes.equals(bytes)).toBe(true)
})

async function presign(region: string): Promise<string> {
  const words = ['s3', 'presign', 's3://bucket/a b+é', '--expires-in', '60']
  const { stdout } = await run('aws', ['--endpoint-url', server.url, ...words], {
    env: {
      PATH: process.env['PATH'],
      HOME: directory,
      AWS_ACCESS_KEY_ID: 'ASIASESSION',
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
      AWS_DEFAULT_REGION: region,
    },
  })
  return stdout.trim()
}

test('the AWS CLI’s presigned URL is verified', async () => {
  const url = await presign('eu-central-1')
  expect(url).toContain('X-Amz-Security-Token=')
  const [request] = await server.during(() => fetch(url))
  expect(request?.error).toBeUndefined()
  expect(request?.authentication?.caller.type).toBe('IAMUser')
})

// CLI v1 presigns with version 2 wherever S3 once took it, CLI v2 with version 4 everywhere.
test('a presigned URL of us-east-1 is verified, whichever version the CLI signs with', async () => {
  const url = await presign('us-east-1')
  const [request] = await server.during(() => fetch(url))
  expect(request?.authentication?.caller.type).toBe('IAMUser')
  const [tampered] = await server.during(() => fetch(url.replace(/\/([^/?]+)\?/, '/other-$1?')))
  expect(tampered?.error).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 })
})

test('the AWS CLI with a wrong secret is refused', async () => {
  const [request] = await aws(['sts', 'get-caller-identity'], { AWS_SECRET_ACCESS_KEY: 'wrong' })
  expect(request?.error).toMatchObject({ code: 'SignatureDoesNotMatch', status: 403 })
})
