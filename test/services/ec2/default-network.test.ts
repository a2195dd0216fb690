import {
  DescribeAccountAttributesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeDhcpOptionsCommand,
  DescribeInternetGatewaysCommand,
  DescribeNetworkAclsCommand,
  DescribeRegionsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupRulesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()

const defaultVpc = async (client: EC2Client) =>
  (await client.send(new DescribeVpcsCommand({}))).Vpcs![0]!

describe('every region starts with', () => {
  test.each([
    ['us-east-1', 6, 'ec2.internal'],
    ['eu-central-1', 3, 'eu-central-1.compute.internal'],
    ['us-west-1', 2, 'us-west-1.compute.internal'],
  ])('a default VPC with its parts: %s', async (region, zones, domain) => {
    const client = ec2(region)
    const vpc = await defaultVpc(client)
    expect(vpc).toMatchObject({
      CidrBlock: '172.31.0.0/16',
      IsDefault: true,
      State: 'available',
      InstanceTenancy: 'default',
      OwnerId: '123456789012',
      CidrBlockAssociationSet: [
        { CidrBlock: '172.31.0.0/16', CidrBlockState: { State: 'associated' } },
      ],
    })
    expect(vpc.VpcId).toMatch(/^vpc-[0-9a-f]{17}$/)

    const { Subnets } = await client.send(
      new DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] }),
    )
    expect(Subnets!.map(({ CidrBlock }) => CidrBlock)).toEqual(
      Array.from({ length: zones }, (_, at) => `172.31.${16 * at}.0/20`),
    )
    expect(new Set(Subnets!.map(({ AvailabilityZone }) => AvailabilityZone)).size).toBe(zones)
    expect(Subnets![0]).toMatchObject({
      VpcId: vpc.VpcId,
      AvailableIpAddressCount: 4091,
      MapPublicIpOnLaunch: true,
      AvailabilityZoneId: expect.stringMatching(/-az\d$/),
    })

    const { InternetGateways } = await client.send(
      new DescribeInternetGatewaysCommand({
        Filters: [{ Name: 'attachment.vpc-id', Values: [vpc.VpcId!] }],
      }),
    )
    expect(InternetGateways).toMatchObject([{ Attachments: [{ State: 'available' }] }])

    const { RouteTables } = await client.send(
      new DescribeRouteTablesCommand({ Filters: [{ Name: 'association.main', Values: ['true'] }] }),
    )
    expect(RouteTables).toMatchObject([
      {
        VpcId: vpc.VpcId,
        Routes: [
          { DestinationCidrBlock: '172.31.0.0/16', GatewayId: 'local', Origin: 'CreateRouteTable' },
          {
            DestinationCidrBlock: '0.0.0.0/0',
            GatewayId: InternetGateways![0]!.InternetGatewayId,
            Origin: 'CreateRoute',
            State: 'active',
          },
        ],
        Associations: [{ Main: true, AssociationState: { State: 'associated' } }],
      },
    ])

    const { NetworkAcls } = await client.send(
      new DescribeNetworkAclsCommand({ Filters: [{ Name: 'default', Values: ['true'] }] }),
    )
    expect(NetworkAcls![0]!.Associations).toHaveLength(zones)
    expect(
      NetworkAcls![0]!.Entries!.map((e) => [e.Egress, e.RuleNumber, e.RuleAction, e.CidrBlock]),
    ).toEqual([
      [true, 100, 'allow', '0.0.0.0/0'],
      [true, 32_767, 'deny', '0.0.0.0/0'],
      [false, 100, 'allow', '0.0.0.0/0'],
      [false, 32_767, 'deny', '0.0.0.0/0'],
    ])

    const { DhcpOptions } = await client.send(
      new DescribeDhcpOptionsCommand({ DhcpOptionsIds: [vpc.DhcpOptionsId!] }),
    )
    expect(DhcpOptions![0]!.DhcpConfigurations).toEqual([
      { Key: 'domain-name', Values: [{ Value: domain }] },
      { Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] },
    ])
  })

  test('a default security group that lets itself in and everything out', async () => {
    const { SecurityGroups } = await ec2('sa-east-1').send(
      new DescribeSecurityGroupsCommand({ GroupNames: ['default'] }),
    )
    const [group] = SecurityGroups!
    expect(group).toMatchObject({
      Description: 'default VPC security group',
      IpPermissions: [
        {
          IpProtocol: '-1',
          UserIdGroupPairs: [{ GroupId: group!.GroupId, UserId: '123456789012' }],
          IpRanges: [],
        },
      ],
      IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
    })
    const { SecurityGroupRules } = await ec2('sa-east-1').send(
      new DescribeSecurityGroupRulesCommand({}),
    )
    expect(SecurityGroupRules!.map(({ IsEgress }) => IsEgress)).toEqual([false, true])
  })
})

