import type {
  CreateTransitGatewayRequest,
  CreateTransitGatewayResult,
  DeleteTransitGatewayRequest,
  DeleteTransitGatewayResult,
  DescribeTransitGatewaysRequest,
  DescribeTransitGatewaysResult,
  ModifyTransitGatewayRequest,
  ModifyTransitGatewayResult,
  TransitGateway,
  TransitGatewayOptions,
} from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { json } from '../describe/sql.ts'
import { deletedOrMissing, incorrectState } from './errors.ts'
import { byMembers, family } from './family.ts'
import { creates, deletes, describes, modifies } from './operations.ts'
import { usualLife } from './states.ts'
import { attachments } from './transit-gateway-attachments.ts'
import { routeTablesOf, transitGatewayTables } from './transit-gateway-tables.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGateway.html */
export const transitGateways = family<TransitGateway>({
  type: 'transit-gateway',
  prefix: 'tgw',
  id: 'TransitGatewayId',
  notFound: deletedOrMissing('InvalidTransitGatewayID.NotFound', 'Transit Gateway'),
  life: usualLife,
  created: 'CreationTime',
  filters: {
    ...byMembers('OwnerId'),
    'options.amazon-side-asn': json('Options.AmazonSideAsn'),
    'options.association-default-route-table-id': json('Options.AssociationDefaultRouteTableId'),
    'options.auto-accept-shared-attachments': json('Options.AutoAcceptSharedAttachments'),
    'options.default-route-table-association': json('Options.DefaultRouteTableAssociation'),
    'options.default-route-table-propagation': json('Options.DefaultRouteTablePropagation'),
    'options.dns-support': json('Options.DnsSupport'),
    'options.propagation-default-route-table-id': json('Options.PropagationDefaultRouteTableId'),
    'options.vpn-ecmp-support': json('Options.VpnEcmpSupport'),
    state: 't.state',
    'transit-gateway-id': 't.id',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGateways.html */
export const DescribeTransitGateways = describes<
  DescribeTransitGatewaysRequest,
  DescribeTransitGatewaysResult
>(transitGateways, 'TransitGateways', 'TransitGatewayIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGateway.html */
export const CreateTransitGateway = creates<
  CreateTransitGatewayRequest,
  CreateTransitGatewayResult,
  TransitGateway
>(transitGateways, {
  make: ({ Description, Options }, call) => ({
    OwnerId: call.account,
    ...(Description ? { Description } : {}),
    Options: {
      AmazonSideAsn: 64_512,
      AutoAcceptSharedAttachments: 'disable',
      DefaultRouteTableAssociation: 'enable',
      DefaultRouteTablePropagation: 'enable',
      VpnEcmpSupport: 'enable',
      DnsSupport: 'enable',
      SecurityGroupReferencingSupport: 'disable',
      MulticastSupport: 'disable',
      ...Options,
    },
  }),
  made(gateway, _input, call) {
    const id = gateway.TransitGatewayId!
    const Options = { ...gateway.Options }
    const associates = Options.DefaultRouteTableAssociation === 'enable'
    const propagates = Options.DefaultRouteTablePropagation === 'enable'
    if (associates || propagates) {
      const tableId = makeDefaultTable(id, associates, propagates, call)
      if (associates) Options.AssociationDefaultRouteTableId = tableId
      if (propagates) Options.PropagationDefaultRouteTableId = tableId
    }
    const TransitGatewayArn = arnOf(call, 'transit-gateway', id)
    transitGateways.change(id, { TransitGatewayArn, Options }, call)
  },
  answer: 'TransitGateway',
})

/** @returns the id of the table that attachments are associated with, or propagate to, by themselves */
function makeDefaultTable(
  TransitGatewayId: string,
  DefaultAssociationRouteTable: boolean,
  DefaultPropagationRouteTable: boolean,
  call: Call,
): string {
  const table = { TransitGatewayId, DefaultAssociationRouteTable, DefaultPropagationRouteTable }
  return transitGatewayTables.insert(table, [], call).TransitGatewayRouteTableId!
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyTransitGateway.html */
export const ModifyTransitGateway = modifies<
  ModifyTransitGatewayRequest,
  ModifyTransitGatewayResult,
  TransitGateway
>(transitGateways, 'TransitGatewayId', {
  state: 'modifying',
  change({ TransitGatewayId: id, Options: old = {} }, { Description, Options = {} }, call) {
    const {
      AddTransitGatewayCidrBlocks = [],
      RemoveTransitGatewayCidrBlocks = [],
      ...rest
    } = Options
    const changed: TransitGatewayOptions = { ...old, ...(rest as TransitGatewayOptions) }
    const blocks = [
      ...(old.TransitGatewayCidrBlocks ?? []).filter(
        (one) => !RemoveTransitGatewayCidrBlocks.includes(one),
      ),
      ...AddTransitGatewayCidrBlocks,
    ]
    if (blocks.length > 0) changed.TransitGatewayCidrBlocks = blocks
    else delete changed.TransitGatewayCidrBlocks
    // Switched on later, the default table is the one there is, or a new one.
    const association = changed.DefaultRouteTableAssociation === 'enable'
    const propagation = changed.DefaultRouteTablePropagation === 'enable'
    if (!association) delete changed.AssociationDefaultRouteTableId
    if (!propagation) delete changed.PropagationDefaultRouteTableId
    const there = changed.AssociationDefaultRouteTableId ?? changed.PropagationDefaultRouteTableId
    const missing =
      (association && !changed.AssociationDefaultRouteTableId) ||
      (propagation && !changed.PropagationDefaultRouteTableId)
    if (missing) {
      const tableId = there ?? makeDefaultTable(id!, association, propagation, call)
      if (association) changed.AssociationDefaultRouteTableId ??= tableId
      if (propagation) changed.PropagationDefaultRouteTableId ??= tableId
    }
    for (const table of routeTablesOf(id!, call)) {
      const tableId = table.TransitGatewayRouteTableId!
      const DefaultAssociationRouteTable = tableId === changed.AssociationDefaultRouteTableId
      const DefaultPropagationRouteTable = tableId === changed.PropagationDefaultRouteTableId
      const flags = { DefaultAssociationRouteTable, DefaultPropagationRouteTable }
      transitGatewayTables.change(tableId, flags, call)
    }
    return { Options: changed, ...(Description === undefined ? {} : { Description }) }
  },
  answer: 'TransitGateway',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGateway.html */
export const DeleteTransitGateway = deletes<
  DeleteTransitGatewayRequest,
  DeleteTransitGatewayResult,
  TransitGateway
>(transitGateways, 'TransitGatewayId', {
  before({ TransitGatewayId: id }, _input, call) {
    const attached = attachments.having('TransitGatewayId', id!, call)
    if (attached.length > 0) {
      const kind =
        attached[0]!.ResourceType === 'vpc' ? 'VPC' : attached[0]!.ResourceType!.toUpperCase()
      const ids = attached.map((one) => one.TransitGatewayAttachmentId).join(', ')
      throw incorrectState(`${id} has non-deleted ${kind} Attachments: ${ids}.`)
    }
    for (const table of routeTablesOf(id!, call)) {
      transitGatewayTables.remove(table.TransitGatewayRouteTableId!, call)
    }
  },
  answer: 'TransitGateway',
})
