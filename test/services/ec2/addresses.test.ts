import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  AttachNetworkInterfaceCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  DeleteNatGatewayCommand,
  DeleteNetworkInterfaceCommand,
  DeleteSubnetCommand,
  DescribeAddressesCommand,
  DescribeInstancesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfaceAttributeCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSubnetsCommand,
  DetachInternetGatewayCommand,
  DetachNetworkInterfaceCommand,
  DisassociateAddressCommand,
  ModifyNetworkInterfaceAttributeCommand,
  AssignPrivateIpAddressesCommand,
  ReleaseAddressCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  UnassignPrivateIpAddressesCommand,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { courseImage, newGateway, newSubnet, newVpc, refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()

async function newNetwork() {
  const vpc = await newVpc(ec2())
  const gateway = await newGateway(ec2(), vpc)
  const subnet = await newSubnet(ec2(), vpc, '10.0.1.0/24')
  return { vpc, gateway, subnet }
}

async function launch(SubnetId: string): Promise<string> {
  const { Instances } = await ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't2.micro',
      MinCount: 1,
      MaxCount: 1,
      SubnetId,
    }),
  )
  return Instances![0]!.InstanceId!
}

const allocate = async () => {
  const { AllocationId, PublicIp } = await ec2().send(new AllocateAddressCommand({}))
  return { AllocationId: AllocationId!, PublicIp: PublicIp! }
}

const instance = async (id: string) =>
  (await ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations![0]!
    .Instances![0]!

const address = async (id: string) =>
  (await ec2().send(new DescribeAddressesCommand({ AllocationIds: [id] }))).Addresses![0]!

const networkInterface = async (id: string) =>
  (await ec2().send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] })))
    .NetworkInterfaces![0]!

