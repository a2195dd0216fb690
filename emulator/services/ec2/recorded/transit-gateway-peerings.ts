import type {
  AcceptTransitGatewayPeeringAttachmentRequest,
  AcceptTransitGatewayPeeringAttachmentResult,
  CreateTransitGatewayPeeringAttachmentRequest,
  CreateTransitGatewayPeeringAttachmentResult,
  DeleteTransitGatewayPeeringAttachmentRequest,
  DeleteTransitGatewayPeeringAttachmentResult,
  DescribeTransitGatewayPeeringAttachmentsRequest,
  DescribeTransitGatewayPeeringAttachmentsResult,
  RejectTransitGatewayPeeringAttachmentRequest,
  RejectTransitGatewayPeeringAttachmentResult,
} from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { acts, creates, describes } from './operations.ts'
import { incorrectState } from './errors.ts'
import {
  attachments,
  commonParts,
  enterDefaultTables,
  leaveTables,
  ofKind,
  requirePending,
} from './transit-gateway-attachments.ts'
import type { Attachment } from './transit-gateway-attachments.ts'
import { transitGateways } from './transit-gateways.ts'

// Transit gateways that are peers, in whatever regions and accounts. Both sides see the attachment, under one id.
// https://docs.aws.amazon.com/vpc/latest/tgw/tgw-peering.html

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayPeeringAttachments.html */
export const DescribeTransitGatewayPeeringAttachments = describes<
  DescribeTransitGatewayPeeringAttachmentsRequest,
  DescribeTransitGatewayPeeringAttachmentsResult
>(attachments, 'TransitGatewayPeeringAttachments', 'TransitGatewayAttachmentIds', ofKind('peering'))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayPeeringAttachment.html */
export const CreateTransitGatewayPeeringAttachment = creates<
  CreateTransitGatewayPeeringAttachmentRequest,
  CreateTransitGatewayPeeringAttachmentResult,
  Attachment
>(attachments, {
  uses: { TransitGatewayId: 'transit-gateway' },
  needs: ['PeerTransitGatewayId', 'PeerAccountId', 'PeerRegion'],
  make({ TransitGatewayId, PeerTransitGatewayId, PeerAccountId, PeerRegion, Options }, call) {
    const peer = { ...call, account: PeerAccountId!, region: PeerRegion! }
    transitGateways.require(PeerTransitGatewayId!, peer)
    return {
      ...commonParts(TransitGatewayId!, 'peering', PeerTransitGatewayId!, call),
      RequesterTgwInfo: { TransitGatewayId, OwnerId: call.account, Region: call.region },
      AccepterTgwInfo: {
        TransitGatewayId: PeerTransitGatewayId,
        OwnerId: PeerAccountId,
        Region: PeerRegion,
      },
      ...(Options ? { Options } : {}),
    }
  },
  made(item, { PeerTransitGatewayId, TransitGatewayId, PeerAccountId, PeerRegion }, call) {
    const id = item.TransitGatewayAttachmentId!
    attachments.change(id, {}, call, 'initiatingRequest')
    const there = { ...call, account: PeerAccountId!, region: PeerRegion! }
    attachments.insert(
      {
        ...commonParts(PeerTransitGatewayId!, 'peering', TransitGatewayId!, there),
        RequesterTgwInfo: item.RequesterTgwInfo,
        AccepterTgwInfo: item.AccepterTgwInfo,
        ...(item.Options ? { Options: item.Options } : {}),
      },
      [],
      there,
      { id, state: 'initiatingRequest' },
    )
  },
  answer: 'TransitGatewayPeeringAttachment',
})

/** Both sides, each in its own account and region, the caller's first. */
function sidesOf(item: Attachment, call: Call): Call[] {
  const sides = [item.RequesterTgwInfo!, item.AccepterTgwInfo!].map(({ OwnerId, Region }) => ({
    ...call,
    account: OwnerId!,
    region: Region!,
  }))
  const isHere = (one: Call) => one.account === call.account && one.region === call.region
  return sides.toSorted((one, other) => Number(isHere(other)) - Number(isHere(one)))
}

/** Every answer is the attachment, as it stands for the caller. */
const answered = (id: string, call: Call) =>
  ({ TransitGatewayPeeringAttachment: attachments.require(id, call) }) as object

function requireAccepter(id: string, call: Call): Attachment {
  const item = attachments.require(id, call)
  requirePending(item)
  const { AccepterTgwInfo: accepter } = item
  if (accepter?.OwnerId === call.account && accepter.Region === call.region) return item
  throw incorrectState(`${id} can be accepted or rejected only by its accepter`)
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptTransitGatewayPeeringAttachment.html */
export const AcceptTransitGatewayPeeringAttachment = acts<
  AcceptTransitGatewayPeeringAttachmentRequest,
  AcceptTransitGatewayPeeringAttachmentResult
>({ TransitGatewayAttachmentId: 'transit-gateway-attachment' }, (input, call) => {
  const id = input.TransitGatewayAttachmentId!
  for (const side of sidesOf(requireAccepter(id, call), call)) {
    enterDefaultTables(attachments.change(id, {}, side, 'pending'), side)
  }
  return answered(id, call)
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RejectTransitGatewayPeeringAttachment.html */
export const RejectTransitGatewayPeeringAttachment = acts<
  RejectTransitGatewayPeeringAttachmentRequest,
  RejectTransitGatewayPeeringAttachmentResult
>({ TransitGatewayAttachmentId: 'transit-gateway-attachment' }, (input, call) => {
  const id = input.TransitGatewayAttachmentId!
  for (const side of sidesOf(requireAccepter(id, call), call)) {
    attachments.change(id, {}, side, 'rejecting')
  }
  return answered(id, call)
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayPeeringAttachment.html */
export const DeleteTransitGatewayPeeringAttachment = acts<
  DeleteTransitGatewayPeeringAttachmentRequest,
  DeleteTransitGatewayPeeringAttachmentResult
>({ TransitGatewayAttachmentId: 'transit-gateway-attachment' }, (input, call) => {
  const id = input.TransitGatewayAttachmentId!
  for (const side of sidesOf(attachments.require(id, call), call)) {
    const there = attachments.find(id, side)
    if (!there) continue
    leaveTables(there, side)
    attachments.remove(id, side)
  }
  return answered(id, call)
})
