import {
  AssociateDhcpOptionsCommand,
  CreateDhcpOptionsCommand,
  CreateNetworkAclCommand,
  CreateNetworkAclEntryCommand,
  CreateSubnetCommand,
  DeleteDhcpOptionsCommand,
  DeleteNetworkAclCommand,
  DeleteNetworkAclEntryCommand,
  DeleteSubnetCommand,
  DescribeNetworkAclsCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  ModifySubnetAttributeCommand,
  ReplaceNetworkAclAssociationCommand,
  ReplaceNetworkAclEntryCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { courseImage, newSubnet, newVpc, refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()

const described = async (id: string) =>
  (await ec2().send(new DescribeSubnetsCommand({ SubnetIds: [id] }))).Subnets![0]!

test.each([
  ['10.1.0.0/24', 'InvalidSubnet.Range', "The CIDR '10.1.0.0/24' is invalid."],
  ['10.0.0.0/29', 'InvalidSubnet.Range', "The CIDR '10.0.0.0/29' is invalid."],
  [
    '10.0.1.128/25',
    'InvalidSubnet.Conflict',
    "The CIDR '10.0.1.128/25' conflicts with another subnet",
  ],
  ['10.0.0.0/16', 'InvalidSubnet.Conflict', "The CIDR '10.0.0.0/16' conflicts with another subnet"],
])('CreateSubnet refuses %s', async (CidrBlock, code, message) => {
  const VpcId = await newVpc(ec2())
  await newSubnet(ec2(), VpcId, '10.0.1.0/24')
  const call = ec2().send(new CreateSubnetCommand({ VpcId, CidrBlock }))
  expect(await refusal(call)).toMatchObject({ code, message, status: 400 })
})

test('CreateSubnet names the zones where one asks for another', async () => {
  const VpcId = await newVpc(ec2('us-west-1'))
  const call = ec2('us-west-1').send(
    new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24', AvailabilityZone: 'us-west-1z' }),
  )
  expect(await refusal(call)).toMatchObject({
    code: 'InvalidParameterValue',
    message: expect.stringMatching(
      /^Value \(us-west-1z\) for parameter availabilityZone is invalid\. Subnets can currently only be created in the following availability zones: us-west-1\w, us-west-1\w\.$/,
    ),
  })
})

test('five addresses of a subnet are reserved, and DeleteSubnet waits for its interfaces', async () => {
  const VpcId = await newVpc(ec2())
  const SubnetId = await newSubnet(ec2(), VpcId, '10.0.0.0/28')
  expect((await described(SubnetId)).AvailableIpAddressCount).toBe(11)
  await ec2().send(
    new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }),
  )
  const { Instances } = await ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't2.micro',
      MinCount: 2,
      MaxCount: 2,
      SubnetId,
    }),
  )
  expect(await described(SubnetId)).toMatchObject({
    AvailableIpAddressCount: 9,
    MapPublicIpOnLaunch: true,
  })
  const remove = () => ec2().send(new DeleteSubnetCommand({ SubnetId }))
  expect(await refusal(remove())).toMatchObject({
    code: 'DependencyViolation',
    message: `The subnet '${SubnetId}' has dependencies and cannot be deleted.`,
  })
  const InstanceIds = Instances!.map((one) => one.InstanceId!)
  await ec2().send(new TerminateInstancesCommand({ InstanceIds }))
  await remove()
  expect(await refusal(remove())).toMatchObject({
    code: 'InvalidSubnetID.NotFound',
    message: `The subnet ID '${SubnetId}' does not exist`,
  })
})

