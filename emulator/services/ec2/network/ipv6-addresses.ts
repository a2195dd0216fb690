import { createHash } from 'node:crypto'
import { canonicalIpv6Block, numberToIpv6, parseIpv6Block } from '../addresses.ts'
import type { Scope } from '../describe/resources.ts'
import { invalidParameterValue, invalidValue } from '../errors.ts'
import { insertIpv6Address, isIpv6Taken } from '../rows/ipv6-addresses.ts'
import { ipv6BlocksOf, subnetDocument } from '../rows/subnets.ts'
import type { SubnetRow } from '../rows/subnets.ts'
import { contains } from './blocks.ts'

// Where IPv6 addresses of interfaces come from: the subnet's block of 2^64.

function blockOf(subnet: SubnetRow): string {
  const block = ipv6BlocksOf(subnet).find(
    (one) => one.Ipv6CidrBlockState?.State === 'associated',
  )?.Ipv6CidrBlock
  if (block) return block
  throw invalidParameterValue(
    `Could not assign IPv6 addresses: the subnet '${subnet.subnet_id}' has no IPv6 CIDR block.`,
  )
}

/** The canonical text of an address. @throws InvalidParameterValue for what is none, or not of the subnet */
function claimed(text: string, subnet: SubnetRow, scope: Scope): string {
  const address = canonicalIpv6Block(`${text}/128`)?.replace('/128', '')
  if (!address) throw invalidValue(text, 'ipv6Address')
  if (!contains(blockOf(subnet), `${address}/128`)) {
    throw invalidParameterValue(
      `Address ${address} does not fall within the subnet's address range`,
    )
  }
  if (isIpv6Taken(scope, address)) throw invalidParameterValue(`Address ${address} is in use.`)
  return address
}

/** An address that nobody has: by the interface's id, so that a seeded run gives the same ones. */
function free(interfaceId: string, subnet: SubnetRow, scope: Scope): string {
  const { first } = parseIpv6Block(blockOf(subnet))!
  for (let attempt = 0; ; attempt++) {
    const digest = createHash('sha256').update(`${interfaceId}/${attempt}`).digest()
    const address = numberToIpv6(first + digest.readBigUInt64BE())
    if (!isIpv6Taken(scope, address)) return address
  }
}

/** Gives an interface addresses: those named, then as many more as are asked for. @returns them */
export function assignIpv6(
  interfaceId: string,
  subnet: SubnetRow,
  wanted: readonly string[],
  count: number,
  scope: Scope,
): string[] {
  const all = wanted.map((text) => claimed(text, subnet, scope))
  for (const address of all) insertIpv6Address(scope, interfaceId, address)
  for (let more = 0; more < count; more++) {
    const address = free(interfaceId, subnet, scope)
    insertIpv6Address(scope, interfaceId, address)
    all.push(address)
  }
  return all
}

/** Whether new interfaces in the subnet get an address by themselves. */
export const assignsIpv6 = (subnet: SubnetRow): boolean =>
  subnetDocument(subnet).AssignIpv6AddressOnCreation === true
