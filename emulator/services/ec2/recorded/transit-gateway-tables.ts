import type {
  AssociateTransitGatewayRouteTableRequest,
  AssociateTransitGatewayRouteTableResult,
  CreateTransitGatewayRouteTableRequest,
  CreateTransitGatewayRouteTableResult,
  DeleteTransitGatewayRouteTableRequest,
  DeleteTransitGatewayRouteTableResult,
  DescribeTransitGatewayRouteTablesRequest,
  DescribeTransitGatewayRouteTablesResult,
  DisableTransitGatewayRouteTablePropagationRequest,
  DisableTransitGatewayRouteTablePropagationResult,
  DisassociateTransitGatewayRouteTableRequest,
  DisassociateTransitGatewayRouteTableResult,
  EnableTransitGatewayRouteTablePropagationRequest,
  EnableTransitGatewayRouteTablePropagationResult,
  GetTransitGatewayAttachmentPropagationsRequest,
  GetTransitGatewayAttachmentPropagationsResult,
  GetTransitGatewayRouteTableAssociationsRequest,
  GetTransitGatewayRouteTableAssociationsResult,
  GetTransitGatewayRouteTablePropagationsRequest,
  GetTransitGatewayRouteTablePropagationsResult,
  TransitGatewayAttachmentPropagation,
  TransitGatewayPrefixListReference,
  TransitGatewayRoute,
  TransitGatewayRouteTable,
  TransitGatewayRouteTableAssociation,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import type { Scope } from '../describe/resources.ts'
import { anyResource } from '../permissions.ts'
import { deletedOrMissing, incorrectState } from './errors.ts'
import { byMembers, family } from './family.ts'
import { acts, creates, deletes, describes } from './operations.ts'
import { usualLife } from './states.ts'
import { attachments } from './transit-gateway-attachments.ts'
import type { Attachment } from './transit-gateway-attachments.ts'

/** A route table with what it holds. */
export interface Table extends TransitGatewayRouteTable {
  /** The attachments that tell the table their routes, by their ids. */
  readonly Propagations?: readonly string[]
  readonly Routes?: readonly TransitGatewayRoute[]
  readonly PrefixLists?: readonly TransitGatewayPrefixListReference[]
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TransitGatewayRouteTable.html */
export const transitGatewayTables = family<Table>({
  type: 'transit-gateway-route-table',
  prefix: 'tgw-rtb',
  id: 'TransitGatewayRouteTableId',
  notFound: deletedOrMissing('InvalidRouteTableID.NotFound', 'Transit Gateway Route Table'),
  malformed: 'InvalidRouteTableId.Malformed',
  life: usualLife,
  created: 'CreationTime',
  filters: {
    ...byMembers(
      'DefaultAssociationRouteTable',
      'DefaultPropagationRouteTable',
      'TransitGatewayId',
    ),
    state: 't.state',
    'transit-gateway-route-table-id': 't.id',
  },
})

export const routeTablesOf = (gatewayId: string, scope: Scope): Table[] =>
  transitGatewayTables.having('TransitGatewayId', gatewayId, scope)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayRouteTables.html */
export const DescribeTransitGatewayRouteTables = describes<
  DescribeTransitGatewayRouteTablesRequest,
  DescribeTransitGatewayRouteTablesResult
>(transitGatewayTables, 'TransitGatewayRouteTables', 'TransitGatewayRouteTableIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayRouteTable.html */
export const CreateTransitGatewayRouteTable = creates<
  CreateTransitGatewayRouteTableRequest,
  CreateTransitGatewayRouteTableResult,
  Table
>(transitGatewayTables, {
  uses: { TransitGatewayId: 'transit-gateway' },
  make: ({ TransitGatewayId }) => ({
    TransitGatewayId: TransitGatewayId!,
    DefaultAssociationRouteTable: false,
    DefaultPropagationRouteTable: false,
  }),
  answer: 'TransitGatewayRouteTable',
})

const associatedWith = (tableId: string, scope: Scope): Attachment[] =>
  attachments.having('Association.TransitGatewayRouteTableId', tableId, scope)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayRouteTable.html */
export const DeleteTransitGatewayRouteTable = deletes<
  DeleteTransitGatewayRouteTableRequest,
  DeleteTransitGatewayRouteTableResult,
  Table
>(transitGatewayTables, 'TransitGatewayRouteTableId', {
  before(table, _input, call) {
    const id = table.TransitGatewayRouteTableId!
    if (table.DefaultAssociationRouteTable || table.DefaultPropagationRouteTable) {
      throw incorrectState(`${id} is a default route table and cannot be deleted.`)
    }
    if (associatedWith(id, call).length > 0) {
      throw incorrectState(`${id} has associated attachments and cannot be deleted.`)
    }
  },
  answer: 'TransitGatewayRouteTable',
})

const both = {
  TransitGatewayRouteTableId: 'transit-gateway-route-table',
  TransitGatewayAttachmentId: 'transit-gateway-attachment',
} as const

/** What an association or a propagation says of its attachment. */
const attached = (item: Attachment) => ({
  TransitGatewayAttachmentId: item.TransitGatewayAttachmentId,
  ResourceId: item.ResourceId,
  ResourceType: item.ResourceType,
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateTransitGatewayRouteTable.html */
export const AssociateTransitGatewayRouteTable = acts<
  AssociateTransitGatewayRouteTableRequest,
  AssociateTransitGatewayRouteTableResult
>(both, ({ TransitGatewayRouteTableId, TransitGatewayAttachmentId: id }, call) => {
  const item = attachments.require(id!, call)
  if (item.Association) {
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `Transit Gateway Attachment ${id} is already associated to a route table.`,
    )
  }
  const place = { TransitGatewayRouteTableId: TransitGatewayRouteTableId! }
  attachments.change(id!, { Association: { ...place, State: 'associated' } }, call)
  return { Association: { ...place, ...attached(item), State: 'associating' } }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateTransitGatewayRouteTable.html */
export const DisassociateTransitGatewayRouteTable = acts<
  DisassociateTransitGatewayRouteTableRequest,
  DisassociateTransitGatewayRouteTableResult
>(both, ({ TransitGatewayRouteTableId: tableId, TransitGatewayAttachmentId: id }, call) => {
  const item = attachments.require(id!, call)
  if (item.Association?.TransitGatewayRouteTableId !== tableId) {
    throw new AwsError(
      'InvalidAssociation.NotFound',
      `Transit Gateway Attachment ${id} is not associated to Transit Gateway Route Table ${tableId}.`,
    )
  }
  attachments.change(id!, { Association: undefined }, call)
  return {
    Association: {
      TransitGatewayRouteTableId: tableId,
      ...attached(item),
      State: 'disassociating',
    },
  }
})

const byAttachment: FactSource<TransitGatewayRouteTableAssociation> = {
  filters: {
    'resource-id': (one) => one.ResourceId,
    'resource-type': (one) => one.ResourceType,
    'transit-gateway-attachment-id': (one) => one.TransitGatewayAttachmentId,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetTransitGatewayRouteTableAssociations.html */
export const GetTransitGatewayRouteTableAssociations = operation<
  GetTransitGatewayRouteTableAssociationsRequest,
  GetTransitGatewayRouteTableAssociationsResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run(input, call) {
    const id = input.TransitGatewayRouteTableId!
    transitGatewayTables.require(id, call)
    const all = associatedWith(id, call).map((item) => ({
      ...attached(item),
      State: item.Association!.State,
    }))
    const { items, nextToken } = pageOfFacts(byAttachment, all, input, call)
    return { Associations: items, NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableTransitGatewayRouteTablePropagation.html */
export const EnableTransitGatewayRouteTablePropagation = acts<
  EnableTransitGatewayRouteTablePropagationRequest,
  EnableTransitGatewayRouteTablePropagationResult
>(both, ({ TransitGatewayRouteTableId: tableId, TransitGatewayAttachmentId: id }, call) => {
  const item = attachments.require(id!, call)
  const { Propagations = [] } = transitGatewayTables.require(tableId!, call)
  if (Propagations.includes(id!)) {
    throw new AwsError(
      'TransitGatewayRouteTablePropagation.Duplicate',
      `Propagation already exists for ${id} to ${tableId}.`,
    )
  }
  transitGatewayTables.change(tableId!, { Propagations: [...Propagations, id!] }, call)
  return {
    Propagation: { ...attached(item), TransitGatewayRouteTableId: tableId, State: 'enabled' },
  }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableTransitGatewayRouteTablePropagation.html */
export const DisableTransitGatewayRouteTablePropagation = acts<
  DisableTransitGatewayRouteTablePropagationRequest,
  DisableTransitGatewayRouteTablePropagationResult
>(both, ({ TransitGatewayRouteTableId: tableId, TransitGatewayAttachmentId: id }, call) => {
  const item = attachments.require(id!, call)
  const { Propagations = [] } = transitGatewayTables.require(tableId!, call)
  if (!Propagations.includes(id!)) {
    throw new AwsError(
      'TransitGatewayRouteTablePropagation.NotFound',
      `Propagation does not exist for ${id} to ${tableId}.`,
    )
  }
  const rest = Propagations.filter((one) => one !== id)
  transitGatewayTables.change(tableId!, { Propagations: rest }, call)
  return {
    Propagation: { ...attached(item), TransitGatewayRouteTableId: tableId, State: 'disabled' },
  }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetTransitGatewayRouteTablePropagations.html */
export const GetTransitGatewayRouteTablePropagations = operation<
  GetTransitGatewayRouteTablePropagationsRequest,
  GetTransitGatewayRouteTablePropagationsResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run(input, call) {
    const { Propagations = [] } = transitGatewayTables.require(
      input.TransitGatewayRouteTableId!,
      call,
    )
    const all = Propagations.flatMap((id) => {
      const item = attachments.find(id, call)
      return item ? [{ ...attached(item), State: 'enabled' as const }] : []
    })
    const { items, nextToken } = pageOfFacts(byAttachment as FactSource<object>, all, input, call)
    return { TransitGatewayRouteTablePropagations: items, NextToken: nextToken }
  },
})

const byTable: FactSource<TransitGatewayAttachmentPropagation> = {
  filters: { 'transit-gateway-route-table-id': (one) => one.TransitGatewayRouteTableId },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetTransitGatewayAttachmentPropagations.html */
export const GetTransitGatewayAttachmentPropagations = operation<
  GetTransitGatewayAttachmentPropagationsRequest,
  GetTransitGatewayAttachmentPropagationsResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run(input, call) {
    const id = input.TransitGatewayAttachmentId!
    const { TransitGatewayId } = attachments.require(id, call)
    const all = routeTablesOf(TransitGatewayId!, call)
      .filter((table) => table.Propagations?.includes(id))
      .map(({ TransitGatewayRouteTableId }) => ({
        TransitGatewayRouteTableId,
        State: 'enabled' as const,
      }))
    const { items, nextToken } = pageOfFacts(byTable, all, input, call)
    return { TransitGatewayAttachmentPropagations: items, NextToken: nextToken }
  },
})
