import {
  CreateEgressOnlyInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  DeleteEgressOnlyInternetGatewayCommand,
  DescribeEgressOnlyInternetGatewaysCommand,
  DescribeRouteTablesCommand,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { newVpc, refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()

test('an egress-only gateway takes IPv6 routes and leaves black holes', async () => {
  const VpcId = await newVpc(ec2())
  const { EgressOnlyInternetGateway } = await ec2().send(
    new CreateEgressOnlyInternetGatewayCommand({ VpcId }),
  )
  expect(EgressOnlyInternetGateway).toMatchObject({ Attachments: [{ State: 'attached', VpcId }] })
  const id = EgressOnlyInternetGateway!.EgressOnlyInternetGatewayId!
  const { RouteTable } = await ec2().send(new CreateRouteTableCommand({ VpcId }))
  const RouteTableId = RouteTable!.RouteTableId!
  const route = (destination: object) =>
    ec2().send(
      new CreateRouteCommand({ RouteTableId, EgressOnlyInternetGatewayId: id, ...destination }),
    )
  const v4 = route({ DestinationCidrBlock: '0.0.0.0/0' })
  expect(await refusal(v4)).toMatchObject({ code: 'InvalidParameterValue' })
  await route({ DestinationIpv6CidrBlock: '::/0' })
  const remove = () =>
    ec2().send(new DeleteEgressOnlyInternetGatewayCommand({ EgressOnlyInternetGatewayId: id }))
  expect(await remove()).toMatchObject({ ReturnCode: true })
  expect(await refusal(remove())).toMatchObject({
    code: 'InvalidGatewayID.NotFound',
    message: `The eigw ID '${id}' does not exist`,
  })
  const { RouteTables } = await ec2().send(
    new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }),
  )
  expect(RouteTables![0]!.Routes![1]).toMatchObject({
    DestinationIpv6CidrBlock: '::/0',
    State: 'blackhole',
  })
  const { EgressOnlyInternetGateways } = await ec2().send(
    new DescribeEgressOnlyInternetGatewaysCommand({}),
  )
  expect(EgressOnlyInternetGateways).toEqual([])
})
