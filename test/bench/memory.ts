import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { say, table } from './report.ts'
import { startPocketcloud, type Server } from './servers.ts'

const MiB = 1024 ** 2
const downloads = 64
const downloadBytes = 64 * MiB
const partBytes = 64 * MiB
const Bucket = 'memory'
const expiresIn = 3600

/**
 * How much the server's resident memory grows at most during a large upload, in one piece and in parts, and during 64 downloads at once of which
 * a quarter reads slowly. Bar: 64 MB. An upload is of 1 GiB, or of 5 GiB with `--full`.
 */
export async function benchMemory(): Promise<void> {
  const uploadBytes = (process.argv.includes('--full') ? 5 : 1) * 1024 * MiB
  const directory = mkdtempSync(join(tmpdir(), 'pocketcloud-bench-'))
  const server = await startPocketcloud('--data-dir', join(directory, 'data'))
  const s3 = new S3Client({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  })
  await s3.send(new CreateBucketCommand({ Bucket }))
  const object = (Key: string) => ({ Bucket, Key })
  const remove = (Key: string) => s3.send(new DeleteObjectCommand(object(Key)))

  const put = async (Key: string, size: number) =>
    upload(await getSignedUrl(s3, new PutObjectCommand(object(Key)), { expiresIn }), size)
  const putParts = async (Key: string) => {
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand(object(Key)))
    const Parts: { PartNumber: number; ETag: string }[] = []
    const numbers = Array.from({ length: uploadBytes / partBytes }, (_, index) => index + 1)
    const uploader = async () => {
      for (let PartNumber = numbers.shift(); PartNumber; PartNumber = numbers.shift()) {
        const part = new UploadPartCommand({ ...object(Key), UploadId, PartNumber })
        const ETag = await upload(await getSignedUrl(s3, part, { expiresIn }), partBytes)
        Parts.push({ PartNumber, ETag })
      }
    }
    await Promise.all([uploader(), uploader(), uploader(), uploader()])
    Parts.sort((a, b) => a.PartNumber - b.PartNumber)
    const MultipartUpload = { Parts }
    await s3.send(new CompleteMultipartUploadCommand({ ...object(Key), UploadId, MultipartUpload }))
  }
  const getAll = async (Key: string) => {
    const url = await getSignedUrl(s3, new GetObjectCommand(object(Key)), { expiresIn })
    await Promise.all(Array.from({ length: downloads }, (_, n) => download(url, n % 4 === 0)))
  }

  // Loads what every transfer needs, and lets the heap find its size.
  await put('downloaded', downloadBytes)
  await download(
    await getSignedUrl(s3, new GetObjectCommand(object('downloaded')), { expiresIn }),
    false,
  )
  const rows = [
    ['PUT', await growth(server, 'PUT', () => put('large', uploadBytes))],
    ['multipart upload, 4 parts at once', await growth(server, 'parts', () => putParts('parts'))],
    [
      '64 downloads at once, 16 of them slow',
      await growth(server, 'downloads', () => getAll('downloaded')),
    ],
  ] as const
  table(
    ['resident memory', 'grew by MB', 'bar'],
    rows.map(([name, mb]) => [name, mb.toFixed(0), '64']),
  )
  await Promise.all([remove('large'), remove('parts')])
  await server.stop()
  rmSync(directory, { recursive: true })
}

/** The most that the server holds meanwhile, over what it held before, in MB. */
async function growth(server: Server, name: string, work: () => Promise<unknown>): Promise<number> {
  say(name)
  const before = server.residentMb()
  let most = before
  const watch = setInterval(() => (most = Math.max(most, server.residentMb())), 50)
  try {
    await work()
  } finally {
    clearInterval(watch)
  }
  return most - before
}

const piece = Buffer.alloc(MiB, 'what an object holds does not matter here. ')

function* pieces(size: number): Generator<Buffer> {
  for (let left = size; left > 0; left -= piece.length) yield piece.subarray(0, left)
}

/** @returns the entity tag */
function upload(url: string, size: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': String(size) }
    const outgoing = request(url, { method: 'PUT', headers, agent: false }, (answer) => {
      answer.resume()
      if (answer.statusCode === 200) answer.once('end', () => resolve(answer.headers.etag!))
      else reject(new Error(`the upload was answered with ${answer.statusCode}`))
    })
    outgoing.once('error', reject)
    pipeline(Readable.from(pieces(size)), outgoing).catch(reject)
  })
}

/** @param slow takes a MiB or so, then rests, and goes away before the end */
function download(url: string, slow: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false }, (answer) => {
      if (answer.statusCode !== 200) {
        reject(new Error(`the download was answered with ${answer.statusCode}`))
        return
      }
      drain(answer, slow).then(resolve, reject)
    })
      .once('error', reject)
      .end()
  })
}

async function drain(answer: Readable, slow: boolean): Promise<void> {
  let size = 0
  let rests = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    size += chunk.length
    if (!slow || size < (rests + 1) * MiB) continue
    rests += 1
    await sleep(300)
    if (rests === 16) return
  }
  if (size !== downloadBytes) throw new Error(`a download ended after ${size} bytes`)
}
