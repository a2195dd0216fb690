import {
  CreateBlueGreenDeploymentCommand,
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  DeleteBlueGreenDeploymentCommand,
  DescribeBlueGreenDeploymentsCommand,
  DescribeDBClustersCommand,
  ListTagsForResourceCommand,
  PromoteReadReplicaDBClusterCommand,
  SwitchoverBlueGreenDeploymentCommand,
  type BlueGreenDeployment,
  type DBCluster,
  type RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import {
  createDatabase,
  describeInstance,
  master,
  query,
  rdsOf,
  untilAvailable,
  untilGone,
} from './databases.ts'

let emulator: TestEmulator
let rds: RDSClient

beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
})
afterAll(() => emulator.close())

const create = async (
  BlueGreenDeploymentName: string,
  Source: string,
  more: object = {},
): Promise<BlueGreenDeployment> => {
  const made = await rds.send(
    new CreateBlueGreenDeploymentCommand({ BlueGreenDeploymentName, Source, ...more }),
  )
  return made.BlueGreenDeployment!
}
const describe = async (BlueGreenDeploymentIdentifier: string): Promise<BlueGreenDeployment> => {
  const found = await rds.send(
    new DescribeBlueGreenDeploymentsCommand({ BlueGreenDeploymentIdentifier }),
  )
  return found.BlueGreenDeployments![0]!
}
const until = (id: string, Status: string) =>
  vi.waitFor(async () => {
    const deployment = await describe(id)
    expect(deployment).toMatchObject({ Status })
    return deployment
  }, 30_000)
const switchOver = async (BlueGreenDeploymentIdentifier: string) => {
  const answer = await rds.send(
    new SwitchoverBlueGreenDeploymentCommand({ BlueGreenDeploymentIdentifier }),
  )
  expect(answer.BlueGreenDeployment!.Status).toBe('SWITCHOVER_IN_PROGRESS')
  return until(BlueGreenDeploymentIdentifier, 'SWITCHOVER_COMPLETED')
}
const remove = (BlueGreenDeploymentIdentifier: string, DeleteTarget?: boolean) =>
  rds.send(new DeleteBlueGreenDeploymentCommand({ BlueGreenDeploymentIdentifier, DeleteTarget }))
const nameOf = (arn: string | undefined) => arn!.split(':').at(-1)!
const count = 'select count(*)::int as count from notes'

test('the green copy of an instance follows it, and takes its name, its endpoint and its replicas’ place', async () => {
  const tag = { Key: 'team', Value: 'shop' }
  const blue = await createDatabase(rds, 'shop', { Tags: [tag] })
  await query(blue, 'create table notes (number int)')
  await query(blue, 'insert into notes values (1)')
  await rds.send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: 'shop-reader',
      SourceDBInstanceIdentifier: 'shop',
    }),
  )
  const reader = await untilAvailable(rds, 'shop-reader')
  const made = await create('upgrade', blue.DBInstanceArn!, {
    TargetDBInstanceClass: 'db.t3.small',
    Tags: [tag],
  })
  expect(made).toMatchObject({ Status: 'PROVISIONING', Source: blue.DBInstanceArn })
  const id = made.BlueGreenDeploymentIdentifier!
  expect(id).toMatch(/^bgd-[a-z0-9]{16}$/)
  await expect(create('upgrade', blue.DBInstanceArn!)).rejects.toMatchObject({
    name: 'BlueGreenDeploymentAlreadyExistsFault',
  })
  const ready = await until(id, 'AVAILABLE')
  expect(ready.SwitchoverDetails!.map((one) => one.Status)).toEqual(['AVAILABLE', 'AVAILABLE'])
  expect(ready.Tasks!.every((task) => task.Status === 'COMPLETED')).toBe(true)
  const green = await describeInstance(rds, nameOf(ready.Target))
  expect(green.DBInstanceIdentifier).toMatch(/^shop-green-[a-z0-9]{6}$/)
  expect(green).toMatchObject({ DBInstanceClass: 'db.t3.small', TagList: [tag] })
  await query(blue, 'insert into notes values (2)')
  await vi.waitFor(async () => expect(await query(green, count)).toEqual([{ count: 2 }]), 10_000)
  await expect(query(green, 'insert into notes values (9)')).rejects.toMatchObject({
    code: '25006',
  })
  for (let row = 3; row <= 10; row++) await query(blue, `insert into notes values (${row})`)

  const switched = await switchOver(id)
  expect(nameOf(switched.Source)).toBe('shop-old1')
  expect(nameOf(switched.Target)).toBe('shop')
  const now = await untilAvailable(rds, 'shop')
  expect(now.Endpoint).toEqual(blue.Endpoint)
  expect(now.DbiResourceId).toBe(green.DbiResourceId)
  expect(now).toMatchObject({ DBInstanceClass: 'db.t3.small', TagList: [tag] })
  // Where `shop` was connected to before.
  expect(await query(blue, count)).toEqual([{ count: 10 }])
  await query(blue, 'insert into notes values (11)')
  const newReader = await untilAvailable(rds, 'shop-reader')
  expect(newReader.Endpoint).toEqual(reader.Endpoint)
  expect(newReader.ReadReplicaSourceDBInstanceIdentifier).toBe('shop')
  await vi.waitFor(
    async () => expect(await query(newReader, count)).toEqual([{ count: 11 }]),
    10_000,
  )
  const old = await untilAvailable(rds, 'shop-old1')
  expect(await query(old, count)).toEqual([{ count: 10 }])
  const oldReader = await untilAvailable(rds, 'shop-reader-old1')
  expect(oldReader.ReadReplicaSourceDBInstanceIdentifier).toBe('shop-old1')
  expect(await query(oldReader, count)).toEqual([{ count: 10 }])

  await expect(switchOver(id)).rejects.toMatchObject({
    name: 'InvalidBlueGreenDeploymentStateFault',
  })
  await expect(remove(id, true)).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
  expect((await remove(id)).BlueGreenDeployment!.Status).toBe('DELETING')
  await expect(describe(id)).rejects.toMatchObject({ name: 'BlueGreenDeploymentNotFoundFault' })
}, 90_000)

