import { readFileSync } from 'node:fs'
import type { DBInstanceMessage, DescribeDBInstancesMessage } from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { DescribeDBInstances } from '../../../emulator/services/rds/operations/instances.ts'
import { Database } from '../../../emulator/store/database.ts'
import type { Call } from '../../../emulator/operation.ts'

// No operation makes instances yet, so that the rows are written here.
const db = new Database(':memory:')
const place = { account: '123456789012', region: 'us-east-1' }
beforeAll(() => {
  const folder = new URL('../../../emulator/services/rds/migrations/', import.meta.url)
  for (const name of ['001-instances.sql', '002-databases.sql', '030-groups-and-events.sql'])
    db.exec(readFileSync(new URL(name, folder), 'utf8'))
  for (let index = 0; index < 25; index++)
    insert(place.region, `db-${String(index).padStart(2, '0')}`, 'postgres')
  insert(place.region, 'maria', 'mariadb')
  insert('eu-west-1', 'elsewhere', 'postgres')
})
afterAll(() => db.close())

function insert(region: string, id: string, engine: string): void {
  db.run(
    `insert into rds_instances (account, region, id, resource_id, cluster_id, engine, engine_version, status, created_at, configuration)
     values (?, ?, ?, ?, ?, ?, '1.0', 'available', 1700000000000, ?)`,
    place.account,
    region,
    id,
    `db-RESOURCE-${id}`,
    id === 'maria' ? 'cluster-1' : null,
    engine,
    JSON.stringify({ DBInstanceClass: 'db.t3.micro', MultiAZ: false }),
  )
}

function describe(input: DescribeDBInstancesMessage): DBInstanceMessage {
  const call: Pick<Call, 'db' | 'account' | 'region'> = { db, ...place }
  return DescribeDBInstances.run(input, call as Call, undefined)
}
const ids = ({ DBInstances }: DBInstanceMessage) =>
  DBInstances!.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier)

test('an instance is described by its columns and its configuration', () => {
  const [instance] = describe({ DBInstanceIdentifier: 'MARIA' }).DBInstances!
  expect(instance).toMatchObject({
    DBInstanceIdentifier: 'maria',
    DBInstanceArn: 'arn:aws:rds:us-east-1:123456789012:db:maria',
    DbiResourceId: 'db-RESOURCE-maria',
    DBClusterIdentifier: 'cluster-1',
    Engine: 'mariadb',
    EngineVersion: '1.0',
    DBInstanceStatus: 'available',
    DBInstanceClass: 'db.t3.micro',
    MultiAZ: false,
    InstanceCreateTime: new Date(1_700_000_000_000),
  })
})

test('pages follow each other without a gap, and stay in the region', () => {
  const first = describe({ MaxRecords: 20 })
  const second = describe({ MaxRecords: 20, Marker: first.Marker })
  expect(ids(first)).toHaveLength(20)
  expect(second.Marker).toBeUndefined()
  expect(new Set([...ids(first), ...ids(second)]).size).toBe(26)
  expect([...ids(first), ...ids(second)]).not.toContain('elsewhere')
})

test.each([
  ['engine', ['mariadb'], ['maria']],
  ['db-instance-id', ['DB-03', 'arn:aws:rds:us-east-1:123456789012:db:db-04'], ['db-03', 'db-04']],
  ['dbi-resource-id', ['db-RESOURCE-maria'], ['maria']],
  ['db-cluster-id', ['arn:aws:rds:us-east-1:123456789012:cluster:cluster-1'], ['maria']],
  ['domain', ['d-1'], []],
])('the filter %s finds %j', (Name, Values, expected) => {
  expect(ids(describe({ Filters: [{ Name, Values }] }))).toEqual(expected)
})

test('an instance that is named and does not pass the filters counts as not there', () => {
  const Filters = [{ Name: 'engine', Values: ['postgres'] }]
  expect(() => describe({ DBInstanceIdentifier: 'maria', Filters })).toThrow(
    'DBInstance maria not found.',
  )
})
