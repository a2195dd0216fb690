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
    const there = { ...call, account: PeerAccountId!, region: PeerRegion! }
    const isHere = there.account === call.account && there.region === call.region
    // Side by side in one account and region, the two ends have ids of their own.
    const accepterId = isHere ? call.ids.ec2('tgw-attach') : id
    const ids = { RequesterAttachmentId: id, AccepterTransitGatewayAttachmentId: accepterId }
    attachments.change(id, ids, call, 'initiatingRequest')
    attachments.insert(
      {
        ...commonParts(PeerTransitGatewayId!, 'peering', TransitGatewayId!, there),
        ...ids,
        RequesterTgwInfo: item.RequesterTgwInfo,
        AccepterTgwInfo: item.AccepterTgwInfo,
        ...(item.Options ? { Options: item.Options } : {}),
      },
      [],
      there,
      { id: accepterId, state: 'initiatingRequest' },
    )
  },
  answer: 'TransitGatewayPeeringAttachment',
})

interface Side {
  readonly scope: Call
  readonly id: string
}

/** Both ends, each in its own account and region. */
function sidesOf(item: Attachment, call: Call): Side[] {
  const side = (info: Attachment['RequesterTgwInfo'], id: string | undefined): Side => ({
    scope: { ...call, account: info!.OwnerId!, region: info!.Region! },
    id: id!,
  })
  return [
    side(item.RequesterTgwInfo, item.RequesterAttachmentId),
    side(item.AccepterTgwInfo, item.AccepterTransitGatewayAttachmentId),
  ]
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
    enterDefaultTables(attachments.change(side.id, {}, side.scope, 'pending'), side.scope)
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
    attachments.change(side.id, {}, side.scope, 'rejecting')
  }
  return answered(id, call)
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayPeeringAttachment.html */
export const DeleteTransitGatewayPeeringAttachment = acts<
  DeleteTransitGatewayPeeringAttachmentRequest,
  DeleteTransitGatewayPeeringAttachmentResult
>({ TransitGatewayAttachmentId: 'transit-gateway-attachment' }, (input, call) => {
  const id = input.TransitGatewayAttachmentId!
  const item = attachments.require(id, call)
  for (const { id: there, scope } of sidesOf(item, call)) {
    const end = attachments.find(there, scope)
    if (!end) continue
    leaveTables(end, scope)
    attachments.remove(there, scope)
  }
  return { TransitGatewayPeeringAttachment: { ...item, State: 'deleting' } } as object
})
