import type {
  AcceptVpcPeeringConnectionRequest,
  AcceptVpcPeeringConnectionResult,
  CreateVpcPeeringConnectionRequest,
  CreateVpcPeeringConnectionResult,
  DeleteVpcPeeringConnectionRequest,
  DeleteVpcPeeringConnectionResult,
  DescribeVpcPeeringConnectionsRequest,
  DescribeVpcPeeringConnectionsResult,
  ModifyVpcPeeringConnectionOptionsRequest,
  ModifyVpcPeeringConnectionOptionsResult,
  RejectVpcPeeringConnectionRequest,
  RejectVpcPeeringConnectionResult,
  VpcPeeringConnectionVpcInfo,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import type { Scope } from '../describe/resources.ts'
import { missingParameter } from '../errors.ts'
import { overlaps } from '../network/blocks.ts'
import { onVpc } from '../network/permissions.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { setRoutesState } from '../rows/routes.ts'
import {
  insertPeering,
  peeringConnections,
  peeringDocument,
  sidesOf,
  toPeeringConnections,
  updatePeering,
} from '../rows/vpc-peering.ts'
import type { PeeringRow } from '../rows/vpc-peering.ts'
import { blocksOf, vpcs } from '../rows/vpcs.ts'
import type { VpcRow } from '../rows/vpcs.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

const type = 'vpc-peering-connection'
const expiresAfter = 7 * 24 * 60 * 60 * 1000

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcPeeringConnections.html */
export const DescribeVpcPeeringConnections = operation<
  DescribeVpcPeeringConnectionsRequest,
  DescribeVpcPeeringConnectionsResult
>({
  authorize: anyResource,
  run(input, call) {
    const ids = input.VpcPeeringConnectionIds
    const { rows, nextToken } = peeringConnections.page(input, ids, call)
    return { VpcPeeringConnections: toPeeringConnections(rows, call), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcPeeringConnection.html */
export const CreateVpcPeeringConnection = operation<
  CreateVpcPeeringConnectionRequest,
  CreateVpcPeeringConnectionResult
>({
  authorize: ({ VpcId = '', TagSpecifications }, call) => [
    ...onNewResource(call, type, TagSpecifications),
    onVpc(call, VpcId),
  ],
  run({ VpcId, PeerVpcId, PeerOwnerId, PeerRegion, TagSpecifications }, call) {
    const tags = specifiedTags(TagSpecifications, type)[type]
    if (!VpcId) throw missingParameter('vpcId')
    if (!PeerVpcId) throw missingParameter('peerVpcId')
    const vpc = vpcs.require(VpcId, call)
    const account = PeerOwnerId ?? call.account
    const region = PeerRegion ?? call.region
    // A wrong VPC, account or region is no error of the request: the connection fails.
    const peer = vpcs.find(PeerVpcId, { db: call.db, account, region })
    const fails = !peer || collide(vpc, peer)
    const id = call.ids.ec2('pcx')
    const requester = { account: call.account, region: call.region }
    const accepter = peer ? { account, region } : requester
    insertPeering(call, {
      vpc_peering_connection_id: id,
      requester_account: requester.account,
      requester_region: requester.region,
      requester_vpc_id: VpcId,
      accepter_account: accepter.account,
      accepter_region: accepter.region,
      accepter_vpc_id: PeerVpcId,
      status_code: fails ? 'failed' : 'pending-acceptance',
      status_message: fails
        ? 'Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range'
        : `Pending Acceptance by ${account}`,
      expires_at: call.now + expiresAfter,
      doc: JSON.stringify({
        RequesterVpcInfo: sideInfo(vpc, requester),
        AccepterVpcInfo: { OwnerId: account, VpcId: PeerVpcId, Region: region },
      }),
    })
    tagResource(call, id, type, tags)
    if (!fails) {
      call.timers.schedule(call.now + expiresAfter, 'vpc-peering-expired', { peeringId: id })
    }
    const [shown] = toPeeringConnections([peeringConnections.require(id, call)], call)
    const Message = `Initiating Request to ${account}`
    return {
      VpcPeeringConnection: { ...shown!, Status: { Code: 'initiating-request', Message } },
    }
  },
})

const ipv4BlocksOf = (vpc: VpcRow): string[] =>
  blocksOf(vpc).CidrBlockAssociationSet.map(({ CidrBlock }) => CidrBlock!)

const collide = (one: VpcRow, other: VpcRow): boolean =>
  ipv4BlocksOf(one).some((a) => ipv4BlocksOf(other).some((b) => overlaps(a, b)))

const sideInfo = (vpc: VpcRow, side: Omit<Scope, 'db'>): VpcPeeringConnectionVpcInfo => ({
  OwnerId: side.account,
  Region: side.region,
  VpcId: vpc.vpc_id,
  CidrBlock: vpc.cidr_block,
  CidrBlockSet: ipv4BlocksOf(vpc).map((CidrBlock) => ({ CidrBlock })),
  PeeringOptions: {
    AllowDnsResolutionFromRemoteVpc: false,
    AllowEgressFromLocalClassicLinkToRemoteVpc: false,
    AllowEgressFromLocalVpcToRemoteClassicLink: false,
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcPeeringConnection.html */
export const AcceptVpcPeeringConnection = operation<
  AcceptVpcPeeringConnectionRequest,
  AcceptVpcPeeringConnectionResult
>({
  authorize: ({ VpcPeeringConnectionId = '' }, call) => onPeering(VpcPeeringConnectionId, call),
  run({ VpcPeeringConnectionId }, call) {
    const row = requireAsAccepter(VpcPeeringConnectionId, 'accept', call)
    if (row.status_code !== 'pending-acceptance') throw wrongState(row, 'active')
    const side = { account: row.accepter_account, region: row.accepter_region }
    const vpc = vpcs.require(row.accepter_vpc_id, { db: call.db, ...side })
    updatePeering(call, row, {
      status_code: 'active',
      status_message: 'Active',
      doc: JSON.stringify({ ...peeringDocument(row), AccepterVpcInfo: sideInfo(vpc, side) }),
    })
    const id = row.vpc_peering_connection_id
    const [shown] = toPeeringConnections([peeringConnections.require(id, call)], call)
    return {
      VpcPeeringConnection: {
        ...shown!,
        Status: { Code: 'provisioning', Message: 'Provisioning' },
      },
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RejectVpcPeeringConnection.html */
export const RejectVpcPeeringConnection = operation<
  RejectVpcPeeringConnectionRequest,
  RejectVpcPeeringConnectionResult
>({
  authorize: ({ VpcPeeringConnectionId = '' }, call) => onPeering(VpcPeeringConnectionId, call),
  run({ VpcPeeringConnectionId }, call) {
    const row = requireAsAccepter(VpcPeeringConnectionId, 'reject', call)
    if (row.status_code !== 'pending-acceptance') throw wrongState(row, 'rejected')
    end(row, 'rejected', `Rejected by ${call.account}`, call)
    return { Return: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcPeeringConnection.html */
export const DeleteVpcPeeringConnection = operation<
  DeleteVpcPeeringConnectionRequest,
  DeleteVpcPeeringConnectionResult
>({
  authorize: ({ VpcPeeringConnectionId = '' }, call) => onPeering(VpcPeeringConnectionId, call),
  run({ VpcPeeringConnectionId: id }, call) {
    if (!id) throw missingParameter('vpcPeeringConnectionId')
    const row = peeringConnections.require(id, call)
    if (!['active', 'pending-acceptance'].includes(row.status_code))
      throw wrongState(row, 'deleted')
    end(row, 'deleted', `Deleted by ${call.account}`, call)
    return { Return: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcPeeringConnectionOptions.html */
export const ModifyVpcPeeringConnectionOptions = operation<
  ModifyVpcPeeringConnectionOptionsRequest,
  ModifyVpcPeeringConnectionOptionsResult
>({
  coverage: 'recorded',
  authorize: ({ VpcPeeringConnectionId = '' }, call) => onPeering(VpcPeeringConnectionId, call),
  run({ VpcPeeringConnectionId: id, ...input }, call) {
    if (!id) throw missingParameter('vpcPeeringConnectionId')
    const row = peeringConnections.require(id, call)
    if (row.status_code !== 'active') throw wrongState(row, 'active')
    const { RequesterVpcInfo, AccepterVpcInfo } = peeringDocument(row)
    const requester = {
      ...RequesterVpcInfo.PeeringOptions,
      ...input.RequesterPeeringConnectionOptions,
    }
    const accepter = {
      ...AccepterVpcInfo.PeeringOptions,
      ...input.AccepterPeeringConnectionOptions,
    }
    updatePeering(call, row, {
      doc: JSON.stringify({
        RequesterVpcInfo: { ...RequesterVpcInfo, PeeringOptions: requester },
        AccepterVpcInfo: { ...AccepterVpcInfo, PeeringOptions: accepter },
      }),
    })
    return {
      ...(input.RequesterPeeringConnectionOptions
        ? { RequesterPeeringConnectionOptions: requester }
        : {}),
      ...(input.AccepterPeeringConnectionOptions
        ? { AccepterPeeringConnectionOptions: accepter }
        : {}),
    }
  },
})

const onPeering = (id: string, call: Call) => [onResource(call, type, id)]

/** Ends a connection on both sides, where routes through it become black holes. */
function end(row: PeeringRow, code: string, message: string, call: Call): void {
  updatePeering(call, row, { status_code: code, status_message: message })
  for (const side of sidesOf(row)) {
    setRoutesState({ db: call.db, ...side }, row.vpc_peering_connection_id, 'blackhole')
  }
}

const wrongState = (row: PeeringRow, to: string) =>
  new AwsError(
    'InvalidStateTransition',
    `Invalid state transition for ${row.vpc_peering_connection_id}, attempted to transition from ${row.status_code} to ${to}`,
  )

/** Only the accepter, in its own region, decides. */
function requireAsAccepter(
  id: string | undefined,
  verb: 'accept' | 'reject',
  call: Call,
): PeeringRow {
  if (!id) throw missingParameter('vpcPeeringConnectionId')
  const row = peeringConnections.require(id, call)
  if (row.accepter_account !== call.account) {
    throw new AwsError('OperationNotPermitted', `User ${call.account} cannot ${verb} peering ${id}`)
  }
  if (row.accepter_region !== call.region) {
    throw new AwsError(
      'OperationNotPermitted',
      `Incorrect region (${call.region}) specified for this request. VPC peering connection ${id} must be accepted in region ${row.accepter_region}`,
    )
  }
  return row
}
