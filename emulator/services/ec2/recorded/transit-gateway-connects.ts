import type {
  CreateTransitGatewayConnectPeerRequest,
  CreateTransitGatewayConnectPeerResult,
  CreateTransitGatewayConnectRequest,
  CreateTransitGatewayConnectResult,
  DeleteTransitGatewayConnectPeerRequest,
  DeleteTransitGatewayConnectPeerResult,
  DeleteTransitGatewayConnectRequest,
  DeleteTransitGatewayConnectResult,
  DescribeTransitGatewayConnectPeersRequest,
  DescribeTransitGatewayConnectPeersResult,
  DescribeTransitGatewayConnectsRequest,
  DescribeTransitGatewayConnectsResult,
  TransitGatewayConnectPeer,
} from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { ipv4ToNumber, numberToIpv4, parseIpv4Block } from '../addresses.ts'
import { invalidParameterValue } from '../errors.ts'
import { deletedOrMissing, incorrectState } from './errors.ts'
import { byMembers, family } from './family.ts'
import { creates, deletes, describes } from './operations.ts'
import { usualLife } from './states.ts'
import {
  attachments,
  commonParts,
  enterDefaultTables,
  leaveTables,
  ofKind,
} from './transit-gateway-attachments.ts'
import type { Attachment } from './transit-gateway-attachments.ts'
import { transitGateways } from './transit-gateways.ts'

// Connect attachments and their peers. https://docs.aws.amazon.com/vpc/latest/tgw/tgw-connect.html

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayConnects.html */
export const DescribeTransitGatewayConnects = describes<
  DescribeTransitGatewayConnectsRequest,
  DescribeTransitGatewayConnectsResult
>(attachments, 'TransitGatewayConnects', 'TransitGatewayAttachmentIds', ofKind('connect'))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayConnect.html */
export const CreateTransitGatewayConnect = creates<
  CreateTransitGatewayConnectRequest,
  CreateTransitGatewayConnectResult,
  Attachment
>(attachments, {
  uses: { TransportTransitGatewayAttachmentId: 'transit-gateway-attachment' },
  make({ TransportTransitGatewayAttachmentId: transportId, Options }, call) {
    const transport = attachments.require(transportId!, call)
    return {
      ...commonParts(transport.TransitGatewayId!, 'connect', transportId!, call),
      TransportTransitGatewayAttachmentId: transportId!,
      Options: { Protocol: Options?.Protocol ?? 'gre' },
    }
  },
  made: (item, _input, call) => enterDefaultTables(item, call),
  answer: 'TransitGatewayConnect',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayConnect.html */
export const DeleteTransitGatewayConnect = deletes<
  DeleteTransitGatewayConnectRequest,
  DeleteTransitGatewayConnectResult,
  Attachment
>(attachments, 'TransitGatewayAttachmentId', {
  before(item, _input, call) {
    const id = item.TransitGatewayAttachmentId!
    if (connectPeers.having('TransitGatewayAttachmentId', id, call).length > 0) {
      throw incorrectState(`${id} has non-deleted Transit Gateway Connect Peers.`)
    }
    leaveTables(item, call)
  },
  answer: 'TransitGatewayConnect',
})

export const connectPeers = family<TransitGatewayConnectPeer>({
  type: 'transit-gateway-connect-peer',
  prefix: 'tgw-connect-peer',
  id: 'TransitGatewayConnectPeerId',
  notFound: deletedOrMissing(
    'InvalidTransitGatewayConnectPeerID.NotFound',
    'Transit Gateway Connect Peer',
  ),
  life: usualLife,
  created: 'CreationTime',
  filters: {
    ...byMembers('TransitGatewayAttachmentId'),
    state: 't.state',
    'transit-gateway-connect-peer-id': 't.id',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayConnectPeers.html */
export const DescribeTransitGatewayConnectPeers = describes<
  DescribeTransitGatewayConnectPeersRequest,
  DescribeTransitGatewayConnectPeersResult
>(connectPeers, 'TransitGatewayConnectPeers', 'TransitGatewayConnectPeerIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayConnectPeer.html */
export const CreateTransitGatewayConnectPeer = creates<
  CreateTransitGatewayConnectPeerRequest,
  CreateTransitGatewayConnectPeerResult,
  TransitGatewayConnectPeer
>(connectPeers, {
  uses: { TransitGatewayAttachmentId: 'transit-gateway-attachment' },
  needs: ['PeerAddress', 'InsideCidrBlocks'],
  make(input, call) {
    const { TransitGatewayAttachmentId, PeerAddress, InsideCidrBlocks = [], BgpOptions } = input
    const attachment = attachments.require(TransitGatewayAttachmentId!, call)
    const { Options } = transitGateways.require(attachment.TransitGatewayId!, call)
    const own = input.TransitGatewayAddress ?? firstAddress(Options?.TransitGatewayCidrBlocks, call)
    const inside = InsideCidrBlocks.map((block) => parseIpv4Block(block)).find((one) => one)
    const transitAsn = Options?.AmazonSideAsn ?? 64_512
    const PeerAsn = BgpOptions?.PeerAsn ?? transitAsn
    return {
      TransitGatewayAttachmentId: TransitGatewayAttachmentId!,
      ConnectPeerConfiguration: {
        TransitGatewayAddress: own,
        PeerAddress,
        InsideCidrBlocks: [...InsideCidrBlocks],
        Protocol: 'gre',
        // The peer has the block's first address, the gateway the next two.
        BgpConfigurations: [2, 3].map((at) => ({
          TransitGatewayAsn: transitAsn,
          PeerAsn,
          ...(inside
            ? {
                TransitGatewayAddress: numberToIpv4(inside.first + at),
                PeerAddress: numberToIpv4(inside.first + 1),
              }
            : {}),
          BgpStatus: 'down' as const,
        })),
      },
    }
  },
  answer: 'TransitGatewayConnectPeer',
})

/** The next address of the gateway's blocks, of which every peer takes one. */
function firstAddress(blocks: readonly string[] | undefined, call: Call): string {
  const block = parseIpv4Block(blocks?.find((one) => !one.includes(':')) ?? '')
  if (!block) {
    throw invalidParameterValue('The transit gateway has no CIDR blocks for Connect peers.')
  }
  const taken = new Set(
    connectPeers
      .all(call)
      .map((one) => ipv4ToNumber(one.ConnectPeerConfiguration!.TransitGatewayAddress!)),
  )
  let address = block.first + 1
  while (taken.has(address)) address += 1
  return numberToIpv4(address)
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayConnectPeer.html */
export const DeleteTransitGatewayConnectPeer = deletes<
  DeleteTransitGatewayConnectPeerRequest,
  DeleteTransitGatewayConnectPeerResult,
  TransitGatewayConnectPeer
>(connectPeers, 'TransitGatewayConnectPeerId', { answer: 'TransitGatewayConnectPeer' })
