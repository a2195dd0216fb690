import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Person, Running } from './command-line.ts'
import { person } from './command-line.ts'

describe('with an emulator running', () => {
  let student: Person
  let running: Running
  beforeAll(async () => {
    student = person()
    running = await student.start('--port', '0', '--ephemeral')
  })
  afterAll(() => student.leave())

  const pocketcloud = (...args: string[]) => student.pocketcloud(...args, '--endpoint', running.url)
  const json = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await pocketcloud(...args, '--json')).stdout)

  it('status describes it: plain, as JSON, and in colour on a terminal', async () => {
    const plain = await pocketcloud('status')
    expect(plain.status).toBe(0)
    expect(plain.stdout).toMatch(
      /^running on http:\S+ for \d+s \(process \d+, version \d+\.\d+\.\d+\)\naccount {3}123456789012, default region us-east-1\nstate {5}ephemeral.*\nclock {5}\d{4}-.*Z\nservices {2}.*ec2.*s3.*\n$/,
    )
    expect(await json('status')).toMatchObject({
      running: true,
      endpoint: running.url,
      pid: running.child.pid,
      dataDir: null,
      services: { ec2: 'available' },
    })
    const { stdout } = await student.inTerminal('status', '--endpoint', running.url)
    expect(stdout).toContain('\u001b[32mrunning\u001b[39m')
  })

  it('clock advance moves the clock, and clock shows it', async () => {
    const before = (await json('clock')) as { nowMs: number }
    const { stdout, status } = await pocketcloud('clock', 'advance', '1d12h')
    expect(stdout).toMatch(
      /^It is \d{4}-.*Z now, 1d 12h later\.\n\d+ things happened meanwhile\.\n$/,
    )
    expect(status).toBe(0)
    const after = (await json('clock', 'show')) as { nowMs: number; offsetMs: number }
    expect(after.nowMs - before.nowMs).toBeGreaterThanOrEqual(36 * 3_600_000)
    expect(after.offsetMs).toBe(36 * 3_600_000)
    expect((await pocketcloud('clock')).stdout).toContain('(1d 12h ahead of real time)')
  })

  it('save, reset and restore: what was there is there again', async () => {
    const file = join(student.home, 'state.tar')
    await makeBucket(running.url, 'lake')
    const saved = await pocketcloud('save', file)
    expect(saved.stdout).toMatch(new RegExp(`^saved to ${file} \\([\\d.]+ \\w+\\)\n$`))
    expect(statSync(file).size).toBeGreaterThan(0)
    expect(await pocketcloud('reset')).toEqual({
      status: 0,
      stdout: 'The cloud is new again.\n',
      stderr: '',
    })
    expect(await bucketNames(running.url)).toEqual([])
    expect(await json('restore', file)).toEqual({ restored: file })
    expect(await bucketNames(running.url)).toEqual(['lake'])
  })

  it('reset asks on a terminal, and only a yes deletes', async () => {
    const reset = ['reset', '--endpoint', running.url]
    await whoAmI(running.url)
    const declined = await student.answering('n', ...reset)
    expect(declined.status).toBe(1)
    expect(declined.stdout).toContain('Nothing was changed.')
    expect(await countEvents(running.url)).toBeGreaterThan(0)
    const confirmed = await student.answering('y', ...reset)
    expect(confirmed.status).toBe(0)
    expect(await countEvents(running.url)).toBe(0)
  })

  it('progress outlives a reset, a restore and the emulator itself', async () => {
    // In the home folder, the state's folder is also where the progress is.
    const other = person()
    const { url, child, ended } = await other.start('--port', '0')
    const file = join(other.home, 'state.tar')
    await other.pocketcloud('lab', 'start', '1', '--endpoint', url)
    await other.pocketcloud('save', file, '--endpoint', url)
    expect((await other.pocketcloud('reset', '--endpoint', url)).status).toBe(0)
    expect((await other.pocketcloud('restore', file, '--endpoint', url)).status).toBe(0)
    child.kill()
    await ended
    expect((await other.pocketcloud('lab', 'list')).stdout).toMatch(
      /^1 {3}first-instance .* started$/m,
    )
    await other.leave()
  })

  it('restore refuses what is no archive, and changes nothing', async () => {
    const file = join(student.home, 'no-archive')
    writeFileSync(file, 'nothing of the kind')
    await makeBucket(running.url, 'stays')
    const { status, stderr } = await pocketcloud('restore', file)
    expect(status).toBe(1)
    expect(stderr).not.toContain('This is a bug')
    expect(await bucketNames(running.url)).toContain('stays')
  })

  it('save says why it could not, and leaves no half file', async () => {
    const { status, stderr } = await pocketcloud('save', join(student.home, 'no/such/folder.tar'))
    expect(status).toBe(1)
    expect(stderr).toContain('Could not write')
  })

  it('lab start, list and check: from started to a standing', async () => {
    const started = await pocketcloud('lab', 'start', '1')
    expect(started.stdout).toContain('Started lab 1: Your first instance')
    const progress = join(student.home, '.pocketcloud/progress.json')
    expect(JSON.parse(readFileSync(progress, 'utf8'))).toMatchObject({
      version: 1,
      current: 'first-instance',
    })

    const untouched = await pocketcloud('check')
    expect(untouched.status).toBe(1)
    expect(untouched.stdout).toMatch(
      /^Your first instance\n\n✗ 1\. Identify yourself {2}0\/1\n {2}✗ /,
    )
    expect(untouched.stdout).toMatch(/\nScore: 0\/10\n$/)
    expect(untouched.stderr).toBe('')

    await whoAmI(running.url)
    const oneTask = await pocketcloud('check', 'identity')
    expect(oneTask).toMatchObject({ status: 0, stderr: '' })
    expect(oneTask.stdout).toMatch(
      /^Your first instance\n\n✓ 1\. Identify yourself {2}1\/1\n {2}✓ You asked AWS who you are {2}1\/1\n\nWhoever holds the key .*\n\nScore: 1\/1\n$/,
    )
    expect(await json('check')).toMatchObject({ state: 'failed', score: 1, maxScore: 10 })
    expect((await pocketcloud('lab', 'list')).stdout).toMatch(/^1 {3}first-instance .* 1\/10$/m)
    const wrongTask = await pocketcloud('check', 'fly')
    expect(wrongTask).toMatchObject({ status: 2 })
    expect(wrongTask.stderr).toContain(
      'first-instance has no task "fly".\nIts tasks: 1 identity, 2 key-pair',
    )
  })

  it('check on a terminal: colour, and what to do next', async () => {
    const { stdout } = await student.inTerminal('check', '--endpoint', running.url)
    expect(stdout).toContain('\u001b[31m✗\u001b[39m')
    expect(stdout).toContain('Next: Make a key pair (pocketcloud check 2, pocketcloud lab hint)')
  })

  it('a lab started anew counts from then on, also across a reset', async () => {
    await whoAmI(running.url)
    await pocketcloud('lab', 'start', 'first-instance')
    expect(await json('check')).toMatchObject({ score: 0 })
    await pocketcloud('reset')
    await whoAmI(running.url)
    expect(await json('check')).toMatchObject({ score: 1 })
  })

  it('check without an emulator is no zero: not graded, with status 3', async () => {
    const { status, stdout, stderr } = await student.pocketcloud(
      'check',
      '--endpoint',
      'http://127.0.0.1:9',
    )
    expect(status).toBe(3)
    expect(stdout).toBe('')
    expect(stderr).toContain('No emulator answers at http://127.0.0.1:9.\nThis was not graded.')
  })
})

async function countEvents(url: string): Promise<number> {
  const answer = await fetch(`${url}/_pocketcloud/events`)
  return ((await answer.json()) as { events: unknown[] }).events.length
}

async function s3(url: string) {
  const { S3Client } = await import('@aws-sdk/client-s3')
  return new S3Client({ ...clientSettings(url), forcePathStyle: true })
}

async function makeBucket(url: string, name: string): Promise<void> {
  const { CreateBucketCommand } = await import('@aws-sdk/client-s3')
  await (await s3(url)).send(new CreateBucketCommand({ Bucket: name }))
}

async function bucketNames(url: string): Promise<(string | undefined)[]> {
  const { ListBucketsCommand } = await import('@aws-sdk/client-s3')
  const { Buckets = [] } = await (await s3(url)).send(new ListBucketsCommand({}))
  return Buckets.map(({ Name }) => Name)
}

async function whoAmI(url: string): Promise<void> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts')
  await new STSClient(clientSettings(url)).send(new GetCallerIdentityCommand({}))
}

function clientSettings(url: string) {
  return {
    endpoint: url,
    region: 'us-east-1',
    credentials: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
  }
}
