import { spawn, type ChildProcess } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2'
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3'
import { afterAll, expect, test } from 'vitest'
import { packageRoot } from '../../emulator/fixtures.ts'
import { student } from '../support/emulator.ts'

/** `npm run test:long` kills it more often. */
const rounds = Number(process.env['POCKETCLOUD_KILLS'] ?? 3)
const directory = mkdtempSync(join(tmpdir(), 'pocketcloud-kill-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

interface Acknowledged {
  /** The object's key and the MD5 of its bytes. */
  readonly objects: Map<string, string>
  readonly instances: Set<string>
}

test(
  `kill -9 amid 200 concurrent uploads and RunInstances loses nothing acknowledged, ${rounds} times`,
  { timeout: rounds * 30_000 },
  async () => {
    const acknowledged: Acknowledged = { objects: new Map(), instances: new Set() }
    let running = await start()
    await running.s3.send(new CreateBucketCommand({ Bucket: 'survivors' }))
    const { Images } = await running.ec2.send(
      new DescribeImagesCommand({ Owners: ['099720109477'] }),
    )
    for (let round = 0; round < rounds; round++) {
      const before = acknowledged.objects.size
      const work = storm(running, acknowledged, round, Images![0]!.ImageId!)
      // Wait until answers come, so that the kill hits writes that are under way.
      while (acknowledged.objects.size < before + 10) await pause(2)
      await pause(Math.random() * 150)
      running.process.kill('SIGKILL')
      await Promise.all([once(running.process, 'exit'), work])
      running = await start()
      await verify(running, acknowledged)
    }
    expect(acknowledged.objects.size).toBeGreaterThanOrEqual(rounds * 10)
    running.process.kill('SIGTERM')
    await once(running.process, 'exit')
  },
)

interface Running {
  readonly process: ChildProcess
  readonly s3: S3Client
  readonly ec2: EC2Client
}

async function start(): Promise<Running> {
  const child = spawn(
    process.execPath,
    [join(packageRoot, 'bin', 'pocketcloud.js'), 'start', '--port', '0', '--data-dir', directory],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string]
  const endpoint = /http:\S+/.exec(line)![0]
  const options = { endpoint, region: 'us-east-1', credentials: student, maxAttempts: 1 }
  return {
    process: child,
    s3: new S3Client({ ...options, forcePathStyle: true }),
    ec2: new EC2Client(options),
  }
}

/** 200 uploads and 20 launches at once; what is answered is noted, what fails with the connection is not. */
async function storm(running: Running, noted: Acknowledged, round: number, ImageId: string) {
  const uploads = Array.from({ length: 200 }, async (_, index) => {
    const Key = `round-${round}/object-${index}`
    const Body = randomBytes(1 + Math.floor(Math.random() * 300_000))
    await running.s3.send(new PutObjectCommand({ Bucket: 'survivors', Key, Body }))
    noted.objects.set(Key, createHash('md5').update(Body).digest('hex'))
  })
  const launches = Array.from({ length: 20 }, async () => {
    const { Instances } = await running.ec2.send(
      new RunInstancesCommand({ ImageId, InstanceType: 't2.micro', MinCount: 1, MaxCount: 2 }),
    )
    for (const { InstanceId } of Instances!) noted.instances.add(InstanceId!)
  })
  await Promise.allSettled([...uploads, ...launches])
}

async function verify({ s3, ec2 }: Running, { objects, instances }: Acknowledged): Promise<void> {
  const listed = new Map<string, number>()
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: 'survivors' })) {
    for (const { Key, Size } of page.Contents ?? []) listed.set(Key!, Size!)
  }
  expect([...objects.keys()].filter((key) => !listed.has(key))).toEqual([])
  // Every listed object, acknowledged or not, is whole: its bytes have the length and the hash that its row names.
  for (const [Key, size] of listed) {
    const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: 'survivors', Key }))
    const bytes = await Body!.transformToByteArray()
    const md5 = createHash('md5').update(bytes).digest('hex')
    expect([Key, bytes.byteLength, `"${md5}"`]).toEqual([Key, size, ETag])
    if (objects.has(Key)) expect([Key, md5]).toEqual([Key, objects.get(Key)])
  }
  const found = new Set<string>()
  for await (const page of paginateDescribeInstances({ client: ec2 }, {})) {
    for (const { Instances } of page.Reservations ?? []) {
      for (const { InstanceId } of Instances ?? []) found.add(InstanceId!)
    }
  }
  expect([...instances].filter((id) => !found.has(id))).toEqual([])
  expect(readdirSync(join(directory, 'incoming'))).toEqual([])
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
