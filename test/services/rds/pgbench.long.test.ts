import { execFile, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import {
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  type DBInstance,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { createDatabase, master, query, rdsOf, untilAvailable, untilTaken } from './databases.ts'

// PostgreSQL's own load: it is no part of the npm package, but of a system that has PostgreSQL.
const pgbench = findPgbench()
if (!pgbench) console.log('pgbench is not tried: it takes a PostgreSQL on the system')

const rounds = 10
const database = 'bank'

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(() => emulator.close())

test.runIf(pgbench)(
  `a snapshot taken while pgbench writes restores consistently, ${rounds} times out of ${rounds}`,
  { timeout: 600_000 },
  async () => {
    const rds = rdsOf(emulator)
    const bank = await createDatabase(rds, 'bank', { DBName: database })
    await promisify(execFile)(pgbench!, ['-i', '-s', '2', '-q', ...connection(bank)], { env })
    const load = execFile(pgbench!, ['-c', '4', '-T', '600', '-n', ...connection(bank)], { env })
    try {
      const transactions: number[] = []
      for (let round = 0; round < rounds; round++) {
        const name = `round-${round}`
        await untilWritten(bank, transactions.at(-1) ?? 0)
        await rds.send(
          new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'bank', DBSnapshotIdentifier: name }),
        )
        expect((await untilTaken(rds, name)).Status).toBe('available')
        expect(load.exitCode).toBeNull()
        await rds.send(
          new RestoreDBInstanceFromDBSnapshotCommand({
            DBInstanceIdentifier: name,
            DBSnapshotIdentifier: name,
          }),
        )
        const restored = await untilAvailable(rds, name)
        const { accounts, tellers, branches, history, written } = await sums(restored)
        expect([tellers, branches, history]).toEqual([accounts, accounts, accounts])
        expect(written).toBeGreaterThan(transactions.at(-1) ?? 0)
        transactions.push(written)
        await rds.send(
          new DeleteDBInstanceCommand({ DBInstanceIdentifier: name, SkipFinalSnapshot: true }),
        )
      }
      process.stdout.write(`transactions in the snapshots: ${transactions.join(', ')}\n`)
    } finally {
      await ended(load)
    }
  },
)

interface Sums {
  readonly accounts: string
  readonly tellers: string
  readonly branches: string
  readonly history: string
  /** How many transactions are in the history. */
  readonly written: number
}

/** Each transaction adds the same to an account, a teller and a branch, and writes it down. */
async function sums(instance: DBInstance): Promise<Sums> {
  const [row] = await query(
    instance,
    `select (select sum(abalance) from pgbench_accounts)::text as accounts,
            (select sum(tbalance) from pgbench_tellers)::text as tellers,
            (select sum(bbalance) from pgbench_branches)::text as branches,
            (select coalesce(sum(delta), 0) from pgbench_history)::text as history,
            (select count(*) from pgbench_history)::int as written`,
    { database },
  )
  return row as unknown as Sums
}

async function untilWritten(instance: DBInstance, more: number): Promise<void> {
  await expect
    .poll(async () => (await sums(instance)).written, { timeout: 30_000 })
    .toBeGreaterThan(more)
}

const env = { ...process.env, PGPASSWORD: master.password }

const connection = ({ Endpoint }: DBInstance): string[] => [
  '-h',
  '127.0.0.1',
  '-p',
  String(Endpoint!.Port),
  '-U',
  master.username,
  database,
]

async function ended(load: ChildProcess): Promise<void> {
  if (load.exitCode !== null) return
  load.kill('SIGINT')
  await once(load, 'exit')
}

function findPgbench(): string | undefined {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql') : []
  return versions
    .map((version) => `/usr/lib/postgresql/${version}/bin/pgbench`)
    .find((path) => existsSync(path))
}
