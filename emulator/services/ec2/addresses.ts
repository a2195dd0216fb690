import { isIPv6 } from 'node:net'
import { partitionOf } from './arns.ts'

// IPv4 arithmetic and AWS's names for addresses. Addresses are numbers of 32 bits.

export interface Ipv4Block {
  /** The lowest address. */
  readonly first: number
  readonly prefix: number
  readonly size: number
}

const octet = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)

export const isIpv4 = (text: string): boolean => ipv4.test(text)

export const ipv4ToNumber = (text: string): number =>
  text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

export const numberToIpv4 = (address: number): string =>
  [address / 2 ** 24, address / 2 ** 16, address / 2 ** 8, address]
    .map((part) => Math.floor(part) % 256)
    .join('.')

/** Undefined for anything but `a.b.c.d/n`; the host part is cut off, as EC2 does. */
export function parseIpv4Block(text: string): Ipv4Block | undefined {
  const [address = '', prefix = '', ...rest] = text.split('/')
  if (rest.length > 0 || !isIpv4(address) || !/^(3[0-2]|[12]?\d)$/.test(prefix)) return undefined
  const size = 2 ** (32 - Number(prefix))
  const number = ipv4ToNumber(address)
  return { first: number - (number % size), prefix: Number(prefix), size }
}

/** AWS keeps the first four addresses and the last of every subnet. */
export const reservedAddresses = 5

/** `ip-172-31-5-9.ec2.internal`, by the address (`ip-name`). */
export const privateDnsName = (region: string, address: string): string =>
  `ip-${address.replaceAll('.', '-')}.${internalDomain(region)}`

export const internalDomain = (region: string): string =>
  region === 'us-east-1' ? 'ec2.internal' : `${region}.compute.internal`

/** `ec2-54-1-2-3.compute-1.amazonaws.com`. */
export function publicDnsName(region: string, address: string): string {
  const host = `ec2-${address.replaceAll('.', '-')}`
  if (region === 'us-east-1') return `${host}.compute-1.amazonaws.com`
  const suffix = partitionOf(region) === 'aws-cn' ? '.com.cn' : '.com'
  return `${host}.${region}.compute.amazonaws${suffix}`
}

/** The canonical form of an IPv4 block, host bits cut off; undefined for anything else. */
export function canonicalIpv4Block(text: string): string | undefined {
  const block = parseIpv4Block(text)
  return block && `${numberToIpv4(block.first)}/${block.prefix}`
}

/** The canonical form of an IPv6 block (RFC 5952), host bits cut off; undefined for anything else. */
export function canonicalIpv6Block(text: string): string | undefined {
  const [address = '', prefix = '', ...rest] = text.split('/')
  if (rest.length > 0 || !isIPv6(address) || address.includes('%')) return undefined
  if (!/^(12[0-8]|1[01]\d|[1-9]?\d)$/.test(prefix)) return undefined
  const kept = Number(prefix)
  const hextets = expandIpv6(address).map((hextet, at) => {
    const bits = Math.min(16, Math.max(0, kept - at * 16))
    return hextet & (0xffff << (16 - bits)) & 0xffff
  })
  return `${compressIpv6(hextets.map((hextet) => hextet.toString(16)).join(':'))}/${kept}`
}

/** URLs write IPv6 addresses in the canonical form. */
const compressIpv6 = (address: string) => new URL(`http://[${address}]/`).hostname.slice(1, -1)

function expandIpv6(address: string): number[] {
  const [head = '', tail] = compressIpv6(address).split('::')
  const parse = (part: string) =>
    part === '' ? [] : part.split(':').map((one) => parseInt(one, 16))
  const before = parse(head)
  const after = tail === undefined ? [] : parse(tail)
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after]
}

/** The lowest address of an IPv6 block and its prefix; undefined for anything else. */
export function parseIpv6Block(text: string): { first: bigint; prefix: number } | undefined {
  const canonical = canonicalIpv6Block(text)
  if (!canonical) return undefined
  const [address, prefix] = canonical.split('/') as [string, string]
  const first = expandIpv6(address).reduce((sum, hextet) => (sum << 16n) | BigInt(hextet), 0n)
  return { first, prefix: Number(prefix) }
}

/** The canonical text of an IPv6 address given as a number of 128 bits. */
export const numberToIpv6 = (address: bigint): string =>
  compressIpv6(
    Array.from({ length: 8 }, (_, at) =>
      ((address >> BigInt(112 - at * 16)) & 0xffffn).toString(16),
    ).join(':'),
  )
