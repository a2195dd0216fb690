import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  CreateDBParameterGroupCommand,
  DeleteDBInstanceCommand,
  DescribeDBLogFilesCommand,
  DescribeEventsCommand,
  DownloadDBLogFilePortionCommand,
  ModifyDBInstanceCommand,
  ModifyDBParameterGroupCommand,
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
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { describeInstance, master, rdsOf, untilAvailable, untilGone } from './databases.ts'
import { createMysql, sql } from './mariadb-client.ts'

let emulator: TestEmulator
let rds: RDSClient
let main: DBInstance
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
  await rds.send(
    new CreateDBParameterGroupCommand({
      DBParameterGroupName: 'own',
      DBParameterGroupFamily: 'mysql8.0',
      Description: 'Own parameters',
    }),
  )
  main = await createMysql(rds, 'main', {
    MultiAZ: true,
    BackupRetentionPeriod: 1,
    DBParameterGroupName: 'own',
  })
  await sql(main, 'CREATE TABLE notes (number INT PRIMARY KEY)')
}, 60_000)
afterAll(() => emulator.close())

const name = (DBInstanceIdentifier: string) => ({ DBInstanceIdentifier })
const modify = async (id: string, change: object) => {
  await rds.send(new ModifyDBInstanceCommand({ ...name(id), ApplyImmediately: true, ...change }))
  return untilAvailable(rds, id)
}
const messages = async (SourceIdentifier: string) => {
  const { Events } = await rds.send(
    new DescribeEventsCommand({ SourceIdentifier, SourceType: 'db-instance', Duration: 600 }),
  )
  return Events!.map(({ Message }) => Message)
}
const set = (ParameterName: string, ParameterValue: string, isNow: boolean) =>
  rds.send(
    new ModifyDBParameterGroupCommand({
      DBParameterGroupName: 'own',
      Parameters: [
        { ParameterName, ParameterValue, ApplyMethod: isNow ? 'immediate' : 'pending-reboot' },
      ],
    }),
  )

describe('creating', () => {
  test('an instance of MySQL runs on the MariaDB of the machine, which says so, as an event does', async () => {
    expect(main).toMatchObject({
      Engine: 'mysql',
      EngineVersion: '8.0.40',
      MultiAZ: true,
      DBName: 'app',
      LicenseModel: 'general-public-license',
      Endpoint: { Port: expect.any(Number) },
    })
    const [row] = await sql(main, 'SELECT VERSION(), @@log_bin')
    const [, version] = /^(\d+\.\d+\.\d+)-MariaDB.*\t1$/.exec(row!)!
    expect(await messages('main')).toContain(
      `The DB instance runs on MariaDB ${version}, which this machine has, and not on mysql 8.0.40`,
    )
  })

  test.each<[string, Partial<CreateDBInstanceCommandInput>, string]>([
    ['a version that is none', { EngineVersion: '8.0.99' }, 'InvalidParameterCombination'],
    ['a long password', { MasterUserPassword: 'x'.repeat(42) }, 'InvalidParameterValue'],
    ['a long name of the master user', { MasterUsername: 'm'.repeat(17) }, 'InvalidParameterValue'],
    ["the server's own database", { DBName: 'mysql' }, 'InvalidParameterValue'],
    ['the name of who runs the server', { MasterUsername: 'rdsadmin' }, 'InvalidParameterValue'],
    [
      'a parameter group of another family',
      { Engine: 'mariadb', EngineVersion: '10.11', DBParameterGroupName: 'own' },
      'InvalidParameterCombination',
    ],
    [
      'IAM tokens, which MariaDB cannot look at',
      { EnableIAMDatabaseAuthentication: true },
      'InvalidParameterCombination',
    ],
    [
      'Aurora MySQL',
      { Engine: 'aurora-mysql', EngineVersion: '8.0', DBClusterIdentifier: 'none' },
      'DBClusterNotFoundFault',
    ],
  ])('refuses %s', async (_what, change, code) => {
    const creating = rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: 'refused',
        DBInstanceClass: 'db.t3.micro',
        Engine: 'mysql',
        MasterUsername: master.username,
        MasterUserPassword: master.password,
        AllocatedStorage: 20,
        ...change,
      }),
    )
    await expect(creating).rejects.toMatchObject({ name: expect.stringMatching(code) })
  })

  test('without a MariaDB on the machine it is refused, with how to get one', async () => {
    process.env['POCKETCLOUD_MARIADB_DIR'] = '/nonexistent'
    try {
      await expect(
        createMysql(rds, 'refused', { Engine: 'mariadb', EngineVersion: '11.4' }),
      ).rejects.toMatchObject({
        name: 'InsufficientDBInstanceCapacityFault',
        message: expect.stringMatching(/apt install mariadb-server.*brew install mariadb/),
      })
    } finally {
      delete process.env['POCKETCLOUD_MARIADB_DIR']
    }
  })
})

