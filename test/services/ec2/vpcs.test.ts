import {
  AssociateVpcCidrBlockCommand,
  CreateDefaultSubnetCommand,
  CreateDefaultVpcCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DeleteVpcCommand,
  DescribeNetworkAclsCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeSpotPriceHistoryCommand,
  DescribeSubnetsCommand,
  DescribeTagsCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DetachInternetGatewayCommand,
  DetachNetworkInterfaceCommand,
  DisassociateSubnetCidrBlockCommand,
  DisassociateVpcCidrBlockCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { newGateway, newSubnet, newVpc, refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()

const inVpc = (id: string) => ({ Filters: [{ Name: 'vpc-id', Values: [id] }] })

const described = async (id: string) =>
  (await ec2().send(new DescribeVpcsCommand({ VpcIds: [id] }))).Vpcs![0]!

test('CreateVpc makes a VPC with its tags, main route table, network ACL and security group', async () => {
  const { Vpc } = await ec2().send(
    new CreateVpcCommand({
      CidrBlock: '10.9.3.4/16',
      TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'Name', Value: 'lab' }] }],
    }),
  )
  expect(Vpc).toMatchObject({ CidrBlock: '10.9.0.0/16', State: 'pending', IsDefault: false })
  const id = Vpc!.VpcId!
  expect(await described(id)).toMatchObject({
    State: 'available',
    Tags: [{ Key: 'Name', Value: 'lab' }],
    CidrBlockAssociationSet: [{ CidrBlock: '10.9.0.0/16' }],
  })
  const { RouteTables } = await ec2().send(new DescribeRouteTablesCommand(inVpc(id)))
  expect(RouteTables).toMatchObject([
    {
      Associations: [{ Main: true }],
      Routes: [{ DestinationCidrBlock: '10.9.0.0/16', GatewayId: 'local', State: 'active' }],
    },
  ])
  const { NetworkAcls } = await ec2().send(new DescribeNetworkAclsCommand(inVpc(id)))
  expect(NetworkAcls).toMatchObject([{ IsDefault: true, Associations: [] }])
  const { SecurityGroups } = await ec2().send(new DescribeSecurityGroupsCommand(inVpc(id)))
  expect(SecurityGroups!.map(({ GroupName }) => GroupName)).toEqual(['default'])
})

test.each([
  ['10.0.0.0/8', 'InvalidVpc.Range', "The CIDR '10.0.0.0/8' is invalid."],
  ['10.0.0.0/29', 'InvalidVpc.Range', "The CIDR '10.0.0.0/29' is invalid."],
  [
    '10.0.0.256/16',
    'InvalidParameterValue',
    'Value (10.0.0.256/16) for parameter cidrBlock is invalid. This is not a valid CIDR block.',
  ],
])('CreateVpc refuses %s', async (CidrBlock, code, message) => {
  const call = ec2().send(new CreateVpcCommand({ CidrBlock }))
  expect(await refusal(call)).toMatchObject({ code, message, status: 400 })
})

test('CreateVpc with DryRun makes nothing', async () => {
  const before = (await ec2().send(new DescribeVpcsCommand({}))).Vpcs!.length
  const call = ec2().send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', DryRun: true }))
  expect(await refusal(call)).toMatchObject({ code: 'DryRunOperation' })
  expect((await ec2().send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(before)
})

test('DeleteVpc refuses a VPC that still has subnets or a gateway, and takes its parts along', async () => {
  const id = await newVpc(ec2())
  const subnet = await newSubnet(ec2(), id, '10.0.1.0/24')
  const InternetGatewayId = await newGateway(ec2(), id)
  const violation = {
    code: 'DependencyViolation',
    message: `The vpc '${id}' has dependencies and cannot be deleted.`,
  }
  const remove = () => ec2().send(new DeleteVpcCommand({ VpcId: id }))
  expect(await refusal(remove())).toMatchObject(violation)
  await ec2().send(new DeleteSubnetCommand({ SubnetId: subnet }))
  expect(await refusal(remove())).toMatchObject(violation)
  await ec2().send(new DetachInternetGatewayCommand({ VpcId: id, InternetGatewayId }))
  await remove()
  expect(await refusal(remove())).toMatchObject({
    code: 'InvalidVpcID.NotFound',
    message: `The vpc ID '${id}' does not exist`,
  })
  const { RouteTables } = await ec2().send(new DescribeRouteTablesCommand(inVpc(id)))
  expect(RouteTables).toEqual([])
})

test('ModifyVpcAttribute sets one attribute at a time', async () => {
  const VpcId = await newVpc(ec2())
  const hostnames = () =>
    ec2().send(new DescribeVpcAttributeCommand({ VpcId, Attribute: 'enableDnsHostnames' }))
  expect(await hostnames()).toMatchObject({ EnableDnsHostnames: { Value: false } })
  await ec2().send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }))
  expect(await hostnames()).toMatchObject({ EnableDnsHostnames: { Value: true } })
  const both = ec2().send(
    new ModifyVpcAttributeCommand({
      VpcId,
      EnableDnsHostnames: { Value: true },
      EnableDnsSupport: { Value: true },
    }),
  )
  expect(await refusal(both)).toMatchObject({ code: 'InvalidParameterCombination' })
})

