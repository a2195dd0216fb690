import {
  CopyDBClusterSnapshotCommand,
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  DeleteDBClusterAutomatedBackupCommand,
  DeleteDBClusterCommand,
  DeleteDBClusterSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBClusterAutomatedBackupsCommand,
  DescribeDBClusterSnapshotAttributesCommand,
  DescribeDBClusterSnapshotsCommand,
  DescribeDBClustersCommand,
  ListTagsForResourceCommand,
  ModifyDBClusterSnapshotAttributeCommand,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
  StopDBClusterCommand,
  type DBClusterSnapshot,
  type DescribeDBClusterSnapshotsCommandInput,
  type ModifyDBClusterSnapshotAttributeCommandInput,
  type RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { master, query, rdsOf, untilAvailable, untilGone } from './databases.ts'

const hour = 3_600_000
const day = 24 * hour
const team = { Key: 'team', Value: 'shop' }

let emulator: TestEmulator
let rds: RDSClient
/** Of another account. */
let other: RDSClient

const createCluster = (client: RDSClient, id: string, more: object = {}) =>
  client.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: id,
      Engine: 'aurora-postgresql',
      EngineVersion: '15.10',
      MasterUsername: master.username,
      MasterUserPassword: master.password,
      ...more,
    }),
  )
const addInstance = async (client: RDSClient, id: string, DBClusterIdentifier: string) => {
  await client.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: id,
      DBClusterIdentifier,
      DBInstanceClass: 'db.r6g.large',
      Engine: 'aurora-postgresql',
    }),
  )
  return untilAvailable(client, id)
}
const describeCluster = async (DBClusterIdentifier: string) =>
  (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters![0]!
const snapshots = async (
  client: RDSClient,
  input: DescribeDBClusterSnapshotsCommandInput,
): Promise<DBClusterSnapshot[]> =>
  (await client.send(new DescribeDBClusterSnapshotsCommand(input))).DBClusterSnapshots!
const share = (input: Partial<ModifyDBClusterSnapshotAttributeCommandInput>) =>
  rds.send(
    new ModifyDBClusterSnapshotAttributeCommand({
      DBClusterSnapshotIdentifier: 'then',
      AttributeName: 'restore',
      ...input,
    }),
  )
const count = 'select count(*)::int as count from lines'

beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
  other = rdsOf(emulator, {
    credentials: { accessKeyId: '222233334444', secretAccessKey: 'test' },
  })
  await createCluster(rds, 'shop', {
    PreferredBackupWindow: '03:00-03:30',
    BackupRetentionPeriod: 2,
    CopyTagsToSnapshot: true,
    Tags: [team],
    TagSpecifications: [{ ResourceType: 'cluster-auto-backup', Tags: [team] }],
  })
  const writer = await addInstance(rds, 'shop-1', 'shop')
  await query(writer, 'create table lines (number int)')
  await query(writer, 'insert into lines values (1)')
  await rds.send(
    new CreateDBClusterSnapshotCommand({
      DBClusterIdentifier: 'shop',
      DBClusterSnapshotIdentifier: 'then',
    }),
  )
}, 60_000)
afterAll(() => emulator.close())

test('a cluster’s snapshot is shared with an account, which restores and copies it, and with all', async () => {
  const [then] = await snapshots(rds, { DBClusterSnapshotIdentifier: 'then' })
  expect(then).toMatchObject({ Status: 'available', TagList: [team] })
  const SnapshotIdentifier = then!.DBClusterSnapshotArn!
  const restore = () =>
    other.send(
      new RestoreDBClusterFromSnapshotCommand({
        DBClusterIdentifier: 'theirs',
        SnapshotIdentifier,
        Engine: 'aurora-postgresql',
      }),
    )
  await expect(restore()).rejects.toMatchObject({ name: 'DBClusterSnapshotNotFoundFault' })
  const shared = await share({ ValuesToAdd: ['222233334444'] })
  expect(shared.DBClusterSnapshotAttributesResult).toEqual({
    DBClusterSnapshotIdentifier: 'then',
    DBClusterSnapshotAttributes: [{ AttributeName: 'restore', AttributeValues: ['222233334444'] }],
  })
  expect(await snapshots(other, {})).toEqual([])
  expect(await snapshots(other, { IncludeShared: true })).toHaveLength(1)
  expect(await snapshots(other, { SnapshotType: 'public' })).toEqual([])
  await restore()
  const theirs = await addInstance(other, 'theirs-1', 'theirs')
  expect(await query(theirs, count)).toEqual([{ count: 1 }])
  const { DBClusterSnapshot: copy } = await other.send(
    new CopyDBClusterSnapshotCommand({
      SourceDBClusterSnapshotIdentifier: SnapshotIdentifier,
      TargetDBClusterSnapshotIdentifier: 'copied',
    }),
  )
  expect(copy!.DBClusterSnapshotArn).toContain(':222233334444:cluster-snapshot:copied')
  await share({ ValuesToAdd: ['all'], ValuesToRemove: ['222233334444'] })
  expect(await snapshots(other, { SnapshotType: 'public' })).toHaveLength(1)
  await share({ ValuesToRemove: ['all'] })
  const attributes = await rds.send(
    new DescribeDBClusterSnapshotAttributesCommand({ DBClusterSnapshotIdentifier: 'then' }),
  )
  expect(
    attributes.DBClusterSnapshotAttributesResult!.DBClusterSnapshotAttributes![0]!.AttributeValues,
  ).toEqual([])
  await expect(share({ AttributeName: 'copy' })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  })
}, 60_000)

