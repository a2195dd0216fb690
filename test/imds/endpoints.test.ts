import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { ask, askEndpoint, instancesOf, isOpen, session, until } from './support.ts'

let folder: string
let emulator: TestEmulator
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-imds-'))
  emulator = await startTestEmulator({ dataDir: folder })
})
afterEach(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true, force: true })
})

const path = '/latest/meta-data/instance-id'
const endpointOf = async (id: string) => (await askEndpoint(emulator, id)).body
/** What is due happens at the next call. */
const look = () => emulator.client(EC2Client).send(new DescribeInstancesCommand({}))

test('an instance is told apart by its port, and has the same one whenever it is asked for', async () => {
  const { launch } = instancesOf(emulator)
  const [one, other] = [await launch(), await launch()]
  const [first, second] = [await endpointOf(one), await endpointOf(other)]
  expect(first.port).not.toBe(second.port)
  expect(await endpointOf(one)).toEqual(first)
  expect((await ask(first.url, path)).text).toBe(one)
  expect((await ask(second.url, path)).text).toBe(other)
})

test('an instance of another region and account is found by its id', async () => {
  const ec2 = emulator.client(EC2Client, {
    region: 'eu-central-1',
    credentials: { accessKeyId: '210987654321', secretAccessKey: 'x' },
  })
  const images = await emulator.aws(
    'ec2',
    'describe-images',
    '--region=eu-central-1',
    '--owners=amazon',
    '--query=Images[?Architecture==`x86_64`]|[0].ImageId',
    '--output=text',
  )
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: images.stdout.trim(),
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
    }),
  )
  const { url } = await endpointOf(Instances![0]!.InstanceId!)
  // Today's images of Amazon Linux have their instances ask for tokens.
  const token = await session(url)
  const read = async (name: string) => (await ask(url, `/latest/meta-data/${name}`, token)).text
  expect(await read('placement/region')).toBe('eu-central-1')
  expect(await read('identity-credentials/ec2/info')).toContain('"AccountId" : "210987654321"')
})

test('asking for what is not there, or does not run, is refused', async () => {
  const { launch, stop } = instancesOf(emulator)
  const id = await launch()
  await stop(id)
  expect(await askEndpoint(emulator, id)).toMatchObject({
    status: 409,
    body: { error: { code: 'InstanceNotRunning' } },
  })
  expect(await askEndpoint(emulator, 'i-0123456789abcdef0')).toMatchObject({
    status: 404,
    body: { error: { code: 'NoSuchInstance' } },
  })
  expect((await askEndpoint(emulator, '')).status).toBe(400)
})

test('it is closed while the instance is stopped, and open again under the same address', async () => {
  const { launch, stop, start } = instancesOf(emulator)
  const id = await launch()
  const { url } = await endpointOf(id)
  await stop(id)
  await look()
  await until(async () => !(await isOpen(url)))
  await start(id)
  await look()
  await until(() => isOpen(url))
  expect((await ask(url, path)).text).toBe(id)
})

test('it is closed for good when the instance is terminated', async () => {
  const { launch, terminate } = instancesOf(emulator)
  const id = await launch()
  const { url } = await endpointOf(id)
  await terminate(id)
  await look()
  await until(async () => !(await isOpen(url)))
  expect((await askEndpoint(emulator, id)).status).toBe(404)
})

test('after a restart, a process goes on with its address and its token', async () => {
  const id = await instancesOf(emulator).launch()
  const before = await endpointOf(id)
  const token = await session(before.url)
  await emulator.close()
  expect(await isOpen(before.url)).toBe(false)
  emulator = await startTestEmulator({ dataDir: folder })
  expect((await ask(before.url, path, token)).text).toBe(id)
  expect(await endpointOf(id)).toEqual(before)
})

test('a port that somebody took meanwhile is given up for the next one', async () => {
  const id = await instancesOf(emulator).launch()
  const before = await endpointOf(id)
  await emulator.close()
  const taker = createServer().listen(before.port, '127.0.0.1')
  await once(taker, 'listening')
  try {
    emulator = await startTestEmulator({ dataDir: folder })
    const { url, port } = await endpointOf(id)
    expect(port).not.toBe(before.port)
    expect((await ask(url, path)).text).toBe(id)
  } finally {
    taker.close()
  }
})

test('a reset closes all of them', async () => {
  const id = await instancesOf(emulator).launch()
  const { url, certificate } = await endpointOf(id)
  emulator.reset()
  await until(async () => !(await isOpen(url)))
  const next = await endpointOf(await instancesOf(emulator).launch())
  expect(next.certificate).not.toBe(certificate)
})

test('a restored state has its ports, keys and certificate again', async () => {
  const id = await instancesOf(emulator).launch()
  const before = await endpointOf(id)
  const token = await session(before.url)
  const chunks: Buffer[] = []
  for await (const chunk of emulator.save()) chunks.push(chunk as Buffer)
  emulator.reset()
  await emulator.restore(Readable.from([Buffer.concat(chunks)]))
  await until(() => isOpen(before.url))
  expect((await ask(before.url, path, token)).text).toBe(id)
  expect((await endpointOf(id)).certificate).toBe(before.certificate)
})
