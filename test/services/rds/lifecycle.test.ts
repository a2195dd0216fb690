import { execFile } from 'node:child_process'
import { connect } from 'node:tls'
import { promisify } from 'node:util'
import {
  CopyDBSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  CreateDBParameterGroupCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBLogFilesCommand,
  DescribeDBSnapshotsCommand,
  DescribeEventsCommand,
  DownloadDBLogFilePortionCommand,
  ModifyDBInstanceCommand,
  ModifyDBParameterGroupCommand,
  ModifyDBSnapshotAttributeCommand,
  PromoteReadReplicaCommand,
  RebootDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  StartDBInstanceCommand,
  StopDBInstanceCommand,
  type CreateDBInstanceCommandInput,
  type DBInstance,
  type RDSClient,
} from '@aws-sdk/client-rds'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import {
  createDatabase,
  describeInstance,
  master,
  query,
  rdsOf,
  untilAvailable,
  untilGone,
  untilTaken,
} from './databases.ts'

let emulator: TestEmulator
let rds: RDSClient
let main: DBInstance
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
  main = await createDatabase(rds, 'main', { DBName: 'app', MultiAZ: true })
  await query(main, 'create table notes (number int)')
}, 60_000)
afterAll(() => emulator.close())

const name = (DBInstanceIdentifier: string) => ({ DBInstanceIdentifier })
const modify = async (id: string, change: object) => {
  await rds.send(new ModifyDBInstanceCommand({ ...name(id), ...change }))
  return untilAvailable(rds, id)
}
const messages = async (SourceIdentifier: string) => {
  const { Events } = await rds.send(
    new DescribeEventsCommand({ SourceIdentifier, SourceType: 'db-instance', Duration: 600 }),
  )
  return Events!.map(({ Message }) => Message)
}

describe('creating', () => {
  test('what is asked for is there: a database, its owner, a true version', async () => {
    expect(main).toMatchObject({
      Engine: 'postgres',
      EngineVersion: '15.10',
      MultiAZ: true,
      BackupRetentionPeriod: 1,
      PendingModifiedValues: {},
      DBName: 'app',
    })
    const [row] = await query(main, 'show server_version', { database: 'app' })
    expect(String(row!['server_version'])).toMatch(/^15\./)
  })

  test.each<[string, Partial<CreateDBInstanceCommandInput>, string]>([
    ['an identifier that is taken', { DBInstanceIdentifier: 'MAIN' }, 'DBInstanceAlreadyExists'],
    ['a bad identifier', { DBInstanceIdentifier: 'two--hyphens' }, 'InvalidParameterValue'],
    ['a short password', { MasterUserPassword: 'short' }, 'InvalidParameterValue'],
    ['too little storage', { AllocatedStorage: 5, StorageType: 'gp3' }, 'InvalidParameterValue'],
    ['a class that is none', { DBInstanceClass: 'db.none' }, 'InvalidParameterValue'],
    ['a version that is none', { EngineVersion: '15.99' }, 'InvalidParameterCombination'],
    ['a reserved name', { MasterUsername: 'rdsadmin' }, 'InvalidParameterValue'],
    ['no such subnet group', { DBSubnetGroupName: 'none' }, 'DBSubnetGroupNotFoundFault'],
    ['no such parameter group', { DBParameterGroupName: 'none' }, 'DBParameterGroupNotFound'],
    ['an engine of others', { Engine: 'oracle-ee' }, 'InsufficientDBInstanceCapacity'],
    ['a long retention', { BackupRetentionPeriod: 36 }, 'InvalidParameterValue'],
  ])('refuses %s', async (_what, change, code) => {
    const creating = rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'refused',
        DBInstanceClass: 'db.t3.micro',
        Engine: 'postgres',
        MasterUsername: master.username,
        MasterUserPassword: master.password,
        AllocatedStorage: 20,
        ...change,
      }),
    )
    await expect(creating).rejects.toMatchObject({ name: expect.stringMatching(code) })
  })

  test('the certificate of the endpoint verifies with the authority that can be downloaded', async () => {
    const response = await fetch(`${emulator.url}/_pocketcloud/rds/ca`)
    const { certificate: ca } = (await response.json()) as { certificate: string }
    const { connection } = await import('node:net').then(async ({ connect: plain }) => {
      const socket = plain(main.Endpoint!.Port!, '127.0.0.1')
      socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]))
      await new Promise((resolve) => socket.once('data', resolve))
      return { connection: socket }
    })
    const secure = connect({ socket: connection, ca, servername: 'localhost' })
    await new Promise((resolve, reject) =>
      secure.once('secureConnect', resolve).once('error', reject),
    )
    expect(secure.authorized).toBe(true)
    secure.destroy()
  })
})

