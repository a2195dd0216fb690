import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { expectNoOrphans } from './orphans.ts'

const MiB = 1024 ** 2
const Bucket = 'full'

/** Takes root, and a kernel that lets us mount: `npm run test:long` says where that is missing. */
describe('a disk that is full', () => {
  const mount = mkdtempSync(join(tmpdir(), 'pocketcloud-full-'))
  const directory = join(mount, 'data')
  let emulator: TestEmulator
  let s3: S3Client
  const md5s = new Map<string, string>()

  beforeAll(async () => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', mount], { stdio: 'pipe' })
    } catch (error) {
      throw new Error('a tmpfs of 48 MiB cannot be mounted here: that takes root', { cause: error })
    }
    emulator = await startTestEmulator({ dataDir: directory })
    s3 = emulator.client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket }))
  })
  afterAll(async () => {
    await emulator?.close()
    execFileSync('umount', ['-l', mount], { stdio: 'ignore' })
    rmSync(mount, { recursive: true, force: true })
  })

  const put = async (Key: string, size: number) => {
    const Body = randomBytes(size)
    await s3.send(new PutObjectCommand({ Bucket, Key, Body }))
    md5s.set(Key, createHash('md5').update(Body).digest('hex'))
  }
  const remove = async (Key: string) => {
    await s3.send(new DeleteObjectCommand({ Bucket, Key }))
    md5s.delete(Key)
  }
  /** Leaves no room, whatever the emulator does: as another program would. */
  const fill = () => {
    try {
      writeFileSync(join(mount, 'ballast'), Buffer.alloc(64 * MiB))
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC')
    }
  }
  const makeRoom = () => rmSync(join(mount, 'ballast'), { force: true })

  async function expectAllReadable(): Promise<void> {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }))
    expect(Contents.map(({ Key }) => Key)).toEqual([...md5s.keys()].toSorted())
    for (const [Key, md5] of md5s) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }))
      const bytes = await Body!.transformToByteArray()
      expect([Key, createHash('md5').update(bytes).digest('hex')]).toEqual([Key, md5])
    }
  }

  async function expectRefused(writing: Promise<unknown>): Promise<void> {
    const error: unknown = await writing.then(
      () => 'it was written',
      (reason: unknown) => reason,
    )
    expect(error).toBeInstanceOf(S3ServiceException)
    const { name, $metadata, message } = error as S3ServiceException
    expect([name, $metadata.httpStatusCode]).toEqual(['InternalError', 500])
    expect(message).toBe('We encountered an internal error. Please try again.')
  }

  test('refuses every kind of write, reads on, and takes writes again once there is room', async () => {
    await put('large', 3 * MiB)
    await put('small', 1000)
    const upload = { Bucket, Key: 'parts' }
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(upload))
    const part = (PartNumber: number, size: number) =>
      s3.send(new UploadPartCommand({ ...upload, UploadId, PartNumber, Body: randomBytes(size) }))
    const { ETag } = await part(1, 5 * MiB)
    const complete = () =>
      s3.send(
        new CompleteMultipartUploadCommand({
          ...upload,
          UploadId,
          MultipartUpload: { Parts: [{ PartNumber: 1, ETag: ETag! }] },
        }),
      )
    const copy = (options: object = {}) =>
      s3.send(
        new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/large`, ...options }),
      )

    fill()
    await expectRefused(s3.send(new PutObjectCommand({ Bucket, Key: 'x', Body: randomBytes(MiB) })))
    await expectRefused(
      s3.send(new PutObjectCommand({ Bucket, Key: 'large', Body: randomBytes(MiB) })),
    )
    await expectRefused(part(2, MiB))
    // The bytes of this copy are written anew.
    await expectRefused(copy({ ChecksumAlgorithm: 'SHA256' }))
    // The database's log may have room for a few more rows.
    for (let n = 0; n < 3000; n++) {
      const refused = await s3
        .send(new PutObjectCommand({ Bucket, Key: 'small', Body: randomBytes(16_000) }))
        .then(
          () => false,
          () => true,
        )
      if (refused) break
      expect(n).toBeLessThan(2999)
    }
    await expectRefused(
      s3.send(new PutObjectCommand({ Bucket, Key: 's', Body: randomBytes(16_000) })),
    )
    await expectRefused(complete())
    await expectRefused(s3.send(new CreateBucketCommand({ Bucket: 'no-room' })))
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: 'small' }))
    md5s.set(
      'small',
      createHash('md5')
        .update(await Body!.transformToByteArray())
        .digest('hex'),
    )
    await expectAllReadable()

    makeRoom()
    await put('large', 2 * MiB)
    await put('small', 2000)
    await copy()
    md5s.set('copy', md5s.get('large')!)
    await complete()
    const { Body: whole } = await s3.send(new GetObjectCommand({ Bucket, Key: 'parts' }))
    const bytes = await whole!.transformToByteArray()
    expect(bytes.length).toBe(5 * MiB)
    md5s.set('parts', createHash('md5').update(bytes).digest('hex'))
    await expectAllReadable()
  })

  test('is freed by deleting objects', async () => {
    let count = 0
    const filled = (async () => {
      for (; count < 100; count++) await put(`fill-${count}`, 2 * MiB)
    })()
    await expectRefused(filled)
    expect(count).toBeGreaterThan(3)
    await expectAllReadable()
    for (let n = 0; n < count; n++) await remove(`fill-${n}`)
    await expect
      .poll(() => put('after', 5 * MiB).then(() => 'written', String), { timeout: 10_000 })
      .toBe('written')
    await expectAllReadable()
  })

  test('leaves nothing behind', async () => {
    await emulator.close()
    emulator = await startTestEmulator({ dataDir: directory })
    s3 = emulator.client(S3Client)
    await expectAllReadable()
    await expectNoOrphans(directory)
  })
})
