import {
  CreateDBClusterCommand,
  DeleteDBClusterCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  type RDSClient,
  RebootDBClusterCommand,
  RestoreDBClusterFromSnapshotCommand,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { master, query, rdsOf, untilAvailable, untilGone } from './databases.ts'

let emulator: TestEmulator
let rds: RDSClient

beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
})
afterAll(() => emulator.close())

const ids = (name: string) => [1, 2, 3].map((number) => `${name}-instance-${number}`)
const describe = async (DBClusterIdentifier: string) =>
  (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters![0]!

test('a Multi-AZ DB cluster has an instance that writes and two that read, which come and go with it', async () => {
  await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: 'trio',
      Engine: 'postgres',
      EngineVersion: '15.10',
      DBClusterInstanceClass: 'db.m5d.large',
      AllocatedStorage: 100,
      StorageType: 'io1',
      Iops: 1000,
      MasterUsername: master.username,
      MasterUserPassword: master.password,
    }),
  )
  const [writer, ...readers] = await Promise.all(ids('trio').map((id) => untilAvailable(rds, id)))
  const { Port, DBClusterMembers } = await describe('trio')
  expect(DBClusterMembers!.map((one) => one.IsClusterWriter)).toEqual([true, false, false])
  const cluster = { Endpoint: { Port: Port! } }
  await query(cluster, 'create table notes (number int)')
  await query(cluster, 'insert into notes values (1)')
  const count = 'select count(*)::int as count from notes'
  for (const reader of readers) {
    await vi.waitFor(async () => expect(await query(reader, count)).toEqual([{ count: 1 }]), 10_000)
  }
  const started = 'select pg_postmaster_start_time()::text as at'
  const before = await query(writer!, started)
  await rds.send(new RebootDBClusterCommand({ DBClusterIdentifier: 'trio' }))
  expect(await query(await untilAvailable(rds, 'trio-instance-1'), started)).not.toEqual(before)
  await rds.send(
    new DeleteDBClusterCommand({ DBClusterIdentifier: 'trio', FinalDBSnapshotIdentifier: 'last' }),
  )
  for (const id of ids('trio')) await untilGone(rds, id)
  const snapshots = await rds.send(new DescribeDBClusterSnapshotsCommand({}))
  expect(snapshots.DBClusterSnapshots).toMatchObject([
    { DBClusterSnapshotIdentifier: 'last', Status: 'available', Engine: 'postgres' },
  ])
  await rds.send(
    new RestoreDBClusterFromSnapshotCommand({
      DBClusterIdentifier: 'again',
      SnapshotIdentifier: 'last',
      Engine: 'postgres',
    }),
  )
  expect(await query(await untilAvailable(rds, 'again-instance-1'), count)).toEqual([{ count: 1 }])
  expect((await describe('again')).DBClusterInstanceClass).toBe('db.m5d.large')
}, 90_000)
