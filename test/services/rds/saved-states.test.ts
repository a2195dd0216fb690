import {
  CreateDBInstanceReadReplicaCommand,
  CreateDBSnapshotCommand,
  DescribeDBInstancesCommand,
  DescribeDBLogFilesCommand,
  DownloadDBLogFilePortionCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
  StopDBInstanceCommand,
  StartDBInstanceCommand,
  type DBInstance,
} from '@aws-sdk/client-rds'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import {
  createDatabase,
  describeInstance,
  query,
  rdsOf,
  session,
  untilAvailable,
  untilTaken,
} from './databases.ts'

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(() => emulator.close())

const names = async (instance: DBInstance) =>
  (await query(instance, 'select name from pets order by id')).map(({ name }) => name)

test('a saved state has the databases as they were: running, stopped, replicas, snapshots and the log', async () => {
  const rds = rdsOf(emulator)
  const [pets, asleep] = await Promise.all([
    createDatabase(rds, 'pets', { BackupRetentionPeriod: 1 }),
    createDatabase(rds, 'asleep', { BackupRetentionPeriod: 0 }),
  ])
  const table = 'create table pets (id serial primary key, name text)'
  await query(asleep, `${table}; insert into pets (name) values ('bear')`)
  await rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: 'asleep' }))
  await query(pets, `${table}; insert into pets (name) values ('cat')`)
  await rds.send(
    new CreateDBSnapshotCommand({
      DBInstanceIdentifier: 'pets',
      DBSnapshotIdentifier: 'only-the-cat',
    }),
  )
  await untilTaken(rds, 'only-the-cat')
  await query(pets, "insert into pets (name) values ('dog')")
  await rds.send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: 'reader',
      SourceDBInstanceIdentifier: 'pets',
    }),
  )
  await untilAvailable(rds, 'reader')
  expect((await describeInstance(rds, 'asleep')).DBInstanceStatus).toBe('stopped')

  await expect(query(pets, 'select 1 / 0 as lion')).rejects.toThrow('division by zero')

  // Somebody writes while it is saved.
  let written = 0
  const over = new AbortController()
  const writer = session(pets, async (client) => {
    while (!over.signal.aborted) {
      written += 1
      await client.query(`insert into pets (name) values ('fly ${written}')`)
    }
  })
  const archive = await buffer(emulator.save())
  over.abort()
  await writer
  await query(pets, 'drop table pets')
  emulator.reset()
  expect((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([])
  await expect(query(pets, 'select 1')).rejects.toThrow('ECONNREFUSED')

  await emulator.restore(Readable.from([archive]))
  const back = await untilAvailable(rds, 'pets')
  // Its port, unless another emulator on this machine has taken it since.
  expect(back.Endpoint?.Address).toBe(pets.Endpoint?.Address)
  const found = await names(back)
  // What was acknowledged by the time of the copy, without a gap.
  const flies = Array.from({ length: found.length - 2 }, (_, index) => `fly ${index + 1}`)
  expect(found).toEqual(['cat', 'dog', ...flies])
  expect(written).toBeGreaterThanOrEqual(flies.length)

  const { DescribeDBLogFiles = [] } = await rds.send(
    new DescribeDBLogFilesCommand({ DBInstanceIdentifier: 'pets' }),
  )
  const portions = await Promise.all(
    DescribeDBLogFiles.map(({ LogFileName }) =>
      rds.send(
        new DownloadDBLogFilePortionCommand({
          DBInstanceIdentifier: 'pets',
          LogFileName,
          Marker: '0',
        }),
      ),
    ),
  )
  const words = portions.map(({ LogFileData }) => LogFileData).join('')
  expect(words).toContain('STATEMENT:  select 1 / 0 as lion')

  await query(back, "insert into pets (name) values ('cow')")
  const reader = await untilAvailable(rds, 'reader')
  await expect.poll(() => names(reader)).toContain('cow')
  await expect(query(reader, 'delete from pets')).rejects.toThrow('read-only')

  expect((await describeInstance(rds, 'asleep')).DBInstanceStatus).toBe('stopped')
  await rds.send(new StartDBInstanceCommand({ DBInstanceIdentifier: 'asleep' }))
  expect(await names(await untilAvailable(rds, 'asleep'))).toEqual(['bear'])

  await rds.send(
    new RestoreDBInstanceFromDBSnapshotCommand({
      DBInstanceIdentifier: 'from-snapshot',
      DBSnapshotIdentifier: 'only-the-cat',
    }),
  )
  await rds.send(
    new RestoreDBInstanceToPointInTimeCommand({
      SourceDBInstanceIdentifier: 'pets',
      TargetDBInstanceIdentifier: 'from-log',
      UseLatestRestorableTime: true,
    }),
  )
  expect(await names(await untilAvailable(rds, 'from-snapshot'))).toEqual(['cat'])
  expect(await names(await untilAvailable(rds, 'from-log'))).toEqual([...found, 'cow'])
}, 120_000)

test('a restore replaces the databases, and a reset leaves none', async () => {
  const rds = rdsOf(emulator)
  emulator.reset()
  const empty = await buffer(emulator.save())
  const one = await createDatabase(rds, 'one', { BackupRetentionPeriod: 0 })
  await emulator.restore(Readable.from([empty]))
  await expect(query(one, 'select 1')).rejects.toThrow('ECONNREFUSED')
  expect((await rds.send(new DescribeDBInstancesCommand({}))).DBInstances).toEqual([])
  expect(empty.length).toBeLessThan(4_000_000)
})
