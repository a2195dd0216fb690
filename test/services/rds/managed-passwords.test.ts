import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  DescribeDBClustersCommand,
  ModifyDBClusterCommand,
  ModifyDBInstanceCommand,
  type MasterUserSecret,
  type RDSClient,
} from '@aws-sdk/client-rds'
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { createDatabase, master, query, rdsOf, untilAvailable } from './databases.ts'

const day = 24 * 3600 * 1000

let emulator: TestEmulator
let rds: RDSClient
let secrets: SecretsManagerClient

beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
  secrets = emulator.client(SecretsManagerClient)
})
afterAll(() => emulator.close())

const passwordIn = async (SecretId: string, VersionStage = 'AWSCURRENT'): Promise<string> => {
  const found = await secrets.send(new GetSecretValueCommand({ SecretId, VersionStage }))
  return (JSON.parse(found.SecretString!) as { password: string }).password
}
const opens = async (id: string, password: string): Promise<boolean> => {
  const instance = await untilAvailable(rds, id)
  return query(instance, 'select 1', { password }).then(
    () => true,
    (error: { code?: string }) => {
      if (error.code !== '28P01') throw error
      return false
    },
  )
}
/** The secret's current password opens, the one before does not. */
const hasRotated = async (id: string, secret: string, before: string) => {
  const now = await passwordIn(secret)
  expect(now).not.toBe(before)
  expect(await passwordIn(secret, 'AWSPREVIOUS')).toBe(before)
  expect(await opens(id, now)).toBe(true)
  expect(await opens(id, before)).toBe(false)
  return now
}
const clusterSecret = async (DBClusterIdentifier: string): Promise<MasterUserSecret | undefined> =>
  (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters![0]!
    .MasterUserSecret

test('an instance’s managed password is rotated on request, by Secrets Manager’s request and each week', async () => {
  const made = await createDatabase(rds, 'kept', {
    MasterUserPassword: undefined,
    ManageMasterUserPassword: true,
  })
  const id = made.MasterUserSecret!.SecretArn!
  let password = await passwordIn(id)
  expect(await opens('kept', password)).toBe(true)
  const modify = (input: object) =>
    rds.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: 'kept', ...input }))
  await expect(modify({ RotateMasterUserPassword: true })).rejects.toMatchObject({
    name: 'InvalidParameterCombination',
  })
  const rotated = await modify({ RotateMasterUserPassword: true, ApplyImmediately: true })
  expect(rotated.DBInstance!.MasterUserSecret!.SecretStatus).toBe('rotating')
  password = await hasRotated('kept', id, password)
  const { VersionId } = await secrets.send(new RotateSecretCommand({ SecretId: id }))
  const described = await secrets.send(new DescribeSecretCommand({ SecretId: id }))
  expect(described.VersionIdsToStages![VersionId!]).toEqual(['AWSCURRENT'])
  expect(described).toMatchObject({ OwningService: 'rds', RotationEnabled: true })
  password = await hasRotated('kept', id, password)
  // Only the schedule.
  await secrets.send(
    new RotateSecretCommand({
      SecretId: id,
      RotateImmediately: false,
      RotationRules: { AutomaticallyAfterDays: 2 },
    }),
  )
  expect(await passwordIn(id)).toBe(password)
  await emulator.advance(2 * day + 1000)
  await hasRotated('kept', id, password)
  const later = await secrets.send(new DescribeSecretCommand({ SecretId: id }))
  expect(Number(later.NextRotationDate)).toBeGreaterThan(Number(later.LastRotatedDate) + day)
}, 60_000)

test('a cluster’s password is managed, rotated and somebody’s own again', async () => {
  const created = await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: 'shop',
      Engine: 'aurora-postgresql',
      EngineVersion: '15.10',
      MasterUsername: master.username,
      ManageMasterUserPassword: true,
    }),
  )
  expect(created.DBCluster!.MasterUserSecret).toMatchObject({ SecretStatus: 'creating' })
  const id = created.DBCluster!.MasterUserSecret!.SecretArn!
  expect(id).toContain(':secret:rds!cluster-')
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'shop-1',
      DBClusterIdentifier: 'shop',
      DBInstanceClass: 'db.r6g.large',
      Engine: 'aurora-postgresql',
    }),
  )
  let password = await passwordIn(id)
  expect(await opens('shop-1', password)).toBe(true)
  const modify = (input: object) =>
    rds.send(
      new ModifyDBClusterCommand({
        DBClusterIdentifier: 'shop',
        ApplyImmediately: true,
        ...input,
      }),
    )
  const rotated = await modify({ RotateMasterUserPassword: true })
  expect(rotated.DBCluster!.MasterUserSecret).toMatchObject({ SecretStatus: 'rotating' })
  password = await hasRotated('shop-1', id, password)
  await emulator.advance(7 * day + 1000)
  await hasRotated('shop-1', id, password)
  expect(await clusterSecret('shop')).toMatchObject({ SecretArn: id, SecretStatus: 'active' })
  await expect(modify({ MasterUserPassword: 'another-password' })).rejects.toMatchObject({
    name: 'InvalidParameterCombination',
  })
  await expect(modify({ ManageMasterUserPassword: false })).rejects.toMatchObject({
    message: 'MasterUserPassword must be provided when ManageMasterUserPassword is set to false.',
  })
  await modify({ ManageMasterUserPassword: false, MasterUserPassword: 'another-password' })
  expect(await opens('shop-1', 'another-password')).toBe(true)
  expect(await clusterSecret('shop')).toBeUndefined()
  await expect(secrets.send(new DescribeSecretCommand({ SecretId: id }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
}, 60_000)