describe('sessions', () => {
  test('are encrypted with a certificate that verifies with the authority that can be downloaded', async () => {
    const response = await fetch(`${emulator.url}/_pocketcloud/rds/ca`)
    const { certificate } = (await response.json()) as { certificate: string }
    const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-ca-'))
    try {
      const ca = join(folder, 'ca.pem')
      writeFileSync(ca, certificate)
      const args = [`--ssl-ca=${ca}`, '--ssl-verify-server-cert']
      const rows = await sql(main, "SHOW STATUS LIKE 'Ssl_version'; SELECT USER()", { args })
      expect(rows[0]).toMatch(/TLSv1\.[23]/)
      // Where sessions come from is seen behind the endpoint, too.
      expect(rows[1]).toBe(`${master.username}@127.0.0.1`)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('are refused with a wrong password, as the administrator, and in plain where that is not allowed', async () => {
    await expect(sql(main, 'SELECT 1', { password: 'wrong' })).rejects.toThrow('ERROR 1045')
    await expect(sql(main, 'SELECT 1', { user: 'rdsadmin', password: '' })).rejects.toThrow(
      'ERROR 1045',
    )
    await set('require_secure_transport', '1', true)
    const args = ['--skip-ssl']
    await expect(sql(main, 'SELECT 1', { args })).rejects.toThrow(
      'insecure transport are prohibited',
    )
    expect(await sql(main, 'SELECT 1')).toEqual(['1'])
    await set('require_secure_transport', '0', true)
    expect(await sql(main, 'SELECT 1', { args })).toEqual(['1'])
  })

  test('of clients that the network does not let in are refused in words of the protocol', async () => {
    await modify('main', { PubliclyAccessible: false })
    await expect(sql(main, 'SELECT 1')).rejects.toThrow(/1130.*not publicly accessible/)
    await modify('main', { PubliclyAccessible: true })
    expect(await sql(main, 'SELECT 1')).toEqual(['1'])
  })

  test('of the master user may nearly everything, but have neither SUPER nor files', async () => {
    await sql(
      main,
      "CREATE USER worker@'%' IDENTIFIED BY 'of-the-app'; CREATE DATABASE other; GRANT ALL ON other.* TO worker@'%'; CREATE TABLE other.t (i INT)",
    )
    const worker = { user: 'worker', password: 'of-the-app', database: 'other' }
    expect(await sql(main, 'INSERT INTO t VALUES (1); SELECT * FROM t', worker)).toEqual(['1'])
    expect(await sql(main, "SELECT COUNT(*) FROM mysql.user WHERE Super_priv = 'Y'")).toEqual(['0'])
  })

  // What a database runs is run on this machine, outside of any sandbox.
  test.each([
    'SET GLOBAL max_connections = 7',
    "SET GLOBAL general_log_file = '/tmp/pocketcloud-test'",
    "SELECT 1 INTO OUTFILE '/tmp/pocketcloud-test'",
    "INSTALL SONAME 'auth_ed25519'",
    "CREATE FUNCTION f RETURNS STRING SONAME 'udf.so'",
    "CHANGE MASTER TO MASTER_HOST = '127.0.0.1'",
    'UPDATE mysql.global_priv SET Priv = Priv',
    'INSERT INTO mysql.db SELECT * FROM mysql.db',
    "ALTER TABLE mysql.global_priv COMMENT = 'mine'",
    'DROP TABLE mysql.global_priv',
    'RENAME TABLE mysql.global_priv TO app.mine',
    'GRANT SUPER ON *.* TO labuser',
    'GRANT FILE ON *.* TO labuser',
    'GRANT UPDATE ON *.* TO labuser',
    'GRANT UPDATE ON mysql.* TO labuser',
    'GRANT UPDATE ON mysql.global_priv TO labuser',
    'GRANT UPDATE ON `%`.* TO labuser',
    'GRANT UPDATE ON `m%`.* TO labuser',
    'GRANT UPDATE ON `m_%`.* TO labuser',
    'GRANT UPDATE ON `_ysql`.* TO labuser',
    'GRANT UPDATE ON `mysq_`.* TO labuser',
    'GRANT UPDATE ON `mysq\\l`.* TO labuser',
    'GRANT UPDATE ON `my%`.* TO PUBLIC',
  ])('of the master user do not: %s', async (statement) => {
    await expect(sql(main, statement)).rejects.toThrow(/ERROR (?:1044|1045|1095|1142|1227) /)
  })
})

test('a standby takes over with what was committed, behind the same endpoint', async () => {
  await sql(main, 'INSERT INTO notes VALUES (1)')
  await rds.send(new RebootDBInstanceCommand({ ...name('main'), ForceFailover: true }))
  const after = await untilAvailable(rds, 'main')
  expect(after.Endpoint).toEqual(main.Endpoint)
  expect(after.AvailabilityZone).toBe(main.SecondaryAvailabilityZone)
  expect(await sql(after, 'INSERT INTO notes VALUES (2); SELECT number FROM notes')).toEqual([
    '1',
    '2',
  ])
  expect(await messages('main')).toContain('Multi-AZ instance failover completed')
}, 60_000)

test('dynamic parameters count at once, static ones after a reboot, and those of MySQL alone are left out', async () => {
  const variables = () => sql(main, 'SELECT @@max_connections, @@back_log, @@sql_mode')
  await set('max_connections', '55', true)
  await set('sql_mode', 'ANSI_QUOTES', true)
  await set('back_log', '77', false)
  await set('binlog_group_commit_sync_delay', '5', true).catch(() => undefined)
  await untilAvailable(rds, 'main')
  await expect
    .poll(variables, { timeout: 10_000 })
    .toEqual([expect.stringMatching(/^55\t(?!77\t)\d+\tANSI_QUOTES$/)])
  expect((await describeInstance(rds, 'main')).DBParameterGroups![0]!.ParameterApplyStatus).toBe(
    'pending-reboot',
  )
  await rds.send(new RebootDBInstanceCommand(name('main')))
  await untilAvailable(rds, 'main')
  expect(await variables()).toEqual(['55\t77\tANSI_QUOTES'])
}, 60_000)

test('a replica has what is written to its source, refuses to be written to, and can be promoted', async () => {
  await rds.send(
    new CreateDBInstanceReadReplicaCommand({
      ...name('replica'),
      SourceDBInstanceIdentifier: 'main',
    }),
  )
  const replica = await untilAvailable(rds, 'replica')
  expect(replica.ReadReplicaSourceDBInstanceIdentifier).toBe('main')
  await sql(main, 'INSERT INTO notes VALUES (3)')
  const numbers = () => sql(replica, 'SELECT number FROM notes')
  await expect.poll(numbers, { timeout: 10_000 }).toEqual(['1', '2', '3'])
  await expect(sql(replica, 'INSERT INTO notes VALUES (4)')).rejects.toThrow('read-only')
  // It finds its source again after that has failed over to another server.
  await rds.send(new RebootDBInstanceCommand({ ...name('main'), ForceFailover: true }))
  await untilAvailable(rds, 'main')
  await sql(main, 'INSERT INTO notes VALUES (5)')
  await expect.poll(numbers, { timeout: 10_000 }).toEqual(['1', '2', '3', '5'])

  await rds.send(new PromoteReadReplicaCommand(name('replica')))
  const alone = await untilAvailable(rds, 'replica')
  expect(alone.ReadReplicaSourceDBInstanceIdentifier).toBeUndefined()
  await sql(main, 'INSERT INTO notes VALUES (6)')
  expect(await sql(alone, 'INSERT INTO notes VALUES (9); SELECT MAX(number) FROM notes')).toEqual([
    '9',
  ])
  expect(await sql(main, 'SELECT MAX(number) FROM notes')).toEqual(['6'])
}, 60_000)

test('a stopped instance is not there for clients, and has its data when it is started', async () => {
  await rds.send(new DeleteDBInstanceCommand({ ...name('replica'), SkipFinalSnapshot: true }))
  await untilGone(rds, 'replica')
  await rds.send(new StopDBInstanceCommand(name('main')))
  await expect
    .poll(async () => (await describeInstance(rds, 'main')).DBInstanceStatus)
    .toBe('stopped')
  await expect(sql(main, 'SELECT 1')).rejects.toThrow('ERROR 2002')
  await rds.send(new StartDBInstanceCommand(name('main')))
  expect(await sql(await untilAvailable(rds, 'main'), 'SELECT MAX(number) FROM notes')).toEqual([
    '6',
  ])
}, 60_000)

test('a server that is killed comes back with what was committed, and events say so', async () => {
  await sql(main, 'INSERT INTO notes VALUES (7)')
  const of = ['-f', `mariadbd .*${main.DbiResourceId}`]
  const servers = execFileSync('pgrep', of, { encoding: 'utf8' }).trim().split('\n')
  expect(servers).toHaveLength(2)
  for (const pid of servers) process.kill(Number(pid), 'SIGKILL')
  await expect
    .poll(() => sql(main, 'SELECT MAX(number) FROM notes').catch(String), { timeout: 10_000 })
    .toEqual(['7'])
  await untilAvailable(rds, 'main')
  await expect
    .poll(() => messages('main'), { timeout: 10_000 })
    .toContain('Recovery of the DB instance is complete.')
})

test('its log can be read, in the folder where RDS has it', async () => {
  const { DescribeDBLogFiles: files } = await rds.send(new DescribeDBLogFilesCommand(name('main')))
  expect(files!.map(({ LogFileName }) => LogFileName)).toContain('error/mysql-error.log')
  const { LogFileData } = await rds.send(
    new DownloadDBLogFilePortionCommand({ ...name('main'), LogFileName: 'error/mysql-error.log' }),
  )
  expect(LogFileData).toContain('ready for connections')
})

test('a new version of MySQL and a password from Secrets Manager are taken, and a final snapshot is restored', async () => {
  const changed = await modify('main', { EngineVersion: '8.0.42', ManageMasterUserPassword: true })
  expect(changed.EngineVersion).toBe('8.0.42')
  const { SecretString } = await emulator
    .client(SecretsManagerClient)
    .send(new GetSecretValueCommand({ SecretId: changed.MasterUserSecret!.SecretArn! }))
  const secret = JSON.parse(SecretString!) as { username: string; password: string }
  expect(await sql(main, 'SELECT 1', { user: secret.username, password: secret.password })).toEqual(
    ['1'],
  )
  await rds.send(
    new DeleteDBInstanceCommand({ ...name('main'), FinalDBSnapshotIdentifier: 'the-last' }),
  )
  await untilGone(rds, 'main')
  await rds.send(
    new RestoreDBInstanceFromDBSnapshotCommand({
      ...name('again'),
      DBSnapshotIdentifier: 'the-last',
    }),
  )
  const again = await untilAvailable(rds, 'again')
  expect(await sql(again, 'SELECT MAX(number) FROM notes', { password: secret.password })).toEqual([
    '7',
  ])
}, 60_000)
