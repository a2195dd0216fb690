import type {
  AssociateTransitGatewayMulticastDomainRequest,
  AssociateTransitGatewayMulticastDomainResult,
  CreateTransitGatewayMulticastDomainRequest,
  CreateTransitGatewayMulticastDomainResult,
  DeleteTransitGatewayMulticastDomainRequest,
  DeleteTransitGatewayMulticastDomainResult,
  DeregisterTransitGatewayMulticastGroupMembersRequest,
  DeregisterTransitGatewayMulticastGroupMembersResult,
  DeregisterTransitGatewayMulticastGroupSourcesRequest,
  DeregisterTransitGatewayMulticastGroupSourcesResult,
  DescribeTransitGatewayMulticastDomainsRequest,
  DescribeTransitGatewayMulticastDomainsResult,
  DisassociateTransitGatewayMulticastDomainRequest,
  DisassociateTransitGatewayMulticastDomainResult,
  GetTransitGatewayMulticastDomainAssociationsRequest,
  GetTransitGatewayMulticastDomainAssociationsResult,
  RegisterTransitGatewayMulticastGroupMembersRequest,
  RegisterTransitGatewayMulticastGroupMembersResult,
  RegisterTransitGatewayMulticastGroupSourcesRequest,
  RegisterTransitGatewayMulticastGroupSourcesResult,
  SearchTransitGatewayMulticastGroupsRequest,
  SearchTransitGatewayMulticastGroupsResult,
  TransitGatewayMulticastDomain,
  TransitGatewayMulticastDomainAssociation,
  TransitGatewayMulticastGroup,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { missingParameter } from '../errors.ts'
import { networkInterfaces } from '../rows/network-interfaces.ts'
import { deletedOrMissing, incorrectState } from './errors.ts'
import { byMembers, family } from './family.ts'
import { acts, creates, deletes, describes } from './operations.ts'
import { usualLife } from './states.ts'
import { attachments } from './transit-gateway-attachments.ts'
import type { Attachment } from './transit-gateway-attachments.ts'
import { transitGateways } from './transit-gateways.ts'

// https://docs.aws.amazon.com/vpc/latest/tgw/tgw-multicast-overview.html

/** A domain with the subnets that it reaches and the groups in it. */
interface Domain extends TransitGatewayMulticastDomain {
  readonly Associations?: readonly TransitGatewayMulticastDomainAssociation[]
  readonly Groups?: readonly TransitGatewayMulticastGroup[]
}

const domains = family<Domain>({
  type: 'transit-gateway-multicast-domain',
  prefix: 'tgw-mcast-domain',
  id: 'TransitGatewayMulticastDomainId',
  notFound: deletedOrMissing(
    'InvalidTransitGatewayMulticastDomainId.NotFound',
    'Transit Gateway Multicast Domain',
  ),
  life: usualLife,
  created: 'CreationTime',
  filters: {
    ...byMembers('TransitGatewayId'),
    state: 't.state',
    'transit-gateway-multicast-domain-id': 't.id',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTransitGatewayMulticastDomains.html */
export const DescribeTransitGatewayMulticastDomains = describes<
  DescribeTransitGatewayMulticastDomainsRequest,
  DescribeTransitGatewayMulticastDomainsResult
>(domains, 'TransitGatewayMulticastDomains', 'TransitGatewayMulticastDomainIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayMulticastDomain.html */
export const CreateTransitGatewayMulticastDomain = creates<
  CreateTransitGatewayMulticastDomainRequest,
  CreateTransitGatewayMulticastDomainResult,
  Domain
>(domains, {
  uses: { TransitGatewayId: 'transit-gateway' },
  make({ TransitGatewayId, Options }, call) {
    const gateway = transitGateways.require(TransitGatewayId!, call)
    if (gateway.Options?.MulticastSupport !== 'enable') {
      throw new AwsError(
        'InvalidTransitGatewayState',
        `Multicast is not enabled for the transit gateway ${TransitGatewayId}.`,
      )
    }
    return {
      TransitGatewayId: TransitGatewayId!,
      OwnerId: call.account,
      Options: {
        Igmpv2Support: 'disable',
        StaticSourcesSupport: 'disable',
        AutoAcceptSharedAssociations: 'disable',
        ...Options,
      },
    }
  },
  made({ TransitGatewayMulticastDomainId: id }, _input, call) {
    const arn = arnOf(call, 'transit-gateway-multicast-domain', id!)
    domains.change(id!, { TransitGatewayMulticastDomainArn: arn }, call)
  },
  answer: 'TransitGatewayMulticastDomain',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayMulticastDomain.html */
export const DeleteTransitGatewayMulticastDomain = deletes<
  DeleteTransitGatewayMulticastDomainRequest,
  DeleteTransitGatewayMulticastDomainResult,
  Domain
>(domains, 'TransitGatewayMulticastDomainId', {
  before({ TransitGatewayMulticastDomainId: id, Associations = [] }) {
    if (Associations.length > 0) throw incorrectState(`${id} has non-deleted associations.`)
  },
  answer: 'TransitGatewayMulticastDomain',
})

const inDomain = { TransitGatewayMulticastDomainId: 'transit-gateway-multicast-domain' } as const
const ofSubnets = {
  ...inDomain,
  TransitGatewayAttachmentId: 'transit-gateway-attachment',
  SubnetIds: 'subnet',
} as const

const attachedPart = (item: Attachment) => ({
  TransitGatewayAttachmentId: item.TransitGatewayAttachmentId,
  ResourceId: item.ResourceId,
  ResourceType: item.ResourceType,
  ResourceOwnerId: item.ResourceOwnerId,
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateTransitGatewayMulticastDomain.html */
export const AssociateTransitGatewayMulticastDomain = acts<
  AssociateTransitGatewayMulticastDomainRequest,
  AssociateTransitGatewayMulticastDomainResult
>(ofSubnets, (input, call) => {
  const { TransitGatewayMulticastDomainId: id, TransitGatewayAttachmentId, SubnetIds = [] } = input
  const { Associations = [] } = domains.require(id!, call)
  const item = attachments.require(TransitGatewayAttachmentId!, call)
  const fresh = SubnetIds.map((SubnetId) => ({
    ...attachedPart(item),
    Subnet: { SubnetId, State: 'associated' as const },
  }))
  const isFresh = (one: TransitGatewayMulticastDomainAssociation) =>
    SubnetIds.includes(one.Subnet!.SubnetId!)
  const kept = Associations.filter((one) => !isFresh(one))
  domains.change(id!, { Associations: [...kept, ...fresh] }, call)
  return answered(id!, item, SubnetIds, 'associating')
})

function answered(
  id: string,
  item: Attachment,
  subnetIds: readonly string[],
  State: 'associating' | 'disassociating',
): AssociateTransitGatewayMulticastDomainResult {
  return {
    Associations: {
      TransitGatewayMulticastDomainId: id,
      ...attachedPart(item),
      Subnets: subnetIds.map((SubnetId) => ({ SubnetId, State })),
    },
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateTransitGatewayMulticastDomain.html */
export const DisassociateTransitGatewayMulticastDomain = acts<
  DisassociateTransitGatewayMulticastDomainRequest,
  DisassociateTransitGatewayMulticastDomainResult
>(ofSubnets, (input, call) => {
  const { TransitGatewayMulticastDomainId: id, TransitGatewayAttachmentId, SubnetIds = [] } = input
  const { Associations = [], Groups = [] } = domains.require(id!, call)
  const item = attachments.require(TransitGatewayAttachmentId!, call)
  const missing = SubnetIds.find(
    (subnetId) => !Associations.some((one) => one.Subnet!.SubnetId === subnetId),
  )
  if (missing) {
    throw new AwsError(
      'InvalidTransitGatewayMulticastDomainAssociation.NotFound',
      `Subnet ${missing} is not associated with ${id}.`,
    )
  }
  domains.change(
    id!,
    {
      Associations: Associations.filter((one) => !SubnetIds.includes(one.Subnet!.SubnetId!)),
      Groups: Groups.filter((one) => !SubnetIds.includes(one.SubnetId!)),
    },
    call,
  )
  return answered(id!, item, SubnetIds, 'disassociating')
})

const bySubnet: FactSource<TransitGatewayMulticastDomainAssociation> = {
  filters: {
    'resource-id': (one) => one.ResourceId,
    'resource-type': (one) => one.ResourceType,
    state: (one) => one.Subnet?.State,
    'subnet-id': (one) => one.Subnet?.SubnetId,
    'transit-gateway-attachment-id': (one) => one.TransitGatewayAttachmentId,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetTransitGatewayMulticastDomainAssociations.html */
export const GetTransitGatewayMulticastDomainAssociations = acts<
  GetTransitGatewayMulticastDomainAssociationsRequest,
  GetTransitGatewayMulticastDomainAssociationsResult
>(inDomain, (input, call) => {
  const { Associations = [] } = domains.require(input.TransitGatewayMulticastDomainId!, call)
  const { items, nextToken } = pageOfFacts(bySubnet, Associations, input, call)
  return { MulticastDomainAssociations: items, NextToken: nextToken }
})

interface GroupRequest {
  readonly TransitGatewayMulticastDomainId?: string | undefined
  readonly GroupIpAddress?: string | undefined
  readonly NetworkInterfaceIds?: readonly string[] | undefined
}

type Role = 'GroupMember' | 'GroupSource'

/** The interfaces join the group in a role; each has to be in a subnet that the domain reaches. */
function register(input: GroupRequest, role: Role, call: Call) {
  const { TransitGatewayMulticastDomainId: id, GroupIpAddress, NetworkInterfaceIds = [] } = input
  if (!GroupIpAddress) throw missingParameter('GroupIpAddress')
  const { Associations = [], Groups = [] } = domains.require(id!, call)
  const fresh = networkInterfaces.requireAll(NetworkInterfaceIds, call).map((row) => {
    const there = Associations.find((one) => one.Subnet!.SubnetId === row.subnet_id)
    if (!there) {
      throw new AwsError(
        'InvalidNetworkInterfaceID.NotFound',
        `Network interface ${row.network_interface_id} is in no subnet that is associated with ${id}.`,
      )
    }
    const { Subnet, ...part } = there
    return {
      ...part,
      GroupIpAddress,
      SubnetId: Subnet!.SubnetId,
      NetworkInterfaceId: row.network_interface_id,
      GroupMember: role === 'GroupMember',
      GroupSource: role === 'GroupSource',
      ...(role === 'GroupMember'
        ? { MemberType: 'static' as const }
        : { SourceType: 'static' as const }),
    }
  })
  const kept = Groups.filter((one) => !isOf(one, input, role))
  domains.change(id!, { Groups: [...kept, ...fresh] }, call)
  return registered(input)
}

const isOf = (one: TransitGatewayMulticastGroup, input: GroupRequest, role: Role): boolean =>
  one[role] === true &&
  (input.GroupIpAddress === undefined || one.GroupIpAddress === input.GroupIpAddress) &&
  (input.NetworkInterfaceIds ?? []).includes(one.NetworkInterfaceId!)

function deregister(input: GroupRequest, role: Role, call: Call) {
  const id = input.TransitGatewayMulticastDomainId!
  const { Groups = [] } = domains.require(id, call)
  domains.change(id, { Groups: Groups.filter((one) => !isOf(one, input, role)) }, call)
  const { RegisteredNetworkInterfaceIds, ...rest } = registered(input)
  return { ...rest, DeregisteredNetworkInterfaceIds: RegisteredNetworkInterfaceIds }
}

const registered = (input: GroupRequest) => ({
  TransitGatewayMulticastDomainId: input.TransitGatewayMulticastDomainId,
  GroupIpAddress: input.GroupIpAddress,
  RegisteredNetworkInterfaceIds: [...(input.NetworkInterfaceIds ?? [])],
})

const ofInterfaces = { ...inDomain, NetworkInterfaceIds: 'network-interface' } as const

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterTransitGatewayMulticastGroupMembers.html */
export const RegisterTransitGatewayMulticastGroupMembers = acts<
  RegisterTransitGatewayMulticastGroupMembersRequest,
  RegisterTransitGatewayMulticastGroupMembersResult
>(ofInterfaces, (input, call) => ({
  RegisteredMulticastGroupMembers: register(input, 'GroupMember', call),
}))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RegisterTransitGatewayMulticastGroupSources.html */
export const RegisterTransitGatewayMulticastGroupSources = acts<
  RegisterTransitGatewayMulticastGroupSourcesRequest,
  RegisterTransitGatewayMulticastGroupSourcesResult
>(ofInterfaces, (input, call) => ({
  RegisteredMulticastGroupSources: register(input, 'GroupSource', call),
}))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterTransitGatewayMulticastGroupMembers.html */
export const DeregisterTransitGatewayMulticastGroupMembers = acts<
  DeregisterTransitGatewayMulticastGroupMembersRequest,
  DeregisterTransitGatewayMulticastGroupMembersResult
>(ofInterfaces, (input, call) => ({
  DeregisteredMulticastGroupMembers: deregister(input, 'GroupMember', call),
}))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterTransitGatewayMulticastGroupSources.html */
export const DeregisterTransitGatewayMulticastGroupSources = acts<
  DeregisterTransitGatewayMulticastGroupSourcesRequest,
  DeregisterTransitGatewayMulticastGroupSourcesResult
>(ofInterfaces, (input, call) => ({
  DeregisteredMulticastGroupSources: deregister(input, 'GroupSource', call),
}))

const byGroup: FactSource<TransitGatewayMulticastGroup> = {
  filters: {
    'group-ip-address': (one) => one.GroupIpAddress,
    'is-group-member': (one) => one.GroupMember,
    'is-group-source': (one) => one.GroupSource,
    'member-type': (one) => one.MemberType,
    'resource-id': (one) => one.ResourceId,
    'resource-type': (one) => one.ResourceType,
    'source-type': (one) => one.SourceType,
    'subnet-id': (one) => one.SubnetId,
    'transit-gateway-attachment-id': (one) => one.TransitGatewayAttachmentId,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SearchTransitGatewayMulticastGroups.html */
export const SearchTransitGatewayMulticastGroups = acts<
  SearchTransitGatewayMulticastGroupsRequest,
  SearchTransitGatewayMulticastGroupsResult
>(inDomain, (input, call) => {
  const { Groups = [] } = domains.require(input.TransitGatewayMulticastDomainId!, call)
  const { items, nextToken } = pageOfFacts(byGroup, Groups, input, call)
  return { MulticastGroups: items, NextToken: nextToken }
})
