import type {
  AssociateIpamResourceDiscoveryRequest,
  AssociateIpamResourceDiscoveryResult,
  CreateIpamResourceDiscoveryRequest,
  CreateIpamResourceDiscoveryResult,
  DeleteIpamResourceDiscoveryRequest,
  DeleteIpamResourceDiscoveryResult,
  DescribeIpamResourceDiscoveriesRequest,
  DescribeIpamResourceDiscoveriesResult,
  DescribeIpamResourceDiscoveryAssociationsRequest,
  DescribeIpamResourceDiscoveryAssociationsResult,
  DisassociateIpamResourceDiscoveryRequest,
  DisassociateIpamResourceDiscoveryResult,
  Ipam,
  IpamOperatingRegion,
  IpamResourceDiscovery,
  IpamResourceDiscoveryAssociation,
  ModifyIpamResourceDiscoveryRequest,
  ModifyIpamResourceDiscoveryResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import { dependencyViolation } from '../errors.ts'
import { byMembers, family } from './family.ts'
import { ipams } from './ipams.ts'
import { creates, deletes, describes, modifies } from './operations.ts'
import { progressLife } from './states.ts'

// What IPAMs look for resources with. https://docs.aws.amazon.com/vpc/latest/ipam/res-disc-work-with.html

const discoveries = family<IpamResourceDiscovery>({
  type: 'ipam-resource-discovery',
  prefix: 'ipam-res-disco',
  id: 'IpamResourceDiscoveryId',
  notFound: idDoesNotExist('InvalidIpamResourceDiscoveryId.NotFound', 'IPAM resource discovery'),
  life: progressLife,
  filters: {
    ...byMembers('Description', 'IsDefault', 'OwnerId'),
    'ipam-resource-discovery-id': 't.id',
    state: 't.state',
  },
})

const associations = family<IpamResourceDiscoveryAssociation>({
  type: 'ipam-resource-discovery-association',
  prefix: 'ipam-res-disco-assoc',
  id: 'IpamResourceDiscoveryAssociationId',
  notFound: idDoesNotExist(
    'InvalidIpamResourceDiscoveryAssociationId.NotFound',
    'IPAM resource discovery association',
  ),
  life: {
    first: 'associate-in-progress',
    next: {
      'associate-in-progress': 'associate-complete',
      'disassociate-in-progress': 'disassociate-complete',
    },
    last: 'disassociate-in-progress',
    gone: ['disassociate-complete'],
  },
  filters: {
    ...byMembers('IpamArn', 'IpamId', 'IpamResourceDiscoveryId', 'IsDefault', 'OwnerId'),
    'ipam-resource-discovery-association-id': 't.id',
    state: 't.state',
  },
})

const regionsOf = (
  call: Call,
  added: readonly { readonly RegionName?: string | undefined }[] = [],
): IpamOperatingRegion[] =>
  [...new Set([call.region, ...added.map(({ RegionName }) => RegionName!)])].map((RegionName) => ({
    RegionName,
  }))

/** Every IPAM has a resource discovery of its own. @returns what the IPAM says of it */
export function attachDiscovery(
  ipamId: string,
  regions: readonly IpamOperatingRegion[],
  call: Call,
): Partial<Ipam> {
  const there = discoveries.all(call).find(({ IsDefault }) => IsDefault)
  const id = there?.IpamResourceDiscoveryId ?? makeDefault(regions, call)
  return {
    DefaultResourceDiscoveryId: id,
    DefaultResourceDiscoveryAssociationId: associate(ipamId, id, true, call),
    ResourceDiscoveryAssociationCount: 1,
  }
}

function makeDefault(regions: readonly IpamOperatingRegion[], call: Call): string {
  const made = discoveries.insert(
    {
      OwnerId: call.account,
      IpamResourceDiscoveryRegion: call.region,
      OperatingRegions: [...regions],
      IsDefault: true,
    },
    [],
    call,
  )
  return withArn(made.IpamResourceDiscoveryId!, call)
}

function withArn(id: string, call: Call): string {
  const arn = arnOf(call, 'ipam-resource-discovery', id)
  discoveries.change(id, { IpamResourceDiscoveryArn: arn }, call)
  return id
}

/** @returns the association's id */
function associate(ipamId: string, discoveryId: string, IsDefault: boolean, call: Call): string {
  const made = associations.insert(associationOf(ipamId, discoveryId, IsDefault, call), [], call)
  return named(made, call)
}

const associationOf = (
  IpamId: string,
  IpamResourceDiscoveryId: string,
  IsDefault: boolean,
  call: Call,
): Partial<IpamResourceDiscoveryAssociation> => ({
  OwnerId: call.account,
  IpamResourceDiscoveryId,
  IpamId,
  IpamArn: arnOf(call, 'ipam', IpamId),
  IpamRegion: call.region,
  IsDefault,
  ResourceDiscoveryStatus: 'active',
})

function named(
  { IpamResourceDiscoveryAssociationId: id }: IpamResourceDiscoveryAssociation,
  call: Call,
) {
  const arn = arnOf(call, 'ipam-resource-discovery-association', id!)
  associations.change(id!, { IpamResourceDiscoveryAssociationArn: arn }, call)
  return id!
}

/** An IPAM that goes takes its associations with it, and its own discovery when no other IPAM has it. */
export function detachDiscoveries(ipamId: string, call: Call): void {
  for (const one of associations.having('IpamId', ipamId, call)) {
    associations.remove(one.IpamResourceDiscoveryAssociationId!, call)
    const discoveryId = one.IpamResourceDiscoveryId!
    const isUsed = associations
      .having('IpamResourceDiscoveryId', discoveryId, call)
      .some((other) => other.IpamId !== ipamId)
    if (one.IsDefault && !isUsed) discoveries.remove(discoveryId, call)
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIpamResourceDiscoveries.html */
export const DescribeIpamResourceDiscoveries = describes<
  DescribeIpamResourceDiscoveriesRequest,
  DescribeIpamResourceDiscoveriesResult
>(discoveries, 'IpamResourceDiscoveries', 'IpamResourceDiscoveryIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateIpamResourceDiscovery.html */
export const CreateIpamResourceDiscovery = creates<
  CreateIpamResourceDiscoveryRequest,
  CreateIpamResourceDiscoveryResult,
  IpamResourceDiscovery
>(discoveries, {
  make: ({ Description, OperatingRegions }, call) => ({
    OwnerId: call.account,
    IpamResourceDiscoveryRegion: call.region,
    ...(Description ? { Description } : {}),
    OperatingRegions: regionsOf(call, OperatingRegions),
    IsDefault: false,
  }),
  made: ({ IpamResourceDiscoveryId }, _input, call) => {
    withArn(IpamResourceDiscoveryId!, call)
  },
  answer: 'IpamResourceDiscovery',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyIpamResourceDiscovery.html */
export const ModifyIpamResourceDiscovery = modifies<
  ModifyIpamResourceDiscoveryRequest,
  ModifyIpamResourceDiscoveryResult,
  IpamResourceDiscovery
>(discoveries, 'IpamResourceDiscoveryId', {
  state: 'modify-in-progress',
  change(
    { OperatingRegions = [] },
    { Description, AddOperatingRegions, RemoveOperatingRegions },
    call,
  ) {
    const gone = new Set((RemoveOperatingRegions ?? []).map((one) => one.RegionName))
    const all = regionsOf(call, [...OperatingRegions, ...(AddOperatingRegions ?? [])])
    return {
      ...(Description === undefined ? {} : { Description }),
      OperatingRegions: all.filter((one) => !gone.has(one.RegionName)),
    }
  },
  answer: 'IpamResourceDiscovery',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteIpamResourceDiscovery.html */
export const DeleteIpamResourceDiscovery = deletes<
  DeleteIpamResourceDiscoveryRequest,
  DeleteIpamResourceDiscoveryResult,
  IpamResourceDiscovery
>(discoveries, 'IpamResourceDiscoveryId', {
  before({ IpamResourceDiscoveryId: id }, _input, call) {
    if (associations.having('IpamResourceDiscoveryId', id!, call).length > 0) {
      throw dependencyViolation(id!)
    }
  },
  answer: 'IpamResourceDiscovery',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIpamResourceDiscoveryAssociations.html */
export const DescribeIpamResourceDiscoveryAssociations = describes<
  DescribeIpamResourceDiscoveryAssociationsRequest,
  DescribeIpamResourceDiscoveryAssociationsResult
>(associations, 'IpamResourceDiscoveryAssociations', 'IpamResourceDiscoveryAssociationIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIpamResourceDiscovery.html */
export const AssociateIpamResourceDiscovery = creates<
  AssociateIpamResourceDiscoveryRequest,
  AssociateIpamResourceDiscoveryResult,
  IpamResourceDiscoveryAssociation
>(associations, {
  uses: { IpamId: 'ipam', IpamResourceDiscoveryId: 'ipam-resource-discovery' },
  make({ IpamId, IpamResourceDiscoveryId }, call) {
    const there = associations
      .having('IpamId', IpamId!, call)
      .some((one) => one.IpamResourceDiscoveryId === IpamResourceDiscoveryId)
    if (there) {
      throw new AwsError(
        'IpamResourceDiscoveryAssociationAlreadyExists',
        `${IpamResourceDiscoveryId} is already associated with ${IpamId}.`,
      )
    }
    return associationOf(IpamId!, IpamResourceDiscoveryId!, false, call)
  },
  made(item, { IpamId }, call) {
    named(item, call)
    const ResourceDiscoveryAssociationCount = associations.having('IpamId', IpamId!, call).length
    ipams.change(IpamId!, { ResourceDiscoveryAssociationCount }, call)
  },
  answer: 'IpamResourceDiscoveryAssociation',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateIpamResourceDiscovery.html */
export const DisassociateIpamResourceDiscovery = deletes<
  DisassociateIpamResourceDiscoveryRequest,
  DisassociateIpamResourceDiscoveryResult,
  IpamResourceDiscoveryAssociation
>(associations, 'IpamResourceDiscoveryAssociationId', {
  before({ IpamId, IsDefault }, _input, call) {
    if (IsDefault) {
      throw new AwsError(
        'InvalidParameterValue',
        'The default resource discovery of an IPAM cannot be disassociated.',
      )
    }
    const count = associations.having('IpamId', IpamId!, call).length
    ipams.change(IpamId!, { ResourceDiscoveryAssociationCount: count - 1 }, call)
  },
  answer: 'IpamResourceDiscoveryAssociation',
})
