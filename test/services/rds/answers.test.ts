import {
  CopyDBSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  DescribeExportTasksCommand,
  ModifyCertificatesCommand,
  ModifyDBInstanceCommand,
  ModifyDBSnapshotAttributeCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  StartExportTaskCommand,
  StopDBInstanceCommand,
  type CreateDBInstanceCommandInput,
  type DBInstance,
  type RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import {
  createDatabase,
  describeInstance,
  master,
  rdsOf,
  untilAvailable,
  untilTaken,
} from './databases.ts'

let emulator: TestEmulator
let rds: RDSClient
let one: DBInstance
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
  one = await createDatabase(rds, 'one', {
    DBName: 'app',
    DBInstanceClass: 'db.m5.large',
    BackupRetentionPeriod: 3,
    MonitoringInterval: 30,
    MonitoringRoleArn: 'arn:aws:iam::123456789012:role/monitoring',
    EnablePerformanceInsights: true,
  })
})
afterAll(() => emulator.close())

const wish = (more: Partial<CreateDBInstanceCommandInput>) =>
  new CreateDBInstanceCommand({
    DBInstanceIdentifier: 'refused',
    DBInstanceClass: 'db.t3.micro',
    Engine: 'postgres',
    MasterUsername: master.username,
    MasterUserPassword: master.password,
    AllocatedStorage: 20,
    ...more,
  })

const modify = (more: object) =>
  rds.send(
    new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'one', ApplyImmediately: true, ...more }),
  )

test('CreateDBInstance shows a password on its way, DescribeDBInstances what RDS fills in', async () => {
  // Without a version, as Terraform's provider says it.
  const { DBInstance } = await rds.send(wish({ DBInstanceIdentifier: 'made', EngineVersion: '' }))
  expect(DBInstance).toMatchObject({
    DBInstanceStatus: 'creating',
    PendingModifiedValues: { MasterUserPassword: '****' },
    StorageThroughput: 0,
    DbInstancePort: 0,
  })
  expect(DBInstance).not.toHaveProperty('Endpoint')
  await rds.send(
    new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'made', SkipFinalSnapshot: true }),
  )
  expect(one.PendingModifiedValues).toEqual({})
  expect(one.EnhancedMonitoringResourceArn).toBe(
    `arn:aws:logs:us-east-1:123456789012:log-group:RDSOSMetrics:log-stream:${one.DbiResourceId}`,
  )
  expect(one.PerformanceInsightsKMSKeyId).toMatch(/^arn:aws:kms:us-east-1:123456789012:key\//)
  expect(one.PerformanceInsightsRetentionPeriod).toBe(7)
})

test.each<[Partial<CreateDBInstanceCommandInput>, string, string]>([
  [
    { StorageType: 'io1', AllocatedStorage: 100, Iops: 6000 },
    'InvalidParameterCombination',
    'Invalid iops to storage (GB) ratio for engine name postgres and storage type io1: 60.0000',
  ],
  [
    { StorageType: 'gp2', Iops: 4000 },
    'InvalidParameterCombination',
    'Invalid iops value for engine name postgres and storage type gp2: 4000',
  ],
  [
    { StorageType: 'gp3', AllocatedStorage: 20, StorageThroughput: 500 },
    'InvalidParameterCombination',
    "You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400.",
  ],
  [
    { EnableCloudwatchLogsExports: ['audit'] },
    'InvalidParameterCombination',
    "You cannot use the log types 'audit' with engine version postgres",
  ],
  [{ CACertificateIdentifier: 'rds-ca-2024' }, 'CertificateNotFoundFault', 'rds-ca-2024'],
  [
    { AllocatedStorage: 65_536, DBInstanceIdentifier: 'large' },
    'StorageQuotaExceededFault',
    'The storage quota for this account has been exceeded by 31',
  ],
])('CreateDBInstance refuses %j', async (more, code, sentence) => {
  if (more.DBInstanceIdentifier) {
    await rds.send(wish({ ...more, DBInstanceIdentifier: 'larger', BackupRetentionPeriod: 0 }))
  }
  const error = await rds.send(wish(more)).catch((thrown: unknown) => thrown)
  expect((error as Error).name).toBe(code)
  expect((error as Error).message).toContain(sentence)
})

