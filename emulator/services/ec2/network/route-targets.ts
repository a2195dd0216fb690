import type { CreateRouteRequest, DeleteRouteRequest, Route } from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { canonicalIpv4Block, canonicalIpv6Block } from '../addresses.ts'
import {
  belongToDifferentNetworks,
  gatewayDoesNotExist,
  notABlock,
  withinVpc,
} from '../errors/network.ts'
import { invalidParameterCombination, invalidParameterValue, missingParameter } from '../errors.ts'
import { carrierGateways } from '../recorded/carrier-gateways.ts'
import { attachmentsOfVpc } from '../recorded/transit-gateway-vpcs.ts'
import { transitGateways } from '../recorded/transit-gateways.ts'
import { gatewayOfVpc, vpnGateways } from '../recorded/vpn-gateways.ts'
import { egressOnlyGateways } from '../rows/egress-only-gateways.ts'
import { instances } from '../rows/instances.ts'
import { internetGateways } from '../rows/internet-gateways.ts'
import { natGateways } from '../rows/nat-gateways.ts'
import { interfacesOf, networkInterfaces } from '../rows/network-interfaces.ts'
import { prefixLists } from '../rows/prefix-lists.ts'
import type { RouteTableRow } from '../rows/route-tables.ts'
import { blockTexts, vpcs } from '../rows/vpcs.ts'
import { peeringConnections } from '../rows/vpc-peering.ts'
import { contains } from './blocks.ts'

/** Where a route leads. `kind` is the member of AWS's Route that names it. */
export interface RouteTarget {
  readonly kind: keyof Route
  readonly id: string
}

/** A route's destination in its canonical form, and what EC2 calls the parameter that it came by. */
export function destinationOf(
  input: DeleteRouteRequest,
  call: Call,
): { destination: string; parameter: string } {
  const given = [
    input.DestinationCidrBlock,
    input.DestinationIpv6CidrBlock,
    input.DestinationPrefixListId,
  ].filter((one) => one !== undefined && one !== '')
  if (given.length === 0) {
    throw missingParameter('destinationCidrBlock or destinationIpv6CidrBlock')
  }
  if (given.length > 1) {
    throw invalidParameterCombination('Exactly one destination may be specified for a route')
  }
  if (input.DestinationCidrBlock) {
    const destination = canonicalIpv4Block(input.DestinationCidrBlock)
    if (!destination) throw notABlock(input.DestinationCidrBlock, 'destinationCidrBlock')
    return { destination, parameter: 'destination-cidr-block' }
  }
  if (input.DestinationIpv6CidrBlock) {
    const destination = canonicalIpv6Block(input.DestinationIpv6CidrBlock)
    if (!destination) throw notABlock(input.DestinationIpv6CidrBlock, 'destinationIpv6CidrBlock')
    return { destination, parameter: 'destination-ipv6-cidr-block' }
  }
  const { prefix_list_id } = prefixLists.require(input.DestinationPrefixListId!, call)
  return { destination: prefix_list_id, parameter: 'destination-prefix-list-id' }
}

type TargetInput = Pick<
  CreateRouteRequest,
  | 'GatewayId'
  | 'NatGatewayId'
  | 'InstanceId'
  | 'NetworkInterfaceId'
  | 'VpcPeeringConnectionId'
  | 'EgressOnlyInternetGatewayId'
  | 'TransitGatewayId'
  | 'VpcEndpointId'
  | 'LocalGatewayId'
  | 'CarrierGatewayId'
  | 'CoreNetworkArn'
>

const targetMembers = [
  'GatewayId',
  'NatGatewayId',
  'InstanceId',
  'NetworkInterfaceId',
  'VpcPeeringConnectionId',
  'EgressOnlyInternetGatewayId',
  'TransitGatewayId',
  'VpcEndpointId',
  'LocalGatewayId',
  'CarrierGatewayId',
  'CoreNetworkArn',
] as const satisfies readonly (keyof TargetInput)[]

/**
 * The target of a route, which exists and is at home in the table's VPC.
 *
 * @param replacesLocal the route is a local one, which only interfaces and NAT gateways may take the place of
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
 */
export function targetOf(
  input: TargetInput,
  destination: string,
  table: RouteTableRow,
  call: Call,
  replacesLocal = false,
): RouteTarget {
  const given = targetMembers.filter((member) => input[member])
  const [member] = given
  if (!member) throw missingParameter('gatewayId, natGatewayId, networkInterfaceId or instanceId')
  if (given.length > 1) {
    throw invalidParameterCombination('Exactly one target may be specified for a route')
  }
  const id = input[member]!
  const { target, vpcId, noun } = resolve(member, id, table.vpc_id, call)
  if (vpcId !== table.vpc_id) {
    throw belongToDifferentNetworks(`route table ${table.route_table_id}`, `${noun} ${id}`)
  }
  if (member === 'EgressOnlyInternetGatewayId' && !destination.includes(':')) {
    throw invalidParameterValue(
      `Invalid value '${destination}' for destinationCidrBlock: egress-only internet gateways route IPv6 traffic only`,
    )
  }
  const mayStandBeforeLocal = target.kind === 'NetworkInterfaceId' || target.kind === 'NatGatewayId'
  if (!mayStandBeforeLocal && isWithin(destination, table.vpc_id, call)) {
    if (replacesLocal || !isEqual(destination, table.vpc_id, call)) throw withinVpc(destination)
  }
  return target
}

