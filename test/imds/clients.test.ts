import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../../emulator/fixtures.ts'
import { awsEnvironment, run, startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { askEndpoint, instancesOf, makeRole } from './support.ts'

let emulator: TestEmulator
let home: string
let worker: string
/** As a program in the instance has it: no keys, and the way to the metadata. */
let env: NodeJS.ProcessEnv
/** The one that has boto3: on the path, or Debian's own. */
let python = 'python3'
beforeAll(async () => {
  emulator = await startTestEmulator()
  if ((await run(python, ['-c', 'import boto3'])).code !== 0) python = '/usr/bin/python3'
  home = mkdtempSync(join(tmpdir(), 'pocketcloud-home-'))
  await makeRole(emulator, 'worker')
  const s3 = emulator.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket: 'results' }))
  await s3.send(new PutObjectCommand({ Bucket: 'results', Key: 'answer', Body: '42' }))
  worker = await instancesOf(emulator).launch({ IamInstanceProfile: { Name: 'worker' } })
  const { body } = await askEndpoint(emulator, worker)
  env = { ...awsEnvironment(home), AWS_EC2_METADATA_SERVICE_ENDPOINT: body.url }
  for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_EC2_METADATA_DISABLED']) {
    delete env[name]
  }
})
afterAll(async () => {
  await emulator.close()
  rmSync(home, { recursive: true, force: true })
})

const session = () => `arn:aws:sts::123456789012:assumed-role/worker/${worker}`

test('the AWS CLI without keys is the role of the instance, and reads a bucket', async () => {
  const aws = (...args: string[]) => run('aws', ['--endpoint-url', emulator.url, ...args], env)
  const who = await aws('sts', 'get-caller-identity')
  expect(who.stderr).toBe('')
  expect(who.json).toMatchObject({ Arn: session() })
  expect((await aws('s3', 'cp', 's3://results/answer', '-')).stdout).toBe('42')
  expect((await aws('iam', 'list-users')).stderr).toContain(`${session()} is not authorized`)
})

test('boto3 without keys reads a bucket as the role, and says that its credentials will be renewed', async () => {
  const script = `
import boto3
session = boto3.Session()
credentials = session.get_credentials()
print(credentials.method, type(credentials).__name__)
s3 = session.client('s3', endpoint_url='${emulator.url}')
print(s3.get_object(Bucket='results', Key='answer')['Body'].read().decode())
print(session.client('sts', endpoint_url='${emulator.url}').get_caller_identity()['Arn'])
`
  const { stdout, stderr } = await run(python, ['-c', script], env)
  expect(stderr).toBe('')
  expect(stdout.trim().split('\n')).toEqual(['iam-role RefreshableCredentials', '42', session()])
})

test('the SDK for JavaScript without keys reads a bucket as the role', async () => {
  const script = `
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { fromInstanceMetadata } from '@smithy/credential-provider-imds'
for (const own of [{}, { credentials: fromInstanceMetadata() }]) {
  const s3 = new S3Client({ endpoint: '${emulator.url}', region: 'us-east-1', forcePathStyle: true, ...own })
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'results', Key: 'answer' }))
  console.log(await Body.transformToString())
}
console.log((await fromInstanceMetadata()()).accessKeyId.slice(0, 4))
`
  const node = ['--no-warnings', '--input-type=module', '-e', script]
  const { stdout, stderr } = await run(process.execPath, node, env, packageRoot)
  expect(stderr).toBe('')
  expect(stdout.trim().split('\n')).toEqual(['42', '42', 'ASIA'])
})

test("boto3's own fetcher of regions finds the instance's", async () => {
  const script = `
from botocore.utils import InstanceMetadataRegionFetcher
print(InstanceMetadataRegionFetcher(base_url='${env['AWS_EC2_METADATA_SERVICE_ENDPOINT']}/').retrieve_region())
`
  const { stdout, stderr } = await run(python, ['-c', script], env)
  expect(stderr).toBe('')
  expect(stdout.trim()).toBe('us-east-1')
})