test('before its switchover a deployment is deleted with its green environment, or leaves it', async () => {
  const source = (await describeInstance(rds, 'shop-old1')).DBInstanceArn!
  const first = await create('first', source)
  const gone = nameOf(first.Target)
  await until(first.BlueGreenDeploymentIdentifier!, 'AVAILABLE')
  await remove(first.BlueGreenDeploymentIdentifier!, true)
  await untilGone(rds, gone)
  const second = await create('second', source)
  await until(second.BlueGreenDeploymentIdentifier!, 'AVAILABLE')
  const tags = await rds.send(new ListTagsForResourceCommand({ ResourceName: second.Target }))
  expect(tags.TagList).toHaveLength(1)
  await remove(second.BlueGreenDeploymentIdentifier!)
  const left = await untilAvailable(rds, nameOf(second.Target))
  expect(left.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined()
  await query(left, 'insert into notes values (12)')
}, 60_000)

test('what can’t be in a deployment is refused', async () => {
  const refused = async (source: string, name: string) =>
    expect(create('refused', source)).rejects.toMatchObject({ name })
  await refused('arn:aws:rds:us-east-1:123456789012:db:none', 'DBInstanceNotFoundFault')
  await refused('arn:aws:rds:us-east-1:123456789012:cluster:none', 'DBClusterNotFoundFault')
  const managed = await createDatabase(rds, 'managed', {
    MasterUserPassword: undefined,
    ManageMasterUserPassword: true,
  })
  await refused(managed.DBInstanceArn!, 'SourceDatabaseNotSupportedFault')
  const reader = await describeInstance(rds, 'shop-reader')
  await refused(reader.DBInstanceArn!, 'SourceDatabaseNotSupportedFault')
}, 30_000)

const cluster = async (DBClusterIdentifier: string): Promise<DBCluster> =>
  (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters![0]!
const addMember = async (id: string, DBClusterIdentifier: string) => {
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
const aurora = { Engine: 'aurora-postgresql', EngineVersion: '15.10' }

test('a cluster has a green copy, too, which takes its name and endpoints', async () => {
  await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: 'orders',
      ...aurora,
      MasterUsername: master.username,
      MasterUserPassword: master.password,
    }),
  )
  const writer = await addMember('orders-1', 'orders')
  await addMember('orders-2', 'orders')
  await query(writer, 'create table notes (number int)')
  const before = await cluster('orders')
  const made = await create('orders', before.DBClusterArn!)
  const id = made.BlueGreenDeploymentIdentifier!
  await until(id, 'AVAILABLE')
  await query(writer, 'insert into notes values (1)')
  const switched = await switchOver(id)
  expect(switched.SwitchoverDetails!.map((one) => nameOf(one.TargetMember))).toEqual([
    'orders',
    'orders-1',
    'orders-2',
  ])
  const after = await cluster('orders')
  expect(after.Port).toBe(before.Port)
  expect(after.DbClusterResourceId).not.toBe(before.DbClusterResourceId)
  expect(after.DBClusterMembers).toMatchObject([
    { DBInstanceIdentifier: 'orders-1', IsClusterWriter: true },
    { DBInstanceIdentifier: 'orders-2', IsClusterWriter: false },
  ])
  const endpoint = { Endpoint: { Port: after.Port! } }
  await vi.waitFor(() => query(endpoint, 'insert into notes values (2)'), 10_000)
  expect(await query(endpoint, count)).toEqual([{ count: 2 }])
  expect(await query(await untilAvailable(rds, 'orders-1-old1'), count)).toEqual([{ count: 1 }])
}, 90_000)

test('a cluster is a replica of an instance until it is promoted', async () => {
  const { DBInstanceArn } = await describeInstance(rds, 'shop')
  const { DBCluster } = await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: 'replica',
      ...aurora,
      ReplicationSourceIdentifier: DBInstanceArn,
    }),
  )
  expect(DBCluster!.ReplicationSourceIdentifier).toBe(DBInstanceArn)
  const member = await addMember('replica-1', 'replica')
  const insert = 'insert into notes values (13)'
  await expect(query(member, insert)).rejects.toMatchObject({ code: '25006' })
  const promote = (DBClusterIdentifier: string) =>
    rds.send(new PromoteReadReplicaDBClusterCommand({ DBClusterIdentifier }))
  await promote('replica')
  await query(await untilAvailable(rds, 'replica-1'), insert)
  expect((await cluster('replica')).ReplicationSourceIdentifier).toBeUndefined()
  await expect(promote('orders')).rejects.toMatchObject({ name: 'InvalidDBClusterStateFault' })
}, 60_000)
