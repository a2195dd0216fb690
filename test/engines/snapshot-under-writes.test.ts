import {
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, query, rdsOf, session, untilAvailable } from '../services/rds/databases.ts'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(() => emulator.close())

// `npm run test:long` asks for more of them.
const rounds = process.env['POCKETCLOUD_LONG'] ? 10 : 1
const accounts = 200

test('a snapshot that is taken while money is moved has all of it', async () => {
  const rds = rdsOf(emulator)
  const bank = await createDatabase(rds, 'bank', { BackupRetentionPeriod: 0 })
  await query(
    bank,
    `create table accounts as select id, 100 as balance from generate_series(1, ${accounts}) id;
     alter table accounts add primary key (id)`,
  )
  const over = new AbortController()
  let moved = 0
  const mover = () =>
    session(bank, async (client) => {
      while (!over.signal.aborted) {
        const [from, to] = [moved % accounts, (moved * 7 + 3) % accounts]
        await client.query(
          `begin; update accounts set balance = balance - 1 where id = ${Math.min(from, to) + 1};
           update accounts set balance = balance + 1 where id = ${Math.max(from, to) + 1}; commit`,
        )
        moved += 1
      }
    })
  const movers = [mover(), mover(), mover()]
  try {
    for (let round = 0; round < rounds; round++) {
      const before = moved
      const names = { snapshot: `then-${round}`, instance: `restored-${round}` }
      await rds.send(
        new CreateDBSnapshotCommand({
          DBInstanceIdentifier: 'bank',
          DBSnapshotIdentifier: names.snapshot,
        }),
      )
      await rds.send(
        new RestoreDBInstanceFromDBSnapshotCommand({
          DBInstanceIdentifier: names.instance,
          DBSnapshotIdentifier: names.snapshot,
        }),
      )
      const restored = await untilAvailable(rds, names.instance)
      expect(moved).toBeGreaterThan(before)
      const sums = 'select sum(balance)::int as sum, count(*)::int as count from accounts'
      expect(await query(restored, sums)).toEqual([{ sum: accounts * 100, count: accounts }])
      await rds.send(
        new DeleteDBInstanceCommand({
          DBInstanceIdentifier: names.instance,
          SkipFinalSnapshot: true,
        }),
      )
    }
  } finally {
    over.abort()
    await Promise.all(movers)
  }
}, 300_000)
