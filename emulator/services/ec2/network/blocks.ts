import { parseIpv4Block, parseIpv6Block } from '../addresses.ts'

// How blocks of addresses lie to each other. Both sides of a comparison are valid and of one family.

interface Range {
  readonly first: bigint
  readonly last: bigint
}

function rangeOf(block: string): Range {
  const v4 = parseIpv4Block(block)
  if (v4) return { first: BigInt(v4.first), last: BigInt(v4.first + v4.size - 1) }
  const { first, prefix } = parseIpv6Block(block)!
  return { first, last: first + (1n << BigInt(128 - prefix)) - 1n }
}

const sameFamily = (a: string, b: string) => a.includes(':') === b.includes(':')

export function overlaps(a: string, b: string): boolean {
  if (!sameFamily(a, b)) return false
  const one = rangeOf(a)
  const other = rangeOf(b)
  return one.first <= other.last && other.first <= one.last
}

/** Whether all of `inner` lies in `outer`. */
export function contains(outer: string, inner: string): boolean {
  if (!sameFamily(outer, inner)) return false
  const one = rangeOf(outer)
  const other = rangeOf(inner)
  return one.first <= other.first && other.last <= one.last
}

export const prefixOf = (block: string): number => Number(block.slice(block.indexOf('/') + 1))

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']

/**
 * Whether a VPC may have a further block: not from another of the private ranges than its first one, nor from
 * 198.19.0.0/16, nor from the shared space when the first block is public.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions
 */
export function mayBeAdded(block: string, primary: string): boolean {
  if (overlaps(block, '198.19.0.0/16')) return false
  const home = privateRanges.find((range) => overlaps(range, primary))
  const range = privateRanges.find((one) => overlaps(one, block))
  return range === undefined || range === home
}

/** What no VPC may have: link-local, loopback, multicast and what begins with 0. */
export const isUsable = (block: string): boolean =>
  !['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'].some((range) =>
    overlaps(range, block),
  )
