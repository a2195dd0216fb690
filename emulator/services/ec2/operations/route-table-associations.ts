import type {
  AssociateRouteTableRequest,
  AssociateRouteTableResult,
  DisassociateRouteTableRequest,
  ReplaceRouteTableAssociationRequest,
  ReplaceRouteTableAssociationResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import {
  associationNotFound,
  belongToDifferentNetworks,
  conflictingAssociation,
  gatewayDoesNotExist,
  mainAssociation,
} from '../errors/network.ts'
import { invalidParameterCombination, missingParameter } from '../errors.ts'
import { onInternetGateway, onRouteTable, onSubnet } from '../network/permissions.ts'
import { vpcOfVpnGateway, vpnGateways } from '../recorded/vpn-gateways.ts'
import { internetGateways } from '../rows/internet-gateways.ts'
import { insertRouteTableAssociation, routeTables } from '../rows/route-tables.ts'
import type { RouteTableAssociationRow } from '../rows/route-tables.ts'
import {
  associationOfGateway,
  associationOfSubnet,
  deleteAssociation,
  findAssociation,
} from '../rows/routes.ts'
import { subnets } from '../rows/subnets.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateRouteTable.html */
export const AssociateRouteTable = operation<AssociateRouteTableRequest, AssociateRouteTableResult>(
  {
    authorize: ({ RouteTableId = '', SubnetId, GatewayId }, call) => [
      onRouteTable(call, RouteTableId),
      ...onAssociated(SubnetId, GatewayId, call),
    ],
    run({ RouteTableId: tableId, SubnetId: subnetId, GatewayId: gatewayId }, call) {
      if (!tableId) throw missingParameter('routeTableId')
      if (!subnetId && !gatewayId) throw missingParameter('subnetId or gatewayId')
      if (subnetId && gatewayId) {
        throw invalidParameterCombination(
          'The parameters subnetId and gatewayId cannot be used together',
        )
      }
      const table = routeTables.require(tableId, call)
      const vpcId = subnetId
        ? subnets.require(subnetId, call).vpc_id
        : vpcOfGateway(gatewayId!, call)
      if (vpcId === undefined) throw gatewayDoesNotExist(gatewayId!)
      if (vpcId !== table.vpc_id) {
        throw belongToDifferentNetworks(
          `route table ${tableId}`,
          subnetId ? `subnet ${subnetId}` : `gateway ${gatewayId}`,
        )
      }
      const there = subnetId
        ? associationOfSubnet(call, subnetId)
        : associationOfGateway(call, gatewayId!)
      if (there?.route_table_id === tableId) {
        return { AssociationId: there.association_id, AssociationState: { State: 'associated' } }
      }
      if (there) throw conflictingAssociation(tableId)
      const id = call.ids.ec2('rtbassoc')
      insertRouteTableAssociation(call, id, tableId, subnetId ?? null, gatewayId ?? null)
      return { AssociationId: id, AssociationState: { State: 'associated' } }
    },
  },
)

/** Undefined for a gateway that does not exist, null for one that is on no VPC. */
function vpcOfGateway(id: string, call: Call): string | null | undefined {
  if (!id.startsWith('vgw-')) return internetGateways.find(id, call)?.vpc_id
  const gateway = vpnGateways.find(id, call)
  return gateway && (vpcOfVpnGateway(gateway) ?? null)
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateRouteTable.html */
export const DisassociateRouteTable = operation<DisassociateRouteTableRequest, {}>({
  authorize: ({ AssociationId = '' }, call) => onAssociation(AssociationId, call),
  run({ AssociationId: id }, call) {
    const association = requireAssociation(id, call)
    if (association.main === 1) throw mainAssociation(id!)
    deleteAssociation(call, id!)
    return {}
  },
})

/**
 * Puts a subnet, or with the main association all of a VPC's other subnets, under another table.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRouteTableAssociation.html
 */
export const ReplaceRouteTableAssociation = operation<
  ReplaceRouteTableAssociationRequest,
  ReplaceRouteTableAssociationResult
>({
  authorize: ({ AssociationId = '', RouteTableId = '' }, call) => [
    onRouteTable(call, RouteTableId),
    ...onAssociation(AssociationId, call),
  ],
  run({ AssociationId: id, RouteTableId: tableId }, call) {
    if (!tableId) throw missingParameter('routeTableId')
    const association = requireAssociation(id, call)
    const table = routeTables.require(tableId, call)
    const from = routeTables.require(association.route_table_id, call)
    if (from.vpc_id !== table.vpc_id) {
      throw belongToDifferentNetworks(
        `route table ${tableId}`,
        association.subnet_id
          ? `subnet ${association.subnet_id}`
          : `route table ${from.route_table_id}`,
      )
    }
    const newId = call.ids.ec2('rtbassoc')
    deleteAssociation(call, id!)
    const { subnet_id: subnetId, gateway_id: gatewayId } = association
    insertRouteTableAssociation(call, newId, tableId, subnetId, gatewayId)
    return { NewAssociationId: newId, AssociationState: { State: 'associated' } }
  },
})

function requireAssociation(id: string | undefined, call: Call): RouteTableAssociationRow {
  if (!id) throw missingParameter('associationId')
  const association = findAssociation(call, id)
  if (!association) throw associationNotFound(id)
  return association
}

const onAssociated = (
  subnetId: string | null | undefined,
  gatewayId: string | null | undefined,
  call: Call,
): Permission[] => [
  ...(subnetId ? [onSubnet(call, subnetId)] : []),
  ...(gatewayId ? [onInternetGateway(call, gatewayId)] : []),
]

function onAssociation(id: string, call: Call): Permission[] {
  const association = findAssociation(call, id)
  if (!association) return [onRouteTable(call, '*')]
  return [
    onRouteTable(call, association.route_table_id),
    ...onAssociated(association.subnet_id, association.gateway_id, call),
  ]
}
