import { createHash, randomFillSync } from 'node:crypto'
import { createReadStream, createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { Crc64Nvme } from '@aws-sdk/checksums/crc'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { startPocketcloud } from './servers.ts'
import { median, say, table } from './report.ts'

const mebibytes = 256
const rounds = 3

/** PUT and GET of one large object beside a bare Node file copy with the same hashing. Bar: 60%. */
export async function benchTransfers(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-bench-'))
  const source = join(folder, 'source')
  writeFileSync(source, randomFillSync(Buffer.alloc(mebibytes * 2 ** 20)))
  const server = await startPocketcloud('--data-dir', join(folder, 'data'))
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
  await s3.send(new CreateBucketCommand({ Bucket: 'large' }))
  const object = { Bucket: 'large', Key: 'object' }
  const putUrl = await getSignedUrl(s3, new PutObjectCommand(object), { expiresIn: 3600 })
  const getUrl = await getSignedUrl(s3, new GetObjectCommand(object), { expiresIn: 3600 })
  const before = server.residentMb()
  // AWS keeps an MD5 as the ETag and a CRC64NVME of every object; the yardstick computes what the server must.
  const copy = await throughput('file copy with MD5 and CRC64NVME', () =>
    copyFile(source, join(folder, 'copy'), true),
  )
  const put = await throughput('PUT', () => upload(source, putUrl))
  const read = await throughput('file copy', () => copyFile(source, join(folder, 'copy'), false))
  const get = await throughput('GET', () => download(getUrl))
  table(
    [`${mebibytes} MiB`, 'MB/s', 'yardstick MB/s', 'ratio'],
    [
      ['PUT', put.toFixed(0), copy.toFixed(0), `${((100 * put) / copy).toFixed(0)}%`],
      ['GET', get.toFixed(0), read.toFixed(0), `${((100 * get) / read).toFixed(0)}%`],
    ],
  )
  console.log(`resident grew by ${(server.residentMb() - before).toFixed(0)} MB meanwhile`)
  await server.stop()
  rmSync(folder, { recursive: true })
}

async function throughput(name: string, work: () => Promise<void>): Promise<number> {
  say(name)
  await work()
  const rates: number[] = []
  for (let round = 0; round < rounds; round++) {
    const start = performance.now()
    await work()
    rates.push((mebibytes * 2 ** 20) / 1e6 / ((performance.now() - start) / 1000))
  }
  return median(rates)
}

async function copyFile(from: string, to: string, hashing: boolean): Promise<void> {
  const hash = createHash('md5')
  const crc = new Crc64Nvme()
  const hasher = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (hashing) {
        hash.update(chunk)
        crc.update(chunk)
      }
      done(null, chunk)
    },
  })
  await pipeline(createReadStream(from, { highWaterMark: 2 ** 18 }), hasher, createWriteStream(to))
}

function upload(source: string, url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      { method: 'PUT', headers: { 'content-length': String(mebibytes * 2 ** 20) } },
      (answer) => {
        answer.resume()
        if (answer.statusCode === 200) answer.once('end', resolve)
        else reject(new Error(`the upload was answered with ${answer.statusCode}`))
      },
    )
    outgoing.once('error', reject)
    pipeline(createReadStream(source, { highWaterMark: 2 ** 18 }), outgoing).catch(reject)
  })
}

/** Reads the answer and drops it: the yardstick writes a file, this one sends it over a connection. */
function download(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    request(url, (answer) => {
      if (answer.statusCode !== 200) {
        reject(new Error(`the download was answered with ${answer.statusCode}`))
        return
      }
      answer.resume()
      answer.once('end', resolve)
      answer.once('error', reject)
    })
      .once('error', reject)
      .end()
  })
}
