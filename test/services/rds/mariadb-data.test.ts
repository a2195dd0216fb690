import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import {
  CreateDBInstanceReadReplicaCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
  type RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { rdsOf, untilAvailable, untilTaken } from './databases.ts'
import { createMysql, sql } from './mariadb-client.ts'

let emulator: TestEmulator
let rds: RDSClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
})
afterAll(() => emulator.close())

const numbers = 'SELECT number FROM entries ORDER BY number'

async function restored(id: string, time: number | undefined, source = 'ledger') {
  await rds.send(
    new RestoreDBInstanceToPointInTimeCommand({
      SourceDBInstanceIdentifier: source,
      TargetDBInstanceIdentifier: id,
      ...(time === undefined ? { UseLatestRestorableTime: true } : { RestoreTime: new Date(time) }),
    }),
  )
  return sql(await untilAvailable(rds, id), numbers)
}

test('a restore to a moment has exactly the rows that were written before it', async () => {
  const ledger = await createMysql(rds, 'ledger', { BackupRetentionPeriod: 1 })
  await sql(ledger, 'CREATE TABLE entries (number INT PRIMARY KEY)')
  const writtenAt: number[] = []
  for (let number = 0; number < 4; number++) {
    await emulator.advance(3_600_000)
    await sql(ledger, `INSERT INTO entries VALUES (${number})`)
    writtenAt.push(emulator.now())
  }
  await emulator.advance(3_600_000)
  const [between, latest] = await Promise.all([
    restored('between', writtenAt[1]! + 1_800_000),
    restored('latest', undefined),
  ])
  expect(between).toEqual(['0', '1'])
  expect(latest).toEqual(['0', '1', '2', '3'])
}, 60_000)

// `npm run test:long` asks for more of them.
const rounds = process.env['POCKETCLOUD_LONG'] ? 10 : 1
const accounts = 100

test('a snapshot that is taken while money is moved has all of it', async () => {
  const bank = await createMysql(rds, 'bank')
  await sql(
    bank,
    `CREATE TABLE accounts (id INT PRIMARY KEY, balance INT);
     INSERT INTO accounts SELECT seq, 100 FROM seq_1_to_${accounts};
     CREATE TABLE moves (id INT PRIMARY KEY AUTO_INCREMENT);
     DELIMITER //
     CREATE PROCEDURE move_money() BEGIN
       LOOP
         START TRANSACTION;
         UPDATE accounts SET balance = balance - 1 ORDER BY RAND() LIMIT 1;
         UPDATE accounts SET balance = balance + 1 ORDER BY RAND() LIMIT 1;
         INSERT INTO moves VALUES ();
         COMMIT;
       END LOOP;
     END //`,
  )
  const mover = sql(bank, 'CALL move_money()').catch((error: unknown) => String(error))
  const moves = async () => Number((await sql(bank, 'SELECT COUNT(*) FROM moves'))[0])
  for (let round = 0; round < rounds; round++) {
    const before = await moves()
    const [snapshot, instance] = [`then-${round}`, `restored-${round}`]
    await rds.send(
      new CreateDBSnapshotCommand({
        DBInstanceIdentifier: 'bank',
        DBSnapshotIdentifier: snapshot,
      }),
    )
    await untilTaken(rds, snapshot)
    expect(await moves()).toBeGreaterThan(before)
    await rds.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: instance,
        DBSnapshotIdentifier: snapshot,
      }),
    )
    const copy = await untilAvailable(rds, instance)
    expect(await sql(copy, 'SELECT SUM(balance), COUNT(*) FROM accounts')).toEqual([
      `${accounts * 100}\t${accounts}`,
    ])
    await rds.send(
      new DeleteDBInstanceCommand({ DBInstanceIdentifier: instance, SkipFinalSnapshot: true }),
    )
  }
  await rds.send(
    new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'bank', SkipFinalSnapshot: true }),
  )
  expect(await mover).toMatch(/ERROR 20(?:13|26)/)
}, 300_000)

test('a saved state has the databases as they were, with replicas and the log', async () => {
  emulator.reset()
  const ledger = await createMysql(rds, 'ledger', {
    BackupRetentionPeriod: 1,
    Engine: 'mariadb',
    EngineVersion: '10.11',
  })
  await sql(ledger, 'CREATE TABLE entries (number INT PRIMARY KEY); INSERT INTO entries VALUES (1)')
  await rds.send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: 'reader',
      SourceDBInstanceIdentifier: 'ledger',
    }),
  )
  const follower = await untilAvailable(rds, 'reader')
  await sql(ledger, 'INSERT INTO entries VALUES (0)')
  await expect.poll(() => sql(follower, numbers), { timeout: 10_000 }).toEqual(['0', '1'])
  const archive = await buffer(emulator.save())
  await sql(ledger, 'INSERT INTO entries VALUES (2)')
  emulator.reset()
  expect((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([])
  await expect(sql(ledger, 'SELECT 1')).rejects.toThrow('ERROR 2002')

  await emulator.restore(Readable.from([archive]))
  const back = await untilAvailable(rds, 'ledger')
  expect(await sql(back, numbers)).toEqual(['0', '1'])
  await sql(back, 'INSERT INTO entries VALUES (3)')
  const reader = await untilAvailable(rds, 'reader')
  await expect.poll(() => sql(reader, numbers), { timeout: 10_000 }).toEqual(['0', '1', '3'])
  expect(await restored('from-log', undefined)).toEqual(['0', '1', '3'])
}, 120_000)

test('an emulator that closes leaves no process and no file', async () => {
  const left = () =>
    readdirSync(tmpdir()).filter((name) => name.startsWith(`pocketcloud-databases-${process.pid}-`))
  const servers = (folders: readonly string[]) =>
    execFileSync('ps', ['-e', '-o', 'args='], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.includes('mariadbd') && folders.some((name) => line.includes(name)))
  const folders = left()
  expect(servers(folders).length).toBeGreaterThan(0)
  await emulator.close()
  expect(servers(folders)).toEqual([])
  expect(left()).toEqual([])
})
