import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  awsEnvironment,
  run,
  startTestEmulator,
  type TestEmulator,
} from '../../support/emulator.ts'

let emulator: TestEmulator
let folder: string
beforeAll(async () => {
  emulator = await startTestEmulator()
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-s3-'))
})
afterAll(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Runs a command that must go well. @returns what it printed */
async function aws(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await emulator.aws(...args)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout
}

describe('the AWS CLI', () => {
  test(
    'makes, fills, lists, syncs, empties and removes a bucket',
    { timeout: 120_000 },
    async () => {
      const site = join(folder, 'site')
      mkdirSync(join(site, 'sub'), { recursive: true })
      writeFileSync(join(site, 'index.html'), '<h1>hi</h1>')
      writeFileSync(join(site, 'sub', 'ünï code.txt'), 'umlauts')
      writeFileSync(join(site, 'large.bin'), randomBytes(20 * 1024 * 1024))

      expect(await aws('s3', 'mb', 's3://cli-bucket')).toContain('make_bucket: cli-bucket')
      expect(await aws('s3', 'ls')).toContain('cli-bucket')
      await aws('s3', 'cp', join(site, 'index.html'), 's3://cli-bucket/')
      expect(await aws('s3', 'ls', 's3://cli-bucket')).toMatch(/ {9}11 index\.html/)
      const synced = await aws('s3', 'sync', site, 's3://cli-bucket', '--no-progress')
      expect(synced.match(/^upload: /gm)).toHaveLength(2)
      expect(await aws('s3', 'sync', site, 's3://cli-bucket')).toBe('')
      const listed = await aws(
        's3',
        'ls',
        's3://cli-bucket',
        '--recursive',
        '--human-readable',
        '--summarize',
      )
      expect(listed).toContain('20.0 MiB large.bin')
      expect(listed).toContain('sub/ünï code.txt')
      expect(listed).toContain('Total Objects: 3')
      expect(await aws('s3', 'ls', 's3://cli-bucket')).toContain('PRE sub/')

      await aws('s3', 'cp', 's3://cli-bucket/large.bin', join(folder, 'back.bin'), '--no-progress')
      expect(
        readFileSync(join(folder, 'back.bin')).equals(readFileSync(join(site, 'large.bin'))),
      ).toBe(true)
      await aws(
        's3',
        'cp',
        's3://cli-bucket/large.bin',
        's3://cli-bucket/copy.bin',
        '--no-progress',
      )
      await aws(
        's3',
        'mv',
        's3://cli-bucket/copy.bin',
        's3://cli-bucket/moved.bin',
        '--no-progress',
      )
      await aws('s3', 'cp', 's3://cli-bucket/moved.bin', join(folder, 'moved.bin'), '--no-progress')
      expect(
        readFileSync(join(folder, 'moved.bin')).equals(readFileSync(join(site, 'large.bin'))),
      ).toBe(true)

      rmSync(join(site, 'index.html'))
      const deleted = await aws('s3', 'sync', site, 's3://cli-bucket', '--delete', '--no-progress')
      expect(deleted).toContain('delete: s3://cli-bucket/index.html')
      await aws('s3', 'sync', 's3://cli-bucket', join(folder, 'mirror'), '--no-progress')
      expect(readdirSync(join(folder, 'mirror')).toSorted()).toEqual(['large.bin', 'sub'])
      expect(await aws('s3', 'rm', 's3://cli-bucket/sub', '--recursive')).toContain('delete: ')
      const { code, stderr } = await emulator.aws('s3', 'rb', 's3://cli-bucket')
      expect(code).not.toBe(0)
      expect(stderr).toContain('BucketNotEmpty')
      expect(await aws('s3', 'rb', 's3://cli-bucket', '--force')).toContain(
        'remove_bucket: cli-bucket',
      )
      expect(await aws('s3', 'ls')).not.toContain('cli-bucket')
    },
  )

  test('asks for a location outside us-east-1', { timeout: 60_000 }, async () => {
    const create = ['s3api', 'create-bucket', '--region', 'eu-west-1', '--bucket', 'cli-europe']
    const refused = await emulator.aws(...create)
    expect(refused.stderr).toContain(
      'An error occurred (IllegalLocationConstraintException) when calling the CreateBucket operation: The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
    )
    await aws(...create, '--create-bucket-configuration', 'LocationConstraint=eu-west-1')
    expect(JSON.parse(await aws('s3api', 'get-bucket-location', '--bucket', 'cli-europe'))).toEqual(
      {
        LocationConstraint: 'eu-west-1',
      },
    )
    // From another region the client follows the redirect.
    writeFileSync(join(folder, 'note'), 'over there')
    await aws('s3', 'cp', join(folder, 'note'), 's3://cli-europe/note', '--no-progress')
    expect(await aws('s3', 'cp', 's3://cli-europe/note', '-')).toBe('over there')
    const url = await aws('s3', 'presign', 's3://cli-europe/note', '--region', 'eu-west-1')
    expect(await (await fetch(url.trim())).text()).toBe('over there')
  })

  test('shows what an object is', { timeout: 60_000 }, async () => {
    await aws('s3', 'mb', 's3://cli-heads')
    writeFileSync(join(folder, 'f'), 'text')
    await aws(
      's3api',
      'put-object',
      '--bucket',
      'cli-heads',
      '--key',
      'f',
      '--body',
      join(folder, 'f'),
      '--metadata',
      'a=b',
    )
    expect(
      JSON.parse(await aws('s3api', 'head-object', '--bucket', 'cli-heads', '--key', 'f')),
    ).toMatchObject({
      ContentLength: 4,
      ETag: '"1cb251ec0d568de6a929b520c4aed8d1"',
      ContentType: 'binary/octet-stream',
      Metadata: { a: 'b' },
      ServerSideEncryption: 'AES256',
    })
    const missing = await emulator.aws(
      's3api',
      'head-object',
      '--bucket',
      'cli-heads',
      '--key',
      'none',
    )
    expect(missing.stderr).toContain(
      'An error occurred (404) when calling the HeadObject operation: Not Found',
    )
  })
})

test('boto3 uploads, lists, reads, copies and deletes', { timeout: 120_000 }, async () => {
  const { code, stdout, stderr } = await run(
    'python3',
    ['-c', botoProgram, emulator.url],
    awsEnvironment(folder),
    folder,
  )
  expect(stderr).toBe('')
  expect(code).toBe(0)
  expect(stdout).toBe('ok\n')
})

const botoProgram = `
import io, os, sys, urllib.request, boto3
from botocore.config import Config
from botocore.exceptions import ClientError
s3 = boto3.client('s3', endpoint_url=sys.argv[1])
s3.create_bucket(Bucket='boto')
data = os.urandom(20 * 1024 * 1024)
s3.upload_fileobj(io.BytesIO(data), 'boto', 'big/file', ExtraArgs={'Metadata': {'k': 'v'}, 'ContentType': 'x/y'})
back = io.BytesIO()
s3.download_fileobj('boto', 'big/file', back)
assert back.getvalue() == data
head = s3.head_object(Bucket='boto', Key='big/file')
assert head['Metadata'] == {'k': 'v'} and head['ContentType'] == 'x/y' and head['ETag'].endswith('-3"'), head
s3.copy({'Bucket': 'boto', 'Key': 'big/file'}, 'boto', 'big/copy')
assert s3.get_object(Bucket='boto', Key='big/copy')['Body'].read() == data
for i in range(25):
    s3.put_object(Bucket='boto', Key='n/%02d ü' % i, Body=b'x')
pages = s3.get_paginator('list_objects_v2').paginate(Bucket='boto', Prefix='n/', PaginationConfig={'PageSize': 7})
assert [o['Key'] for p in pages for o in p['Contents']] == ['n/%02d ü' % i for i in range(25)]
old = s3.get_paginator('list_objects').paginate(Bucket='boto', Delimiter='/', PaginationConfig={'PageSize': 1})
assert [c['Prefix'] for p in old for c in p.get('CommonPrefixes', [])] == ['big/', 'n/']
for signature in ['s3', 's3v4']:
    signing = boto3.client('s3', endpoint_url=sys.argv[1], config=Config(signature_version=signature))
    url = signing.generate_presigned_url('get_object', Params={'Bucket': 'boto', 'Key': 'n/01 ü'})
    assert urllib.request.urlopen(url).read() == b'x'
try:
    s3.get_object(Bucket='boto', Key='missing')
    raise SystemExit('a missing key was found')
except ClientError as e:
    assert e.response['Error']['Code'] == 'NoSuchKey' and e.response['Error']['Key'] == 'missing', e.response
try:
    s3.get_object(Bucket='boto', Key='big/file', IfNoneMatch=head['ETag'])
    raise SystemExit('304 was not an error')
except ClientError as e:
    assert e.response['Error']['Code'] == '304', e.response
bucket = boto3.resource('s3', endpoint_url=sys.argv[1]).Bucket('boto')
assert len(list(bucket.objects.all())) == 27
bucket.objects.all().delete()
bucket.delete()
s3.get_waiter('bucket_not_exists').wait(Bucket='boto')
print('ok')
`
