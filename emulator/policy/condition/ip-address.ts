import type { ValueOperator } from './operator.ts'
import { never } from './operator.ts'
import { parseAddress } from './address.ts'

/** IPv4 and IPv6 ranges in CIDR notation; a bare address is a range of one. */
export const IpAddress: ValueOperator = {
  negated: false,
  compile(text) {
    const slash = text.indexOf('/')
    const network = parseAddress(slash === -1 ? text : text.slice(0, slash))
    if (!network) return never
    const prefix = slash === -1 ? network.bits : parsePrefix(text.slice(slash + 1), network.bits)
    if (prefix === undefined) return never
    const shift = BigInt(network.bits - prefix)
    const expected = network.value >> shift
    return (actual) => {
      const address = parseAddress(actual)
      return address?.bits === network.bits && address.value >> shift === expected
    }
  },
}

function parsePrefix(text: string, bits: number): number | undefined {
  const prefix = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
  return prefix <= bits ? prefix : undefined
}
