import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { CreateDBInstanceReadReplicaCommand, RDSClient, type DBInstance } from '@aws-sdk/client-rds'
import { afterAll, expect, test } from 'vitest'
import { packageRoot } from '../../emulator/fixtures.ts'
import { untilAvailable } from '../services/rds/databases.ts'
import { createMysql, sql } from '../services/rds/mariadb-client.ts'
import { student } from '../support/emulator.ts'

// With `npm run test:long`: each takes the machine for itself for some time.
const directory = mkdtempSync(join(tmpdir(), 'pocketcloud-mariadb-'))
afterAll(() => {
  rmSync(directory, { recursive: true, force: true })
  rmSync(`${directory}-databases`, { recursive: true, force: true })
})

test(
  'kill -9 of the emulator while MySQL is written to loses no row that was acknowledged, and leaves nothing',
  { timeout: 180_000 },
  async () => {
    let emulator = await start()
    const made = await Promise.all(
      ['one', 'two'].map((id) =>
        createMysql(emulator.rds, id, { BackupRetentionPeriod: 1, MultiAZ: id === 'two' }),
      ),
    )
    await emulator.rds.send(
      new CreateDBInstanceReadReplicaCommand({
        DBInstanceIdentifier: 'reader',
        SourceDBInstanceIdentifier: 'one',
      }),
    )
    await untilAvailable(emulator.rds, 'reader')
    for (const one of made) await sql(one, 'CREATE TABLE written (number INT PRIMARY KEY)')
    const acknowledged = made.map(() => 0)
    const writers = made.map((one, index) => writeUntilKilled(one, acknowledged, index))
    await pause(2000)
    expect(servers()).toHaveLength(4)
    emulator.process.kill('SIGKILL')
    await Promise.all([once(emulator.process, 'exit'), ...writers])
    await expect.poll(servers, { timeout: 10_000 }).toEqual([])

    const begin = performance.now()
    emulator = await start()
    for (const [index, id] of ['one', 'two'].entries()) {
      const back = await untilAvailable(emulator.rds, id)
      expect(back.Endpoint).toEqual(made[index]!.Endpoint)
      await expect.poll(() => sql(back, 'SELECT 1').catch(String), patience).toEqual(['1'])
      const [row] = await sql(back, 'SELECT COUNT(*), MAX(number) FROM written')
      const [count, last] = row!.split('\t').map(Number)
      expect(acknowledged[index]).toBeGreaterThan(3)
      expect(last).toBeGreaterThanOrEqual(acknowledged[index]!)
      expect(count).toBe(last)
    }
    report(`two databases are back ${seconds(begin)} after a kill`)
    // The replica goes on from where it was.
    await sql(made[0]!, 'INSERT INTO written VALUES (1000000)')
    const reader = await untilAvailable(emulator.rds, 'reader')
    const newest = () => sql(reader, 'SELECT MAX(number) FROM written').catch(String)
    await expect.poll(newest, patience).toEqual(['1000000'])

    emulator.process.kill('SIGTERM')
    await once(emulator.process, 'exit')
    expect(servers()).toEqual([])
  },
)

test('ten instances of MySQL at once', { timeout: 180_000 }, async () => {
  const emulator = await start()
  try {
    const begin = performance.now()
    const names = Array.from({ length: 10 }, (_, index) => `at-once-${index}`)
    await Promise.all(names.map(async (id) => sql(await createMysql(emulator.rds, id), 'SELECT 1')))
    report(`ten instances answer ${seconds(begin)} after they were asked for`)
    expect(performance.now() - begin).toBeLessThan(60_000)
    if (process.platform !== 'linux') return
    const mebibytes = servers().reduce((sum, pid) => sum + memoryOf(pid), 0) / servers().length
    report(`each takes ${Math.round(mebibytes)} MiB`)
    expect(mebibytes).toBeLessThan(60)
  } finally {
    emulator.process.kill('SIGTERM')
    await once(emulator.process, 'exit')
  }
})

const patience = { timeout: 30_000 }

interface Running {
  readonly process: ChildProcess
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
  return { process: child, rds: new RDSClient(options) }
}

/** One row after the other, each in its own transaction, until the server is gone. */
async function writeUntilKilled(instance: DBInstance, acknowledged: number[], index: number) {
  for (let number = 1; ; number++) {
    try {
      await sql(instance, `INSERT INTO written VALUES (${number})`)
    } catch {
      return
    }
    acknowledged[index] = number
  }
}

/** Those that have their data in this test's directory. */
function servers(): number[] {
  return execFileSync('ps', ['-e', '-o', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('mariadbd') && line.includes(directory))
    .map((line) => Number.parseInt(line, 10))
}

/** Pages that are shared count in parts. */
const memoryOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024

const seconds = (begin: number) => `${((performance.now() - begin) / 1000).toFixed(2)} s`
const report = (text: string) => process.stdout.write(`${text}\n`)
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))
