import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  S3Client,
  type ListObjectsV2CommandInput,
} from '@aws-sdk/client-s3'
import { findBucket } from '../../emulator/services/s3/rows/buckets.ts'
import { insertLatest } from '../../emulator/services/s3/rows/object-versions.ts'
import { Database } from '../../emulator/store/database.ts'
import { say, table } from './report.ts'
import { startPocketcloud, type Server } from './servers.ts'

const sizes = { small: 10_000, large: 1_000_000 }
const samples = 60

const credentials = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

/** Where a page is read: from the start, in the middle, below a deep prefix, by common prefixes that hold many keys each. */
const pages: readonly (readonly [string, (keys: number) => Partial<ListObjectsV2CommandInput>])[] =
  [
    ['first page', () => ({})],
    ['page in the middle', (keys) => ({ StartAfter: keyOf(keys / 2) })],
    ['deep prefix, delimiter', () => ({ Prefix: 'level/deeper/', Delimiter: '/' })],
    ['top level, delimiter', () => ({ Delimiter: '/' })],
  ]

/** 100 folders, however many keys there are. */
const keyOf = (index: number) =>
  `level/deeper/folder-${String(index % 100).padStart(2, '0')}/key-${String(Math.floor(index / 100)).padStart(7, '0')}`

/** A page of ListObjectsV2 in a bucket of a million keys, beside the same page in one of ten thousand. Bar: 1.3 times. */
export async function benchListings(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'pocketcloud-bench-'))
  const data = join(directory, 'data')
  let server = await startPocketcloud('--data-dir', data)
  for (const Bucket of Object.keys(sizes)) {
    await clientOf(server).send(new CreateBucketCommand({ Bucket }))
  }
  await server.stop()
  fill(join(data, 'state.sqlite'))
  server = await startPocketcloud('--data-dir', data)
  const s3 = clientOf(server)
  const rows: string[][] = []
  for (const [name, inputFor] of pages) {
    say(name)
    const page = (Bucket: keyof typeof sizes) => async () => {
      await s3.send(new ListObjectsV2Command({ Bucket, ...inputFor(sizes[Bucket]) }))
    }
    const [small, large] = await inTurn(page('small'), page('large'))
    rows.push([name, small.toFixed(2), large.toFixed(2), (large / small).toFixed(2), '1.3'])
  }
  table(['ms', '10,000 keys', '1,000,000 keys', 'ratio', 'bar'], rows)
  await server.stop()
  rmSync(directory, { recursive: true })
}

const clientOf = (server: Server) =>
  new S3Client({ endpoint: server.url, region: 'us-east-1', credentials, forcePathStyle: true })

/** The rows that as many PutObject calls would have left. */
function fill(file: string): void {
  const db = new Database(file)
  let id = 0
  for (const [name, count] of Object.entries(sizes)) {
    say(`filling a bucket with ${count.toLocaleString('en')} keys`)
    const { id: bucket, account } = findBucket(db, name)!
    db.transaction(() => {
      for (let index = 0; index < count; index++) {
        insertLatest(db, {
          id: (id += 1),
          bucket,
          key: keyOf(index),
          versionId: 'null',
          deleteMarker: false,
          lastModified: 1_700_000_000_000 + index * 1000,
          owner: account,
          size: 0,
          etag: 'd41d8cd98f00b204e9800998ecf8427e',
          file: null,
          partCount: null,
          storageClass: 'STANDARD',
          checksum: { algorithm: 'CRC64NVME', type: 'FULL_OBJECT', value: 'AAAAAAAAAAA=' },
          headers: { ContentType: 'binary/octet-stream' },
          metadata: {},
          tags: {},
          encryption: { ServerSideEncryption: 'AES256' },
          cipher: null,
          lock: null,
          acl: null,
        })
      }
    })
  }
  db.close()
}

/** How long each takes, in ms, one after the other so that what else the machine does falls on both. */
async function inTurn(one: () => Promise<void>, other: () => Promise<void>) {
  const times: [number[], number[]] = [[], []]
  for (let round = 0; round < samples + 5; round++) {
    for (const [index, work] of [one, other].entries()) {
      const start = performance.now()
      await work()
      // The first ones find nothing in memory.
      if (round >= 5) times[index]!.push(performance.now() - start)
    }
  }
  return times.map((values) => quartile(values)) as [number, number]
}

/** What a quarter of the times is below: less of what else the machine does than in the median. */
const quartile = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)]!
