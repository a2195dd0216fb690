import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteInternetGatewayCommand,
  DeleteRouteCommand,
  DeleteRouteTableCommand,
  DescribeRouteTablesCommand,
  DetachInternetGatewayCommand,
  DisassociateRouteTableCommand,
  ReplaceRouteCommand,
  ReplaceRouteTableAssociationCommand,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { newGateway, newSubnet, newVpc, refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()

const everywhere = '0.0.0.0/0'

async function newTable(VpcId: string): Promise<string> {
  const { RouteTable } = await ec2().send(new CreateRouteTableCommand({ VpcId }))
  return RouteTable!.RouteTableId!
}

const described = async (id: string) =>
  (await ec2().send(new DescribeRouteTablesCommand({ RouteTableIds: [id] }))).RouteTables![0]!

test('a route through a gateway turns into a black hole when the gateway leaves, and back', async () => {
  const VpcId = await newVpc(ec2())
  const InternetGatewayId = await newGateway(ec2(), VpcId)
  const RouteTableId = await newTable(VpcId)
  await ec2().send(
    new CreateRouteCommand({
      RouteTableId,
      DestinationCidrBlock: everywhere,
      GatewayId: InternetGatewayId,
    }),
  )
  const route = async () => (await described(RouteTableId)).Routes![1]
  expect(await route()).toEqual({
    DestinationCidrBlock: everywhere,
    GatewayId: InternetGatewayId,
    Origin: 'CreateRoute',
    State: 'active',
  })
  await ec2().send(new DetachInternetGatewayCommand({ VpcId, InternetGatewayId }))
  expect(await route()).toMatchObject({ State: 'blackhole' })
  await ec2().send(new AttachInternetGatewayCommand({ VpcId, InternetGatewayId }))
  expect(await route()).toMatchObject({ State: 'active' })
})

test('routes are checked: target, destination, what is there already', async () => {
  const VpcId = await newVpc(ec2())
  const GatewayId = await newGateway(ec2(), VpcId)
  const foreign = await newGateway(ec2(), await newVpc(ec2(), '10.1.0.0/16'))
  const RouteTableId = await newTable(VpcId)
  const create = (DestinationCidrBlock: string, gateway: string) =>
    ec2().send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock, GatewayId: gateway }))
  await create(everywhere, GatewayId)
  expect(await refusal(create(everywhere, GatewayId))).toMatchObject({
    code: 'RouteAlreadyExists',
    message: 'The route identified by 0.0.0.0/0 already exists.',
  })
  expect(await refusal(create('8.8.8.0/24', foreign))).toMatchObject({
    code: 'InvalidParameterValue',
    message: `route table ${RouteTableId} and network gateway ${foreign} belong to different networks`,
  })
  expect(await refusal(create('8.8.8.0/24', 'igw-0123456789abcdef0'))).toMatchObject({
    code: 'InvalidGatewayID.NotFound',
  })
  expect(await refusal(create('10.0.4.0/24', GatewayId))).toMatchObject({
    code: 'InvalidParameterValue',
    message: expect.stringContaining("more specific than one of this VPC's CIDR blocks"),
  })
  expect(await refusal(create('10.0.0.0/16', GatewayId))).toMatchObject({
    code: 'RouteAlreadyExists',
  })
})

test('ReplaceRoute and DeleteRoute need the route, and local routes stay', async () => {
  const VpcId = await newVpc(ec2())
  const GatewayId = await newGateway(ec2(), VpcId)
  const RouteTableId = await newTable(VpcId)
  const remove = (DestinationCidrBlock: string) =>
    ec2().send(new DeleteRouteCommand({ RouteTableId, DestinationCidrBlock }))
  expect(await refusal(remove(everywhere))).toMatchObject({
    code: 'InvalidRoute.NotFound',
    message: `no route with destination-cidr-block 0.0.0.0/0 in route table ${RouteTableId}`,
  })
  const replace = ec2().send(
    new ReplaceRouteCommand({ RouteTableId, DestinationCidrBlock: everywhere, GatewayId }),
  )
  expect(await refusal(replace)).toMatchObject({
    code: 'InvalidParameterValue',
    message: `There is no route defined for '0.0.0.0/0' in the route table. Use CreateRoute instead.`,
  })
  expect(await refusal(remove('10.0.0.0/16'))).toMatchObject({
    message: `cannot remove local route 10.0.0.0/16 in route table ${RouteTableId}`,
  })
  await ec2().send(
    new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: everywhere, GatewayId }),
  )
  await remove(everywhere)
  expect((await described(RouteTableId)).Routes).toHaveLength(1)
})

