import type {
  AssignPrivateIpAddressesRequest,
  AssignPrivateIpAddressesResult,
  UnassignPrivateIpAddressesRequest,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { ipv4ToNumber, isIpv4, numberToIpv4 } from '../addresses.ts'
import { noFreeAddresses } from '../errors/addresses.ts'
import {
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  tooManyAddresses,
} from '../errors.ts'
import { instanceTypes } from '../facts/instance-types.ts'
import { addressPool } from '../instances/addresses.ts'
import { disassociate } from '../network/elastic-addresses.ts'
import { onInterface } from '../network/permissions.ts'
import { addressesOfInterfaces } from '../rows/addresses.ts'
import { instances } from '../rows/instances.ts'
import {
  deleteSecondaryAddress,
  insertSecondaryAddress,
  ownerOfAddress,
} from '../rows/network-interface-changes.ts'
import { networkInterfaces, secondaryAddressesOf } from '../rows/network-interfaces.ts'
import type { NetworkInterfaceRow } from '../rows/network-interfaces.ts'
import { availableAddresses, subnets } from '../rows/subnets.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateIpAddresses.html */
export const AssignPrivateIpAddresses = operation<
  AssignPrivateIpAddressesRequest,
  AssignPrivateIpAddressesResult
>({
  authorize: ({ NetworkInterfaceId = '' }, call) => [onInterface(call, NetworkInterfaceId)],
  run(input, call) {
    const { NetworkInterfaceId: id, PrivateIpAddresses: wanted = [] } = input
    const count = input.SecondaryPrivateIpAddressCount ?? 0
    if (!id) throw missingParameter('networkInterfaceId')
    if (wanted.length > 0 && count > 0) {
      throw invalidParameterCombination(
        'The parameters privateIpAddresses and secondaryPrivateIpAddressCount cannot be used together',
      )
    }
    if (wanted.length === 0 && count === 0) {
      throw missingParameter('secondaryPrivateIpAddressCount or privateIpAddresses')
    }
    const one = networkInterfaces.require(id, call)
    checkLimit(one, wanted.length + count, call)
    const subnet = subnets.require(one.subnet_id, call)
    if (availableAddresses(call, subnet) < count) throw noFreeAddresses(one.subnet_id)
    if (input.AllowReassignment) for (const address of wanted) takeFromOthers(address, one, call)
    const pool = addressPool(subnet, call)
    const numbers =
      count > 0
        ? Array.from({ length: count }, () => pool.take())
        : wanted.map((address) => pool.claim(address))
    for (const number of numbers) insertSecondaryAddress(call, one.subnet_id, id, number)
    return {
      NetworkInterfaceId: id,
      AssignedPrivateIpAddresses: numbers.map((number) => ({
        PrivateIpAddress: numberToIpv4(number),
      })),
    }
  },
})

/** @throws PrivateIpAddressLimitExceeded when the instance's type has no room for as many */
function checkLimit(one: NetworkInterfaceRow, more: number, call: Call): void {
  if (one.instance_id === null) return
  const { instance_type: name } = instances.require(one.instance_id, call)
  const most = instanceTypes().get(name)?.NetworkInfo?.Ipv4AddressesPerInterface ?? Infinity
  const id = one.network_interface_id
  const count = 1 + (secondaryAddressesOf(call, [id]).get(id)?.length ?? 0) + more
  if (count > most) throw tooManyAddresses(count, name)
}

/** A secondary address of another interface in the subnet moves here, when that is asked for. */
function takeFromOthers(address: string, one: NetworkInterfaceRow, call: Call): void {
  if (!isIpv4(address)) return
  const number = ipv4ToNumber(address)
  const owner = ownerOfAddress(call, one.subnet_id, number)
  if (owner?.is_primary === 0) remove(owner.network_interface_id, one.subnet_id, address, call)
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnassignPrivateIpAddresses.html */
export const UnassignPrivateIpAddresses = operation<UnassignPrivateIpAddressesRequest, {}>({
  authorize: ({ NetworkInterfaceId = '' }, call) => [onInterface(call, NetworkInterfaceId)],
  run({ NetworkInterfaceId: id, PrivateIpAddresses: gone = [] }, call) {
    if (!id) throw missingParameter('networkInterfaceId')
    if (gone.length === 0) throw missingParameter('privateIpAddresses')
    const one = networkInterfaces.require(id, call)
    const secondary = secondaryAddressesOf(call, [id]).get(id) ?? []
    if (!gone.every((address) => secondary.includes(address))) {
      throw invalidParameterValue(
        `Some of the specified addresses are not assigned to interface ${id}`,
      )
    }
    for (const address of gone) remove(id, one.subnet_id, address, call)
    return {}
  },
})

/** An elastic address on it is free again. */
function remove(interfaceId: string, subnetId: string, address: string, call: Call): void {
  const elastic = addressesOfInterfaces(call, [interfaceId]).get(interfaceId) ?? []
  const there = elastic.find((other) => other.private_ip_address === address)
  if (there) disassociate(there, call)
  deleteSecondaryAddress(call, subnetId, ipv4ToNumber(address))
}