test('a further block brings a local route, and leaves when no subnet is in it', async () => {
  const VpcId = await newVpc(ec2())
  const add = (CidrBlock: string) =>
    ec2().send(new AssociateVpcCidrBlockCommand({ VpcId, CidrBlock }))
  const { CidrBlockAssociation } = await add('10.1.0.0/16')
  expect(CidrBlockAssociation).toMatchObject({ CidrBlockState: { State: 'associating' } })
  const routes = async () =>
    (await ec2().send(new DescribeRouteTablesCommand(inVpc(VpcId)))).RouteTables![0]!.Routes!.map(
      ({ DestinationCidrBlock }) => DestinationCidrBlock,
    )
  expect(await routes()).toEqual(['10.0.0.0/16', '10.1.0.0/16'])
  expect(await refusal(add('192.168.0.0/16'))).toMatchObject({
    code: 'InvalidVpc.Range',
    message: expect.stringContaining("The CIDR '192.168.0.0/16' is restricted."),
  })
  expect(await refusal(add('10.1.2.0/24'))).toMatchObject({ code: 'InvalidVpc.Range' })
  const subnet = await newSubnet(ec2(), VpcId, '10.1.5.0/24')
  const { AssociationId } = CidrBlockAssociation!
  const leave = () => ec2().send(new DisassociateVpcCidrBlockCommand({ AssociationId }))
  expect(await refusal(leave())).toMatchObject({ code: 'InvalidCidrBlock.InUse' })
  await ec2().send(new DeleteSubnetCommand({ SubnetId: subnet }))
  await leave()
  expect(await routes()).toEqual(['10.0.0.0/16'])
  const [primary] = (await described(VpcId)).CidrBlockAssociationSet!
  const first = ec2().send(
    new DisassociateVpcCidrBlockCommand({ AssociationId: primary!.AssociationId }),
  )
  expect(await refusal(first)).toMatchObject({ code: 'OperationNotPermitted' })
})

test('an Amazon-provided IPv6 block is a /56', async () => {
  const { Vpc } = await ec2().send(
    new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: true }),
  )
  expect(await described(Vpc!.VpcId!)).toMatchObject({
    Ipv6CidrBlockAssociationSet: [
      {
        Ipv6CidrBlock: expect.stringMatching(/^2600:1f18:.*::\/56$/),
        Ipv6CidrBlockState: { State: 'associated' },
      },
    ],
  })
})

test('a default VPC and its subnets can be made again', async () => {
  const client = ec2('eu-north-1')
  const again = () => client.send(new CreateDefaultVpcCommand({}))
  expect(await refusal(again())).toMatchObject({ code: 'DefaultVpcAlreadyExists' })
  const { Subnets } = await client.send(new DescribeSubnetsCommand({}))
  const { AvailabilityZone, SubnetId, CidrBlock, VpcId } = Subnets![1]!
  const make = () => client.send(new CreateDefaultSubnetCommand({ AvailabilityZone }))
  expect(await refusal(make())).toMatchObject({
    code: 'DefaultSubnetAlreadyExistsInAvailabilityZone',
    message: `'${SubnetId}' is already the default subnet in ${AvailabilityZone}.`,
  })
  await client.send(new DeleteSubnetCommand({ SubnetId }))
  expect((await make()).Subnet).toMatchObject({ CidrBlock, DefaultForAz: true, VpcId })
})

test('another account cannot delete the VPC', async () => {
  const VpcId = await newVpc(ec2())
  const other = emulator().client(EC2Client, {
    region: 'us-east-1',
    credentials: { accessKeyId: '210987654321', secretAccessKey: 'test' },
  })
  const call = other.send(new DeleteVpcCommand({ VpcId }))
  expect(await refusal(call)).toMatchObject({ code: 'InvalidVpcID.NotFound' })
  const elsewhere = ec2('eu-west-1').send(new DeleteVpcCommand({ VpcId }))
  expect(await refusal(elsewhere)).toMatchObject({ code: 'InvalidVpcID.NotFound' })
  expect(await described(VpcId)).toMatchObject({ VpcId })
})

test('a filter of many stars is answered at once', async () => {
  const vpc = await newVpc(ec2(), '10.61.0.0/16')
  await ec2().send(
    new CreateTagsCommand({ Resources: [vpc], Tags: [{ Key: 'k', Value: 'a'.repeat(255) }] }),
  )
  const found = async (value: string) =>
    (
      await ec2().send(
        new DescribeTagsCommand({
          Filters: [
            { Name: 'resource-id', Values: [vpc] },
            { Name: 'value', Values: [value] },
          ],
        }),
      )
    ).Tags!.length
  expect(await found(`*${'a*'.repeat(40)}b`)).toBe(0)
  expect(await found(`*${'a*'.repeat(40)}a`)).toBe(1)
  const prices = new DescribeSpotPriceHistoryCommand({
    Filters: [{ Name: 'instance-type', Values: [`*${'?*'.repeat(40)}b`] }],
    MaxResults: 5,
  })
  expect((await ec2().send(prices)).SpotPriceHistory).toEqual([])
})

test('an id of wildcards is the id of nothing', async () => {
  const ids = [
    new DisassociateVpcCidrBlockCommand({ AssociationId: '*' }),
    new DisassociateSubnetCidrBlockCommand({ AssociationId: '*' }),
    new DetachNetworkInterfaceCommand({ AttachmentId: 'eni-attach-*' }),
  ]
  for (const command of ids) {
    await expect(ec2().send(command as never)).rejects.toMatchObject({ name: /NotFound$/ })
  }
})