test('a network ACL takes entries and subnets', async () => {
  const VpcId = await newVpc(ec2())
  const SubnetId = await newSubnet(ec2(), VpcId, '10.0.0.0/24')
  const { NetworkAcl } = await ec2().send(new CreateNetworkAclCommand({ VpcId }))
  const NetworkAclId = NetworkAcl!.NetworkAclId!
  expect(
    NetworkAcl!.Entries!.map(({ RuleNumber, RuleAction }) => [RuleNumber, RuleAction]),
  ).toEqual([
    [32_767, 'deny'],
    [32_767, 'deny'],
  ])
  const entry = {
    NetworkAclId,
    RuleNumber: 100,
    Egress: false,
    Protocol: '6',
    RuleAction: 'allow' as const,
    CidrBlock: '0.0.0.0/0',
    PortRange: { From: 443, To: 443 },
  }
  await ec2().send(new CreateNetworkAclEntryCommand(entry))
  expect(await refusal(ec2().send(new CreateNetworkAclEntryCommand(entry)))).toMatchObject({
    code: 'NetworkAclEntryAlreadyExists',
    message: 'The network acl entry identified by 100 already exists.',
  })
  await ec2().send(new ReplaceNetworkAclEntryCommand({ ...entry, RuleAction: 'deny' }))
  const { NetworkAcls } = await ec2().send(
    new DescribeNetworkAclsCommand({ Filters: [{ Name: 'vpc-id', Values: [VpcId] }] }),
  )
  const [first, own] = NetworkAcls!
  expect(own!.Entries).toContainEqual(
    expect.objectContaining({
      RuleNumber: 100,
      RuleAction: 'deny',
      PortRange: { From: 443, To: 443 },
    }),
  )
  const AssociationId = first!.Associations![0]!.NetworkAclAssociationId!
  const { NewAssociationId } = await ec2().send(
    new ReplaceNetworkAclAssociationCommand({ AssociationId, NetworkAclId }),
  )
  expect(NewAssociationId).not.toBe(AssociationId)
  const remove = (id: string) => ec2().send(new DeleteNetworkAclCommand({ NetworkAclId: id }))
  expect(await refusal(remove(NetworkAclId))).toMatchObject({
    code: 'DependencyViolation',
    message: `The networkAcl '${NetworkAclId}' has dependencies and cannot be deleted.`,
  })
  expect(await refusal(remove(first!.NetworkAclId!))).toMatchObject({
    code: 'InvalidParameterValue',
  })
  const drop = () =>
    ec2().send(new DeleteNetworkAclEntryCommand({ NetworkAclId, RuleNumber: 100, Egress: false }))
  await drop()
  expect(await refusal(drop())).toMatchObject({ code: 'InvalidNetworkAclEntry.NotFound' })
  await ec2().send(new DeleteSubnetCommand({ SubnetId }))
  await remove(NetworkAclId)
})

test('DHCP options in use cannot be deleted; `default` stands for none', async () => {
  const VpcId = await newVpc(ec2())
  const { DhcpOptions } = await ec2().send(
    new CreateDhcpOptionsCommand({
      DhcpConfigurations: [{ Key: 'domain-name-servers', Values: ['10.2.5.1', '10.2.5.2'] }],
    }),
  )
  const DhcpOptionsId = DhcpOptions!.DhcpOptionsId!
  await ec2().send(new AssociateDhcpOptionsCommand({ VpcId, DhcpOptionsId }))
  const remove = () => ec2().send(new DeleteDhcpOptionsCommand({ DhcpOptionsId }))
  expect(await refusal(remove())).toMatchObject({
    code: 'DependencyViolation',
    message: `The dhcpOptions '${DhcpOptionsId}' has dependencies and cannot be deleted.`,
  })
  await ec2().send(new AssociateDhcpOptionsCommand({ VpcId, DhcpOptionsId: 'default' }))
  const { Vpcs } = await ec2().send(new DescribeVpcsCommand({ VpcIds: [VpcId] }))
  expect(Vpcs![0]!.DhcpOptionsId).toBe('default')
  await remove()
  expect(await refusal(remove())).toMatchObject({ code: 'InvalidDhcpOptionID.NotFound' })
})

test('a subnet whose zone EC2 chose takes the types of today', async () => {
  const VpcId = await newVpc(ec2())
  const zones = new Set<string>()
  for (let number = 0; number < 30; number++) {
    const { Subnet } = await ec2().send(
      new CreateSubnetCommand({ VpcId, CidrBlock: `10.0.${number}.0/24` }),
    )
    zones.add(Subnet!.AvailabilityZoneId!)
  }
  expect(zones.size).toBeGreaterThan(1)
  // The old zone has hardly any Nitro machines.
  expect(zones).not.toContain('use1-az3')
})