describe('what is running', () => {
  test('a crashed server is back, with its events', async () => {
    const [row] = await query(main, 'select pg_postmaster_start_time()::text as started')
    const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args='])
    const line = stdout
      .split('\n')
      .find((one) => one.includes(`/${main.DbiResourceId}/data-a`) && one.includes('bin/postgres'))
    process.kill(Number(line!.trim().split(' ')[0]), 'SIGKILL')
    await vi.waitFor(
      async () => {
        const [again] = await query(main, 'select pg_postmaster_start_time()::text as started')
        expect(again!['started']).not.toBe(row!['started'])
      },
      { timeout: 20_000 },
    )
    expect(await messages('main')).toContain('Recovery of the DB instance is complete.')
  }, 60_000)

  test('a standby takes over with what was committed, behind the same endpoint', async () => {
    await query(main, 'insert into notes values (1)')
    await rds.send(new RebootDBInstanceCommand({ ...name('main'), ForceFailover: true }))
    const after = await untilAvailable(rds, 'main')
    expect(after.Endpoint).toEqual(main.Endpoint)
    expect(after.AvailabilityZone).toBe(main.SecondaryAvailabilityZone)
    expect(await query(after, 'select number from notes')).toEqual([{ number: 1 }])
    await query(after, 'insert into notes values (2)')
    expect(await messages('main')).toContain('Multi-AZ instance failover completed')
  }, 60_000)

  test('its log can be read', async () => {
    await query(main, 'select nonsense').catch(() => undefined)
    const { DescribeDBLogFiles: files } = await rds.send(
      new DescribeDBLogFilesCommand(name('main')),
    )
    expect(files![0]!.LogFileName).toMatch(/^error\/postgresql\.log\.\d{4}-\d\d-\d\d-\d\d$/)
    const { LogFileData } = await rds.send(
      new DownloadDBLogFilePortionCommand({
        ...name('main'),
        LogFileName: files!.at(-1)!.LogFileName,
      }),
    )
    expect(LogFileData).toContain('column "nonsense" does not exist')
  })

  test('dynamic parameters count at once, static ones after a reboot', async () => {
    await rds.send(
      new CreateDBParameterGroupCommand({
        DBParameterGroupName: 'own',
        DBParameterGroupFamily: 'postgres15',
        Description: 'own',
      }),
    )
    await modify('main', { DBParameterGroupName: 'own', MultiAZ: false, ApplyImmediately: true })
    await rds.send(
      new ModifyDBParameterGroupCommand({
        DBParameterGroupName: 'own',
        Parameters: [
          { ParameterName: 'work_mem', ParameterValue: '12345', ApplyMethod: 'immediate' },
          { ParameterName: 'max_connections', ParameterValue: '77', ApplyMethod: 'pending-reboot' },
        ],
      }),
    )
    const shown = async (parameter: string) =>
      Object.values((await query(main, `show ${parameter}`))[0]!)[0]
    await vi.waitFor(async () => expect(await shown('work_mem')).toBe('12345kB'), 5_000)
    expect(await shown('max_connections')).toBe('100')
    const [group] = (await describeInstance(rds, 'main')).DBParameterGroups!
    expect(group!.ParameterApplyStatus).toBe('pending-reboot')
    await rds.send(new RebootDBInstanceCommand(name('main')))
    await untilAvailable(rds, 'main')
    expect(await shown('max_connections')).toBe('77')
  }, 60_000)
})

