import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  paginateDescribeInstances,
} from '@aws-sdk/client-ec2'
import { S3Client } from '@aws-sdk/client-s3'
import { afterAll, expect, test } from 'vitest'
import { packageRoot } from '../../emulator/fixtures.ts'
import { student } from '../support/emulator.ts'
import { createBuckets, newLedger, verifyWrites, writeUntilKilled } from './mixed-writes.ts'
import { expectNoOrphans } from './orphans.ts'

/** `npm run test:long` kills it more often. */
const rounds = Number(process.env['POCKETCLOUD_KILLS'] ?? 3)
const directory = mkdtempSync(join(tmpdir(), 'pocketcloud-kill-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

test(
  `kill -9 amid uploads, overwrites, deletions, copies and launches loses nothing acknowledged, ${rounds} times`,
  { timeout: rounds * 60_000 },
  async () => {
    const instances = new Set<string>()
    const ledger = newLedger()
    const read = new Set<string>()
    let running = await start()
    await createBuckets(running.s3)
    const { Images } = await running.ec2.send(
      new DescribeImagesCommand({ Owners: ['099720109477'] }),
    )
    for (let round = 0; round < rounds; round++) {
      const before = ledger.count
      const work = [
        writeUntilKilled(running.s3, ledger),
        launch(running.ec2, instances, Images![0]!.ImageId!),
      ]
      // Wait until answers come, so that the kill hits writes that are under way.
      while (ledger.count < before + 40) await pause(2)
      await pause(Math.random() * 150)
      running.process.kill('SIGKILL')
      await Promise.all([once(running.process, 'exit'), ...work])
      running = await start()
      // In the end everything is read again.
      await verifyWrites(running.s3, ledger, round === rounds - 1 ? new Set() : read)
      await verifyInstances(running.ec2, instances)
      await expectNoOrphans(directory)
    }
    expect(ledger.count).toBeGreaterThanOrEqual(rounds * 40)
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

async function launch(ec2: EC2Client, noted: Set<string>, ImageId: string): Promise<void> {
  const launches = Array.from({ length: 20 }, async () => {
    const { Instances } = await ec2.send(
      new RunInstancesCommand({ ImageId, InstanceType: 't2.micro', MinCount: 1, MaxCount: 2 }),
    )
    for (const { InstanceId } of Instances!) noted.add(InstanceId!)
  })
  await Promise.allSettled(launches)
}

async function verifyInstances(ec2: EC2Client, instances: ReadonlySet<string>): Promise<void> {
  const found = new Set<string>()
  for await (const page of paginateDescribeInstances({ client: ec2 }, {})) {
    for (const { Instances } of page.Reservations ?? []) {
      for (const { InstanceId } of Instances ?? []) found.add(InstanceId!)
    }
  }
  expect([...instances].filter((id) => !found.has(id))).toEqual([])
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
