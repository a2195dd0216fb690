import { isIPv4, isIPv6 } from 'node:net'

export interface Address {
  readonly value: bigint
  readonly bits: 32 | 128
}

/** @returns undefined for what is no IPv4 or IPv6 address */
export function parseAddress(text: string): Address | undefined {
  if (isIPv4(text)) return { value: ipv4Value(text), bits: 32 }
  // A zone (`fe80::1%eth0`) has no meaning in a policy.
  return isIPv6(text) && !text.includes('%') ? { value: ipv6Value(text), bits: 128 } : undefined
}

const ipv4Value = (text: string) =>
  text.split('.').reduce((value, byte) => (value << 8n) | BigInt(Number(byte)), 0n)

function ipv6Value(text: string): bigint {
  const [left = '', right] = text.split('::')
  const start = groupsOf(left)
  const end = right === undefined ? [] : groupsOf(right)
  const zeros = Array.from({ length: 8 - start.length - end.length }, () => 0n)
  return [...start, ...zeros, ...end].reduce((value, group) => (value << 16n) | group, 0n)
}

/** The last group may be written as an IPv4 address: two groups. */
function groupsOf(text: string): bigint[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [BigInt(`0x${group}`)]
    const value = ipv4Value(group)
    return [value >> 16n, value & 0xffffn]
  })
}
