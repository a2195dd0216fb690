import type { Call } from '../../../operation.ts'
import { publicDnsName } from '../addresses.ts'
import type { Scope } from '../describe/resources.ts'
import { addressesOfInterfaces, setAssociation } from '../rows/addresses.ts'
import type { AddressRow } from '../rows/addresses.ts'
import { setPublicIp } from '../rows/network-interface-changes.ts'
import { networkInterfaces } from '../rows/network-interfaces.ts'
import type { NetworkInterfaceRow } from '../rows/network-interfaces.ts'
import { vpcs } from '../rows/vpcs.ts'

/**
 * Puts an elastic address on an interface's private address. What was there before stays allocated; an address
 * of Amazon's pool goes back.
 *
 * @returns the id of the association
 */
export function associate(
  address: AddressRow,
  one: NetworkInterfaceRow,
  privateAddress: string,
  call: Pick<Call, 'db' | 'account' | 'region' | 'ids'>,
): string {
  if (address.association_id !== null) disassociate(address, call)
  const there = addressesOfInterfaces(call, [one.network_interface_id])
    .get(one.network_interface_id)
    ?.find((other) => other.private_ip_address === privateAddress)
  if (there) disassociate(there, call)
  const id = call.ids.ec2('eipassoc')
  const interfaceId = one.network_interface_id
  setAssociation(call, address.allocation_id, { id, interfaceId, privateAddress })
  if (privateAddress === one.private_ip_address) {
    const named = vpcs.find(one.vpc_id, call)?.enable_dns_hostnames === 1
    const dnsName = named ? publicDnsName(call.region, address.public_ip) : ''
    setPublicIp(call, interfaceId, { ip: address.public_ip, dnsName }, call.account)
  }
  return id
}

/** Takes an address off its interface; it stays allocated. */
export function disassociate(address: AddressRow, scope: Scope): void {
  const one = networkInterfaces.find(address.network_interface_id!, scope)
  setAssociation(scope, address.allocation_id, null)
  if (one?.public_ip === address.public_ip) setPublicIp(scope, one.network_interface_id, null)
}