test('storage that is changed to gp3 has what is included, and a new authority a new certificate', async () => {
  await modify({ StorageType: 'gp3', CACertificateIdentifier: 'rds-ca-ecc384-g1' })
  const gp3 = await untilAvailable(rds, 'one')
  expect(gp3).toMatchObject({
    StorageType: 'gp3',
    Iops: 3000,
    StorageThroughput: 125,
    CACertificateIdentifier: 'rds-ca-ecc384-g1',
    CertificateDetails: { CAIdentifier: 'rds-ca-ecc384-g1' },
  })
  // A major version alone is the one that there is.
  await modify({ EngineVersion: '15' })
  expect((await untilAvailable(rds, 'one')).EngineVersion).toBe('15.10')
  await modify({ EnablePerformanceInsights: false, MonitoringInterval: 0 })
  const quiet = await untilAvailable(rds, 'one')
  expect(quiet).not.toHaveProperty('PerformanceInsightsKMSKeyId')
  expect(quiet).not.toHaveProperty('EnhancedMonitoringResourceArn')
  await expect(modify({ MaxAllocatedStorage: 10 })).rejects.toThrow(
    'Max storage size must be greater than storage size',
  )
})

test('new instances get the authority that the account has chosen', async () => {
  await rds.send(new ModifyCertificatesCommand({ CertificateIdentifier: 'rds-ca-rsa4096-g1' }))
  const { DBInstance } = await rds.send(wish({ DBInstanceIdentifier: 'chosen' }))
  expect(DBInstance!.CACertificateIdentifier).toBe('rds-ca-rsa4096-g1')
  await rds.send(new ModifyCertificatesCommand({ RemoveCustomerOverride: true }))
})

test('an instance is restored with the class, port, retention and database of its source, and with no less storage', async () => {
  await rds.send(
    new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'one', DBSnapshotIdentifier: 'taken' }),
  )
  const { DBSnapshot } = await rds.send(
    new CopyDBSnapshotCommand({
      SourceDBSnapshotIdentifier: 'taken',
      TargetDBSnapshotIdentifier: 'copied',
    }),
  )
  expect(DBSnapshot).toMatchObject({ Status: 'creating', SourceRegion: 'us-east-1' })
  const restore = (more: object) =>
    rds.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: 'again',
        DBSnapshotIdentifier: 'copied',
        ...more,
      }),
    )
  await expect(restore({ AllocatedStorage: 10 })).rejects.toThrow(
    "The allocated storage size can't be less than the source snapshot or backup size.",
  )
  const { DBInstance } = await restore({})
  expect(DBInstance).toMatchObject({
    DBInstanceClass: 'db.m5.large',
    BackupRetentionPeriod: 3,
    DBName: 'app',
  })
})

test('snapshots are copied as soon as they are asked for from another region', async () => {
  const { DBSnapshot } = await rds.send(
    new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'one', DBSnapshotIdentifier: 'far' }),
  )
  const west = rdsOf(emulator, { region: 'us-west-2' })
  await west.send(
    new CopyDBSnapshotCommand({
      SourceDBSnapshotIdentifier: DBSnapshot!.DBSnapshotArn,
      TargetDBSnapshotIdentifier: 'far',
    }),
  )
  expect((await untilTaken(west, 'far')).SourceRegion).toBe('us-east-1')
})

