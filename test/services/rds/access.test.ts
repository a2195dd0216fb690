import { Signer } from '@aws-sdk/rds-signer'
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import { ModifyDBInstanceCommand, type DBInstance, type RDSClient } from '@aws-sdk/client-rds'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, student, type TestEmulator } from '../../support/emulator.ts'
import { createDatabase, query, rdsOf, session, untilAvailable } from './databases.ts'

let emulator: TestEmulator
let rds: RDSClient
let instance: DBInstance
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
  instance = await createDatabase(rds, 'guarded', {
    EnableIAMDatabaseAuthentication: true,
    EngineVersion: '17.6',
    BackupRetentionPeriod: 0,
  })
  await query(instance, 'create role app login; grant rds_iam to app')
}, 60_000)
afterAll(() => emulator.close())

describe('the master user', () => {
  test('may make databases, roles and extensions, and is no superuser', async () => {
    await query(instance, 'create database shop')
    await query(instance, 'create extension pgcrypto')
    await query(instance, "create role reader login password 'reader-password'")
    expect(
      await query(instance, 'select rolsuper from pg_roles where rolname = current_user'),
    ).toEqual([{ rolsuper: false }])
    for (const sql of ["copy (select 1) to program 'true'", "select pg_read_file('/etc/passwd')"]) {
      await expect(query(instance, sql)).rejects.toMatchObject({ code: '42501' })
    }
  })

  test('is refused with a wrong password, and rdsadmin with any', async () => {
    await expect(query(instance, 'select 1', { password: 'wrong' })).rejects.toMatchObject({
      code: '28P01',
    })
    await expect(query(instance, 'select 1', { user: 'rdsadmin', password: '' })).rejects.toThrow(
      'pg_hba.conf rejects',
    )
  })
})

describe('IAM authentication', () => {
  const ssl = { rejectUnauthorized: false }
  const tokenOf = (
    credentials: { accessKeyId: string; secretAccessKey: string },
    username = 'app',
  ) =>
    new Signer({
      hostname: instance.Endpoint!.Address!,
      port: instance.Endpoint!.Port!,
      username,
      region: 'us-east-1',
      credentials,
    }).getAuthToken()

  test('a token lets in who belongs to rds_iam, over TLS', async () => {
    const password = await tokenOf(student)
    const login = { user: 'app', password, ssl }
    expect(await query(instance, 'select current_user', login)).toEqual([{ current_user: 'app' }])
    await expect(query(instance, 'select 1', { ...login, ssl: false })).rejects.toThrow('PAM')
  })

  test('a token for another user, or a changed one, does not', async () => {
    const other = await tokenOf(student, 'labuser')
    await expect(
      query(instance, 'select 1', { user: 'app', password: other, ssl }),
    ).rejects.toThrow('PAM authentication failed')
    const changed = (await tokenOf(student)).replace(/.$/, (last) => (last === '0' ? '1' : '0'))
    await expect(
      query(instance, 'select 1', { user: 'app', password: changed, ssl }),
    ).rejects.toThrow('PAM authentication failed')
  })

  test('the caller needs rds-db:connect on the database user', async () => {
    const iam = emulator.client(IAMClient)
    await iam.send(new CreateUserCommand({ UserName: 'worker' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'worker' }))
    const login = async () => ({
      user: 'app',
      ssl,
      password: await tokenOf({
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      }),
    })
    await expect(query(instance, 'select 1', await login())).rejects.toThrow('PAM')
    const resource = `arn:aws:rds-db:us-east-1:123456789012:dbuser:${instance.DbiResourceId}/app`
    const { Policy } = await iam.send(
      new CreatePolicyCommand({
        PolicyName: 'connect',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action: 'rds-db:connect', Resource: resource },
        }),
      }),
    )
    await iam.send(new AttachUserPolicyCommand({ UserName: 'worker', PolicyArn: Policy!.Arn }))
    expect(await query(instance, 'select 1 as one', await login())).toEqual([{ one: 1 }])
  })
})

describe('the network', () => {
  test('a security group without a rule for the port lets nobody in, and a rule that is added counts at once', async () => {
    const ec2 = emulator.client(EC2Client)
    const { GroupId } = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: 'databases', Description: 'closed' }),
    )
    await modified({ VpcSecurityGroupIds: [GroupId!] })
    await expect(query(instance, 'select 1')).rejects.toThrow(GroupId)
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId,
        IpProtocol: 'tcp',
        FromPort: 5432,
        ToPort: 5432,
        CidrIp: '203.0.113.0/24',
      }),
    )
    expect(await query(instance, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('an instance that is not publicly accessible says so', async () => {
    await modified({ PubliclyAccessible: false })
    await expect(query(instance, 'select 1')).rejects.toThrow('not publicly accessible')
    await modified({ PubliclyAccessible: true })
  })

  test('sessions are encrypted for those who ask', async () => {
    const encrypted = await session(
      instance,
      async (client) =>
        (client as unknown as { connection: { stream: { encrypted?: boolean } } }).connection.stream
          .encrypted,
      { ssl: { rejectUnauthorized: false } },
    )
    expect(encrypted).toBe(true)
  })
})

async function modified(change: object): Promise<void> {
  await rds.send(
    new ModifyDBInstanceCommand({
      DBInstanceIdentifier: 'guarded',
      ApplyImmediately: true,
      ...change,
    }),
  )
  await untilAvailable(rds, 'guarded')
}