test('what is encrypted with the account’s default key is not shared', async () => {
  await createCluster(rds, 'sealed', { StorageEncrypted: true })
  await addInstance(rds, 'sealed-1', 'sealed')
  await rds.send(
    new CreateDBClusterSnapshotCommand({
      DBClusterIdentifier: 'sealed',
      DBClusterSnapshotIdentifier: 'sealed-then',
    }),
  )
  const DBClusterSnapshotIdentifier = 'sealed-then'
  await expect(
    share({ DBClusterSnapshotIdentifier, ValuesToAdd: ['222233334444'] }),
  ).rejects.toThrow('default service key')
  await expect(share({ DBClusterSnapshotIdentifier, ValuesToAdd: ['all'] })).rejects.toThrow(
    'cannot be shared publicly',
  )
}, 30_000)

test('automated snapshots are taken in the backup window and kept for the retention period', async () => {
  const automated = { DBClusterIdentifier: 'shop', SnapshotType: 'automated' }
  expect(await snapshots(rds, automated)).toEqual([])
  await emulator.advance(day)
  const [first] = await snapshots(rds, automated)
  expect(first).toMatchObject({ Status: 'available', SnapshotType: 'automated', TagList: [team] })
  expect(first!.DBClusterSnapshotIdentifier).toMatch(/^rds:shop-\d{4}-\d\d-\d\d-03-00$/)
  await expect(rds.send(new DeleteDBClusterSnapshotCommand(first as never))).rejects.toMatchObject({
    name: 'InvalidDBClusterSnapshotStateFault',
  })
  for (let days = 0; days < 3; days++) {
    await emulator.advance(day)
    await snapshots(rds, automated)
  }
  const left = await snapshots(rds, automated)
  expect(left.length).toBeGreaterThanOrEqual(2)
  expect(left.length).toBeLessThanOrEqual(3)
  expect(left.map((one) => one.DBClusterSnapshotIdentifier)).not.toContain(
    first!.DBClusterSnapshotIdentifier,
  )
}, 60_000)

test('a stopped cluster is started again after seven days', async () => {
  const { DBCluster } = await rds.send(new StopDBClusterCommand({ DBClusterIdentifier: 'sealed' }))
  expect(DBCluster!.AutomaticRestartTime).toBeInstanceOf(Date)
  await emulator.advance(6 * day)
  expect((await describeCluster('sealed')).Status).toBe('stopped')
  await emulator.advance(day + hour)
  const started = await describeCluster('sealed')
  expect(started).toMatchObject({ Status: 'available' })
  expect(started.AutomaticRestartTime).toBeUndefined()
  expect(await query(await untilAvailable(rds, 'sealed-1'), 'select 1 as one')).toEqual([
    { one: 1 },
  ])
}, 60_000)

test('automated backups outlive a cluster where that is wanted: its last data are restored from them', async () => {
  const backups = async () =>
    (await rds.send(new DescribeDBClusterAutomatedBackupsCommand({}))).DBClusterAutomatedBackups!
  const active = (await backups()).find((one) => one.DBClusterIdentifier === 'shop')!
  expect(active).toMatchObject({ Status: 'active', BackupRetentionPeriod: 2, TagList: [team] })
  const DbClusterResourceId = active.DbClusterResourceId!
  const remove = () => rds.send(new DeleteDBClusterAutomatedBackupCommand({ DbClusterResourceId }))
  await expect(remove()).rejects.toMatchObject({
    name: 'InvalidDBClusterAutomatedBackupStateFault',
  })
  await rds.send(
    new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'shop-1', SkipFinalSnapshot: true }),
  )
  await untilGone(rds, 'shop-1')
  await rds.send(
    new DeleteDBClusterCommand({
      DBClusterIdentifier: 'shop',
      SkipFinalSnapshot: true,
      DeleteAutomatedBackups: false,
    }),
  )
  const kept = (await backups()).find((one) => one.DbClusterResourceId === DbClusterResourceId)!
  expect(kept.Status).toBe('retained')
  const tags = await rds.send(
    new ListTagsForResourceCommand({ ResourceName: kept.DBClusterAutomatedBackupsArn }),
  )
  expect(tags.TagList).toEqual([team])
  await rds.send(
    new RestoreDBClusterToPointInTimeCommand({
      DBClusterIdentifier: 'again',
      SourceDbClusterResourceId: DbClusterResourceId,
      UseLatestRestorableTime: true,
    }),
  )
  const again = await addInstance(rds, 'again-1', 'again')
  expect(await query(again, count)).toEqual([{ count: 1 }])
  await emulator.advance(2 * day)
  await expect(remove()).rejects.toMatchObject({ name: 'DBClusterAutomatedBackupNotFoundFault' })
  expect(await snapshots(rds, { DbClusterResourceId, SnapshotType: 'automated' })).toEqual([])
}, 60_000)
