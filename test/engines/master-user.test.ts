import { Signer } from '@aws-sdk/rds-signer'
import {
  CreateDBParameterGroupCommand,
  ModifyDBParameterGroupCommand,
  type DBInstance,
  type RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase, query, rdsOf } from '../services/rds/databases.ts'
import { startTestEmulator, student, type TestEmulator } from '../support/emulator.ts'

// What a database runs is run on this machine, outside of any sandbox: nobody but the emulator may be its superuser.

let emulator: TestEmulator
let rds: RDSClient
let instance: DBInstance
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
  await rds.send(
    new CreateDBParameterGroupCommand({
      DBParameterGroupName: 'quoting',
      DBParameterGroupFamily: 'postgres15',
      Description: 'Values that would end a line of the configuration',
    }),
  )
  await rds.send(
    new ModifyDBParameterGroupCommand({
      DBParameterGroupName: 'quoting',
      Parameters: [
        {
          ParameterName: 'application_name',
          ParameterValue: "a\\'b\nlisten_addresses = localhost",
          ApplyMethod: 'immediate',
        },
      ],
    }),
  )
  instance = await createDatabase(rds, 'guarded', {
    EnableIAMDatabaseAuthentication: true,
    EngineVersion: '15.3',
    BackupRetentionPeriod: 0,
    DBParameterGroupName: 'quoting',
  })
}, 60_000)
afterAll(() => emulator.close())

test.each([
  'pg_execute_server_program',
  'pg_read_server_files',
  'pg_write_server_files',
  'rdsadmin',
])(
  'the master user of PostgreSQL 15, who grants roles that are not its own, does not grant %s',
  async (role) => {
    await expect(query(instance, `grant ${role} to labuser`)).rejects.toMatchObject({
      code: '42501',
    })
  },
)

test.each([
  'create role boss superuser',
  'create role copier replication',
  'alter role rdsrepladmin password $$mine$$',
  'set role pg_execute_server_program',
  "copy (select 1) to program 'true'",
  "copy (select 1) to '/tmp/pocketcloud-test'",
  "select pg_read_file('/etc/passwd')",
  "select lo_import('/etc/passwd')",
  'create extension dblink',
  "create subscription s connection 'host=127.0.0.1' publication p",
  "alter system set archive_command = 'true'",
])('the master user does not: %s', async (sql) => {
  await expect(query(instance, sql)).rejects.toMatchObject({ code: '42501' })
})

test("a search path that a database's owner sets does not lead the administrator to functions of theirs", async () => {
  await query(
    instance,
    `create table seen (by text);
    create function pg_conf_load_time() returns timestamptz language plpgsql as $$
      begin
        insert into public.seen values (current_user);
        return clock_timestamp();
      end
    $$;
    create role app login;
    grant rds_iam to app;
    alter database postgres set search_path = public, pg_catalog`,
  )
  const password = await new Signer({
    hostname: instance.Endpoint!.Address!,
    port: instance.Endpoint!.Port!,
    username: 'app',
    region: 'us-east-1',
    credentials: student,
  }).getAuthToken()
  const login = { user: 'app', password, ssl: { rejectUnauthorized: false } }
  expect(await query(instance, 'select 1 as one', login)).toEqual([{ one: 1 }])
  expect(await query(instance, 'select * from public.seen')).toEqual([])
})

test('a parameter of any text is that text, and no other parameter', async () => {
  const [found] = await query(
    instance,
    `select (select reset_val from pg_settings where name = 'application_name') as name,
       (select setting from pg_settings where name = 'listen_addresses') as listens`,
  )
  expect(found).toEqual({ name: "a\\'b listen_addresses = localhost", listens: '' })
})
