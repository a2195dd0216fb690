import {
  CreateRouteTableCommand,
  CreateVpcEndpointCommand,
  DeleteRouteCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeVpcEndpointServicesCommand,
  DescribeVpcEndpointsCommand,
  ModifyVpcEndpointCommand,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { newSubnet, newVpc, refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()

const s3 = 'com.amazonaws.us-east-1.s3'

async function newTable(VpcId: string): Promise<string> {
  const { RouteTable } = await ec2().send(new CreateRouteTableCommand({ VpcId }))
  return RouteTable!.RouteTableId!
}

const routes = async (id: string) =>
  (await ec2().send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }))).RouteTables![0]!
    .Routes!

test('a gateway endpoint keeps a route in its tables', async () => {
  const VpcId = await newVpc(ec2())
  const [one, other] = [await newTable(VpcId), await newTable(VpcId)]
  const { VpcEndpoint } = await ec2().send(
    new CreateVpcEndpointCommand({ VpcId, ServiceName: s3, RouteTableIds: [one] }),
  )
  expect(VpcEndpoint).toMatchObject({ State: 'available', VpcEndpointType: 'Gateway' })
  const id = VpcEndpoint!.VpcEndpointId!
  expect((await routes(one))[1]).toMatchObject({
    DestinationPrefixListId: 'pl-63a5400a',
    GatewayId: id,
    State: 'active',
  })
  const byHand = ec2().send(
    new DeleteRouteCommand({ RouteTableId: one, DestinationPrefixListId: 'pl-63a5400a' }),
  )
  expect(await refusal(byHand)).toMatchObject({ code: 'InvalidParameterValue' })
  const twice = ec2().send(
    new CreateVpcEndpointCommand({ VpcId, ServiceName: s3, RouteTableIds: [one] }),
  )
  expect(await refusal(twice)).toMatchObject({ code: 'RouteAlreadyExists' })
  await ec2().send(
    new ModifyVpcEndpointCommand({
      VpcEndpointId: id,
      AddRouteTableIds: [other],
      RemoveRouteTableIds: [one],
    }),
  )
  expect([(await routes(one)).length, (await routes(other)).length]).toEqual([1, 2])
  const remove = () => ec2().send(new DeleteVpcEndpointsCommand({ VpcEndpointIds: [id] }))
  expect((await remove()).Unsuccessful).toEqual([])
  expect(await routes(other)).toHaveLength(1)
  expect((await remove()).Unsuccessful).toMatchObject([
    { ResourceId: id, Error: { Code: 'InvalidVpcEndpoint.NotFound' } },
  ])
})

test('an interface endpoint has an interface in each of its subnets', async () => {
  const VpcId = await newVpc(ec2())
  const SubnetId = await newSubnet(ec2(), VpcId, '10.0.1.0/24')
  const { VpcEndpoint } = await ec2().send(
    new CreateVpcEndpointCommand({
      VpcId,
      ServiceName: 'com.amazonaws.us-east-1.sqs',
      VpcEndpointType: 'Interface',
      SubnetIds: [SubnetId],
    }),
  )
  const VpcEndpointIds = [VpcEndpoint!.VpcEndpointId!]
  const { VpcEndpoints } = await ec2().send(new DescribeVpcEndpointsCommand({ VpcEndpointIds }))
  expect(VpcEndpoints![0]).toMatchObject({
    State: 'available',
    Groups: [{ GroupName: 'default' }],
    PrivateDnsEnabled: true,
  })
  const NetworkInterfaceIds = VpcEndpoints![0]!.NetworkInterfaceIds!
  const { NetworkInterfaces } = await ec2().send(
    new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds }),
  )
  expect(NetworkInterfaces).toMatchObject([
    { SubnetId, InterfaceType: 'vpc_endpoint', RequesterManaged: true },
  ])
  const remove = ec2().send(new DeleteVpcCommand({ VpcId }))
  expect(await refusal(remove)).toMatchObject({ code: 'DependencyViolation' })
  await ec2().send(new DeleteVpcEndpointsCommand({ VpcEndpointIds }))
  const after = ec2().send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds }))
  expect(await refusal(after)).toMatchObject({ code: 'InvalidNetworkInterfaceID.NotFound' })
})

test('endpoints are of services that exist', async () => {
  const VpcId = await newVpc(ec2())
  const ServiceName = 'com.amazonaws.us-east-1.nothing'
  const call = ec2().send(new CreateVpcEndpointCommand({ VpcId, ServiceName }))
  expect(await refusal(call)).toMatchObject({
    code: 'InvalidServiceName',
    message: `The Vpc Endpoint Service '${ServiceName}' does not exist`,
  })
  const { ServiceDetails } = await ec2().send(
    new DescribeVpcEndpointServicesCommand({
      Filters: [{ Name: 'service-type', Values: ['Gateway'] }],
    }),
  )
  expect(ServiceDetails!.map((one) => one.ServiceName)).toEqual([
    'com.amazonaws.us-east-1.dynamodb',
    s3,
  ])
})
