import {
  AllocateAddressCommand,
  AssignIpv6AddressesCommand,
  AssociateNatGatewayAddressCommand,
  CreateManagedPrefixListCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVpcsCommand,
  DisassociateNatGatewayAddressCommand,
  GetManagedPrefixListEntriesCommand,
  ModifyManagedPrefixListCommand,
  RestoreManagedPrefixListVersionCommand,
  UnassignIpv6AddressesCommand,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { newGateway, newSubnet, newVpc, refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()

test('an interface gets IPv6 addresses of its subnet, each once', async () => {
  const { Vpc } = await ec2().send(
    new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', AmazonProvidedIpv6CidrBlock: true }),
  )
  const { Vpcs } = await ec2().send(new DescribeVpcsCommand({ VpcIds: [Vpc!.VpcId!] }))
  const block = Vpcs![0]!.Ipv6CidrBlockAssociationSet![0]!.Ipv6CidrBlock!
  const { Subnet } = await ec2().send(
    new CreateSubnetCommand({
      VpcId: Vpc!.VpcId,
      CidrBlock: '10.0.1.0/24',
      Ipv6CidrBlock: block.replace('/56', '/64'),
    }),
  )
  const SubnetId = Subnet!.SubnetId!
  const { NetworkInterface } = await ec2().send(
    new CreateNetworkInterfaceCommand({ SubnetId, Ipv6AddressCount: 1 }),
  )
  const id = NetworkInterface!.NetworkInterfaceId!
  expect(NetworkInterface!.Ipv6Addresses).toHaveLength(1)
  const own = `${block.replace('::/56', '')}::5`
  const assign = (address: string) =>
    ec2().send(new AssignIpv6AddressesCommand({ NetworkInterfaceId: id, Ipv6Addresses: [address] }))
  expect((await assign(own)).AssignedIpv6Addresses).toEqual([own])
  expect(await refusal(assign(own))).toMatchObject({ code: 'InvalidParameterValue' })
  expect(await refusal(assign('2001:db8::1'))).toMatchObject({ code: 'InvalidParameterValue' })
  const found = await ec2().send(
    new DescribeNetworkInterfacesCommand({
      Filters: [{ Name: 'ipv6-addresses.ipv6-address', Values: [own] }],
    }),
  )
  expect(found.NetworkInterfaces!.map((one) => one.NetworkInterfaceId)).toEqual([id])
  const unassign = () =>
    ec2().send(new UnassignIpv6AddressesCommand({ NetworkInterfaceId: id, Ipv6Addresses: [own] }))
  await unassign()
  expect(await refusal(unassign())).toMatchObject({ code: 'InvalidParameterValue' })

  const dry = await newSubnet(ec2(), Vpc!.VpcId!, '10.0.2.0/24')
  const none = ec2().send(new CreateNetworkInterfaceCommand({ SubnetId: dry, Ipv6AddressCount: 1 }))
  expect(await refusal(none)).toMatchObject({ code: 'InvalidParameterValue' })
})

test('a public NAT gateway takes further elastic addresses and gives them back', async () => {
  const vpc = await newVpc(ec2())
  const SubnetId = await newSubnet(ec2(), vpc, '10.0.1.0/24')
  await newGateway(ec2(), vpc)
  const address = async () => (await ec2().send(new AllocateAddressCommand({}))).AllocationId!
  const { NatGateway } = await ec2().send(
    new CreateNatGatewayCommand({ SubnetId, AllocationId: await address() }),
  )
  const NatGatewayId = NatGateway!.NatGatewayId!
  const AllocationIds = [await address()]
  const more = { NatGatewayId, AllocationIds }
  await ec2().send(new AssociateNatGatewayAddressCommand(more))
  expect(await refusal(ec2().send(new AssociateNatGatewayAddressCommand(more)))).toMatchObject({
    code: 'Resource.AlreadyAssociated',
  })
  const shown = async () =>
    (await ec2().send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] })))
      .NatGateways![0]!.NatGatewayAddresses!
  const [first, second] = await shown()
  expect(second).toMatchObject({ IsPrimary: false, Status: 'succeeded' })
  const remove = (id: string) =>
    ec2().send(new DisassociateNatGatewayAddressCommand({ NatGatewayId, AssociationIds: [id] }))
  expect(await refusal(remove(first!.AssociationId!))).toMatchObject({
    code: 'InvalidParameterValue',
  })
  await remove(second!.AssociationId!)
  expect(await shown()).toHaveLength(1)
})

test('a prefix list goes back to what it was, as a version of its own', async () => {
  const { PrefixList } = await ec2().send(
    new CreateManagedPrefixListCommand({
      PrefixListName: 'office',
      AddressFamily: 'IPv4',
      MaxEntries: 5,
      Entries: [{ Cidr: '10.0.0.0/8' }],
    }),
  )
  const { PrefixListId } = PrefixList!
  const AddEntries = [{ Cidr: '192.168.0.0/16' }]
  const change = { PrefixListId, CurrentVersion: 1, AddEntries }
  await ec2().send(new ModifyManagedPrefixListCommand(change))
  expect(await refusal(ec2().send(new ModifyManagedPrefixListCommand(change)))).toMatchObject({
    code: 'PrefixListVersionMismatch',
    message: 'The prefix list has the incorrect version number.',
  })
  const versions = { PrefixListId, PreviousVersion: 1, CurrentVersion: 2 }
  const restored = await ec2().send(new RestoreManagedPrefixListVersionCommand(versions))
  expect(restored.PrefixList).toMatchObject({ Version: 3, State: 'restore-in-progress' })
  const { Entries } = await ec2().send(new GetManagedPrefixListEntriesCommand({ PrefixListId }))
  expect(Entries).toEqual([{ Cidr: '10.0.0.0/8' }])
})
