import type {
  AcceptTransitGatewayVpcAttachmentRequest,
  AcceptTransitGatewayVpcAttachmentResult,
  CreateTransitGatewayVpcAttachmentRequest,
  CreateTransitGatewayVpcAttachmentResult,
  DeleteTransitGatewayVpcAttachmentRequest,
  DeleteTransitGatewayVpcAttachmentResult,
  DescribeTransitGatewayVpcAttachmentsRequest,
  DescribeTransitGatewayVpcAttachmentsResult,
  ModifyTransitGatewayVpcAttachmentRequest,
  ModifyTransitGatewayVpcAttachmentResult,
  RejectTransitGatewayVpcAttachmentRequest,
  RejectTransitGatewayVpcAttachmentResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { addServiceInterface } from '../network/service-interfaces.ts'
import { deleteNetworkInterface } from '../rows/network-interface-changes.ts'
import { networkInterfaces } from '../rows/network-interfaces.ts'
import type { Scope } from '../describe/resources.ts'
import { setVpcRoutesState } from '../rows/routes.ts'
import { subnets } from '../rows/subnets.ts'
import { creates, deletes, describes, modifies } from './operations.ts'
import {
  attachments,
  commonParts,
  enterDefaultTables,
  leaveTables,
  ofKind,
  requirePending,
} from './transit-gateway-attachments.ts'
import type { Attachment } from './transit-gateway-attachments.ts'

// VPCs on a transit gateway. https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html

/** The attachments of a VPC to whatever gateway. */
export const attachmentsOfVpc = (vpcId: string, scope: Scope): Attachment[] =>
  attachments.having('VpcId', vpcId, scope)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayVpcAttachments.html */
export const DescribeTransitGatewayVpcAttachments = describes<
  DescribeTransitGatewayVpcAttachmentsRequest,
  DescribeTransitGatewayVpcAttachmentsResult
>(attachments, 'TransitGatewayVpcAttachments', 'TransitGatewayAttachmentIds', ofKind('vpc'))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayVpcAttachment.html */
export const CreateTransitGatewayVpcAttachment = creates<
  CreateTransitGatewayVpcAttachmentRequest,
  CreateTransitGatewayVpcAttachmentResult,
  Attachment
>(attachments, {
  uses: { TransitGatewayId: 'transit-gateway', VpcId: 'vpc', SubnetIds: 'subnet' },
  make({ TransitGatewayId: gatewayId, VpcId, SubnetIds = [], Options }, call) {
    const there = attachmentsOfVpc(VpcId!, call)
    if (there.some((one) => one.TransitGatewayId === gatewayId)) {
      throw new AwsError(
        'DuplicateTransitGatewayAttachment',
        `${gatewayId} has non-deleted Transit Gateway Attachments with same VPC ID.`,
      )
    }
    checkSubnets(SubnetIds, VpcId!, call)
    return {
      ...commonParts(gatewayId!, 'vpc', VpcId!, call),
      VpcId: VpcId!,
      VpcOwnerId: call.account,
      SubnetIds: [...SubnetIds],
      Options: {
        DnsSupport: 'enable',
        SecurityGroupReferencingSupport: 'enable',
        Ipv6Support: 'disable',
        ApplianceModeSupport: 'disable',
        ...Options,
      },
    }
  },
  made(item, _input, call) {
    enterDefaultTables(item, call)
    addInterfaces(item, item.SubnetIds ?? [], call)
  },
  answer: 'TransitGatewayVpcAttachment',
})

/** The gateway has an interface in each of the subnets. */
function addInterfaces(item: Attachment, subnetIds: readonly string[], call: Call): void {
  for (const subnet of subnets.requireAll(subnetIds, call)) {
    addServiceInterface(call, subnet, {
      type: 'transit_gateway',
      description: `Network Interface for Transit Gateway Attachment ${item.TransitGatewayAttachmentId}`,
      groupIds: [],
    })
  }
}

function removeInterfaces(item: Attachment, subnetIds: readonly string[], call: Call): void {
  const { rows } = networkInterfaces.page(
    {
      Filters: [
        { Name: 'interface-type', Values: ['transit_gateway'] },
        { Name: 'description', Values: [`*${item.TransitGatewayAttachmentId}`] },
        { Name: 'subnet-id', Values: [...subnetIds] },
      ],
    },
    [],
    call,
  )
  for (const row of rows) deleteNetworkInterface(call, row.network_interface_id)
}

/** All of one VPC, and not two in one zone. */
function checkSubnets(ids: readonly string[], vpcId: string, call: Call): void {
  const rows = subnets.requireAll(ids, call)
  if (rows.some((row) => row.vpc_id !== vpcId)) {
    const foreign = rows.find((row) => row.vpc_id !== vpcId)!.subnet_id
    throw new AwsError(
      'InvalidSubnetID.NotFound',
      `The subnet ID '${foreign}' does not exist in VPC ${vpcId}`,
    )
  }
  if (new Set(rows.map((row) => row.availability_zone)).size < rows.length) {
    throw new AwsError('DuplicateSubnetsInSameZone', 'Duplicate Subnets for same AZ')
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyTransitGatewayVpcAttachment.html */
export const ModifyTransitGatewayVpcAttachment = modifies<
  ModifyTransitGatewayVpcAttachmentRequest,
  ModifyTransitGatewayVpcAttachmentResult,
  Attachment
>(attachments, 'TransitGatewayAttachmentId', {
  uses: { AddSubnetIds: 'subnet?' },
  state: 'modifying',
  change(item, { AddSubnetIds: added = [], RemoveSubnetIds: removed = [], Options }, call) {
    const kept = (item.SubnetIds ?? []).filter((id) => !removed.includes(id))
    const SubnetIds = [...new Set([...kept, ...added])]
    if (SubnetIds.length === 0) {
      throw new AwsError('InsufficientSubnetsException', 'An attachment needs a subnet.')
    }
    checkSubnets(SubnetIds, item.VpcId!, call)
    const had = item.SubnetIds ?? []
    removeInterfaces(
      item,
      had.filter((id) => !SubnetIds.includes(id)),
      call,
    )
    addInterfaces(
      item,
      SubnetIds.filter((id) => !had.includes(id)),
      call,
    )
    return { SubnetIds, Options: { ...item.Options, ...Options } }
  },
  answer: 'TransitGatewayVpcAttachment',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayVpcAttachment.html */
export const DeleteTransitGatewayVpcAttachment = deletes<
  DeleteTransitGatewayVpcAttachmentRequest,
  DeleteTransitGatewayVpcAttachmentResult,
  Attachment
>(attachments, 'TransitGatewayAttachmentId', {
  before(item, _input, call) {
    leaveTables(item, call)
    removeInterfaces(item, item.SubnetIds ?? [], call)
    setVpcRoutesState(call, item.VpcId!, item.TransitGatewayId!, 'blackhole')
  },
  answer: 'TransitGatewayVpcAttachment',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptTransitGatewayVpcAttachment.html */
export const AcceptTransitGatewayVpcAttachment = modifies<
  AcceptTransitGatewayVpcAttachmentRequest,
  AcceptTransitGatewayVpcAttachmentResult,
  Attachment
>(attachments, 'TransitGatewayAttachmentId', {
  state: 'pending',
  change(item) {
    requirePending(item)
    return {}
  },
  answer: 'TransitGatewayVpcAttachment',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RejectTransitGatewayVpcAttachment.html */
export const RejectTransitGatewayVpcAttachment = modifies<
  RejectTransitGatewayVpcAttachmentRequest,
  RejectTransitGatewayVpcAttachmentResult,
  Attachment
>(attachments, 'TransitGatewayAttachmentId', {
  state: 'rejecting',
  change(item) {
    requirePending(item)
    return {}
  },
  answer: 'TransitGatewayVpcAttachment',
})
