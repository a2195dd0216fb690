import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DescribeDBInstancesCommand, RDSClient, type DBInstance } from '@aws-sdk/client-rds'
import { afterAll, expect, test } from 'vitest'
import { packageRoot } from '../../emulator/fixtures.ts'
import { createDatabase, query, session, untilAvailable } from '../services/rds/databases.ts'
import { startTestEmulator, student } from '../support/emulator.ts'

// With `npm run test:long`: each takes the machine for itself for some time.
const directory = mkdtempSync(join(tmpdir(), 'pocketcloud-engines-'))
afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
  rmSync(`${directory}-databases`, { recursive: true, force: true })
})

test(
  'kill -9 of the emulator while three databases are written to loses no row that was acknowledged, and leaves nothing',
  { timeout: 180_000 },
  async () => {
    let emulator = await start()
    const names = ['one', 'two', 'three']
    const made = await Promise.all(names.map((name) => createDatabase(emulator.rds, name)))
    for (const one of made) await query(one, 'create table written (number int primary key)')
    const acknowledged = made.map(() => 0)
    const writers = made.map((one, index) => writeUntilKilled(one, acknowledged, index))
    await pause(1500)
    expect(postmasters(emulator.process)).toHaveLength(3)
    const before = postmasters()
    emulator.process.kill('SIGKILL')
    await Promise.all([once(emulator.process, 'exit'), ...writers])
    await expect.poll(() => postmasters().filter((pid) => before.includes(pid))).toEqual([])
    for (const one of made) expect(await isListening(one)).toBe(false)

    const begin = performance.now()
    emulator = await start()
    const back = await Promise.all(names.map((name) => untilAnswers(emulator.rds, name)))
    report(`three databases are back ${seconds(begin)} after a kill`)
    for (const [index, one] of back.entries()) {
      expect(one.Endpoint).toEqual(made[index]!.Endpoint)
      const [row] = await query(
        one,
        'select count(*)::int as count, max(number) as max from written',
      )
      expect(acknowledged[index]).toBeGreaterThan(20)
      expect(row!['max']).toBeGreaterThanOrEqual(acknowledged[index]!)
      expect(row!['count']).toBe(row!['max'])
    }
    report(`rows acknowledged before the kill: ${acknowledged.join(', ')}`)

    const [victim] = postmasters(emulator.process)
    const killed = performance.now()
    process.kill(victim!, 'SIGKILL')
    await expect.poll(() => postmasters(emulator.process).includes(victim!)).toBe(false)
    for (const one of back) await untilSelects(one)
    report(`a database answers ${seconds(killed)} after its postmaster was killed`)
    expect(performance.now() - killed).toBeLessThan(10_000)

    const last = postmasters(emulator.process)
    emulator.process.kill('SIGTERM')
    await once(emulator.process, 'exit')
    expect(postmasters().filter((pid) => last.includes(pid))).toEqual([])
    for (const one of back) expect(await isListening(one)).toBe(false)
  },
)

test(
  'kill -9 in the middle of a restore leaves the state before it or the new one, each with its databases',
  { timeout: 180_000 },
  async () => {
    let emulator = await start()
    await emptied(emulator.url)
    const table = 'create table state (name text)'
    await query(
      await createDatabase(emulator.rds, 'new'),
      `${table}; insert into state values ('new')`,
    )
    const saved = Buffer.from(
      await (await fetch(`${emulator.url}/_pocketcloud/save`)).arrayBuffer(),
    )
    await emptied(emulator.url)
    await query(
      await createDatabase(emulator.rds, 'old'),
      `${table}; insert into state values ('old')`,
    )
    const found: string[] = []
    for (const wait of [0, 60, 400, 1000]) {
      const restoring = fetch(`${emulator.url}/_pocketcloud/restore`, {
        method: 'POST',
        body: saved,
      })
      restoring.catch(() => undefined)
      // From when its files are in their place on.
      const isPlaced = () => readdirSync(directory).some((name) => name.startsWith('attached-'))
      if (found.length > 0) while (!isPlaced()) await pause(1)
      await pause(wait)
      emulator.process.kill('SIGKILL')
      await once(emulator.process, 'exit')
      emulator = await start()
      const { DBInstances } = await emulator.rds.send(new DescribeDBInstancesCommand({}))
      const [{ DBInstanceIdentifier: name }] = DBInstances as [DBInstance]
      const back = await untilAnswers(emulator.rds, name!)
      expect(await query(back, 'select name from state')).toEqual([{ name }])
      found.push(name!)
    }
    expect(found.slice(1)).toEqual(['new', 'new', 'new'])
    await expect
      .poll(() => readdirSync(directory).filter((name) => name.startsWith('attached-')))
      .toEqual([])
    emulator.process.kill('SIGTERM')
    await once(emulator.process, 'exit')
  },
)

