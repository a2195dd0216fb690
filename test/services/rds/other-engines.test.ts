import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  BacktrackDBClusterCommand,
  CreateCustomDBEngineVersionCommand,
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  CreateDBShardGroupCommand,
  CreateIntegrationCommand,
  CreateTenantDatabaseCommand,
  DeleteCustomDBEngineVersionCommand,
  DeleteIntegrationCommand,
  DescribeDBClusterBacktracksCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBShardGroupsCommand,
  DescribeIntegrationsCommand,
  DescribeTenantDatabasesCommand,
  EnableHttpEndpointCommand,
  ModifyCurrentDBClusterCapacityCommand,
  ModifyIntegrationCommand,
  RDSClient,
  RebootDBInstanceCommand,
  RestoreDBInstanceFromS3Command,
  StartActivityStreamCommand,
  StopActivityStreamCommand,
  type DBCluster,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { createDatabase, master, rdsOf } from './databases.ts'

let emulator: TestEmulator
let rds: RDSClient
let arn: string

const DBClusterIdentifier = 'shop'
const cluster = async (): Promise<DBCluster> =>
  (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier }))).DBClusters![0]!

beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
  const made = await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier,
      Engine: 'aurora-postgresql',
      EngineVersion: '15.10',
      MasterUsername: master.username,
      MasterUserPassword: master.password,
    }),
  )
  arn = made.DBCluster!.DBClusterArn!
})
afterAll(() => emulator.close())

