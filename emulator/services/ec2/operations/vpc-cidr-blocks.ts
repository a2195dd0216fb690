import type {
  AssociateVpcCidrBlockRequest,
  AssociateVpcCidrBlockResult,
  DisassociateVpcCidrBlockRequest,
  DisassociateVpcCidrBlockResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { exactly } from '../describe/filters.ts'
import {
  blockOverlapsVpc,
  cidrAssociationNotFound,
  cidrInUse,
  cidrLimitExceeded,
  primaryCidr,
  restrictedVpcRange,
} from '../errors/network.ts'
import { missingParameter } from '../errors.ts'
import { contains, mayBeAdded, overlaps } from '../network/blocks.ts'
import { onVpc } from '../network/permissions.ts'
import { amazonIpv6Block, checkedVpcBlock } from '../network/vpc-blocks.ts'
import { insertLocalRoute } from '../rows/route-tables.ts'
import { deleteLocalRoutes, routeTablesOfVpc } from '../rows/routes.ts'
import { ipv6BlocksOf, subnetsOfVpc } from '../rows/subnets.ts'
import { blocksOf, setBlocks, vpcs } from '../rows/vpcs.ts'
import type { VpcRow } from '../rows/vpcs.ts'

const mostBlocks = 5

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateVpcCidrBlock.html */
export const AssociateVpcCidrBlock = operation<
  AssociateVpcCidrBlockRequest,
  AssociateVpcCidrBlockResult
>({
  authorize: ({ VpcId = '' }, call) => [onVpc(call, VpcId)],
  run({ VpcId, CidrBlock, AmazonProvidedIpv6CidrBlock }, call) {
    if (!VpcId) throw missingParameter('vpcId')
    const vpc = vpcs.require(VpcId, call)
    if (AmazonProvidedIpv6CidrBlock) return { VpcId, ...addIpv6(vpc, call) }
    return { VpcId, ...addIpv4(vpc, checkedVpcBlock(CidrBlock), call) }
  },
})

function addIpv4(vpc: VpcRow, block: string, call: Call): AssociateVpcCidrBlockResult {
  const blocks = blocksOf(vpc)
  const given = blocks.CidrBlockAssociationSet
  if (given.some((one) => overlaps(one.CidrBlock!, block))) {
    throw blockOverlapsVpc(block, vpc.vpc_id)
  }
  if (!mayBeAdded(block, vpc.cidr_block)) throw restrictedVpcRange(block)
  if (given.length >= mostBlocks) throw cidrLimitExceeded(vpc.vpc_id, mostBlocks)
  const association = { AssociationId: call.ids.ec2('vpc-cidr-assoc'), CidrBlock: block }
  setBlocks(call, vpc.vpc_id, {
    ...blocks,
    CidrBlockAssociationSet: [
      ...given,
      { ...association, CidrBlockState: { State: 'associated' } },
    ],
  })
  addLocalRoutes(vpc, block, call)
  return { CidrBlockAssociation: { ...association, CidrBlockState: { State: 'associating' } } }
}

function addIpv6(vpc: VpcRow, call: Call): AssociateVpcCidrBlockResult {
  const blocks = blocksOf(vpc)
  const given = blocks.Ipv6CidrBlockAssociationSet
  if (given.length >= mostBlocks) throw cidrLimitExceeded(vpc.vpc_id, mostBlocks)
  const association = amazonIpv6Block(call)
  setBlocks(call, vpc.vpc_id, { ...blocks, Ipv6CidrBlockAssociationSet: [...given, association] })
  addLocalRoutes(vpc, association.Ipv6CidrBlock!, call)
  return {
    Ipv6CidrBlockAssociation: {
      ...association,
      Ipv6CidrBlock: '',
      Ipv6CidrBlockState: { State: 'associating' },
    },
  }
}

function addLocalRoutes(vpc: VpcRow, block: string, call: Call): void {
  for (const id of routeTablesOfVpc(call, vpc.vpc_id)) insertLocalRoute(call, id, block)
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateVpcCidrBlock.html */
export const DisassociateVpcCidrBlock = operation<
  DisassociateVpcCidrBlockRequest,
  DisassociateVpcCidrBlockResult
>({
  authorize: ({ AssociationId = '' }, call) => [
    onVpc(call, findByAssociation(AssociationId, call)?.vpc_id ?? '*'),
  ],
  run({ AssociationId: id }, call) {
    if (!id) throw missingParameter('associationId')
    const vpc = findByAssociation(id, call)
    if (!vpc) throw cidrAssociationNotFound('vpc', id)
    const blocks = blocksOf(vpc)
    const v4 = blocks.CidrBlockAssociationSet.find((one) => one.AssociationId === id)
    const v6 = blocks.Ipv6CidrBlockAssociationSet.find((one) => one.AssociationId === id)
    if (v4?.CidrBlock === vpc.cidr_block) throw primaryCidr(id)
    const block = (v4?.CidrBlock ?? v6?.Ipv6CidrBlock)!
    if (hasSubnetIn(vpc, block, call)) throw cidrInUse(vpc.vpc_id, block)
    setBlocks(call, vpc.vpc_id, {
      CidrBlockAssociationSet: blocks.CidrBlockAssociationSet.filter((one) => one !== v4),
      Ipv6CidrBlockAssociationSet: blocks.Ipv6CidrBlockAssociationSet.filter((one) => one !== v6),
    })
    deleteLocalRoutes(call, vpc.vpc_id, block)
    return {
      VpcId: vpc.vpc_id,
      ...(v4
        ? { CidrBlockAssociation: { ...v4, CidrBlockState: { State: 'disassociating' } } }
        : { Ipv6CidrBlockAssociation: { ...v6, Ipv6CidrBlockState: { State: 'disassociating' } } }),
    }
  },
})

const hasSubnetIn = (vpc: VpcRow, block: string, call: Call): boolean =>
  subnetsOfVpc(call, vpc.vpc_id).some((subnet) =>
    [subnet.cidr_block, ...ipv6BlocksOf(subnet).map((one) => one.Ipv6CidrBlock!)].some((inner) =>
      contains(block, inner),
    ),
  )

function findByAssociation(id: string, call: Call): VpcRow | undefined {
  if (!id) return undefined
  const names = [
    'cidr-block-association.association-id',
    'ipv6-cidr-block-association.association-id',
  ]
  for (const Name of names) {
    const [vpc] = vpcs.page({ Filters: [{ Name, Values: [exactly(id)] }] }, [], call).rows
    if (vpc) return vpc
  }
  return undefined
}
