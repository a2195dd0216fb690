import {
  AcceptVpcPeeringConnectionCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateVpcPeeringConnectionCommand,
  DeleteVpcPeeringConnectionCommand,
  DescribeRouteTablesCommand,
  DescribeVpcPeeringConnectionsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { newVpc, refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()

test('another account accepts a peering connection, and both see it until one deletes it', async () => {
  const other = emulator().client(EC2Client, {
    region: 'eu-west-1',
    credentials: { accessKeyId: '210987654321', secretAccessKey: 'test' },
  })
  const VpcId = await newVpc(ec2(), '10.0.0.0/16')
  const PeerVpcId = await newVpc(other, '10.1.0.0/16')
  const { VpcPeeringConnection } = await ec2().send(
    new CreateVpcPeeringConnectionCommand({
      VpcId,
      PeerVpcId,
      PeerOwnerId: '210987654321',
      PeerRegion: 'eu-west-1',
    }),
  )
  expect(VpcPeeringConnection!.Status).toMatchObject({ Code: 'initiating-request' })
  const id = VpcPeeringConnection!.VpcPeeringConnectionId!
  const accept = (client: EC2Client) =>
    client.send(new AcceptVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }))
  expect(await refusal(accept(ec2()))).toMatchObject({ code: 'OperationNotPermitted' })
  await accept(other)
  const status = async (client: EC2Client) =>
    (await client.send(new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [id] })))
      .VpcPeeringConnections![0]!.Status!.Code
  expect([await status(ec2()), await status(other)]).toEqual(['active', 'active'])
  expect(await refusal(accept(other))).toMatchObject({
    code: 'InvalidStateTransition',
    message: `Invalid state transition for ${id}, attempted to transition from active to active`,
  })
  const { RouteTable } = await ec2().send(new CreateRouteTableCommand({ VpcId }))
  const RouteTableId = RouteTable!.RouteTableId!
  await ec2().send(
    new CreateRouteCommand({
      RouteTableId,
      DestinationCidrBlock: '10.1.0.0/16',
      VpcPeeringConnectionId: id,
    }),
  )
  await other.send(new DeleteVpcPeeringConnectionCommand({ VpcPeeringConnectionId: id }))
  expect(await status(ec2())).toBe('deleted')
  const { RouteTables } = await ec2().send(
    new DescribeRouteTablesCommand({ RouteTableIds: [RouteTableId] }),
  )
  expect(RouteTables![0]!.Routes![1]).toMatchObject({
    VpcPeeringConnectionId: id,
    State: 'blackhole',
  })
})

test('peering with overlapping blocks fails', async () => {
  const [VpcId, PeerVpcId] = [await newVpc(ec2()), await newVpc(ec2())]
  const { VpcPeeringConnection } = await ec2().send(
    new CreateVpcPeeringConnectionCommand({ VpcId, PeerVpcId }),
  )
  const id = VpcPeeringConnection!.VpcPeeringConnectionId!
  const { VpcPeeringConnections } = await ec2().send(
    new DescribeVpcPeeringConnectionsCommand({ VpcPeeringConnectionIds: [id] }),
  )
  expect(VpcPeeringConnections![0]!.Status).toEqual({
    Code: 'failed',
    Message: 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range',
  })
})
