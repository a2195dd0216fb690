import type {
  CreateTransitGatewayPrefixListReferenceRequest,
  CreateTransitGatewayPrefixListReferenceResult,
  DeleteTransitGatewayPrefixListReferenceRequest,
  DeleteTransitGatewayPrefixListReferenceResult,
  GetTransitGatewayPrefixListReferencesRequest,
  GetTransitGatewayPrefixListReferencesResult,
  ModifyTransitGatewayPrefixListReferenceRequest,
  ModifyTransitGatewayPrefixListReferenceResult,
  TransitGatewayPrefixListReference,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { anyResource } from '../permissions.ts'
import { acts } from './operations.ts'
import { attachments } from './transit-gateway-attachments.ts'
import { transitGatewayTables } from './transit-gateway-tables.ts'

// Prefix lists in route tables of transit gateways.
// https://docs.aws.amazon.com/vpc/latest/tgw/tgw-prefix-lists.html

const named = {
  TransitGatewayRouteTableId: 'transit-gateway-route-table',
  PrefixListId: 'prefix-list',
} as const
const withAttachment = { ...named, TransitGatewayAttachmentId: 'transit-gateway-attachment?' }

const listsIn = (tableId: string | undefined, call: Call) =>
  transitGatewayTables.require(tableId!, call).PrefixLists ?? []

function referenceOf(
  input: CreateTransitGatewayPrefixListReferenceRequest,
  call: Call,
): TransitGatewayPrefixListReference {
  const { TransitGatewayRouteTableId, PrefixListId, TransitGatewayAttachmentId: id } = input
  const item = id ? attachments.require(id, call) : undefined
  return {
    TransitGatewayRouteTableId,
    PrefixListId,
    PrefixListOwnerId: call.account,
    State: 'available',
    Blackhole: input.Blackhole ?? false,
    ...(item
      ? {
          TransitGatewayAttachment: {
            TransitGatewayAttachmentId: id,
            ResourceType: item.ResourceType,
            ResourceId: item.ResourceId,
          },
        }
      : {}),
  }
}

const missing = (tableId: string | undefined, listId: string | undefined) =>
  new AwsError(
    'InvalidPrefixListReference.NotFound',
    `Prefix List Reference ${listId} does not exist in Transit Gateway Route Table ${tableId}.`,
  )

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayPrefixListReference.html */
export const CreateTransitGatewayPrefixListReference = acts<
  CreateTransitGatewayPrefixListReferenceRequest,
  CreateTransitGatewayPrefixListReferenceResult
>(withAttachment, (input, call) => {
  const tableId = input.TransitGatewayRouteTableId!
  const others = listsIn(tableId, call)
  if (others.some((one) => one.PrefixListId === input.PrefixListId)) {
    throw new AwsError(
      'PrefixListReference.Duplicate',
      `Prefix List Reference ${input.PrefixListId} already exists in ${tableId}.`,
    )
  }
  const reference = referenceOf(input, call)
  transitGatewayTables.change(tableId, { PrefixLists: [...others, reference] }, call)
  return { TransitGatewayPrefixListReference: { ...reference, State: 'pending' } }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyTransitGatewayPrefixListReference.html */
export const ModifyTransitGatewayPrefixListReference = acts<
  ModifyTransitGatewayPrefixListReferenceRequest,
  ModifyTransitGatewayPrefixListReferenceResult
>(withAttachment, (input, call) => {
  const tableId = input.TransitGatewayRouteTableId!
  const all = listsIn(tableId, call)
  const reference = referenceOf(input, call)
  if (!all.some((one) => one.PrefixListId === input.PrefixListId)) {
    throw missing(tableId, input.PrefixListId)
  }
  const PrefixLists = all.map((one) => (one.PrefixListId === input.PrefixListId ? reference : one))
  transitGatewayTables.change(tableId, { PrefixLists }, call)
  return { TransitGatewayPrefixListReference: { ...reference, State: 'modifying' } }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayPrefixListReference.html */
export const DeleteTransitGatewayPrefixListReference = acts<
  DeleteTransitGatewayPrefixListReferenceRequest,
  DeleteTransitGatewayPrefixListReferenceResult
>(named, ({ TransitGatewayRouteTableId: tableId, PrefixListId }, call) => {
  const all = listsIn(tableId, call)
  const reference = all.find((one) => one.PrefixListId === PrefixListId)
  if (!reference) throw missing(tableId, PrefixListId)
  const PrefixLists = all.filter((one) => one !== reference)
  transitGatewayTables.change(tableId!, { PrefixLists }, call)
  return { TransitGatewayPrefixListReference: { ...reference, State: 'deleting' } }
})

const source: FactSource<TransitGatewayPrefixListReference> = {
  filters: {
    'attachment.resource-id': (one) => one.TransitGatewayAttachment?.ResourceId,
    'attachment.resource-type': (one) => one.TransitGatewayAttachment?.ResourceType,
    'attachment.transit-gateway-attachment-id': (one) =>
      one.TransitGatewayAttachment?.TransitGatewayAttachmentId,
    'is-blackhole': (one) => one.Blackhole,
    'prefix-list-id': (one) => one.PrefixListId,
    'prefix-list-owner-id': (one) => one.PrefixListOwnerId,
    state: (one) => one.State,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetTransitGatewayPrefixListReferences.html */
export const GetTransitGatewayPrefixListReferences = operation<
  GetTransitGatewayPrefixListReferencesRequest,
  GetTransitGatewayPrefixListReferencesResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run(input, call) {
    const all = listsIn(input.TransitGatewayRouteTableId, call)
    const { items, nextToken } = pageOfFacts(source, all, input, call)
    return { TransitGatewayPrefixListReferences: items, NextToken: nextToken }
  },
})