test('an elastic address is the public address of its instance until it is taken off', async () => {
  const { vpc, gateway, subnet } = await newNetwork()
  const InstanceId = await launch(subnet)
  const { AllocationId, PublicIp } = await allocate()
  expect((await instance(InstanceId)).PublicIpAddress).toBeUndefined()
  const { AssociationId } = await ec2().send(
    new AssociateAddressCommand({ AllocationId, InstanceId }),
  )
  const running = await instance(InstanceId)
  expect(running.PublicIpAddress).toBe(PublicIp)
  expect(running.NetworkInterfaces![0]!.Association).toMatchObject({
    PublicIp,
    IpOwnerId: '123456789012',
  })
  expect(await address(AllocationId)).toMatchObject({
    AssociationId,
    InstanceId,
    PrivateIpAddress: running.PrivateIpAddress,
    Domain: 'vpc',
  })
  const release = () => ec2().send(new ReleaseAddressCommand({ AllocationId }))
  expect(await refusal(release())).toMatchObject({ code: 'InvalidIPAddress.InUse' })
  const detach = new DetachInternetGatewayCommand({ VpcId: vpc, InternetGatewayId: gateway })
  expect(await refusal(ec2().send(detach))).toMatchObject({
    code: 'DependencyViolation',
    message: `Network ${vpc} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
  })
  await ec2().send(new DisassociateAddressCommand({ AssociationId }))
  expect((await instance(InstanceId)).PublicIpAddress).toBeUndefined()
  await release()
  expect(await refusal(release())).toMatchObject({
    code: 'InvalidAllocationID.NotFound',
    message: `The allocation ID '${AllocationId}' does not exist`,
  })
})

test('an address moves to another instance, unless that is forbidden', async () => {
  const { subnet } = await newNetwork()
  const [one, other] = [await launch(subnet), await launch(subnet)]
  const { AllocationId, PublicIp } = await allocate()
  const first = await ec2().send(new AssociateAddressCommand({ AllocationId, InstanceId: one }))
  const forbidden = ec2().send(
    new AssociateAddressCommand({ AllocationId, InstanceId: other, AllowReassociation: false }),
  )
  expect(await refusal(forbidden)).toMatchObject({
    code: 'Resource.AlreadyAssociated',
    message: `resource ${AllocationId} is already associated with associate-id ${first.AssociationId}`,
  })
  await ec2().send(new AssociateAddressCommand({ AllocationId, InstanceId: other }))
  expect((await instance(one)).PublicIpAddress).toBeUndefined()
  expect((await instance(other)).PublicIpAddress).toBe(PublicIp)
  await ec2().send(new TerminateInstancesCommand({ InstanceIds: [other] }))
  expect((await address(AllocationId)).AssociationId).toBeUndefined()
})

test('AssociateAddress needs a gateway in the VPC', async () => {
  const vpc = await newVpc(ec2())
  const InstanceId = await launch(await newSubnet(ec2(), vpc, '10.0.1.0/24'))
  const { AllocationId } = await allocate()
  const call = ec2().send(new AssociateAddressCommand({ AllocationId, InstanceId }))
  expect(await refusal(call)).toMatchObject({
    code: 'Gateway.NotAttached',
    message: `Network ${vpc} is not attached to any internet gateway`,
  })
})

test('a NAT gateway comes up with its address, and gives it back when it goes', async () => {
  const { vpc, subnet: SubnetId } = await newNetwork()
  const { AllocationId, PublicIp } = await allocate()
  const { NatGateway } = await ec2().send(
    new CreateNatGatewayCommand({
      SubnetId,
      AllocationId,
      TagSpecifications: [{ ResourceType: 'natgateway', Tags: [{ Key: 'Name', Value: 'n' }] }],
    }),
  )
  expect(NatGateway).toMatchObject({ State: 'pending', NatGatewayAddresses: [{ AllocationId }] })
  const NatGatewayId = NatGateway!.NatGatewayId!
  const described = async () =>
    (await ec2().send(new DescribeNatGatewaysCommand({ NatGatewayIds: [NatGatewayId] })))
      .NatGateways![0]!
  const made = await described()
  expect(made).toMatchObject({
    State: 'available',
    VpcId: vpc,
    NatGatewayAddresses: [{ AllocationId, PublicIp, IsPrimary: true }],
    Tags: [{ Key: 'Name', Value: 'n' }],
  })
  const eni = made.NatGatewayAddresses![0]!.NetworkInterfaceId!
  expect(await networkInterface(eni)).toMatchObject({
    InterfaceType: 'nat_gateway',
    RequesterManaged: true,
    Status: 'in-use',
    Association: { AllocationId, PublicIp },
  })
  const remove = ec2().send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: eni }))
  expect(await refusal(remove)).toMatchObject({
    code: 'InvalidParameterValue',
    message: `Network interface '${eni}' is currently in use.`,
  })
  const { RouteTables } = await ec2().send(
    new DescribeRouteTablesCommand({ Filters: [{ Name: 'vpc-id', Values: [vpc] }] }),
  )
  const RouteTableId = RouteTables![0]!.RouteTableId!
  await ec2().send(
    new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', NatGatewayId }),
  )
  await ec2().send(new DeleteNatGatewayCommand({ NatGatewayId }))
  expect(await described()).toMatchObject({ State: 'deleted', DeleteTime: expect.any(Date) })
  const after = await ec2().send(new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }))
  expect(after.RouteTables![0]!.Routes![1]).toMatchObject({ NatGatewayId, State: 'blackhole' })
  await ec2().send(new ReleaseAddressCommand({ AllocationId }))
  await ec2().send(new DeleteSubnetCommand({ SubnetId }))
})

test('a NAT gateway without an internet gateway fails and says why', async () => {
  const vpc = await newVpc(ec2())
  const SubnetId = await newSubnet(ec2(), vpc, '10.0.1.0/24')
  const { AllocationId } = await allocate()
  const { NatGateway } = await ec2().send(new CreateNatGatewayCommand({ SubnetId, AllocationId }))
  expect(NatGateway!.State).toBe('pending')
  const { NatGateways } = await ec2().send(
    new DescribeNatGatewaysCommand({ Filter: [{ Name: 'vpc-id', Values: [vpc] }] }),
  )
  expect(NatGateways).toMatchObject([
    {
      State: 'failed',
      FailureCode: 'Gateway.NotAttached',
      FailureMessage: `Network ${vpc} has no Internet gateway attached`,
    },
  ])
  const missing = ec2().send(
    new DescribeNatGatewaysCommand({ NatGatewayIds: ['nat-0123456789abcdef0'] }),
  )
  expect(await refusal(missing)).toMatchObject({
    code: 'NatGatewayNotFound',
    message: 'The Nat Gateway nat-0123456789abcdef0 was not found',
  })
})

test('an interface is made, put on an instance, taken off and deleted', async () => {
  const { subnet: SubnetId } = await newNetwork()
  const InstanceId = await launch(SubnetId)
  const free = async () =>
    (await ec2().send(new DescribeSubnetsCommand({ SubnetIds: [SubnetId] }))).Subnets![0]!
      .AvailableIpAddressCount
  expect(await free()).toBe(250)
  const { NetworkInterface } = await ec2().send(
    new CreateNetworkInterfaceCommand({ SubnetId, PrivateIpAddress: '10.0.1.77' }),
  )
  expect(NetworkInterface).toMatchObject({ Status: 'pending', PrivateIpAddress: '10.0.1.77' })
  expect(await free()).toBe(249)
  const NetworkInterfaceId = NetworkInterface!.NetworkInterfaceId!
  const again = ec2().send(
    new CreateNetworkInterfaceCommand({ SubnetId, PrivateIpAddress: '10.0.1.77' }),
  )
  expect(await refusal(again)).toMatchObject({ code: 'InvalidIPAddress.InUse' })
  const attach = (DeviceIndex: number) =>
    ec2().send(new AttachNetworkInterfaceCommand({ NetworkInterfaceId, InstanceId, DeviceIndex }))
  expect(await refusal(attach(0))).toMatchObject({ code: 'InvalidParameterValue' })
  const { AttachmentId } = await attach(1)
  expect((await instance(InstanceId)).NetworkInterfaces).toHaveLength(2)
  expect(await networkInterface(NetworkInterfaceId)).toMatchObject({
    Status: 'in-use',
    Attachment: { AttachmentId, InstanceId, DeviceIndex: 1, Status: 'attached' },
  })
  const remove = () => ec2().send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }))
  expect(await refusal(remove())).toMatchObject({ code: 'InvalidParameterValue' })
  const first = (await instance(InstanceId)).NetworkInterfaces![0]!
  const primary = ec2().send(
    new DetachNetworkInterfaceCommand({ AttachmentId: first.Attachment!.AttachmentId! }),
  )
  expect(await refusal(primary)).toMatchObject({ code: 'OperationNotPermitted' })
  await ec2().send(new DetachNetworkInterfaceCommand({ AttachmentId: AttachmentId! }))
  expect((await networkInterface(NetworkInterfaceId)).Status).toBe('available')
  await remove()
  expect(await refusal(remove())).toMatchObject({ code: 'InvalidNetworkInterfaceID.NotFound' })
  expect(await free()).toBe(250)
})

test('private addresses come and go, with elastic ones on them', async () => {
  const { subnet: SubnetId } = await newNetwork()
  const { NetworkInterface } = await ec2().send(new CreateNetworkInterfaceCommand({ SubnetId }))
  const NetworkInterfaceId = NetworkInterface!.NetworkInterfaceId!
  const { AssignedPrivateIpAddresses } = await ec2().send(
    new AssignPrivateIpAddressesCommand({
      NetworkInterfaceId,
      PrivateIpAddresses: ['10.0.1.50'],
    }),
  )
  expect(AssignedPrivateIpAddresses).toEqual([{ PrivateIpAddress: '10.0.1.50' }])
  const { AllocationId, PublicIp } = await allocate()
  await ec2().send(
    new AssociateAddressCommand({
      AllocationId,
      NetworkInterfaceId,
      PrivateIpAddress: '10.0.1.50',
    }),
  )
  expect((await networkInterface(NetworkInterfaceId)).PrivateIpAddresses![1]).toMatchObject({
    PrivateIpAddress: '10.0.1.50',
    Primary: false,
    Association: { AllocationId, PublicIp },
  })
  const unassign = () =>
    ec2().send(
      new UnassignPrivateIpAddressesCommand({
        NetworkInterfaceId,
        PrivateIpAddresses: ['10.0.1.50'],
      }),
    )
  await unassign()
  expect((await address(AllocationId)).AssociationId).toBeUndefined()
  expect(await refusal(unassign())).toMatchObject({ code: 'InvalidParameterValue' })
})

test('ModifyNetworkInterfaceAttribute changes what DescribeNetworkInterfaceAttribute tells', async () => {
  const { subnet: SubnetId } = await newNetwork()
  const { NetworkInterface } = await ec2().send(new CreateNetworkInterfaceCommand({ SubnetId }))
  const NetworkInterfaceId = NetworkInterface!.NetworkInterfaceId!
  const modify = (change: object) =>
    ec2().send(new ModifyNetworkInterfaceAttributeCommand({ NetworkInterfaceId, ...change }))
  await modify({ Description: { Value: 'second' } })
  await modify({ SourceDestCheck: { Value: false } })
  const attribute = (Attribute: 'description' | 'sourceDestCheck') =>
    ec2().send(new DescribeNetworkInterfaceAttributeCommand({ NetworkInterfaceId, Attribute }))
  expect(await attribute('description')).toMatchObject({ Description: { Value: 'second' } })
  expect(await attribute('sourceDestCheck')).toMatchObject({ SourceDestCheck: { Value: false } })
  expect(await refusal(modify({}))).toMatchObject({ code: 'MissingParameter' })
})
