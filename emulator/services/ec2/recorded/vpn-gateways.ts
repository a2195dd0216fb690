import type {
  AttachVpnGatewayRequest,
  AttachVpnGatewayResult,
  CreateVpnGatewayRequest,
  CreateVpnGatewayResult,
  DeleteVpnGatewayRequest,
  DescribeVpnGatewaysRequest,
  DescribeVpnGatewaysResult,
  DetachVpnGatewayRequest,
  DisableVgwRoutePropagationRequest,
  EnableVgwRoutePropagationRequest,
  VpnGateway,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { jsonEach } from '../describe/sql.ts'
import { invalidValue } from '../errors.ts'
import { setRoutesState } from '../rows/routes.ts'
import { routeTables } from '../rows/route-tables.ts'
import { byMembers, family } from './family.ts'
import { acts, creates, deletes, describes, requireMembers } from './operations.ts'
import { vpnConnections } from './vpn-connections.ts'

/** With the route tables it propagates to, which the route tables show. */
interface Gateway extends VpnGateway {
  readonly PropagatesTo?: readonly string[]
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpnGateway.html */
export const vpnGateways = family<Gateway>({
  type: 'vpn-gateway',
  prefix: 'vgw',
  id: 'VpnGatewayId',
  notFound: idDoesNotExist('InvalidVpnGatewayID.NotFound', 'vpnGateway'),
  malformed: 'InvalidVpnGatewayId.Malformed',
  life: { first: 'available', last: 'deleted', gone: ['deleted'] },
  filters: {
    ...byMembers('AmazonSideAsn', 'AvailabilityZone', 'Type'),
    'attachment.state': jsonEach('VpcAttachments', 'State'),
    'attachment.vpc-id': jsonEach('VpcAttachments', 'VpcId'),
    state: 't.state',
    'vpn-gateway-id': 't.id',
  },
})

/** The gateway that a VPC has. */
export const gatewayOfVpc = (vpcId: string, scope: Scope): Gateway | undefined =>
  vpnGateways.all(scope).find((one) => vpcOfVpnGateway(one) === vpcId)

/** The VPC that a gateway is on. */
export const vpcOfVpnGateway = ({ VpcAttachments = [] }: VpnGateway): string | undefined =>
  VpcAttachments.find(({ State }) => State === 'attached')?.VpcId

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpnGateways.html */
export const DescribeVpnGateways = describes<DescribeVpnGatewaysRequest, DescribeVpnGatewaysResult>(
  vpnGateways,
  'VpnGateways',
  'VpnGatewayIds',
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnGateway.html */
export const CreateVpnGateway = creates<CreateVpnGatewayRequest, CreateVpnGatewayResult, Gateway>(
  vpnGateways,
  {
    needs: ['Type'],
    make({ Type, AmazonSideAsn, AvailabilityZone }) {
      if (Type !== 'ipsec.1') throw invalidValue(Type!, 'type')
      return {
        Type,
        AmazonSideAsn: AmazonSideAsn ?? 64_512,
        VpcAttachments: [],
        ...(AvailabilityZone ? { AvailabilityZone } : {}),
      }
    },
    answer: 'VpnGateway',
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpnGateway.html */
export const DeleteVpnGateway = deletes<DeleteVpnGatewayRequest, {}, Gateway>(
  vpnGateways,
  'VpnGatewayId',
  {
    before(gateway, _input, call) {
      const id = gateway.VpnGatewayId!
      if (vpcOfVpnGateway(gateway) || vpnConnections.having('VpnGatewayId', id, call).length > 0) {
        throw new AwsError('IncorrectState', 'The VPN gateway is in use.')
      }
    },
    answer: () => ({}),
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AttachVpnGateway.html */
export const AttachVpnGateway = acts<AttachVpnGatewayRequest, AttachVpnGatewayResult>(
  { VpnGatewayId: 'vpn-gateway', VpcId: 'vpc' },
  ({ VpnGatewayId, VpcId }, call) => {
    const there = vpcOfVpnGateway(vpnGateways.require(VpnGatewayId!, call))
    if (there && there !== VpcId) {
      throw new AwsError(
        'VpnGatewayAttachmentLimitExceeded',
        `The vpn gateway '${VpnGatewayId}' is already attached to a VPC.`,
      )
    }
    const other = gatewayOfVpc(VpcId!, call)
    if (other && other.VpnGatewayId !== VpnGatewayId) {
      throw new AwsError(
        'InvalidParameterValue',
        `The VPC '${VpcId}' already has an attached virtual private gateway`,
      )
    }
    vpnGateways.change(VpnGatewayId!, { VpcAttachments: [{ State: 'attached', VpcId }] }, call)
    return { VpcAttachment: { State: 'attaching', VpcId } }
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVpnGateway.html */
export const DetachVpnGateway = acts<DetachVpnGatewayRequest, {}>(
  { VpnGatewayId: 'vpn-gateway', VpcId: 'vpc' },
  ({ VpnGatewayId: id, VpcId }, call) => {
    requireAttached(vpnGateways.require(id!, call), VpcId!)
    setRoutesState(call, id!, 'blackhole')
    const VpcAttachments = [{ State: 'detached' as const, VpcId }]
    vpnGateways.change(id!, { VpcAttachments, PropagatesTo: [] }, call)
    return {}
  },
)

function requireAttached(gateway: Gateway, vpcId: string): void {
  if (vpcOfVpnGateway(gateway) === vpcId) return
  throw new AwsError(
    'InvalidVpnGatewayAttachment.NotFound',
    `The attachment with vpn gateway ID '${gateway.VpnGatewayId}' and vpc ID '${vpcId}' does not exist`,
  )
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableVgwRoutePropagation.html */
export const EnableVgwRoutePropagation = acts<EnableVgwRoutePropagationRequest, {}>(
  { RouteTableId: 'route-table' },
  (input, call) => {
    const { gateway, tables } = propagation(input, call)
    const { vpc_id: vpcId } = routeTables.require(input.RouteTableId!, call)
    if (vpcOfVpnGateway(gateway) !== vpcId) {
      throw new AwsError(
        'Gateway.NotAttached',
        `resource ${gateway.VpnGatewayId} is not attached to network ${vpcId}`,
      )
    }
    const PropagatesTo = [...new Set([...tables, input.RouteTableId!])]
    vpnGateways.change(gateway.VpnGatewayId!, { PropagatesTo }, call)
    return {}
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableVgwRoutePropagation.html */
export const DisableVgwRoutePropagation = acts<DisableVgwRoutePropagationRequest, {}>(
  { RouteTableId: 'route-table' },
  (input, call) => {
    const { gateway, tables } = propagation(input, call)
    const PropagatesTo = tables.filter((id) => id !== input.RouteTableId)
    vpnGateways.change(gateway.VpnGatewayId!, { PropagatesTo }, call)
    return {}
  },
)

function propagation(
  input: EnableVgwRoutePropagationRequest,
  call: Call,
): { gateway: Gateway; tables: readonly string[] } {
  requireMembers(input, 'GatewayId')
  const gateway = vpnGateways.require(input.GatewayId!, call)
  return { gateway, tables: gateway.PropagatesTo ?? [] }
}