test('ten instances at once', { timeout: 180_000 }, async () => {
  const emulator = await startTestEmulator()
  try {
    const rds = emulator.client(RDSClient)
    const begin = performance.now()
    const made = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        const one = await createDatabase(rds, `many-${index}`, { BackupRetentionPeriod: 0 })
        await query(one, 'select 1')
        return one
      }),
    )
    report(`ten instances answer ${seconds(begin)} after they were asked for`)
    expect(performance.now() - begin).toBeLessThan(60_000)
    expect(new Set(made.map(({ Endpoint }) => Endpoint!.Port))).toHaveProperty('size', 10)
    const mebibytes = process.platform === 'linux' ? memoryOfPostmasters() : 0
    report(`they take ${Math.round(mebibytes)} MiB`)
    expect(mebibytes).toBeLessThan(400)
  } finally {
    await emulator.close()
  }
})

interface Running {
  readonly process: ChildProcess
  readonly url: string
  readonly rds: RDSClient
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
  return { process: child, url: endpoint, rds: new RDSClient(options) }
}

async function emptied(url: string): Promise<void> {
  const { ok } = await fetch(`${url}/_pocketcloud/reset`, { method: 'POST' })
  expect(ok).toBe(true)
}

/** One row after the other, each in its own transaction, until the server is gone. */
async function writeUntilKilled(
  instance: DBInstance,
  acknowledged: number[],
  index: number,
): Promise<void> {
  const writing = session(instance, async (client) => {
    for (let number = 1; ; number++) {
      await client.query('insert into written values ($1)', [number])
      acknowledged[index] = number
    }
  })
  await writing.catch(() => undefined)
}

async function untilAnswers(rds: RDSClient, name: string): Promise<DBInstance> {
  const instance = await untilAvailable(rds, name)
  await untilSelects(instance)
  return instance
}

async function untilSelects(instance: DBInstance): Promise<void> {
  const end = performance.now() + 60_000
  for (;;) {
    try {
      await query(instance, 'select 1')
      return
    } catch (error) {
      if (performance.now() > end) throw error
      await pause(20)
    }
  }
}

const isListening = ({ Endpoint }: DBInstance): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Endpoint!.Port!, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })

interface Process {
  readonly pid: number
  readonly parent: number
  readonly command: string
}

const processes = (): Process[] =>
  execFileSync('ps', ['-e', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((found) => found !== null)
    .map(([, pid, parent, command]) => ({
      pid: Number(pid),
      parent: Number(parent),
      command: command!,
    }))

/** Those of one emulator, or all that have their data in this test's directory. */
const postmasters = (of?: ChildProcess): number[] =>
  processes()
    .filter(({ command }) => /postgres -D /.test(command) && command.includes(directory))
    .filter(({ parent }) => of === undefined || parent === of.pid)
    .map(({ pid }) => pid)

/** What the servers of this process and their children use: each page that is shared counts in parts. */
function memoryOfPostmasters(): number {
  const all = processes()
  const own = all.filter(({ parent, command }) => parent === process.pid && / -D /.test(command))
  const pids = new Set(own.map(({ pid }) => pid))
  for (const { pid, parent } of all) if (pids.has(parent)) pids.add(pid)
  const kibibytes = [...pids].map((pid) => {
    try {
      const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
      return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0)
    } catch {
      return 0
    }
  })
  return kibibytes.reduce((sum, one) => sum + one, 0) / 1024
}

const seconds = (begin: number) => `${((performance.now() - begin) / 1000).toFixed(2)} s`
const report = (text: string) => process.stdout.write(`${text}\n`)
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
