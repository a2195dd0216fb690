import type {
  CreateVpnConnectionRequest,
  CreateVpnConnectionResult,
  CreateVpnConnectionRouteRequest,
  DeleteVpnConnectionRequest,
  DeleteVpnConnectionRouteRequest,
  DescribeVpnConnectionsRequest,
  DescribeVpnConnectionsResult,
  ModifyVpnConnectionOptionsRequest,
  ModifyVpnConnectionOptionsResult,
  ModifyVpnConnectionRequest,
  ModifyVpnConnectionResult,
  ModifyVpnTunnelOptionsRequest,
  ModifyVpnTunnelOptionsResult,
  VpnConnection,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { canonicalIpv4Block } from '../addresses.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { json, jsonEach } from '../describe/sql.ts'
import {
  invalidParameterCombination,
  invalidParameterValue,
  invalidValue,
  missingParameter,
} from '../errors.ts'
import { customerGateways } from './customer-gateways.ts'
import { byMembers, family } from './family.ts'
import { acts, creates, deletes, describes, modifies } from './operations.ts'
import {
  attachments,
  commonParts,
  enterDefaultTables,
  leaveTables,
} from './transit-gateway-attachments.ts'
import { transitGateways } from './transit-gateways.ts'
import { vpnGateways } from './vpn-gateways.ts'
import { changedTunnel, configuration, newTunnels } from './vpn-tunnels.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpnConnection.html */
export const vpnConnections = family<VpnConnection>({
  type: 'vpn-connection',
  prefix: 'vpn',
  id: 'VpnConnectionId',
  notFound: idDoesNotExist('InvalidVpnConnectionID.NotFound', 'vpnConnection'),
  malformed: 'InvalidVpnConnectionId.Malformed',
  life: {
    first: 'pending',
    next: { pending: 'available', modifying: 'available', deleting: 'deleted' },
    last: 'deleting',
    gone: ['deleted'],
  },
  filters: {
    ...byMembers(
      'CustomerGatewayConfiguration',
      'CustomerGatewayId',
      'TransitGatewayId',
      'Type',
      'VpnGatewayId',
    ),
    'bgp-asn': 'null',
    'option.static-routes-only': json('Options.StaticRoutesOnly'),
    'route.destination-cidr-block': jsonEach('Routes', 'DestinationCidrBlock'),
    state: 't.state',
    'vpn-connection-id': 't.id',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpnConnections.html */
export const DescribeVpnConnections = describes<
  DescribeVpnConnectionsRequest,
  DescribeVpnConnectionsResult
>(vpnConnections, 'VpnConnections', 'VpnConnectionIds')

/** No tunnel ever comes up. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnConnection.html */
export const CreateVpnConnection = creates<
  CreateVpnConnectionRequest,
  CreateVpnConnectionResult,
  VpnConnection
>(vpnConnections, {
  uses: {
    CustomerGatewayId: 'customer-gateway',
    VpnGatewayId: 'vpn-gateway?',
    TransitGatewayId: 'transit-gateway?',
  },
  needs: ['Type'],
  make(input, call) {
    const { CustomerGatewayId, VpnGatewayId, TransitGatewayId, Type, Options = {} } = input
    if (Type !== 'ipsec.1') throw invalidValue(Type!, 'type')
    if (VpnGatewayId && TransitGatewayId) {
      throw invalidParameterCombination(
        'The parameters VpnGatewayId and TransitGatewayId cannot be specified together.',
      )
    }
    const version = Options.TunnelInsideIpVersion ?? 'ipv4'
    const tunnels = newTunnels(Options.TunnelOptions ?? [], version, call)
    return {
      Type,
      Category: 'VPN',
      CustomerGatewayId: CustomerGatewayId!,
      ...(VpnGatewayId ? { VpnGatewayId } : {}),
      ...(TransitGatewayId ? { TransitGatewayId } : {}),
      GatewayAssociationState: VpnGatewayId || TransitGatewayId ? 'associated' : 'not-associated',
      Options: {
        EnableAcceleration: Options.EnableAcceleration ?? false,
        StaticRoutesOnly: Options.StaticRoutesOnly ?? false,
        ...(version === 'ipv4'
          ? {
              LocalIpv4NetworkCidr: Options.LocalIpv4NetworkCidr ?? '0.0.0.0/0',
              RemoteIpv4NetworkCidr: Options.RemoteIpv4NetworkCidr ?? '0.0.0.0/0',
            }
          : {
              LocalIpv6NetworkCidr: Options.LocalIpv6NetworkCidr ?? '::/0',
              RemoteIpv6NetworkCidr: Options.RemoteIpv6NetworkCidr ?? '::/0',
            }),
        OutsideIpAddressType: Options.OutsideIpAddressType ?? 'PublicIpv4',
        ...(Options.TransportTransitGatewayAttachmentId
          ? { TransportTransitGatewayAttachmentId: Options.TransportTransitGatewayAttachmentId }
          : {}),
        TunnelInsideIpVersion: version,
        TunnelOptions: tunnels,
      },
      Routes: [],
      VgwTelemetry: tunnels.map(({ OutsideIpAddress }) => ({
        AcceptedRouteCount: 0,
        LastStatusChange: new Date(call.now),
        OutsideIpAddress,
        Status: 'DOWN',
        StatusMessage: '',
      })),
    }
  },
  made(item, { TransitGatewayId }, call) {
    const id = item.VpnConnectionId!
    const gateway = customerGateways.require(item.CustomerGatewayId!, call)
    const CustomerGatewayConfiguration = configuration(item, gateway)
    vpnConnections.change(id, { CustomerGatewayConfiguration }, call)
    if (!TransitGatewayId) return
    const attachment = attachments.insert(commonParts(TransitGatewayId, 'vpn', id, call), [], call)
    enterDefaultTables(attachment, call)
  },
  answer: 'VpnConnection',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpnConnection.html */
export const DeleteVpnConnection = deletes<DeleteVpnConnectionRequest, {}, VpnConnection>(
  vpnConnections,
  'VpnConnectionId',
  {
    before: ({ VpnConnectionId: id }, _input, call) => detach(id!, call),
    answer: () => ({}),
  },
)

function detach(id: string, call: Call): void {
  for (const one of attachments.having('ResourceId', id, call)) {
    leaveTables(one, call)
    attachments.remove(one.TransitGatewayAttachmentId!, call)
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpnConnection.html */
export const ModifyVpnConnection = modifies<
  ModifyVpnConnectionRequest,
  ModifyVpnConnectionResult,
  VpnConnection
>(vpnConnections, 'VpnConnectionId', {
  state: 'modifying',
  change(item, { CustomerGatewayId, VpnGatewayId, TransitGatewayId }, call) {
    if (VpnGatewayId) vpnGateways.require(VpnGatewayId, call)
    if (TransitGatewayId) transitGateways.require(TransitGatewayId, call)
    if (TransitGatewayId || VpnGatewayId) detach(item.VpnConnectionId!, call)
    if (TransitGatewayId) {
      const parts = commonParts(TransitGatewayId, 'vpn', item.VpnConnectionId!, call)
      enterDefaultTables(attachments.insert(parts, [], call), call)
    }
    const parts = {
      CustomerGatewayId: CustomerGatewayId ?? item.CustomerGatewayId,
      // Its new end is a gateway of one kind: the other's member goes.
      ...(VpnGatewayId ? { VpnGatewayId, TransitGatewayId: undefined } : {}),
      ...(TransitGatewayId ? { TransitGatewayId, VpnGatewayId: undefined } : {}),
    }
    const gateway = customerGateways.require(parts.CustomerGatewayId!, call)
    const CustomerGatewayConfiguration = configuration({ ...item, ...parts }, gateway)
    return { ...parts, CustomerGatewayConfiguration }
  },
  answer: 'VpnConnection',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpnConnectionOptions.html */
export const ModifyVpnConnectionOptions = modifies<
  ModifyVpnConnectionOptionsRequest,
  ModifyVpnConnectionOptionsResult,
  VpnConnection
>(vpnConnections, 'VpnConnectionId', {
  state: 'modifying',
  change(item, input) {
    const {
      LocalIpv4NetworkCidr,
      RemoteIpv4NetworkCidr,
      LocalIpv6NetworkCidr,
      RemoteIpv6NetworkCidr,
    } = input
    return {
      Options: {
        ...item.Options,
        ...(LocalIpv4NetworkCidr ? { LocalIpv4NetworkCidr } : {}),
        ...(RemoteIpv4NetworkCidr ? { RemoteIpv4NetworkCidr } : {}),
        ...(LocalIpv6NetworkCidr ? { LocalIpv6NetworkCidr } : {}),
        ...(RemoteIpv6NetworkCidr ? { RemoteIpv6NetworkCidr } : {}),
      },
    }
  },
  answer: 'VpnConnection',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpnTunnelOptions.html */
export const ModifyVpnTunnelOptions = modifies<
  ModifyVpnTunnelOptionsRequest,
  ModifyVpnTunnelOptionsResult,
  VpnConnection
>(vpnConnections, 'VpnConnectionId', {
  state: 'modifying',
  change(item, { VpnTunnelOutsideIpAddress: address, TunnelOptions = {} }, call) {
    const tunnels = item.Options?.TunnelOptions ?? []
    if (!tunnels.some((one) => one.OutsideIpAddress === address)) {
      throw invalidParameterValue(
        `The tunnel outside IP address ${address} does not belong to ${item.VpnConnectionId}.`,
      )
    }
    const TunnelOptionsNow = tunnels.map((one) =>
      one.OutsideIpAddress === address ? changedTunnel(one, TunnelOptions) : one,
    )
    const Options = { ...item.Options, TunnelOptions: TunnelOptionsNow }
    const gateway = customerGateways.require(item.CustomerGatewayId!, call)
    return {
      Options,
      CustomerGatewayConfiguration: configuration({ ...item, Options }, gateway),
    }
  },
  answer: 'VpnConnection',
})

const onConnection = { VpnConnectionId: 'vpn-connection' } as const

function blockOf(text: string | undefined): string {
  if (!text) throw missingParameter('destinationCidrBlock')
  const block = canonicalIpv4Block(text)
  if (block) return block
  throw invalidValue(text, 'destinationCidrBlock', 'This is not a valid CIDR block.')
}

const routesOf = (id: string | undefined, scope: Scope) =>
  vpnConnections.require(id!, scope).Routes ?? []

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnConnectionRoute.html */
export const CreateVpnConnectionRoute = acts<CreateVpnConnectionRouteRequest, {}>(
  onConnection,
  ({ VpnConnectionId: id, DestinationCidrBlock }, call) => {
    const block = blockOf(DestinationCidrBlock)
    const others = routesOf(id, call).filter((one) => one.DestinationCidrBlock !== block)
    // `Source` is not answered for a route that somebody made: only the block and the state.
    const route = { DestinationCidrBlock: block, State: 'available' as const }
    vpnConnections.change(id!, { Routes: [...others, route] }, call)
    return {}
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpnConnectionRoute.html */
export const DeleteVpnConnectionRoute = acts<DeleteVpnConnectionRouteRequest, {}>(
  onConnection,
  ({ VpnConnectionId: id, DestinationCidrBlock }, call) => {
    const block = blockOf(DestinationCidrBlock)
    const all = routesOf(id, call)
    const Routes = all.filter((one) => one.DestinationCidrBlock !== block)
    if (Routes.length === all.length) {
      throw new AwsError(
        'InvalidRoute.NotFound',
        `no route with destination-cidr-block ${block} in VPN connection ${id}`,
      )
    }
    vpnConnections.change(id!, { Routes }, call)
    return {}
  },
)
