import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, GetObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, expect, test } from 'vitest'
import { packageRoot } from '../../../emulator/fixtures.ts'
import { askEndpoint, isOpen, makeRole } from '../../imds/support.ts'
import { awsEnvironment } from '../../support/emulator.ts'
import { minute, spotOf } from './spot-support.ts'
import { useEc2 } from './support.ts'

const { emulator, ec2 } = useEc2()
const { ask, status, requestNow, instance, interrupt } = spotOf(ec2, emulator)

const script = join(packageRoot, 'test', 'services', 'ec2', 'spot-worker.sh')
const folders: string[] = []
const workers: ChildProcess[] = []
afterAll(() => {
  for (const worker of workers) worker.kill()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** The worker on an instance: a process that knows nothing but the instance's metadata. */
async function work(instanceId: string, bucket: string) {
  const { body } = await askEndpoint(emulator(), instanceId)
  const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-worker-'))
  folders.push(folder)
  const {
    AWS_ACCESS_KEY_ID: _id,
    AWS_SECRET_ACCESS_KEY: _secret,
    AWS_EC2_METADATA_DISABLED: _off,
    ...env
  } = awsEnvironment(folder)
  const worker = spawn('bash', [script, bucket], {
    cwd: folder,
    env: { ...env, AWS_EC2_METADATA_SERVICE_ENDPOINT: body.url, POCKETCLOUD: emulator().url },
  })
  workers.push(worker)
  let said = ''
  const onText = (text: Buffer) => (said += text.toString())
  worker.stdout.on('data', onText)
  worker.stderr.on('data', onText)
  const ended = once(worker, 'exit')
  return {
    url: body.url,
    ended: async () => ((await ended) as [number])[0],
    said: () => said,
    /** Waits until the worker has said it. */
    says: async (what: string) => {
      for (let tries = 0; !said.includes(what); tries++) {
        if (tries > 600) throw new Error(`the worker did not say "${what}", but: ${said}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    },
  }
}

test(
  'a worker saves its work when the notice comes, and the next instance goes on from there',
  { timeout: 60_000 },
  async () => {
    const s3 = emulator().client(S3Client)
    await s3.send(new CreateBucketCommand({ Bucket: 'ml-training-checkpoints' }))
    await makeRole(emulator(), 'worker')
    const [id] = await ask(
      { Type: 'persistent' },
      { IamInstanceProfile: { Name: 'worker' }, InstanceType: 'g4dn.xlarge' },
    )
    const { InstanceId: first } = await requestNow(id!)
    const worker = await work(first!, 'ml-training-checkpoints')
    await worker.says('starts from 0')
    await worker.says('step 2')

    const { body } = await interrupt(first!)
    await worker.says('Spot interruption detected: {"action":"terminate"')
    expect(await worker.ended()).toBe(0)
    const saved = /saved (\d+)/.exec(worker.said())![1]!
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: 'ml-training-checkpoints', Key: 'checkpoint' }),
    )
    expect((await Body!.transformToString()).trim()).toBe(saved)

    // By the clock of the wall only seconds have passed: the instance still has most of its two minutes.
    expect(await status(id!)).toBe('active marked-for-termination')
    await emulator().advance(Date.parse(body.at) - emulator().now() - 1000)
    expect((await instance(first!)).State!.Name).toBe('running')
    await emulator().advance(1000)
    expect((await instance(first!)).State!.Name).toBe('terminated')
    expect(await isOpen(worker.url)).toBe(false)
    expect(emulator().now() - Date.parse(body.at)).toBeLessThan(minute)

    const second = await requestNow(id!)
    expect(second.State).toBe('active')
    expect(second.InstanceId).not.toBe(first)
    const next = await work(second.InstanceId!, 'ml-training-checkpoints')
    await next.says(`starts from ${saved}`)
    await next.says(`step ${Number(saved) + 1}`)
  },
)
