import type { SubnetIpv6CidrBlockAssociation } from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { canonicalIpv4Block, canonicalIpv6Block } from '../addresses.ts'
import { invalidSubnetRange, notABlock, subnetConflict } from '../errors/network.ts'
import { missingParameter } from '../errors.ts'
import { ipv6BlocksOf, subnetsOfVpc } from '../rows/subnets.ts'
import { blocksOf } from '../rows/vpcs.ts'
import type { VpcRow } from '../rows/vpcs.ts'
import { contains, overlaps, prefixOf } from './blocks.ts'

/**
 * An IPv4 block as a subnet of the VPC may have it: /16 to /28, within one of its blocks, apart from other subnets'.
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 *
 * @throws InvalidSubnet.Range, InvalidSubnet.Conflict and others
 */
export function checkedSubnetBlock(text: string | undefined, vpc: VpcRow, call: Call): string {
  if (!text) throw missingParameter('cidrBlock')
  const block = canonicalIpv4Block(text)
  if (!block) throw notABlock(text, 'cidrBlock')
  const prefix = prefixOf(block)
  const homes = blocksOf(vpc).CidrBlockAssociationSet
  const isWithin = homes.some(({ CidrBlock }) => contains(CidrBlock!, block))
  if (prefix < 16 || prefix > 28 || !isWithin) throw invalidSubnetRange(text)
  const others = subnetsOfVpc(call, vpc.vpc_id)
  if (others.some((one) => overlaps(one.cidr_block, block))) throw subnetConflict(text)
  return block
}

/** An IPv6 block of a subnet: a /64 within one of the VPC's. @throws InvalidSubnet.Range or InvalidSubnet.Conflict */
export function checkedIpv6SubnetBlock(
  text: string,
  vpc: VpcRow,
  call: Call,
): SubnetIpv6CidrBlockAssociation {
  const block = canonicalIpv6Block(text)
  if (!block) throw notABlock(text, 'ipv6CidrBlock')
  const homes = blocksOf(vpc).Ipv6CidrBlockAssociationSet
  const isWithin = homes.some(({ Ipv6CidrBlock }) => contains(Ipv6CidrBlock!, block))
  if (prefixOf(block) !== 64 || !isWithin) throw invalidSubnetRange(text)
  const taken = subnetsOfVpc(call, vpc.vpc_id).flatMap(ipv6BlocksOf)
  if (taken.some(({ Ipv6CidrBlock }) => overlaps(Ipv6CidrBlock!, block))) throw subnetConflict(text)
  return {
    AssociationId: call.ids.ec2('subnet-cidr-assoc'),
    Ipv6CidrBlock: block,
    Ipv6CidrBlockState: { State: 'associated' },
    Ipv6AddressAttribute: 'public',
    IpSource: 'amazon',
  }
}
