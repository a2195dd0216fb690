import {
  AllocateIpamPoolCidrCommand,
  AttachVpnGatewayCommand,
  CreateCustomerGatewayCommand,
  CreateIpamCommand,
  CreateIpamPoolCommand,
  CreateRouteCommand,
  CreateTagsCommand,
  CreateTransitGatewayCommand,
  CreateTransitGatewayRouteCommand,
  CreateTransitGatewayVpcAttachmentCommand,
  CreateVpcEndpointCommand,
  CreateVpcEndpointServiceConfigurationCommand,
  CreateVpnConnectionCommand,
  CreateVpnGatewayCommand,
  DeleteSubnetCommand,
  DeleteTransitGatewayCommand,
  DeleteTransitGatewayVpcAttachmentCommand,
  DeleteVpcCommand,
  DeleteVpcEndpointServiceConfigurationsCommand,
  DeleteVpnGatewayCommand,
  DescribeRouteTablesCommand,
  DescribeTransitGatewayAttachmentsCommand,
  DescribeTransitGatewaysCommand,
  DescribeVpcEndpointConnectionsCommand,
  DescribeVpcEndpointsCommand,
  DescribeVpnConnectionsCommand,
  DescribeVpnGatewaysCommand,
  EnableVgwRoutePropagationCommand,
  AcceptVpcEndpointConnectionsCommand,
  ProvisionIpamPoolCidrCommand,
  SearchTransitGatewayRoutesCommand,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { newSubnet, newVpc, refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()

async function mainTable(vpcId: string) {
  const Filters = [{ Name: 'vpc-id', Values: [vpcId] }]
  const { RouteTables } = await ec2().send(new DescribeRouteTablesCommand({ Filters }))
  return RouteTables![0]!
}

test('a transit gateway tells the routes of what is attached to it, and stays while anything is', async () => {
  const vpc = await newVpc(ec2())
  const subnet = await newSubnet(ec2(), vpc, '10.0.1.0/24')
  const { TransitGateway } = await ec2().send(
    new CreateTransitGatewayCommand({
      TagSpecifications: [
        { ResourceType: 'transit-gateway', Tags: [{ Key: 'team', Value: 'net' }] },
      ],
    }),
  )
  expect(TransitGateway).toMatchObject({ State: 'pending', Options: { AmazonSideAsn: 64_512 } })
  const TransitGatewayId = TransitGateway!.TransitGatewayId!
  const ids = { TransitGatewayId, VpcId: vpc, SubnetIds: [subnet] }
  const RouteTableId = (await mainTable(vpc)).RouteTableId!
  const route = () =>
    ec2().send(
      new CreateRouteCommand({
        RouteTableId,
        DestinationCidrBlock: '10.9.0.0/16',
        TransitGatewayId,
      }),
    )
  expect(await refusal(route())).toMatchObject({ code: 'InvalidTransitGatewayID.NotFound' })
  const attach = () => ec2().send(new CreateTransitGatewayVpcAttachmentCommand(ids))
  const { TransitGatewayVpcAttachment } = await attach()
  const { TransitGatewayAttachmentId } = TransitGatewayVpcAttachment!
  expect(await refusal(attach())).toMatchObject({ code: 'DuplicateTransitGatewayAttachment' })
  await route()

  const { TransitGatewayAttachments } = await ec2().send(
    new DescribeTransitGatewayAttachmentsCommand({
      Filters: [{ Name: 'resource-id', Values: [vpc] }],
    }),
  )
  expect(TransitGatewayAttachments).toMatchObject([
    { TransitGatewayAttachmentId, State: 'available', Association: { State: 'associated' } },
  ])
  const TransitGatewayRouteTableId =
    TransitGatewayAttachments![0]!.Association!.TransitGatewayRouteTableId!
  await ec2().send(
    new CreateTransitGatewayRouteCommand({
      TransitGatewayRouteTableId,
      DestinationCidrBlock: '10.66.0.0/16',
      Blackhole: true,
    }),
  )
  const found = (name: string, value: string) =>
    ec2().send(
      new SearchTransitGatewayRoutesCommand({
        TransitGatewayRouteTableId,
        Filters: [{ Name: name, Values: [value] }],
      }),
    )
  expect((await found('type', 'propagated')).Routes).toMatchObject([
    { DestinationCidrBlock: '10.0.0.0/16', State: 'active' },
  ])
  expect((await found('route-search.longest-prefix-match', '10.66.1.0/24')).Routes).toMatchObject([
    { DestinationCidrBlock: '10.66.0.0/16', State: 'blackhole' },
  ])

  const gone = () => ec2().send(new DeleteTransitGatewayCommand({ TransitGatewayId }))
  expect(await refusal(gone())).toEqual({
    code: 'IncorrectState',
    message: `${TransitGatewayId} has non-deleted VPC Attachments: ${TransitGatewayAttachmentId}.`,
    status: 400,
  })
  expect(await refusal(ec2().send(new DeleteSubnetCommand({ SubnetId: subnet })))).toMatchObject({
    code: 'DependencyViolation',
  })
  await ec2().send(new DeleteTransitGatewayVpcAttachmentCommand({ TransitGatewayAttachmentId }))
  const { Routes } = await mainTable(vpc)
  expect(Routes).toContainEqual(expect.objectContaining({ TransitGatewayId, State: 'blackhole' }))
  await gone()
  await ec2().send(new DeleteSubnetCommand({ SubnetId: subnet }))
  await ec2().send(new DeleteVpcCommand({ VpcId: vpc }))

  // What is deleted can be seen for an hour, and nothing can be done with it any more.
  const seen = async () =>
    (
      await ec2().send(
        new DescribeTransitGatewaysCommand({ Filters: [{ Name: 'tag:team', Values: ['net'] }] }),
      )
    ).TransitGateways
  expect(await seen()).toMatchObject([{ State: 'deleted' }])
  const tag = { Resources: [TransitGatewayId], Tags: [{ Key: 'a', Value: 'b' }] }
  expect(await refusal(ec2().send(new CreateTagsCommand(tag)))).toMatchObject({
    code: 'InvalidTransitGatewayID.NotFound',
    message: `Transit Gateway ${TransitGatewayId} was deleted or does not exist.`,
  })
  await emulator().advance(61 * 60 * 1000)
  expect(await seen()).toEqual([])
})

test('a VPN connection has two tunnels and a document for the customer, and holds its gateways', async () => {
  const vpc = await newVpc(ec2(), '10.5.0.0/16')
  const { VpnGateway } = await ec2().send(new CreateVpnGatewayCommand({ Type: 'ipsec.1' }))
  const VpnGatewayId = VpnGateway!.VpnGatewayId!
  const { RouteTableId } = await mainTable(vpc)
  const propagate = () =>
    ec2().send(new EnableVgwRoutePropagationCommand({ GatewayId: VpnGatewayId, RouteTableId }))
  expect(await refusal(propagate())).toMatchObject({ code: 'Gateway.NotAttached' })
  await ec2().send(new AttachVpnGatewayCommand({ VpnGatewayId, VpcId: vpc }))
  await propagate()
  expect((await mainTable(vpc)).PropagatingVgws).toEqual([{ GatewayId: VpnGatewayId }])
  const { VpnGateways } = await ec2().send(
    new DescribeVpnGatewaysCommand({ Filters: [{ Name: 'attachment.vpc-id', Values: [vpc] }] }),
  )
  expect(VpnGateways).toMatchObject([{ VpnGatewayId, AmazonSideAsn: 64_512, State: 'available' }])

  const { CustomerGateway } = await ec2().send(
    new CreateCustomerGatewayCommand({
      Type: 'ipsec.1',
      IpAddress: '198.51.100.7',
      BgpAsn: 65_010,
    }),
  )
  const { VpnConnection } = await ec2().send(
    new CreateVpnConnectionCommand({
      Type: 'ipsec.1',
      VpnGatewayId,
      CustomerGatewayId: CustomerGateway!.CustomerGatewayId,
      Options: { TunnelOptions: [{ PreSharedKey: 'our_own_key_1' }] },
    }),
  )
  expect(VpnConnection!.CustomerGatewayConfiguration).toContain('our_own_key_1')
  const { VpnConnections } = await ec2().send(
    new DescribeVpnConnectionsCommand({
      Filters: [{ Name: 'vpn-gateway-id', Values: [VpnGatewayId] }],
    }),
  )
  expect(VpnConnections).toMatchObject([
    { State: 'available', VgwTelemetry: [{ Status: 'DOWN' }, { Status: 'DOWN' }] },
  ])
  expect(await refusal(ec2().send(new DeleteVpnGatewayCommand({ VpnGatewayId })))).toMatchObject({
    code: 'IncorrectState',
  })
  expect(await refusal(ec2().send(new DeleteVpcCommand({ VpcId: vpc })))).toMatchObject({
    code: 'DependencyViolation',
  })
})

test('a pool of addresses gives out its blocks one after the other, once each', async () => {
  const { Ipam } = await ec2().send(new CreateIpamCommand({}))
  const { IpamPool } = await ec2().send(
    new CreateIpamPoolCommand({
      IpamScopeId: Ipam!.PrivateDefaultScopeId,
      AddressFamily: 'ipv4',
      AllocationMaxNetmaskLength: 28,
    }),
  )
  const { IpamPoolId } = IpamPool!
  await ec2().send(new ProvisionIpamPoolCidrCommand({ IpamPoolId, Cidr: '172.20.0.0/27' }))
  const allocate = async (more: object) =>
    (await ec2().send(new AllocateIpamPoolCidrCommand({ IpamPoolId, ...more }))).IpamPoolAllocation!
      .Cidr
  expect(await allocate({ NetmaskLength: 28 })).toBe('172.20.0.0/28')
  expect(await allocate({ NetmaskLength: 28 })).toBe('172.20.0.16/28')
  expect(await refusal(allocate({ NetmaskLength: 28 }))).toMatchObject({
    code: 'InsufficientCidrBlocks',
  })
  expect(await refusal(allocate({ NetmaskLength: 29 }))).toMatchObject({
    code: 'InvalidParameterValue',
  })
})

test('an endpoint of an own service waits to be accepted, and keeps the service', async () => {
  const vpc = await newVpc(ec2(), '10.6.0.0/16')
  const { ServiceConfiguration } = await ec2().send(
    new CreateVpcEndpointServiceConfigurationCommand({
      NetworkLoadBalancerArns: [
        'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/x/50dc6c495c0c9188',
      ],
    }),
  )
  const { ServiceId, ServiceName } = ServiceConfiguration!
  const { VpcEndpoint } = await ec2().send(
    new CreateVpcEndpointCommand({ VpcId: vpc, ServiceName, VpcEndpointType: 'Interface' }),
  )
  expect(VpcEndpoint).toMatchObject({ State: 'pendingAcceptance' })
  const VpcEndpointIds = [VpcEndpoint!.VpcEndpointId!]
  const { VpcEndpointConnections } = await ec2().send(new DescribeVpcEndpointConnectionsCommand({}))
  expect(VpcEndpointConnections).toMatchObject([{ ServiceId, VpcEndpointId: VpcEndpointIds[0] }])
  await ec2().send(new AcceptVpcEndpointConnectionsCommand({ ServiceId, VpcEndpointIds }))
  const { VpcEndpoints } = await ec2().send(new DescribeVpcEndpointsCommand({ VpcEndpointIds }))
  expect(VpcEndpoints).toMatchObject([{ State: 'available' }])
  const { Unsuccessful } = await ec2().send(
    new DeleteVpcEndpointServiceConfigurationsCommand({ ServiceIds: [ServiceId!] }),
  )
  expect(Unsuccessful).toMatchObject([{ Error: { Code: 'ExistingVpcEndpointConnections' } }])
})