test('identifiers are refused in the words of RDS', async () => {
  const take = (DBSnapshotIdentifier: string) =>
    rds.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: 'one', DBSnapshotIdentifier }))
  await expect(take('-invalid')).rejects.toThrow(/^Invalid snapshot identifier: {2}-invalid$/)
  await expect(take('in--valid')).rejects.toThrow('is not a valid identifier')
  const elsewhere = 'arn:aws:rds:eu-west-1:123456789012:db:one'
  await expect(
    rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: elsewhere })),
  ).rejects.toThrow('The parameter DBInstanceIdentifier is not a valid identifier')
  await expect(
    rds.send(
      new CopyDBSnapshotCommand({
        SourceDBSnapshotIdentifier: one.DBInstanceArn!,
        TargetDBSnapshotIdentifier: 'none',
      }),
    ),
  ).rejects.toThrow('The parameter SourceDBSnapshotIdentifier is not a valid identifier')
})

test('an identifier is one more value of the filter for it', async () => {
  await rds.send(wish({ DBInstanceIdentifier: 'two', BackupRetentionPeriod: 0 }))
  const find = async (DBInstanceIdentifier: string, Name: string, Values: string[]) => {
    const found = await rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier, Filters: [{ Name, Values }] }),
    )
    return found.DBInstances!.map((instance) => instance.DBInstanceIdentifier)
  }
  expect(await find('one', 'db-instance-id', ['two'])).toEqual(['one', 'two'])
  expect(await find('nobody', 'db-instance-id', ['two'])).toEqual(['two'])
  await expect(find('one', 'engine', ['mysql'])).rejects.toThrow('DBInstance one not found.')
  const { DBSnapshots } = await rds.send(
    new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: 'one', DBSnapshotIdentifier: 'none' }),
  )
  expect(DBSnapshots).toEqual([])
})

test('a new instance has its automated snapshot and its events when somebody looks', async () => {
  await rds.send(wish({ DBInstanceIdentifier: 'looked-at' }))
  const { DBSnapshots } = await rds.send(
    new DescribeDBSnapshotsCommand({
      DBInstanceIdentifier: 'looked-at',
      SnapshotType: 'automated',
    }),
  )
  expect(DBSnapshots).toHaveLength(1)
  await expect(
    rds.send(
      new ModifyDBSnapshotAttributeCommand({
        DBSnapshotIdentifier: DBSnapshots![0]!.DBSnapshotIdentifier,
        AttributeName: 'restore',
      }),
    ),
  ).rejects.toThrow('The parameter DBSnapshotIdentifier is not a valid identifier')
  const { Events } = await rds.send(
    new DescribeEventsCommand({ SourceIdentifier: 'looked-at', SourceType: 'db-instance' }),
  )
  expect(Events!.map(({ Message }) => Message)).toEqual([
    'DB instance created',
    'Backing up DB instance',
    'Finished DB Instance backup',
  ])
})

test('an export ends, and says that nothing was written', async () => {
  const { SourceArn } = await rds.send(
    new StartExportTaskCommand({
      ExportTaskIdentifier: 'export',
      SourceArn: (await untilTaken(rds, 'taken')).DBSnapshotArn!,
      S3BucketName: 'bucket',
      IamRoleArn: 'arn:aws:iam::123456789012:role/exports',
      KmsKeyId: 'alias/aws/rds',
    }),
  )
  const look = async () =>
    (await rds.send(new DescribeExportTasksCommand({ SourceArn }))).ExportTasks![0]!
  expect((await look()).Status).toBe('STARTING')
  await emulator.advance(60_000)
  expect(await look()).toMatchObject({ Status: 'FAILED', FailureCause: expect.any(String) })
})

test('CreateDBInstance without any backup retention leaves no automated snapshot of what is deleted', async () => {
  await rds.send(wish({ DBInstanceIdentifier: 'brief' }))
  await rds.send(
    new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'brief', SkipFinalSnapshot: true }),
  )
  await expect(describeInstance(rds, 'brief')).rejects.toThrow('DBInstance brief not found.')
  const { DBSnapshots } = await rds.send(
    new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: 'brief' }),
  )
  expect(DBSnapshots).toEqual([])
})
