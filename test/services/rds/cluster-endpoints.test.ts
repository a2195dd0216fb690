import {
  CreateDBClusterCommand,
  CreateDBClusterEndpointCommand,
  CreateDBInstanceCommand,
  DeleteDBClusterEndpointCommand,
  DescribeDBClusterEndpointsCommand,
  DescribeDBClustersCommand,
  FailoverDBClusterCommand,
  ListTagsForResourceCommand,
  ModifyDBClusterEndpointCommand,
  type CreateDBClusterEndpointCommandInput,
  type DBCluster,
  type DBClusterEndpoint,
  type RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { master, query, rdsOf, untilAvailable } from './databases.ts'

let emulator: TestEmulator
let rds: RDSClient
/** When each instance's server was started: by that they are told apart. */
const started = new Map<string, string>()

const whenStarted = 'select pg_postmaster_start_time()::text as started'
const describeCluster = async (): Promise<DBCluster> =>
  (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: 'shop' }))).DBClusters![0]!
const add = async (id: string, PromotionTier: number) => {
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: id,
      DBClusterIdentifier: 'shop',
      DBInstanceClass: 'db.r6g.large',
      Engine: 'aurora-postgresql',
      PromotionTier,
    }),
  )
  const instance = await untilAvailable(rds, id)
  const [row] = await query(instance, whenStarted)
  started.set(row!.started as string, id)
}
const endpoints = async (input: object = {}): Promise<DBClusterEndpoint[]> =>
  (await rds.send(new DescribeDBClusterEndpointsCommand(input))).DBClusterEndpoints!
const create = (more: Partial<CreateDBClusterEndpointCommandInput>) =>
  rds.send(
    new CreateDBClusterEndpointCommand({
      DBClusterIdentifier: 'shop',
      DBClusterEndpointIdentifier: 'reports',
      EndpointType: 'READER',
      ...more,
    }),
  )
/** The instances that an address has led to, of some sessions. */
const reached = async (address: string): Promise<string[]> => {
  const [name, port] = address.split(':')
  const found = new Set<string>()
  for (let session = 0; session < 6; session++) {
    const Port = Number(port ?? (await describeCluster()).Port)
    const host = name!.startsWith('127.') ? name! : '127.0.0.1'
    const [row] = await query({ Endpoint: { Port } }, whenStarted, { host })
    found.add(started.get(row!.started as string) ?? 'unknown')
  }
  return [...found].toSorted()
}
const reachedBy = async (id: string) => {
  const [endpoint] = await endpoints({ DBClusterEndpointIdentifier: id })
  return reached(endpoint!.Endpoint!)
}

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
    }),
  )
  await add('shop-1', 1)
  await add('shop-2', 5)
  await add('shop-3', 2)
}, 60_000)
afterAll(() => emulator.close())

test('a custom endpoint leads to the members that it has, and to no others', async () => {
  const tag = { Key: 'team', Value: 'shop' }
  const made = await create({ StaticMembers: ['shop-3'], Tags: [tag] })
  expect(made).toMatchObject({
    DBClusterEndpointIdentifier: 'reports',
    Status: 'creating',
    EndpointType: 'CUSTOM',
    CustomEndpointType: 'READER',
    StaticMembers: ['shop-3'],
  })
  expect(await reachedBy('reports')).toEqual(['shop-3'])
  const tags = await rds.send(
    new ListTagsForResourceCommand({ ResourceName: made.DBClusterEndpointArn }),
  )
  expect(tags.TagList).toEqual([tag])
  const modify = (input: object) =>
    rds.send(
      new ModifyDBClusterEndpointCommand({ DBClusterEndpointIdentifier: 'reports', ...input }),
    )
  await modify({ EndpointType: 'ANY', StaticMembers: [], ExcludedMembers: ['shop-3'] })
  expect(await reachedBy('reports')).toEqual(['shop-1', 'shop-2'])
  await modify({ EndpointType: 'READER', StaticMembers: [], ExcludedMembers: [] })
  expect(await reachedBy('reports')).toEqual(['shop-2', 'shop-3'])
}, 60_000)

test('they are described with the two that every cluster has', async () => {
  const types = async (input: object) => (await endpoints(input)).map((one) => one.EndpointType)
  expect(await types({ DBClusterIdentifier: 'shop' })).toEqual(['WRITER', 'READER', 'CUSTOM'])
  const custom = [{ Name: 'db-cluster-endpoint-type', Values: ['custom'] }]
  expect(await types({ Filters: custom })).toEqual(['CUSTOM'])
  expect((await describeCluster()).CustomEndpoints).toHaveLength(1)
  expect(await endpoints({ DBClusterEndpointIdentifier: 'none' })).toEqual([])
})

test('what can’t be an endpoint is refused', async () => {
  const refused = async (input: object, name: string) =>
    expect(create({ DBClusterEndpointIdentifier: 'second', ...input })).rejects.toMatchObject({
      name,
    })
  await refused({ DBClusterEndpointIdentifier: 'reports' }, 'DBClusterEndpointAlreadyExistsFault')
  await refused({ StaticMembers: ['shop-9'] }, 'DBInstanceNotFoundFault')
  await refused({ EndpointType: 'WRITER' }, 'InvalidParameterValue')
  await refused(
    { StaticMembers: ['shop-1'], ExcludedMembers: ['shop-2'] },
    'InvalidParameterCombination',
  )
  await refused({ DBClusterIdentifier: 'none' }, 'DBClusterNotFoundFault')
})

test('a failover goes to the instance that is named, else to the one of the best tier', async () => {
  const writer = async () =>
    (await describeCluster()).DBClusterMembers!.find((one) => one.IsClusterWriter)!
      .DBInstanceIdentifier
  const failover = (TargetDBInstanceIdentifier?: string) =>
    rds.send(
      new FailoverDBClusterCommand({ DBClusterIdentifier: 'shop', TargetDBInstanceIdentifier }),
    )
  await expect(failover('shop-1')).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  await failover('shop-2')
  await vi.waitFor(async () => expect(await writer()).toBe('shop-2'), 20_000)
  await untilAvailable(rds, 'shop-1')
  // What reads now is what an endpoint of readers leads to.
  const [row] = await query(await untilAvailable(rds, 'shop-1'), whenStarted)
  started.set(row!.started as string, 'shop-1')
  expect(await reachedBy('reports')).toEqual(['shop-1', 'shop-3'])
  await failover()
  await vi.waitFor(async () => expect(await writer()).toBe('shop-1'), 20_000)
}, 60_000)

test('an endpoint that is deleted leads nowhere', async () => {
  const [endpoint] = await endpoints({ DBClusterEndpointIdentifier: 'reports' })
  const deleted = await rds.send(
    new DeleteDBClusterEndpointCommand({ DBClusterEndpointIdentifier: 'reports' }),
  )
  expect(deleted.Status).toBe('deleting')
  await vi.waitFor(() => expect(reached(endpoint!.Endpoint!)).rejects.toThrow('ECONNREFUSED'), 5000)
  expect(await endpoints({ DBClusterIdentifier: 'shop' })).toHaveLength(2)
})
