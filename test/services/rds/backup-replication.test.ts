import {
  AddTagsToResourceCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  RestoreDBInstanceToPointInTimeCommand,
  StartDBInstanceAutomatedBackupsReplicationCommand,
  StopDBInstanceAutomatedBackupsReplicationCommand,
  type DBInstanceAutomatedBackup,
  type RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import {
  createDatabase,
  describeInstance,
  query,
  rdsOf,
  untilAvailable,
  untilGone,
} from './databases.ts'

const day = 24 * 3_600_000

let emulator: TestEmulator
let rds: RDSClient
/** Another region's. */
let elsewhere: RDSClient

beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
  elsewhere = rdsOf(emulator, { region: 'eu-west-1' })
})
afterAll(() => emulator.close())

const backups = async (): Promise<DBInstanceAutomatedBackup[]> =>
  (await elsewhere.send(new DescribeDBInstanceAutomatedBackupsCommand({})))
    .DBInstanceAutomatedBackups!

test('backups that are replicated to another region outlive their instance, and are restored there', async () => {
  const source = await createDatabase(rds, 'main')
  await query(source, 'create table notes (number int)')
  await query(source, 'insert into notes values (1)')
  const SourceDBInstanceArn = source.DBInstanceArn!
  const start = (client: RDSClient) =>
    client.send(
      new StartDBInstanceAutomatedBackupsReplicationCommand({
        SourceDBInstanceArn,
        BackupRetentionPeriod: 3,
      }),
    )
  await expect(start(rds)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  const started = await start(elsewhere)
  expect(started.DBInstanceAutomatedBackup).toMatchObject({
    DBInstanceArn: SourceDBInstanceArn,
    Region: 'us-east-1',
    Status: 'pending',
    BackupRetentionPeriod: 3,
  })
  const arn = started.DBInstanceAutomatedBackup!.DBInstanceAutomatedBackupsArn!
  expect(arn).toContain(':eu-west-1:')
  expect((await backups())[0]).toMatchObject({ Status: 'replicating' })
  expect((await describeInstance(rds, 'main')).DBInstanceAutomatedBackupsReplications).toEqual([
    { DBInstanceAutomatedBackupsArn: arn },
  ])
  await expect(start(elsewhere)).rejects.toMatchObject({
    name: 'InvalidDBInstanceAutomatedBackupStateFault',
  })
  const tag = { Key: 'team', Value: 'shop' }
  await elsewhere.send(new AddTagsToResourceCommand({ ResourceName: arn, Tags: [tag] }))
  expect((await backups())[0]!.TagList).toEqual([tag])
  await query(source, 'insert into notes values (2)')
  await rds.send(
    new DeleteDBInstanceCommand({ DBInstanceIdentifier: 'main', SkipFinalSnapshot: true }),
  )
  await untilGone(rds, 'main')
  expect((await backups())[0]).toMatchObject({ Status: 'retained' })
  await elsewhere.send(
    new RestoreDBInstanceToPointInTimeCommand({
      TargetDBInstanceIdentifier: 'again',
      SourceDBInstanceAutomatedBackupsArn: arn,
      UseLatestRestorableTime: true,
    }),
  )
  const again = await untilAvailable(elsewhere, 'again')
  expect(await query(again, 'select count(*)::int as count from notes')).toEqual([{ count: 2 }])
  await emulator.advance(3 * day + 1000)
  expect((await backups()).map((one) => one.DBInstanceIdentifier)).toEqual(['again'])
}, 60_000)

test('replication that is stopped leaves what there is', async () => {
  const { DBInstanceArn: SourceDBInstanceArn } = await createDatabase(rds, 'second')
  const stop = () =>
    elsewhere.send(new StopDBInstanceAutomatedBackupsReplicationCommand({ SourceDBInstanceArn }))
  await expect(stop()).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' })
  await elsewhere.send(
    new StartDBInstanceAutomatedBackupsReplicationCommand({ SourceDBInstanceArn }),
  )
  await stop()
  expect((await backups()).find((one) => one.DBInstanceIdentifier === 'second')!.Status).toBe(
    'retained',
  )
  expect(
    (await describeInstance(rds, 'second')).DBInstanceAutomatedBackupsReplications ?? [],
  ).toEqual([])
}, 30_000)