const ofVpc = (vpcId: string, call: Call) => blockTexts(vpcs.require(vpcId, call))

const isWithin = (destination: string, vpcId: string, call: Call): boolean =>
  !destination.startsWith('pl-') && ofVpc(vpcId, call).some((block) => contains(block, destination))

/** The local route itself: there is a route for it already, and that is the error. */
const isEqual = (destination: string, vpcId: string, call: Call): boolean =>
  ofVpc(vpcId, call).includes(destination)

interface Resolved {
  readonly target: RouteTarget
  readonly vpcId: string | null
  /** EC2's word for the target in its sentences. */
  readonly noun: string
}

function resolve(member: keyof TargetInput, id: string, tableVpc: string, call: Call): Resolved {
  const target: RouteTarget = { kind: member as keyof Route, id }
  switch (member) {
    case 'GatewayId': {
      if (id.startsWith('vgw-')) {
        vpnGateways.require(id, call)
        const isHere = gatewayOfVpc(tableVpc, call)?.VpnGatewayId === id
        return { target, vpcId: isHere ? tableVpc : null, noun: 'network gateway' }
      }
      const gateway = internetGateways.find(id, call)
      if (!gateway) throw gatewayDoesNotExist(id)
      return { target, vpcId: gateway.vpc_id, noun: 'network gateway' }
    }
    case 'NatGatewayId': {
      const gateway = natGateways.find(id, call)
      if (!gateway || gateway.state === 'deleted') {
        throw new AwsError(
          'InvalidNatGatewayID.NotFound',
          `The natGateway ID '${id}' does not exist`,
        )
      }
      return { target, vpcId: gateway.vpc_id, noun: 'nat gateway' }
    }
    case 'NetworkInterfaceId': {
      const { vpc_id: vpcId } = networkInterfaces.require(id, call)
      return { target, vpcId, noun: 'interface' }
    }
    case 'InstanceId':
      return interfaceOf(id, call)
    case 'EgressOnlyInternetGatewayId': {
      const gateway = egressOnlyGateways.find(id, call)
      if (!gateway) throw gatewayDoesNotExist(id)
      return { target, vpcId: gateway.vpc_id, noun: 'egress-only internet gateway' }
    }
    case 'VpcPeeringConnectionId': {
      const peering = peeringConnections.require(id, call)
      const vpcId = [peering.requester_vpc_id, peering.accepter_vpc_id].find(
        (id) => id === tableVpc,
      )
      return { target, vpcId: vpcId ?? null, noun: 'peering connection' }
    }
    case 'TransitGatewayId': {
      transitGateways.require(id, call)
      // A gateway that the VPC is not attached to is none for its routes.
      if (!attachmentsOfVpc(tableVpc, call).some((one) => one.TransitGatewayId === id)) {
        throw new AwsError(
          'InvalidTransitGatewayID.NotFound',
          `The transitGateway ID '${id}' does not exist`,
        )
      }
      return { target, vpcId: tableVpc, noun: 'transit gateway' }
    }
    case 'CarrierGatewayId': {
      const { VpcId: vpcId = null } = carrierGateways.require(id, call)
      return { target, vpcId, noun: 'carrier gateway' }
    }
    default:
      throw new AwsError(
        'RouteNotSupported',
        `Route table contains unsupported route target: ${id}.`,
      )
  }
}

/** A route to an instance is one to its interface, of which it must have only one. */
function interfaceOf(instanceId: string, call: Call): Resolved {
  const { vpc_id: vpcId } = instances.require(instanceId, call)
  const [one, ...others] = interfacesOf(call, [instanceId]).get(instanceId) ?? []
  if (!one) {
    throw new AwsError(
      'IncorrectInstanceState',
      `The instance '${instanceId}' is not in a valid state for this operation.`,
    )
  }
  if (others.length > 0) {
    throw new AwsError(
      'InvalidInstanceID',
      `There are multiple interfaces attached to instance '${instanceId}'. Please specify an interface ID for the operation instead.`,
    )
  }
  const target = { kind: 'NetworkInterfaceId', id: one.network_interface_id } as const
  return { target, vpcId, noun: 'instance' }
}
