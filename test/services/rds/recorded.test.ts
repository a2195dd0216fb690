import { DescribeSubnetsCommand, EC2Client } from '@aws-sdk/client-ec2'
import {
  CreateDBProxyCommand,
  CreateDBProxyEndpointCommand,
  CreateGlobalClusterCommand,
  DeleteDBProxyCommand,
  DeleteGlobalClusterCommand,
  DescribeDBProxiesCommand,
  DescribeDBProxyEndpointsCommand,
  DescribeDBProxyTargetGroupsCommand,
  DescribeGlobalClustersCommand,
  ListTagsForResourceCommand,
  ModifyDBProxyTargetGroupCommand,
  RDSClient,
  RegisterDBProxyTargetsCommand,
  StartExportTaskCommand,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
let rds: RDSClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = emulator.client(RDSClient)
})
afterAll(() => emulator.close())

test('a proxy has its target group and endpoints, and takes them with it', async () => {
  const { Subnets } = await emulator.client(EC2Client).send(new DescribeSubnetsCommand({}))
  const VpcSubnetIds = Subnets!.slice(0, 2).map(({ SubnetId }) => SubnetId!)
  const { DBProxy } = await rds.send(
    new CreateDBProxyCommand({
      DBProxyName: 'pool',
      EngineFamily: 'POSTGRESQL',
      RoleArn: 'arn:aws:iam::123456789012:role/proxy',
      VpcSubnetIds,
      Auth: [{ SecretArn: 'arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf' }],
      Tags: [{ Key: 'team', Value: 'ml' }],
    }),
  )
  expect(DBProxy).toMatchObject({
    DBProxyArn: expect.stringMatching(
      /^arn:aws:rds:us-east-1:123456789012:db-proxy:prx-[\da-z]{17}$/,
    ),
    Status: 'creating',
    VpcSecurityGroupIds: [expect.stringMatching(/^sg-/)],
    IdleClientTimeout: 1800,
  })
  const { TagList } = await rds.send(
    new ListTagsForResourceCommand({ ResourceName: DBProxy!.DBProxyArn }),
  )
  expect(TagList).toEqual([{ Key: 'team', Value: 'ml' }])
  await rds.send(
    new ModifyDBProxyTargetGroupCommand({
      DBProxyName: 'pool',
      TargetGroupName: 'default',
      ConnectionPoolConfig: { MaxConnectionsPercent: 60 },
    }),
  )
  const { TargetGroups } = await rds.send(
    new DescribeDBProxyTargetGroupsCommand({ DBProxyName: 'pool' }),
  )
  expect(TargetGroups![0]!.ConnectionPoolConfig).toMatchObject({
    MaxConnectionsPercent: 60,
    MaxIdleConnectionsPercent: 30,
  })
  await expect(
    rds.send(
      new RegisterDBProxyTargetsCommand({
        DBProxyName: 'pool',
        DBInstanceIdentifiers: ['nothing'],
      }),
    ),
  ).rejects.toMatchObject({ name: 'DBInstanceNotFoundFault' })
  await rds.send(
    new CreateDBProxyEndpointCommand({
      DBProxyName: 'pool',
      DBProxyEndpointName: 'reader',
      VpcSubnetIds,
      TargetRole: 'READ_ONLY',
    }),
  )
  await rds.send(new DeleteDBProxyCommand({ DBProxyName: 'pool' }))
  const { DBProxyEndpoints } = await rds.send(new DescribeDBProxyEndpointsCommand({}))
  expect(DBProxyEndpoints).toEqual([])
  await expect(
    rds.send(new DescribeDBProxiesCommand({ DBProxyName: 'pool' })),
  ).rejects.toMatchObject({ name: 'DBProxyNotFoundFault' })
})

test('a global cluster is seen from every region, and protected from deletion', async () => {
  const { GlobalCluster } = await rds.send(
    new CreateGlobalClusterCommand({
      GlobalClusterIdentifier: 'world',
      Engine: 'aurora-postgresql',
      DeletionProtection: true,
    }),
  )
  expect(GlobalCluster).toMatchObject({
    GlobalClusterArn: 'arn:aws:rds::123456789012:global-cluster:world',
    Status: 'available',
    GlobalClusterMembers: [],
  })
  const elsewhere = emulator.client(RDSClient, { region: 'eu-west-1' })
  const { GlobalClusters } = await elsewhere.send(new DescribeGlobalClustersCommand({}))
  expect(GlobalClusters!.map((one) => one.GlobalClusterIdentifier)).toEqual(['world'])
  await expect(
    elsewhere.send(new DeleteGlobalClusterCommand({ GlobalClusterIdentifier: 'world' })),
  ).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
  await expect(
    rds.send(new CreateGlobalClusterCommand({ GlobalClusterIdentifier: 'empty' })),
  ).rejects.toMatchObject({
    message: 'When creating standalone global cluster, value for engineName should be specified',
  })
})

test('StartExportTask needs a snapshot that is there', async () => {
  await expect(
    rds.send(
      new StartExportTaskCommand({
        ExportTaskIdentifier: 'export',
        SourceArn: 'arn:aws:rds:us-east-1:123456789012:snapshot:nothing',
        S3BucketName: 'exports',
        IamRoleArn: 'arn:aws:iam::123456789012:role/export',
        KmsKeyId: 'alias/exports',
      }),
    ),
  ).rejects.toMatchObject({ name: 'DBSnapshotNotFoundFault' })
})