test('an activity stream and the Data API’s switch are shown by their cluster', async () => {
  const start = () =>
    rds.send(
      new StartActivityStreamCommand({
        ResourceArn: arn,
        Mode: 'async',
        KmsKeyId: 'alias/aws/rds',
      }),
    )
  expect(await start()).toMatchObject({ Status: 'starting', Mode: 'async' })
  expect(await cluster()).toMatchObject({
    ActivityStreamStatus: 'started',
    ActivityStreamMode: 'async',
  })
  await expect(start()).rejects.toMatchObject({ name: 'InvalidDBClusterStateFault' })
  const stopped = await rds.send(new StopActivityStreamCommand({ ResourceArn: arn }))
  expect(stopped.Status).toBe('stopping')
  expect((await cluster()).ActivityStreamMode).toBeUndefined()
  await rds.send(new EnableHttpEndpointCommand({ ResourceArn: arn }))
  expect((await cluster()).HttpEndpointEnabled).toBe(true)
  await expect(
    rds.send(new EnableHttpEndpointCommand({ ResourceArn: `${arn}-none` })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundFault' })
})

test('integrations are made, found, changed and deleted', async () => {
  const create = (SourceArn = arn) =>
    rds.send(
      new CreateIntegrationCommand({
        IntegrationName: 'warehouse',
        SourceArn,
        TargetArn: 'arn:aws:redshift-serverless:us-east-1:123456789012:namespace/one',
        Tags: [{ Key: 'team', Value: 'shop' }],
      }),
    )
  await expect(create(`${arn}-none`)).rejects.toMatchObject({ name: 'DBClusterNotFoundFault' })
  const { IntegrationArn: IntegrationIdentifier } = await create()
  await expect(create()).rejects.toMatchObject({ name: 'IntegrationAlreadyExistsFault' })
  await rds.send(new ModifyIntegrationCommand({ IntegrationIdentifier, Description: 'daily' }))
  const described = await rds.send(new DescribeIntegrationsCommand({ IntegrationIdentifier }))
  expect(described.Integrations).toMatchObject([
    { IntegrationName: 'warehouse', Status: 'active', Description: 'daily', SourceArn: arn },
  ])
  await rds.send(new DeleteIntegrationCommand({ IntegrationIdentifier }))
  await expect(
    rds.send(new DescribeIntegrationsCommand({ IntegrationIdentifier })),
  ).rejects.toMatchObject({ name: 'IntegrationNotFoundFault' })
})

test('what no engine here can do is refused by name', async () => {
  const refused = async (command: unknown, name: string) =>
    expect(rds.send(command as never)).rejects.toMatchObject({ name })
  await refused(
    new BacktrackDBClusterCommand({ DBClusterIdentifier, BacktrackTo: new Date() }),
    'InvalidParameterCombination',
  )
  await refused(
    new DescribeDBClusterBacktracksCommand({ DBClusterIdentifier: 'none' }),
    'DBClusterNotFoundFault',
  )
  await refused(
    new ModifyCurrentDBClusterCapacityCommand({ DBClusterIdentifier, Capacity: 3 }),
    'InvalidDBClusterCapacityFault',
  )
  await refused(
    new CreateDBShardGroupCommand({
      DBClusterIdentifier,
      DBShardGroupIdentifier: 'shards',
      MaxACU: 10,
    }),
    'InvalidDBClusterStateFault',
  )
  await refused(
    new DescribeDBShardGroupsCommand({ DBShardGroupIdentifier: 'shards' }),
    'DBShardGroupNotFoundFault',
  )
  const version = { Engine: 'custom-oracle-ee', EngineVersion: '19.own' }
  await refused(new CreateCustomDBEngineVersionCommand(version), 'CreateCustomDBEngineVersionFault')
  await refused(
    new DeleteCustomDBEngineVersionCommand(version),
    'CustomDBEngineVersionNotFoundFault',
  )
  await refused(
    new RestoreDBInstanceFromS3Command({
      DBInstanceIdentifier: 'restored',
      DBInstanceClass: 'db.t3.micro',
      Engine: 'mysql',
      SourceEngine: 'mysql',
      SourceEngineVersion: '8.0.28',
      S3BucketName: 'backups',
      S3IngestionRoleArn: 'arn:aws:iam::123456789012:role/rds',
    }),
    'InsufficientDBInstanceCapacityFault',
  )
  expect((await rds.send(new DescribeTenantDatabasesCommand({}))).TenantDatabases).toEqual([])
})

test('policies see what an instance is, in every call on it', async () => {
  await createDatabase(rds, 'small')
  const iam = emulator.client(IAMClient)
  await iam.send(new CreateUserCommand({ UserName: 'operator' }))
  const allow = (condition: object) =>
    iam.send(
      new PutUserPolicyCommand({
        UserName: 'operator',
        PolicyName: 'own',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: { Effect: 'Allow', Action: 'rds:*', Resource: '*', Condition: condition },
        }),
      }),
    )
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'operator' }))
  const operator = emulator.client(RDSClient, {
    credentials: {
      accessKeyId: AccessKey!.AccessKeyId,
      secretAccessKey: AccessKey!.SecretAccessKey,
    },
  })
  const DBInstanceIdentifier = 'small'
  const reboot = () => operator.send(new RebootDBInstanceCommand({ DBInstanceIdentifier }))
  await allow({ StringEquals: { 'rds:DatabaseClass': 'db.m5.large' } })
  await expect(reboot()).rejects.toMatchObject({ name: 'AccessDenied' })
  await allow({
    StringEquals: { 'rds:DatabaseClass': 'db.t3.micro', 'rds:DatabaseEngine': 'postgres' },
    Bool: { 'rds:Vpc': 'true' },
  })
  await reboot()
  await operator.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))
  await allow({ Bool: { 'rds:PubliclyAccessible': 'false' } })
  const create = (PubliclyAccessible: boolean) =>
    operator.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier,
        DBInstanceClass: 'db.t3.micro',
        Engine: 'postgres',
        PubliclyAccessible,
      }),
    )
  await expect(create(true)).rejects.toMatchObject({ name: 'AccessDenied' })
  await expect(create(false)).rejects.toMatchObject({ name: 'DBInstanceAlreadyExistsFault' })
  await expect(
    rds.send(
      new CreateTenantDatabaseCommand({
        DBInstanceIdentifier,
        TenantDBName: 'one',
        MasterUsername: 'admin',
      }),
    ),
  ).rejects.toMatchObject({ name: 'InvalidDBInstanceStateFault' })
}, 30_000)
