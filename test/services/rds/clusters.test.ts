import {
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  DeleteDBClusterCommand,
  DeleteDBInstanceCommand,
  DescribeDBClustersCommand,
  FailoverDBClusterCommand,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
  type DBCluster,
  type RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { master, query as queryInstance, rdsOf, untilAvailable } from './databases.ts'

let emulator: TestEmulator
let rds: RDSClient

const cluster = async (id: string): Promise<DBCluster> => {
  const found = await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: id }))
  return found.DBClusters![0]!
}
const addInstance = async (id: string, DBClusterIdentifier: string) => {
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: id,
      DBClusterIdentifier,
      DBInstanceClass: 'db.r6g.large',
      Engine: 'aurora-postgresql',
    }),
  )
  return untilAvailable(rds, id)
}
/** Through the cluster's own endpoint. */
const query = async (id: string, sql: string) => {
  const { Port } = await cluster(id)
  return queryInstance({ Endpoint: { Port } }, sql, { database: 'orders' })
}
const writerOf = async (id: string) =>
  (await cluster(id)).DBClusterMembers!.find((one) => one.IsClusterWriter)?.DBInstanceIdentifier

beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
  await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: 'shop',
      Engine: 'aurora-postgresql',
      EngineVersion: '15.10',
      MasterUsername: master.username,
      MasterUserPassword: master.password,
      DatabaseName: 'orders',
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 },
    }),
  )
  await addInstance('shop-1', 'shop')
  await query('shop', 'create table lines (number int)')
  await query('shop', 'insert into lines values (1)')
}, 60_000)
afterAll(() => emulator.close())

test('the first instance writes, the next one reads what it has written', async () => {
  const reader = await addInstance('shop-2', 'shop')
  expect(await cluster('shop')).toMatchObject({
    Status: 'available',
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 },
    DBClusterMembers: [
      { DBInstanceIdentifier: 'shop-1', IsClusterWriter: true },
      { DBInstanceIdentifier: 'shop-2', IsClusterWriter: false },
    ],
  })
  const orders = { database: 'orders' }
  expect(await queryInstance(reader, 'select number from lines', orders)).toEqual([{ number: 1 }])
  await expect(queryInstance(reader, 'insert into lines values (9)', orders)).rejects.toMatchObject(
    {
      code: '25006',
    },
  )
}, 30_000)

test('a failover makes a reader write, behind the same endpoint', async () => {
  const before = await cluster('shop')
  await rds.send(new FailoverDBClusterCommand({ DBClusterIdentifier: 'shop' }))
  await vi.waitFor(async () => expect(await writerOf('shop')).toBe('shop-2'), 20_000)
  await vi.waitFor(() => query('shop', 'insert into lines values (2)'), 10_000)
  expect((await cluster('shop')).Port).toBe(before.Port)
  const old = await untilAvailable(rds, 'shop-1')
  await vi.waitFor(
    async () =>
      expect(
        await queryInstance(old, 'select number from lines order by 1', { database: 'orders' }),
      ).toEqual([{ number: 1 }, { number: 2 }]),
    10_000,
  )
}, 60_000)

test('a snapshot restores to another cluster, and a cluster keeps its data without instances', async () => {
  await rds.send(
    new CreateDBClusterSnapshotCommand({
      DBClusterIdentifier: 'shop',
      DBClusterSnapshotIdentifier: 'shop-then',
    }),
  )
  await query('shop', 'insert into lines values (3)')
  await rds.send(
    new RestoreDBClusterFromSnapshotCommand({
      DBClusterIdentifier: 'then',
      SnapshotIdentifier: 'shop-then',
      Engine: 'aurora-postgresql',
    }),
  )
  await addInstance('then-1', 'then')
  const count = 'select count(*)::int as count from lines'
  expect(await query('then', count)).toEqual([{ count: 2 }])
  await query('then', 'insert into lines values (4)')
  await rds.send(
    new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'then-1', SkipFinalSnapshot: true }),
  )
  await addInstance('then-2', 'then')
  expect(await query('then', count)).toEqual([{ count: 3 }])
}, 60_000)

test('a cluster with instances is not deleted', async () => {
  const deleting = rds.send(
    new DeleteDBClusterCommand({ DBClusterIdentifier: 'shop', SkipFinalSnapshot: true }),
  )
  await expect(deleting).rejects.toMatchObject({ name: 'InvalidDBClusterStateFault' })
})

test('a restore to a moment says which source it lacks', async () => {
  const restore = (source: object) =>
    rds.send(
      new RestoreDBClusterToPointInTimeCommand({
        DBClusterIdentifier: 'restored',
        UseLatestRestorableTime: true,
        ...source,
      }),
    )
  await expect(restore({})).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  await expect(restore({ SourceDbClusterResourceId: 'cluster-NONE' })).rejects.toMatchObject({
    name: 'DBClusterNotFoundFault',
  })
})
