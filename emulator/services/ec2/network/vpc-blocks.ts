import type { VpcIpv6CidrBlockAssociation } from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { canonicalIpv4Block, numberToIpv6 } from '../addresses.ts'
import { invalidVpcRange, notABlock } from '../errors/network.ts'
import { missingParameter } from '../errors.ts'
import { isUsable, prefixOf } from './blocks.ts'

/**
 * An IPv4 block as a VPC may have it: /16 to /28, host bits cut off.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 *
 * @throws MissingParameter, InvalidParameterValue or InvalidVpc.Range
 */
export function checkedVpcBlock(text: string | undefined): string {
  if (!text) throw missingParameter('cidrBlock')
  const block = canonicalIpv4Block(text)
  if (!block) throw notABlock(text, 'cidrBlock')
  const prefix = prefixOf(block)
  if (prefix < 16 || prefix > 28 || !isUsable(block)) throw invalidVpcRange(text)
  return block
}

/** A /56 of Amazon's, as yet nobody's: 2600:1f18 is where us-east-1's begin. */
export function amazonIpv6Block(call: Call): VpcIpv6CidrBlockAssociation {
  const random = BigInt(`0x${call.ids.bytes(3).toString('hex')}`)
  return {
    AssociationId: call.ids.ec2('vpc-cidr-assoc'),
    Ipv6CidrBlock: `${numberToIpv6((0x2600_1f18n << 96n) | (random << 72n))}/56`,
    Ipv6CidrBlockState: { State: 'associated' },
    NetworkBorderGroup: call.region,
    Ipv6Pool: 'Amazon',
    Ipv6AddressAttribute: 'public',
    IpSource: 'amazon',
  }
}
