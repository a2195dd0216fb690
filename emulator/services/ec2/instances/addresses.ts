import type { TimerCall } from '../../../clock/timers.ts'
import type { Call } from '../../../operation.ts'
import { ipv4ToNumber, numberToIpv4, parseIpv4Block } from '../addresses.ts'
import {
  addressInUse,
  addressOutOfRange,
  insufficientFreeAddresses,
  invalidParameterValue,
} from '../errors.ts'
import { isIpv4 } from '../addresses.ts'
import { isPublicIpTaken, usedAddresses } from '../rows/network-interface-changes.ts'
import type { SubnetRow } from '../rows/subnets.ts'

/** The free addresses of a subnet, as a launch takes them one after the other. */
export interface AddressPool {
  /** A random free address, as EC2 gives. @throws InsufficientFreeAddressesInSubnet */
  take(): number
  /** A given one. @throws InvalidIPAddress.InUse or InvalidParameterValue */
  claim(address: string): number
}

export function addressPool(
  subnet: SubnetRow,
  call: Pick<Call, 'db' | 'account' | 'region' | 'ids'>,
): AddressPool {
  const block = parseIpv4Block(subnet.cidr_block)!
  const used = usedAddresses(call, subnet.subnet_id)
  const first = block.first + 4
  // The first four addresses and the last are AWS's own.
  const usable = block.size - 5
  return {
    take() {
      if (used.size >= usable) throw insufficientFreeAddresses(subnet.subnet_id)
      let offset = Math.floor(call.ids.random() * usable)
      while (used.has(first + offset)) offset = (offset + 1) % usable
      used.add(first + offset)
      return first + offset
    },
    claim(text) {
      if (!isIpv4(text)) {
        throw invalidParameterValue(`invalid value for parameter address: ${text}`)
      }
      const address = ipv4ToNumber(text)
      if (address < block.first || address >= block.first + block.size) {
        throw addressOutOfRange(text)
      }
      if (address < first || address >= first + usable) {
        throw invalidParameterValue(`Address ${text} is in subnet's reserved address range`)
      }
      if (used.has(address)) throw addressInUse(text)
      used.add(address)
      return address
    },
  }
}

/** Blocks that Amazon gives public addresses from; any address of them that nobody has is as good as another. */
const publicBlocks = [
  '3.80.0.0/12',
  '18.204.0.0/14',
  '34.192.0.0/12',
  '44.192.0.0/11',
  '52.0.0.0/11',
  '54.144.0.0/12',
]

/** A public address that nobody in the cloud has. */
export function pickPublicIp(call: Pick<TimerCall, 'db' | 'ids' | 'account' | 'region'>): string {
  for (;;) {
    const block = parseIpv4Block(
      publicBlocks[Math.floor(call.ids.random() * publicBlocks.length)]!,
    )!
    const address = numberToIpv4(block.first + Math.floor(call.ids.random() * block.size))
    if (!/\.(0|255)$/.test(address) && !isPublicIpTaken(call, address)) return address
  }
}