test('a subnet has one table: associate, replace, disassociate', async () => {
  const VpcId = await newVpc(ec2())
  const SubnetId = await newSubnet(ec2(), VpcId, '10.0.1.0/24')
  const [one, other] = [await newTable(VpcId), await newTable(VpcId)]
  const associate = (RouteTableId: string) =>
    ec2().send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }))
  const { AssociationId } = await associate(one)
  expect(await refusal(associate(other))).toMatchObject({ code: 'Resource.AlreadyAssociated' })
  const remove = (RouteTableId: string) => ec2().send(new DeleteRouteTableCommand({ RouteTableId }))
  expect(await refusal(remove(one))).toMatchObject({
    code: 'DependencyViolation',
    message: `The routeTable '${one}' has dependencies and cannot be deleted.`,
  })
  const { NewAssociationId } = await ec2().send(
    new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId: other }),
  )
  expect((await described(other)).Associations).toMatchObject([
    { RouteTableAssociationId: NewAssociationId, SubnetId, Main: false },
  ])
  await remove(one)
  const leave = (id: string) => ec2().send(new DisassociateRouteTableCommand({ AssociationId: id }))
  await leave(NewAssociationId!)
  expect(await refusal(leave(NewAssociationId!))).toMatchObject({
    code: 'InvalidAssociationID.NotFound',
    message: `The association ID '${NewAssociationId}' does not exist`,
  })
  expect((await described(other)).Associations).toEqual([])
})

test('the main association moves to another table and cannot be taken away', async () => {
  const VpcId = await newVpc(ec2())
  const table = await newTable(VpcId)
  const { RouteTables } = await ec2().send(
    new DescribeRouteTablesCommand({
      Filters: [
        { Name: 'vpc-id', Values: [VpcId] },
        { Name: 'association.main', Values: ['true'] },
      ],
    }),
  )
  const main = RouteTables![0]!.Associations![0]!
  const AssociationId = main.RouteTableAssociationId!
  const call = ec2().send(new DisassociateRouteTableCommand({ AssociationId }))
  expect(await refusal(call)).toMatchObject({ code: 'InvalidParameterValue' })
  await ec2().send(new ReplaceRouteTableAssociationCommand({ AssociationId, RouteTableId: table }))
  expect((await described(table)).Associations).toMatchObject([{ Main: true }])
  await ec2().send(new DeleteRouteTableCommand({ RouteTableId: main.RouteTableId! }))
})

test('an internet gateway is attached to one VPC, which has one', async () => {
  const VpcId = await newVpc(ec2())
  const InternetGatewayId = await newGateway(ec2(), VpcId)
  const other = await newVpc(ec2())
  const again = ec2().send(new AttachInternetGatewayCommand({ VpcId: other, InternetGatewayId }))
  expect(await refusal(again)).toMatchObject({
    code: 'Resource.AlreadyAssociated',
    message: `resource ${InternetGatewayId} is already attached to network ${VpcId}`,
  })
  expect(await refusal(newGateway(ec2(), VpcId))).toMatchObject({ code: 'InvalidParameterValue' })
  const remove = () => ec2().send(new DeleteInternetGatewayCommand({ InternetGatewayId }))
  expect(await refusal(remove())).toMatchObject({
    code: 'DependencyViolation',
    message: `The internetGateway '${InternetGatewayId}' has dependencies and cannot be deleted.`,
  })
  const detach = (vpc: string) =>
    ec2().send(new DetachInternetGatewayCommand({ VpcId: vpc, InternetGatewayId }))
  expect(await refusal(detach(other))).toMatchObject({ code: 'Gateway.NotAttached' })
  await detach(VpcId)
  await remove()
})
