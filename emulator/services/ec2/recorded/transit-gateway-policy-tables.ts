import type {
  AssociateTransitGatewayPolicyTableRequest,
  AssociateTransitGatewayPolicyTableResult,
  CreateTransitGatewayPolicyTableRequest,
  CreateTransitGatewayPolicyTableResult,
  DeleteTransitGatewayPolicyTableRequest,
  DeleteTransitGatewayPolicyTableResult,
  DescribeTransitGatewayPolicyTablesRequest,
  DescribeTransitGatewayPolicyTablesResult,
  DisassociateTransitGatewayPolicyTableRequest,
  DisassociateTransitGatewayPolicyTableResult,
  GetTransitGatewayPolicyTableAssociationsRequest,
  GetTransitGatewayPolicyTableAssociationsResult,
  TransitGatewayPolicyTable,
  TransitGatewayPolicyTableAssociation,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { pageOfFacts } from '../describe/facts.ts'
import { deletedOrMissing, incorrectState } from './errors.ts'
import { byMembers, family } from './family.ts'
import { acts, creates, deletes, describes } from './operations.ts'
import { attachments } from './transit-gateway-attachments.ts'

// https://docs.aws.amazon.com/vpc/latest/tgw/tgw-policy-tables.html

interface Table extends TransitGatewayPolicyTable {
  readonly Associations?: readonly TransitGatewayPolicyTableAssociation[]
}

const policyTables = family<Table>({
  type: 'transit-gateway-policy-table',
  prefix: 'tgw-ptb',
  id: 'TransitGatewayPolicyTableId',
  notFound: deletedOrMissing(
    'InvalidTransitGatewayPolicyTableId.NotFound',
    'Transit Gateway Policy Table',
  ),
  // Unlike other parts of transit gateways, a deleted one is not seen any more.
  life: { first: 'pending', next: { pending: 'available' } },
  created: 'CreationTime',
  filters: {
    ...byMembers('TransitGatewayId'),
    state: 't.state',
    'transit-gateway-policy-table-id': 't.id',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayPolicyTables.html */
export const DescribeTransitGatewayPolicyTables = describes<
  DescribeTransitGatewayPolicyTablesRequest,
  DescribeTransitGatewayPolicyTablesResult
>(policyTables, 'TransitGatewayPolicyTables', 'TransitGatewayPolicyTableIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayPolicyTable.html */
export const CreateTransitGatewayPolicyTable = creates<
  CreateTransitGatewayPolicyTableRequest,
  CreateTransitGatewayPolicyTableResult,
  Table
>(policyTables, {
  uses: { TransitGatewayId: 'transit-gateway' },
  make: ({ TransitGatewayId }) => ({ TransitGatewayId: TransitGatewayId! }),
  answer: 'TransitGatewayPolicyTable',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayPolicyTable.html */
export const DeleteTransitGatewayPolicyTable = deletes<
  DeleteTransitGatewayPolicyTableRequest,
  DeleteTransitGatewayPolicyTableResult,
  Table
>(policyTables, 'TransitGatewayPolicyTableId', {
  before({ TransitGatewayPolicyTableId: id, Associations = [] }) {
    if (Associations.length > 0) throw incorrectState(`${id} has associated attachments.`)
  },
  answer: (item) => ({ TransitGatewayPolicyTable: { ...item, State: 'deleting' } }),
})

const both = {
  TransitGatewayPolicyTableId: 'transit-gateway-policy-table',
  TransitGatewayAttachmentId: 'transit-gateway-attachment',
} as const

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateTransitGatewayPolicyTable.html */
export const AssociateTransitGatewayPolicyTable = acts<
  AssociateTransitGatewayPolicyTableRequest,
  AssociateTransitGatewayPolicyTableResult
>(both, ({ TransitGatewayPolicyTableId, TransitGatewayAttachmentId }, call) => {
  const { Associations = [] } = policyTables.require(TransitGatewayPolicyTableId!, call)
  const { ResourceId, ResourceType } = attachments.require(TransitGatewayAttachmentId!, call)
  if (Associations.some((one) => one.TransitGatewayAttachmentId === TransitGatewayAttachmentId)) {
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `Transit Gateway Attachment ${TransitGatewayAttachmentId} is already associated to a policy table.`,
    )
  }
  const association = {
    TransitGatewayPolicyTableId,
    TransitGatewayAttachmentId,
    ResourceId,
    ResourceType,
    State: 'associated' as const,
  }
  const all = [...Associations, association]
  policyTables.change(TransitGatewayPolicyTableId!, { Associations: all }, call)
  return { Association: { ...association, State: 'associating' } }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateTransitGatewayPolicyTable.html */
export const DisassociateTransitGatewayPolicyTable = acts<
  DisassociateTransitGatewayPolicyTableRequest,
  DisassociateTransitGatewayPolicyTableResult
>(both, ({ TransitGatewayPolicyTableId: id, TransitGatewayAttachmentId }, call) => {
  const { Associations = [] } = policyTables.require(id!, call)
  const there = Associations.find(
    (one) => one.TransitGatewayAttachmentId === TransitGatewayAttachmentId,
  )
  if (!there) {
    throw new AwsError(
      'InvalidAssociation.NotFound',
      `Transit Gateway Attachment ${TransitGatewayAttachmentId} is not associated to Transit Gateway Policy Table ${id}.`,
    )
  }
  policyTables.change(id!, { Associations: Associations.filter((one) => one !== there) }, call)
  return { Association: { ...there, State: 'disassociating' } }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetTransitGatewayPolicyTableAssociations.html */
export const GetTransitGatewayPolicyTableAssociations = acts<
  GetTransitGatewayPolicyTableAssociationsRequest,
  GetTransitGatewayPolicyTableAssociationsResult
>({ TransitGatewayPolicyTableId: 'transit-gateway-policy-table' }, (input, call) => {
  const { Associations = [] } = policyTables.require(input.TransitGatewayPolicyTableId!, call)
  const { items, nextToken } = pageOfFacts({ filters: {} }, Associations, input, call)
  return { Associations: items, NextToken: nextToken }
})
