import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  ListAliasesCommand,
} from '@aws-sdk/client-kms'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Database } from '../../../emulator/store/database.ts'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { user } from './callers.ts'
import { refusal, type S3Test } from './support.ts'

let t: S3Test
let emulator: TestEmulator
let s3: S3Client
let kms: KMSClient
const dataDir = mkdtempSync(join(tmpdir(), 'pocketcloud-encryption-'))
const Bucket = 'encrypted-bucket'
const MiB = 1024 ** 2

beforeAll(async () => {
  emulator = await startTestEmulator({ dataDir })
  const client = (config: object = {}) => emulator.client(S3Client, config)
  s3 = client()
  kms = emulator.client(KMSClient)
  t = { emulator, s3, client, bucketName: () => Bucket }
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(async () => {
  await emulator.close()
  rmSync(dataDir, { recursive: true, force: true })
})

const put = (Key: string, Body: string | Buffer, more: object = {}) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, ...more }))
const head = (Key: string, more: object = {}) =>
  s3.send(new HeadObjectCommand({ Bucket, Key, ...more }))
async function read(Key: string, more: object = {}): Promise<Buffer> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key, ...more }))
  return Buffer.from(await Body!.transformToByteArray())
}
const copy = (source: string, Key: string, more: object = {}) =>
  s3.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/${source}`, ...more }))

/** Whether any file under the data directory, the database among them, has these bytes. */
function onDisk(bytes: string | Buffer): boolean {
  return readdirSync(dataDir, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(bytes),
  )
}

const md5Of = (bytes: string | Buffer) => createHash('md5').update(bytes).digest('hex')

function customerKey(key: Buffer = randomBytes(32)) {
  const SSECustomerKey = key.toString('base64')
  const SSECustomerKeyMD5 = createHash('md5').update(key).digest('base64')
  return { SSECustomerAlgorithm: 'AES256', SSECustomerKey, SSECustomerKeyMD5 }
}
const asSource = (key: ReturnType<typeof customerKey>) =>
  Object.fromEntries(Object.entries(key).map(([name, value]) => [`CopySource${name}`, value]))

async function newKey(): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  return KeyMetadata!.Arn!
}

/** An object in two parts. */
async function putParts(Key: string, bodies: readonly Buffer[], create: object, each: object = {}) {
  const upload = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key, ...create }))
  const { UploadId } = upload
  const Parts = []
  for (const [index, Body] of bodies.entries()) {
    const PartNumber = index + 1
    const part = { Bucket, Key, UploadId, PartNumber, Body, ...each }
    const { ETag } = await s3.send(new UploadPartCommand(part))
    Parts.push({ PartNumber, ETag })
  }
  const done = await s3.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  )
  return { upload, done }
}

const ranges = [
  [0, 0],
  [1, 15],
  [15, 17],
  [16, 31],
  [5 * MiB - 7, 5 * MiB + 9],
  [5 * MiB, 5 * MiB],
  [3 * MiB + 13, 6 * MiB + 101],
] as const

async function expectRanges(Key: string, whole: Buffer, more: object = {}) {
  expect((await read(Key, more)).equals(whole)).toBe(true)
  for (const [first, last] of ranges) {
    const piece = await read(Key, { Range: `bytes=${first}-${last}`, ...more })
    expect(piece.equals(whole.subarray(first, last + 1)), `${first}-${last}`).toBe(true)
  }
}

describe('SSE-S3', () => {
  test('every object is encrypted on disk, and its ETag is still the MD5 of its bytes', async () => {
    const secret = 'a plaintext that must not be found on disk'
    const answer = await put('plain', secret)
    expect(answer).toMatchObject({
      ServerSideEncryption: 'AES256',
      ETag: `"${md5Of(secret)}"`,
    })
    expect(onDisk(secret)).toBe(false)
    expect(String(await read('plain'))).toBe(secret)
    expect(await head('plain')).toMatchObject({ ServerSideEncryption: 'AES256' })
  })

  test('large objects, and ranges at odd offsets over parts, are decrypted', async () => {
    const bytes = randomBytes(7 * MiB)
    await put('large', bytes)
    expect(onDisk(bytes.subarray(MiB, MiB + 64))).toBe(false)
    await expectRanges('large', bytes)
    await putParts('parts', [bytes.subarray(0, 5 * MiB), bytes.subarray(5 * MiB)], {})
    await expectRanges('parts', bytes)
    await copy('parts', 'parts-copied')
    await expectRanges('parts-copied', bytes)
  })

  test('equal objects have different bytes on disk', async () => {
    const files = () =>
      readdirSync(join(dataDir, 'objects'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    const same = Buffer.alloc(20_000, 'same')
    await put('same-1', same)
    await put('same-2', same)
    const [one, two] = files().filter(({ length }) => length === same.length)
    expect(one!.equals(two!)).toBe(false)
  })

  test('an empty object is read', async () => {
    await put('empty', '')
    expect(await read('empty')).toHaveLength(0)
  })
})

describe('SSE-KMS', () => {
  test('the default key is aws/s3, and the ETag is no MD5', async () => {
    const answer = await put('kms', 'top secret of kms', { ServerSideEncryption: 'aws:kms' })
    const { Aliases } = await kms.send(new ListAliasesCommand({}))
    const { TargetKeyId } = Aliases!.find(({ AliasName }) => AliasName === 'alias/aws/s3')!
    expect(answer.SSEKMSKeyId).toBe(`arn:aws:kms:us-east-1:123456789012:key/${TargetKeyId}`)
    expect(answer.ETag).toMatch(/^"[0-9a-f]{32}"$/)
    expect(answer.ETag).not.toBe(`"${md5Of('top secret of kms')}"`)
    expect(onDisk('top secret of kms')).toBe(false)
    expect(String(await read('kms'))).toBe('top secret of kms')
    expect(await head('kms')).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: answer.SSEKMSKeyId,
      ETag: answer.ETag,
    })
  })

  test('a disabled key keeps its objects from being read and written until it is enabled', async () => {
    const KeyId = await newKey()
    const withKey = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KeyId }
    await put('disabled', 'x', withKey)
    await kms.send(new DisableKeyCommand({ KeyId }))
    const disabled = { code: 'KMS.DisabledException', status: 400 }
    expect(await refusal(read('disabled'))).toMatchObject(disabled)
    expect(await refusal(put('disabled-2', 'x', withKey))).toMatchObject(disabled)
    expect(await head('disabled')).toMatchObject({ SSEKMSKeyId: KeyId })
    await kms.send(new EnableKeyCommand({ KeyId }))
    expect(String(await read('disabled'))).toBe('x')
  })

  test('a key that does not exist is said so', async () => {
    const SSEKMSKeyId = '12345678-1234-1234-1234-123456789012'
    expect(
      await refusal(put('no-key', 'x', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId })),
    ).toMatchObject({ code: 'KMS.NotFoundException', status: 400 })
  })

  test('who may not use the key may neither write nor read', async () => {
    await put('needs-key', 'x', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: await newKey() })
    const onlyS3 = await user(t, [{ Action: 's3:*' }])
    const get = new GetObjectCommand({ Bucket, Key: 'needs-key' })
    const denied = await refusal(onlyS3.s3.send(get))
    expect(denied).toMatchObject({ code: 'AccessDenied', status: 403 })
    expect(denied.message).toContain('kms:Decrypt')
    const write = new PutObjectCommand({
      Bucket,
      Key: 'by-user',
      Body: 'x',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: await newKey(),
    })
    expect((await refusal(onlyS3.s3.send(write))).message).toContain('kms:GenerateDataKey')
    const both = await user(t, [{ Action: ['s3:*', 'kms:Decrypt', 'kms:GenerateDataKey'] }])
    await both.s3.send(get)
    await both.s3.send(write)
  })

  test('multipart uploads seal each part, and read at any offset', async () => {
    const bytes = randomBytes(7 * MiB)
    const parts = [bytes.subarray(0, 5 * MiB), bytes.subarray(5 * MiB)]
    const context = Buffer.from('{"team":"red"}').toString('base64')
    const { upload, done } = await putParts('kms-parts', parts, {
      ServerSideEncryption: 'aws:kms',
      SSEKMSEncryptionContext: context,
      BucketKeyEnabled: true,
    })
    expect(upload).toMatchObject({ SSEKMSEncryptionContext: context, BucketKeyEnabled: true })
    expect(done).toMatchObject({ ServerSideEncryption: 'aws:kms', BucketKeyEnabled: true })
    expect(done.ETag).toMatch(/-2"$/)
    await expectRanges('kms-parts', bytes)
  })

  test('what asks for encryption in contradiction is refused', async () => {
    const cases: [object, string][] = [
      [{ ServerSideEncryption: 'AES256', SSEKMSKeyId: 'alias/x' }, 'InvalidArgument'],
      [{ ServerSideEncryption: 'rot13' }, 'InvalidArgument'],
      [{ ServerSideEncryption: 'AES256', ...customerKey() }, 'InvalidArgument'],
      [{ ServerSideEncryption: 'aws:kms', SSEKMSEncryptionContext: 'e30x' }, 'InvalidArgument'],
    ]
    for (const [settings, code] of cases) {
      expect(await refusal(put('contradiction', 'x', settings))).toMatchObject({
        code,
        status: 400,
      })
    }
  })
})

describe('SSE-C', () => {
  const key = customerKey()

  test('the key is needed again for every read, and is never stored', async () => {
    const answer = await put('own', 'sealed by the customer', key)
    expect(answer).toMatchObject({
      SSECustomerAlgorithm: 'AES256',
      SSECustomerKeyMD5: key.SSECustomerKeyMD5,
    })
    expect(answer.ServerSideEncryption).toBeUndefined()
    expect(answer.ETag).not.toBe(`"${md5Of('sealed by the customer')}"`)
    expect(String(await read('own', key))).toBe('sealed by the customer')
    expect(await head('own', key)).toMatchObject({ SSECustomerKeyMD5: key.SSECustomerKeyMD5 })
    expect(onDisk('sealed by the customer')).toBe(false)
    expect(onDisk(key.SSECustomerKey)).toBe(false)
    expect(onDisk(Buffer.from(key.SSECustomerKey, 'base64'))).toBe(false)
  })

  test('without the key a read is 400, with another 403', async () => {
    await put('own-2', 'x', key)
    expect(await refusal(read('own-2'))).toMatchObject({ code: 'InvalidRequest', status: 400 })
    expect(await refusal(head('own-2'))).toMatchObject({ status: 400 })
    expect(await refusal(read('own-2', customerKey()))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
    })
    await put('not-own', 'x')
    expect(await refusal(read('not-own', key))).toMatchObject({ code: 'InvalidRequest' })
  })

  test('malformed keys are refused as AWS refuses them', async () => {
    const cases: [object, string, string][] = [
      [{ ...key, SSECustomerAlgorithm: 'AES128' }, 'InvalidEncryptionAlgorithmError', 'AES256'],
      [customerKey(randomBytes(16)), 'InvalidArgument', 'secret key was invalid'],
      [{ SSECustomerAlgorithm: 'AES256' }, 'InvalidArgument', 'appropriate secret key'],
    ]
    for (const [settings, code, words] of cases) {
      const refused = await refusal(put('malformed', 'x', settings))
      expect(refused).toMatchObject({ code, status: 400 })
      expect(refused.message).toContain(words)
    }
  })

  test('a digest that is not of the key is refused', async () => {
    // The SDK computes the digest itself: this one is put in its place.
    const client = t.client()
    client.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> }
        headers['x-amz-server-side-encryption-customer-key-md5'] = customerKey().SSECustomerKeyMD5
        return next(args)
      },
      { step: 'build' },
    )
    const refused = await refusal(
      client.send(new PutObjectCommand({ Bucket, Key: 'digest', Body: 'x', ...key })),
    )
    expect(refused).toMatchObject({ code: 'InvalidArgument', status: 400 })
    expect(refused.message).toContain('did not match')
  })

  test('parts take the key of their upload', async () => {
    const bytes = randomBytes(7 * MiB)
    const parts = [bytes.subarray(0, 5 * MiB), bytes.subarray(5 * MiB)]
    await putParts('own-parts', parts, key, key)
    await expectRanges('own-parts', bytes, key)
    expect(await refusal(putParts('own-parts-2', parts, key))).toMatchObject({
      code: 'InvalidRequest',
    })
    expect(await refusal(putParts('own-parts-3', parts, key, customerKey()))).toMatchObject({
      code: 'InvalidRequest',
    })
  })
})

describe('copies', () => {
  test('change the encryption in any direction, and the source needs its key', async () => {
    const key = customerKey()
    const other = customerKey()
    await put('origin', 'to be copied', key)
    expect(await refusal(copy('origin', 'copy'))).toMatchObject({ code: 'InvalidRequest' })
    const toPlain = await copy('origin', 'copy', asSource(key))
    expect(toPlain.CopyObjectResult!.ETag).toBe(`"${md5Of('to be copied')}"`)
    expect(String(await read('copy'))).toBe('to be copied')
    await copy('origin', 'copy-c', { ...asSource(key), ...other })
    expect(String(await read('copy-c', other))).toBe('to be copied')
    await copy('copy', 'copy-kms', { ServerSideEncryption: 'aws:kms' })
    expect(String(await read('copy-kms'))).toBe('to be copied')
    const back = await copy('copy-kms', 'copy-back')
    expect(back.CopyObjectResult!.ETag).toBe(`"${md5Of('to be copied')}"`)
    expect(String(await read('copy-back'))).toBe('to be copied')
    expect(onDisk('to be copied')).toBe(false)
  })

  test('UploadPartCopy decrypts its source', async () => {
    const key = customerKey()
    const bytes = randomBytes(1000)
    await put('part-source', bytes, key)
    const Key = 'part-copied'
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
    const { CopyPartResult } = await s3.send(
      new UploadPartCopyCommand({
        Bucket,
        Key,
        UploadId,
        PartNumber: 1,
        CopySource: `${Bucket}/part-source`,
        CopySourceRange: 'bytes=17-99',
        ...asSource(key),
      }),
    )
    const Parts = [{ PartNumber: 1, ETag: CopyPartResult!.ETag }]
    await s3.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
    )
    expect((await read(Key)).equals(bytes.subarray(17, 100))).toBe(true)
  })
})

describe('bucket encryption', () => {
  const rulesOf = async (name: string) =>
    (await s3.send(new GetBucketEncryptionCommand({ Bucket: name })))
      .ServerSideEncryptionConfiguration!.Rules
  const putRule = (name: string, rule: object) =>
    s3.send(
      new PutBucketEncryptionCommand({
        Bucket: name,
        ServerSideEncryptionConfiguration: { Rules: [rule] },
      }),
    )

  test('decides about objects that say nothing, until it is deleted', async () => {
    const name = 'kms-by-default'
    await s3.send(new CreateBucketCommand({ Bucket: name }))
    const KMSMasterKeyID = await newKey()
    const rule = {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID },
      BucketKeyEnabled: true,
    }
    await putRule(name, rule)
    expect(await rulesOf(name)).toEqual([rule])
    const write = (more: object = {}) =>
      s3.send(new PutObjectCommand({ Bucket: name, Key: 'k', Body: 'x', ...more }))
    expect(await write()).toMatchObject({
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: KMSMasterKeyID,
      BucketKeyEnabled: true,
    })
    expect(await write({ ServerSideEncryption: 'AES256' })).toMatchObject({
      ServerSideEncryption: 'AES256',
    })
    await s3.send(new DeleteBucketEncryptionCommand({ Bucket: name }))
    expect(await rulesOf(name)).toEqual([
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false },
    ])
    expect(await write()).toMatchObject({ ServerSideEncryption: 'AES256' })
  })

  test('a blocked encryption is refused', async () => {
    const name = 'no-sse-c'
    await s3.send(new CreateBucketCommand({ Bucket: name }))
    await putRule(name, {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
      BlockedEncryptionTypes: { EncryptionType: ['SSE-C'] },
    })
    const write = new PutObjectCommand({ Bucket: name, Key: 'k', Body: 'x', ...customerKey() })
    expect(await refusal(s3.send(write))).toMatchObject({ code: 'AccessDenied', status: 403 })
  })

  test('a key for AES256 is refused, and a document that is none', async () => {
    const aes = { SSEAlgorithm: 'AES256', KMSMasterKeyID: 'alias/x' }
    expect(
      await refusal(putRule(Bucket, { ApplyServerSideEncryptionByDefault: aes })),
    ).toMatchObject({ code: 'InvalidArgument' })
    expect(
      await refusal(
        putRule(Bucket, { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'DES' } }),
      ),
    ).toMatchObject({ code: 'MalformedXML' })
  })
})

test('the event history has no customer key', async () => {
  const key = customerKey()
  await put('in-history', 'x', key)
  const response = await fetch(
    `${emulator.url}/_pocketcloud/events?service=s3&operation=PutObject&limit=1000`,
  )
  const history = await response.text()
  expect(history).toContain('in-history')
  expect(history).not.toContain(key.SSECustomerKey)
})

test('objects that were written before bytes were encrypted stay readable, and copies of them are encrypted', async () => {
  const old = mkdtempSync(join(tmpdir(), 'pocketcloud-plain-'))
  const before = await startTestEmulator({ dataDir: old })
  const text = 'written by an older version'.repeat(1000)
  await before.client(S3Client).send(new CreateBucketCommand({ Bucket }))
  await before.client(S3Client).send(new PutObjectCommand({ Bucket, Key: 'k', Body: text }))
  await before.close()
  const database = new Database(join(old, 'state.sqlite'))
  database.run('update s3_object_versions set cipher = null')
  const { file } = database.get<{ file: string }>('select file from s3_object_versions')!
  database.close()
  const path = join(old, 'objects', file.slice(0, 2), file)
  expect(readFileSync(path, 'utf8')).not.toBe(text)
  writeFileSync(path, text)
  const after = await startTestEmulator({ dataDir: old })
  try {
    const client = after.client(S3Client)
    const get = async (Key: string) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }))
      return Body!.transformToString()
    }
    expect(await get('k')).toBe(text)
    await client.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/k` }))
    expect(await get('copy')).toBe(text)
    const files = readdirSync(join(old, 'objects'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    expect(files.filter((content) => content === text)).toHaveLength(1)
    expect(files).toHaveLength(2)
  } finally {
    await after.close()
    rmSync(old, { recursive: true, force: true })
  }
})

test('a saved state can be read after it is restored', async () => {
  const key = customerKey()
  await put('saved', 'kept by the master key')
  await put('saved-kms', 'kept by kms', { ServerSideEncryption: 'aws:kms' })
  await put('saved-own', 'kept by the customer', key)
  const archive = emulator.save().pipe(new PassThrough())
  const other = await startTestEmulator()
  try {
    await other.restore(archive)
    const client = other.client(S3Client)
    const get = async (Key: string, more: object = {}) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }))
      return Body!.transformToString()
    }
    expect(await get('saved')).toBe('kept by the master key')
    expect(await get('saved-kms')).toBe('kept by kms')
    expect(await get('saved-own', key)).toBe('kept by the customer')
  } finally {
    await other.close()
  }
})
