import { createHash, randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCopyCommand,
  type ListPartsCommandOutput,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'

const Bucket = 'many-parts'
const count = 10_000
const partBytes = 5 * 1024 ** 2

/** Copies of one object of 5 MiB: 50 GB that take 5 MiB of disk. */
describe('an upload of 10,000 parts', () => {
  let emulator: TestEmulator
  let s3: S3Client
  const piece = randomBytes(partBytes)
  const target = { Bucket, Key: 'target' }

  beforeAll(async () => {
    emulator = await startTestEmulator()
    // The parts have to have the checksum that S3 computes where the client sends none.
    s3 = emulator.client(S3Client, { requestChecksumCalculation: 'WHEN_REQUIRED' })
    await s3.send(new CreateBucketCommand({ Bucket }))
    await s3.send(new PutObjectCommand({ Bucket, Key: 'piece', Body: piece }))
  })
  afterAll(() => emulator.close())

  const range = async (Range: string) => {
    const { Body } = await s3.send(new GetObjectCommand({ ...target, Range }))
    return Buffer.from(await Body!.transformToByteArray())
  }

  test(
    'is listed page by page, becomes one object, and is read anywhere',
    { timeout: 300_000 },
    async () => {
      const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target))
      const upload = { ...target, UploadId, CopySource: `${Bucket}/piece` }
      const copy = (PartNumber: number) =>
        s3.send(new UploadPartCopyCommand({ ...upload, PartNumber }))
      await expect(copy(count + 1)).rejects.toMatchObject({ name: 'InvalidArgument' })
      for (let first = 1; first <= count; first += 50) {
        await Promise.all(Array.from({ length: 50 }, (_, index) => copy(first + index)))
      }
      const Parts: { PartNumber: number; ETag: string }[] = []
      let pages = 0
      for (let marker: string | undefined = '0'; marker !== undefined;) {
        const listing = { ...target, UploadId, PartNumberMarker: marker }
        const page: ListPartsCommandOutput = await s3.send(new ListPartsCommand(listing))
        pages += 1
        for (const { PartNumber, ETag, Size } of page.Parts!) {
          expect(Size).toBe(partBytes)
          Parts.push({ PartNumber: PartNumber!, ETag: ETag! })
        }
        marker = page.IsTruncated ? page.NextPartNumberMarker : undefined
      }
      expect(pages).toBe(10)
      expect(Parts.map(({ PartNumber }) => PartNumber)).toEqual(
        Array.from({ length: count }, (_, index) => index + 1),
      )
      const completing = new CompleteMultipartUploadCommand({
        ...target,
        UploadId,
        MultipartUpload: { Parts },
      })
      const md5 = createHash('md5').update(piece).digest()
      const md5s = Buffer.concat(Array.from({ length: count }, () => md5))
      expect(await s3.send(completing)).toMatchObject({
        ETag: `"${createHash('md5').update(md5s).digest('hex')}-${count}"`,
      })

      expect(await s3.send(new HeadObjectCommand({ ...target, PartNumber: count }))).toMatchObject({
        PartsCount: count,
        ContentLength: partBytes,
        ContentRange: `bytes ${(count - 1) * partBytes}-${count * partBytes - 1}/${count * partBytes}`,
      })
      const middle = 5000 * partBytes
      const across = await range(`bytes=${middle - 3}-${middle + 1}`)
      expect(across).toEqual(Buffer.concat([piece.subarray(-3), piece.subarray(0, 2)]))
      expect(await range('bytes=-7')).toEqual(piece.subarray(-7))

      // Whoever reads it all opens its files one by one.
      const { Body } = await s3.send(new GetObjectCommand(target))
      const reader = Body as NodeJS.ReadableStream & { destroy(): void }
      const read: Buffer[] = []
      let size = 0
      for await (const chunk of reader as AsyncIterable<Buffer>) {
        read.push(chunk)
        if ((size += chunk.length) >= 3 * partBytes) break
      }
      expect(readdirSync('/proc/self/fd').length).toBeLessThan(200)
      expect(
        Buffer.concat(read)
          .subarray(partBytes, 2 * partBytes)
          .equals(piece),
      ).toBe(true)
      reader.destroy()
      await s3.send(new DeleteObjectCommand(target))
      await expect(s3.send(new HeadObjectCommand(target))).rejects.toMatchObject({
        name: 'NotFound',
      })
    },
  )
})
