import type {
  DescribeTransitGatewayAttachmentsRequest,
  DescribeTransitGatewayAttachmentsResult,
  TransitGatewayAttachment,
  TransitGatewayConnect,
  TransitGatewayPeeringAttachment,
  TransitGatewayVpcAttachment,
} from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { json } from '../describe/sql.ts'
import { deletedOrMissing, incorrectState } from './errors.ts'
import { byMembers, family } from './family.ts'
import { describes } from './operations.ts'
import type { Life, StateScope } from './states.ts'
import { transitGatewayTables } from './transit-gateway-tables.ts'
import { transitGateways } from './transit-gateways.ts'

/** An attachment of whatever kind: the members of all kinds, of which each answer takes its own. */
export type Attachment = Omit<TransitGatewayAttachment, 'State'> &
  Omit<TransitGatewayVpcAttachment, 'State' | 'Options'> &
  Omit<TransitGatewayPeeringAttachment, 'State' | 'Options'> &
  Omit<TransitGatewayConnect, 'State' | 'Options'> & {
    readonly State?: string
    readonly Options?: object
    /** Of a peering: its id on the requester's side, where the accepter's is another. */
    readonly RequesterAttachmentId?: string
  }

const life: Life = {
  first: 'pending',
  next: {
    initiatingRequest: 'pendingAcceptance',
    pending: 'available',
    modifying: 'available',
    rejecting: 'rejected',
    deleting: 'deleted',
  },
  last: 'deleting',
  gone: ['deleted', 'rejected', 'failed'],
}

export const attachments = family<Attachment>({
  type: 'transit-gateway-attachment',
  prefix: 'tgw-attach',
  id: 'TransitGatewayAttachmentId',
  notFound: deletedOrMissing(
    'InvalidTransitGatewayAttachmentID.NotFound',
    'Transit Gateway Attachment',
  ),
  life,
  created: 'CreationTime',
  filters: {
    ...byMembers(
      'ResourceId',
      'ResourceOwnerId',
      'ResourceType',
      'TransitGatewayId',
      'TransitGatewayOwnerId',
      'TransportTransitGatewayAttachmentId',
      'VpcId',
    ),
    'association.state': json('Association.State'),
    'association.transit-gateway-route-table-id': json('Association.TransitGatewayRouteTableId'),
    'local-owner-id': 't.account',
    'options.protocol': json('Options.Protocol'),
    'remote-owner-id': json('AccepterTgwInfo.OwnerId'),
    state: 't.state',
    'transit-gateway-attachment-id': 't.id',
  },
})

/** The attachments of one kind, for the describes of that kind. */
export const ofKind = (kind: NonNullable<TransitGatewayAttachment['ResourceType']>) => ({
  sql: `${json('ResourceType')} = ?`,
  values: [kind],
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayAttachments.html */
export const DescribeTransitGatewayAttachments = describes<
  DescribeTransitGatewayAttachmentsRequest,
  DescribeTransitGatewayAttachmentsResult
>(attachments, 'TransitGatewayAttachments', 'TransitGatewayAttachmentIds')

/** What every attachment of the gateway says of itself. */
export const commonParts = (
  gatewayId: string,
  ResourceType: NonNullable<TransitGatewayAttachment['ResourceType']>,
  ResourceId: string,
  call: Pick<Call, 'account'>,
): Partial<Attachment> => ({
  TransitGatewayId: gatewayId,
  TransitGatewayOwnerId: call.account,
  ResourceOwnerId: call.account,
  ResourceType,
  ResourceId,
})

/** Associates an attachment with the gateway's default tables, as the gateway's options have it. */
export function enterDefaultTables(item: Attachment, scope: StateScope): void {
  const { Options: options } = transitGateways.require(item.TransitGatewayId!, scope)
  const id = item.TransitGatewayAttachmentId!
  const associated = options?.AssociationDefaultRouteTableId
  if (associated) {
    const Association = { TransitGatewayRouteTableId: associated, State: 'associated' as const }
    attachments.change(id, { Association }, scope)
  }
  const propagated = options?.PropagationDefaultRouteTableId
  // Peers tell each other no routes.
  if (propagated && item.ResourceType !== 'peering') {
    const { Propagations = [] } = transitGatewayTables.require(propagated, scope)
    transitGatewayTables.change(propagated, { Propagations: [...Propagations, id] }, scope)
  }
}

/** Takes a going attachment out of the gateway's tables; static routes to it lead nowhere from now on. */
export function leaveTables(item: Attachment, scope: StateScope): void {
  const id = item.TransitGatewayAttachmentId!
  for (const table of transitGatewayTables.having(
    'TransitGatewayId',
    item.TransitGatewayId!,
    scope,
  )) {
    const Propagations = table.Propagations?.filter((one) => one !== id) ?? []
    transitGatewayTables.change(table.TransitGatewayRouteTableId!, { Propagations }, scope)
  }
  attachments.change(id, { Association: undefined }, scope)
}

/** @throws IncorrectState for an attachment that waits for nobody */
export function requirePending(item: Attachment): void {
  if (item.State === 'pendingAcceptance') return
  throw incorrectState(`${item.TransitGatewayAttachmentId} is in invalid state`)
}
