import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import {
  AuthorizeDBSecurityGroupIngressCommand,
  CreateDBSecurityGroupCommand,
  CreateDBSubnetGroupCommand,
  CreateOptionGroupCommand,
  DeleteDBSubnetGroupCommand,
  DeleteOptionGroupCommand,
  DescribeDBSecurityGroupsCommand,
  DescribeDBSubnetGroupsCommand,
  DescribeOptionGroupOptionsCommand,
  DescribeOptionGroupsCommand,
  ModifyDBSubnetGroupCommand,
  ModifyOptionGroupCommand,
  RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
let rds: RDSClient
let ec2: EC2Client
/** Of the default VPC, one in each zone. */
let subnets: readonly string[]
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = emulator.client(RDSClient)
  ec2 = emulator.client(EC2Client)
  const { Subnets } = await ec2.send(new DescribeSubnetsCommand({}))
  subnets = Subnets!
    .toSorted((a, b) => (a.AvailabilityZone! < b.AvailabilityZone! ? -1 : 1))
    .map(({ SubnetId }) => SubnetId!)
})
afterAll(() => emulator.close())

const createSubnetGroup = (DBSubnetGroupName: string, SubnetIds: readonly string[]) =>
  rds.send(
    new CreateDBSubnetGroupCommand({
      DBSubnetGroupName,
      DBSubnetGroupDescription: 'for the tests',
      SubnetIds: [...SubnetIds],
    }),
  )

describe('subnet groups', () => {
  test('show their VPC and subnets with their zones, and change', async () => {
    const { DBSubnetGroup } = await createSubnetGroup('Two Zones', subnets.slice(0, 2))
    expect(DBSubnetGroup).toMatchObject({
      DBSubnetGroupName: 'two zones',
      SubnetGroupStatus: 'Complete',
      VpcId: expect.stringMatching(/^vpc-/),
      DBSubnetGroupArn: 'arn:aws:rds:us-east-1:123456789012:subgrp:two zones',
      Subnets: [
        {
          SubnetIdentifier: subnets[0],
          SubnetAvailabilityZone: { Name: 'us-east-1a' },
          SubnetStatus: 'Active',
        },
        { SubnetIdentifier: subnets[1], SubnetAvailabilityZone: { Name: 'us-east-1b' } },
      ],
    })
    await rds.send(
      new ModifyDBSubnetGroupCommand({
        DBSubnetGroupName: 'two zones',
        SubnetIds: subnets.slice(0, 3),
      }),
    )
    const { DBSubnetGroups } = await rds.send(
      new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: 'TWO zones' }),
    )
    expect(DBSubnetGroups![0]!.Subnets).toHaveLength(3)
    await rds.send(new DeleteDBSubnetGroupCommand({ DBSubnetGroupName: 'two zones' }))
    await expect(
      rds.send(new DescribeDBSubnetGroupsCommand({ DBSubnetGroupName: 'two zones' })),
    ).rejects.toMatchObject({
      name: 'DBSubnetGroupNotFoundFault',
      message: "DB subnet group 'two zones' does not exist.",
    })
  })

  test('CreateDBSubnetGroup refuses one zone, unknown subnets, two VPCs and the name default', async () => {
    await expect(createSubnetGroup('one', subnets.slice(0, 1))).rejects.toMatchObject({
      name: 'DBSubnetGroupDoesNotCoverEnoughAZs',
      message:
        "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: us-east-1a. Add subnets to cover at least 2 AZs.",
    })
    await expect(createSubnetGroup('one', ['subnet-12345678'])).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'Some input subnets in :[subnet-12345678] are invalid.',
    })
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
    const { Subnet } = await ec2.send(
      new CreateSubnetCommand({ VpcId: Vpc!.VpcId, CidrBlock: '10.0.1.0/24' }),
    )
    await expect(createSubnetGroup('two', [subnets[0]!, Subnet!.SubnetId!])).rejects.toMatchObject({
      name: 'InvalidSubnet',
    })
    await expect(createSubnetGroup('default', subnets)).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    })
  })
})

describe('option groups', () => {
  const options = async (OptionGroupName: string) => {
    const { OptionGroupsList } = await rds.send(
      new DescribeOptionGroupsCommand({ OptionGroupName }),
    )
    return OptionGroupsList![0]!.Options!
  }

  test('take options of their engine, with settings', async () => {
    await rds.send(
      new CreateOptionGroupCommand({
        OptionGroupName: 'audited',
        EngineName: 'mysql',
        MajorEngineVersion: '8.0',
        OptionGroupDescription: 'audited',
      }),
    )
    await rds.send(
      new ModifyOptionGroupCommand({
        OptionGroupName: 'audited',
        OptionsToInclude: [
          {
            OptionName: 'MARIADB_AUDIT_PLUGIN',
            OptionSettings: [{ Name: 'SERVER_AUDIT_FILE_ROTATIONS', Value: '5' }],
          },
        ],
      }),
    )
    const [option] = await options('audited')
    expect(option!.OptionName).toBe('MARIADB_AUDIT_PLUGIN')
    expect(option!.OptionSettings).toContainEqual(
      expect.objectContaining({
        Name: 'SERVER_AUDIT_FILE_ROTATIONS',
        Value: '5',
        DefaultValue: '9',
      }),
    )
    await expect(
      rds.send(
        new ModifyOptionGroupCommand({
          OptionGroupName: 'audited',
          OptionsToInclude: [{ OptionName: 'TDE' }],
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await rds.send(
      new ModifyOptionGroupCommand({
        OptionGroupName: 'audited',
        OptionsToRemove: ['MARIADB_AUDIT_PLUGIN'],
      }),
    )
    expect(await options('audited')).toEqual([])
    await rds.send(new DeleteOptionGroupCommand({ OptionGroupName: 'audited' }))
    await expect(options('audited')).rejects.toMatchObject({
      name: 'OptionGroupNotFoundFault',
      message: 'Specified OptionGroupName: audited not found.',
    })
    expect(await options('default:postgres-15')).toEqual([])
  })

  test('DescribeOptionGroupOptions knows the engines and their majors', async () => {
    const send = (EngineName: string, MajorEngineVersion?: string) =>
      rds.send(new DescribeOptionGroupOptionsCommand({ EngineName, MajorEngineVersion }))
    const { OptionGroupOptions } = await send('mysql', '8.0')
    expect(OptionGroupOptions!.map(({ Name }) => Name)).toContain('MEMCACHED')
    await expect(send('db3')).rejects.toMatchObject({ message: 'Invalid DB engine: db3' })
    await expect(send('mysql', '9.9')).rejects.toMatchObject({
      name: 'InvalidParameterCombination',
    })
  })
})

test('DB security groups went with EC2-Classic', async () => {
  expect((await rds.send(new DescribeDBSecurityGroupsCommand({}))).DBSecurityGroups).toEqual([])
  await expect(
    rds.send(
      new CreateDBSecurityGroupCommand({
        DBSecurityGroupName: 'classic',
        DBSecurityGroupDescription: 'classic',
      }),
    ),
  ).rejects.toMatchObject({ name: 'DBSecurityGroupNotSupportedFault' })
  await expect(
    rds.send(
      new AuthorizeDBSecurityGroupIngressCommand({
        DBSecurityGroupName: 'classic',
        CIDRIP: '10.0.0.0/8',
      }),
    ),
  ).rejects.toMatchObject({ name: 'DBSecurityGroupNotFoundFault' })
})