describe('modifying', () => {
  test('waits for the maintenance window unless it is to be at once', async () => {
    const waiting = await modify('main', { DBInstanceClass: 'db.t3.small', AllocatedStorage: 40 })
    expect(waiting).toMatchObject({
      DBInstanceClass: 'db.t3.micro',
      PendingModifiedValues: { DBInstanceClass: 'db.t3.small', AllocatedStorage: 40 },
    })
    await emulator.advance(7 * 24 * 3_600_000)
    expect(await untilAvailable(rds, 'main')).toMatchObject({
      DBInstanceClass: 'db.t3.small',
      AllocatedStorage: 40,
      PendingModifiedValues: {},
    })
    const smaller = modify('main', { AllocatedStorage: 20, ApplyImmediately: true })
    await expect(smaller).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
  }, 60_000)

  test('a new password opens, the old one does not', async () => {
    await modify('main', { MasterUserPassword: 'another-password' })
    expect(await query(main, 'select 1 as one', { password: 'another-password' })).toEqual([
      { one: 1 },
    ])
    await expect(query(main, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    await modify('main', { MasterUserPassword: master.password })
  })

  test('a password that Secrets Manager keeps is the one that opens', async () => {
    const { MasterUserSecret } = await modify('main', {
      ManageMasterUserPassword: true,
      ApplyImmediately: true,
    })
    const secrets = emulator.client(SecretsManagerClient)
    const { SecretString } = await secrets.send(
      new GetSecretValueCommand({ SecretId: MasterUserSecret!.SecretArn }),
    )
    const { password } = JSON.parse(SecretString!) as { password: string }
    expect(await query(main, 'select 1 as one', { password })).toEqual([{ one: 1 }])
    await modify('main', {
      ManageMasterUserPassword: false,
      MasterUserPassword: master.password,
      ApplyImmediately: true,
    })
  })
})

describe('snapshots', () => {
  test('a restore has the rows of the snapshot, a copy in another region too, and what is shared another account', async () => {
    await rds.send(new CreateDBSnapshotCommand({ ...name('main'), DBSnapshotIdentifier: 'then' }))
    const then = await untilTaken(rds, 'then')
    expect(then).toMatchObject({ Status: 'available', PercentProgress: 100 })
    await query(main, 'insert into notes values (3)')
    const elsewhere = rdsOf(emulator, { region: 'eu-west-1' })
    await elsewhere.send(
      new CopyDBSnapshotCommand({
        SourceDBSnapshotIdentifier: then.DBSnapshotArn,
        TargetDBSnapshotIdentifier: 'then-copied',
      }),
    )
    await elsewhere.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        DBInstanceIdentifier: 'restored',
        DBSnapshotIdentifier: 'then-copied',
      }),
    )
    const restored = await untilAvailable(elsewhere, 'restored')
    expect(await query(restored, 'select number from notes order by 1')).toEqual([
      { number: 1 },
      { number: 2 },
    ])
    const other = rdsOf(emulator, {
      credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' },
    })
    const shared = { DBSnapshotIdentifier: then.DBSnapshotArn }
    await expect(other.send(new DescribeDBSnapshotsCommand(shared))).rejects.toMatchObject({
      name: 'DBSnapshotNotFoundFault',
    })
    await rds.send(
      new ModifyDBSnapshotAttributeCommand({
        DBSnapshotIdentifier: 'then',
        AttributeName: 'restore',
        ValuesToAdd: ['111122223333'],
      }),
    )
    expect((await other.send(new DescribeDBSnapshotsCommand(shared))).DBSnapshots).toHaveLength(1)
    await rds.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: 'then' }))
  }, 60_000)
})

describe('read replicas', () => {
  test('read what is written to the source, refuse writes, and are promoted', async () => {
    await rds.send(
      new CreateDBInstanceReadReplicaCommand({
        DBInstanceIdentifier: 'reader',
        SourceDBInstanceIdentifier: 'main',
      }),
    )
    const reader = await untilAvailable(rds, 'reader')
    expect(reader.ReadReplicaSourceDBInstanceIdentifier).toBe('main')
    expect((await describeInstance(rds, 'main')).ReadReplicaDBInstanceIdentifiers).toEqual([
      'reader',
    ])
    await query(main, 'insert into notes values (4)')
    await vi.waitFor(
      async () =>
        expect(await query(reader, 'select 1 from notes where number = 4')).toHaveLength(1),
      5_000,
    )
    await expect(query(reader, 'insert into notes values (5)')).rejects.toMatchObject({
      code: '25006',
    })
    await rds.send(new PromoteReadReplicaCommand(name('reader')))
    const promoted = await untilAvailable(rds, 'reader')
    expect(promoted.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined()
    await query(promoted, 'insert into notes values (5)')
    await rds.send(new DeleteDBInstanceCommand({ ...name('reader'), SkipFinalSnapshot: true }))
  }, 60_000)
})

describe('stopping and deleting', () => {
  test('a stopped instance refuses connections and keeps its data; it is started again after seven days', async () => {
    await rds.send(new StopDBInstanceCommand(name('main')))
    expect((await describeInstance(rds, 'main')).DBInstanceStatus).toBe('stopped')
    await expect(query(main, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await expect(rds.send(new RebootDBInstanceCommand(name('main')))).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
    })
    await emulator.advance(7 * 24 * 3_600_000)
    const started = await untilAvailable(rds, 'main')
    expect(await query(started, 'select count(*)::int as count from notes')).toEqual([{ count: 4 }])
    await expect(rds.send(new StartDBInstanceCommand(name('main')))).rejects.toMatchObject({
      name: 'InvalidDBInstanceStateFault',
    })
  }, 60_000)

  test('deletion asks for a final snapshot, respects protection, and leaves the snapshot', async () => {
    const remove = (more: object) =>
      rds.send(new DeleteDBInstanceCommand({ ...name('main'), ...more }))
    await expect(remove({})).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
    await modify('main', { DeletionProtection: true })
    await expect(remove({ SkipFinalSnapshot: true })).rejects.toThrow('deletion protection')
    await modify('main', { DeletionProtection: false })
    await remove({ FinalDBSnapshotIdentifier: 'last' })
    await untilGone(rds, 'main')
    await rds.send(
      new RestoreDBInstanceFromDBSnapshotCommand({
        ...name('again'),
        DBSnapshotIdentifier: 'last',
      }),
    )
    const again = await untilAvailable(rds, 'again')
    expect(await query(again, 'select count(*)::int as count from notes')).toEqual([{ count: 4 }])
  }, 60_000)
})