test('the default network is made once, and each account has its own', async () => {
  const first = await defaultVpc(ec2('ap-south-1'))
  expect(await defaultVpc(ec2('ap-south-1'))).toEqual(first)
  const other = emulator().client(EC2Client, {
    region: 'ap-south-1',
    credentials: { accessKeyId: '210987654321', secretAccessKey: 'test' },
  })
  const theirs = await defaultVpc(other)
  expect(theirs.OwnerId).toBe('210987654321')
  expect(theirs.VpcId).not.toBe(first.VpcId)
  const call = other.send(new DescribeVpcsCommand({ VpcIds: [first.VpcId!] }))
  expect(await refusal(call)).toEqual({
    code: 'InvalidVpcID.NotFound',
    message: `The vpc ID '${first.VpcId}' does not exist`,
    status: 400,
  })
})

test('DescribeVpcAttribute tells the DNS settings of the default VPC', async () => {
  const { VpcId } = await defaultVpc(ec2())
  const attribute = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
    ec2().send(new DescribeVpcAttributeCommand({ VpcId, Attribute }))
  expect(await attribute('enableDnsSupport')).toMatchObject({ EnableDnsSupport: { Value: true } })
  expect(await attribute('enableDnsHostnames')).toMatchObject({
    VpcId,
    EnableDnsHostnames: { Value: true },
  })
})

test('DescribeRegions lists what is enabled, and all when asked', async () => {
  const enabled = await ec2().send(new DescribeRegionsCommand({}))
  expect(enabled.Regions).toHaveLength(17)
  expect(enabled.Regions).toContainEqual({
    OptInStatus: 'opt-in-not-required',
    RegionName: 'eu-west-1',
    Endpoint: 'ec2.eu-west-1.amazonaws.com',
  })
  const all = await ec2().send(new DescribeRegionsCommand({ AllRegions: true }))
  expect(all.Regions!.length).toBeGreaterThanOrEqual(34)
  const some = await ec2().send(
    new DescribeRegionsCommand({ Filters: [{ Name: 'region-name', Values: ['us-*'] }] }),
  )
  expect(some.Regions!.map(({ RegionName }) => RegionName)).toEqual([
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
  ])
})

test('DescribeAvailabilityZones tells names, ids and kinds', async () => {
  const { AvailabilityZones } = await ec2().send(new DescribeAvailabilityZonesCommand({}))
  expect(AvailabilityZones!.map(({ ZoneName }) => ZoneName)).toEqual(
    ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `us-east-1${letter}`),
  )
  expect(AvailabilityZones![0]).toMatchObject({
    ZoneId: 'use1-az6',
    ZoneType: 'availability-zone',
    NetworkBorderGroup: 'us-east-1',
    State: 'available',
    OptInStatus: 'opt-in-not-required',
  })
  const local = await ec2('us-west-2').send(
    new DescribeAvailabilityZonesCommand({
      AllAvailabilityZones: true,
      Filters: [{ Name: 'zone-type', Values: ['local-zone'] }],
    }),
  )
  expect(local.AvailabilityZones).toContainEqual(
    expect.objectContaining({ ZoneName: 'us-west-2-lax-1a', ParentZoneName: 'us-west-2a' }),
  )
  const unknown = ec2().send(new DescribeAvailabilityZonesCommand({ ZoneNames: ['us-east-1z'] }))
  expect(await refusal(unknown)).toMatchObject({
    code: 'InvalidParameterValue',
    message: 'Invalid availability zone: [us-east-1z]',
  })
})

test('DescribeAccountAttributes names the default VPC', async () => {
  const { VpcId } = await defaultVpc(ec2())
  const { AccountAttributes } = await ec2().send(
    new DescribeAccountAttributesCommand({ AttributeNames: ['default-vpc'] }),
  )
  expect(AccountAttributes).toEqual([
    { AttributeName: 'default-vpc', AttributeValues: [{ AttributeValue: VpcId }] },
  ])
})
