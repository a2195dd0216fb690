import type {
  AssignIpv6AddressesRequest,
  AssignIpv6AddressesResult,
  UnassignIpv6AddressesRequest,
  UnassignIpv6AddressesResult,
} from '@aws-sdk/client-ec2'
import { notImplemented } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import { canonicalIpv6Block } from '../addresses.ts'
import { invalidParameterCombination, invalidParameterValue, missingParameter } from '../errors.ts'
import { assignIpv6 } from '../network/ipv6-addresses.ts'
import { onInterface } from '../network/permissions.ts'
import { deleteIpv6Address } from '../rows/ipv6-addresses.ts'
import { networkInterfaces } from '../rows/network-interfaces.ts'
import { subnets } from '../rows/subnets.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignIpv6Addresses.html */
export const AssignIpv6Addresses = operation<AssignIpv6AddressesRequest, AssignIpv6AddressesResult>(
  {
    authorize: ({ NetworkInterfaceId = '' }, call) => [onInterface(call, NetworkInterfaceId)],
    run(input, call) {
      const { NetworkInterfaceId: id, Ipv6Addresses: wanted = [], Ipv6AddressCount = 0 } = input
      if (input.Ipv6PrefixCount || input.Ipv6Prefixes?.length) {
        throw notImplemented('ec2', 'AssignIpv6Addresses with prefixes')
      }
      if (!id) throw missingParameter('networkInterfaceId')
      if (wanted.length > 0 && Ipv6AddressCount > 0) {
        throw invalidParameterCombination(
          'The parameters ipv6Addresses and ipv6AddressCount cannot be used together',
        )
      }
      if (wanted.length + Ipv6AddressCount === 0) {
        throw missingParameter('ipv6AddressCount or ipv6Addresses')
      }
      const subnet = subnets.require(networkInterfaces.require(id, call).subnet_id, call)
      const AssignedIpv6Addresses = assignIpv6(id, subnet, wanted, Ipv6AddressCount, call)
      return { NetworkInterfaceId: id, AssignedIpv6Addresses }
    },
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnassignIpv6Addresses.html */
export const UnassignIpv6Addresses = operation<
  UnassignIpv6AddressesRequest,
  UnassignIpv6AddressesResult
>({
  authorize: ({ NetworkInterfaceId = '' }, call) => [onInterface(call, NetworkInterfaceId)],
  run({ NetworkInterfaceId: id, Ipv6Addresses = [] }, call) {
    if (!id) throw missingParameter('networkInterfaceId')
    if (Ipv6Addresses.length === 0) throw missingParameter('ipv6Addresses')
    networkInterfaces.require(id, call)
    const gone = Ipv6Addresses.map((text) => canonicalIpv6Block(`${text}/128`)?.replace('/128', ''))
    for (const [at, address] of gone.entries()) {
      if (!address || !deleteIpv6Address(call, id, address)) {
        throw invalidParameterValue(
          `Some of the addresses are not assigned to interface ${id}: ${Ipv6Addresses[at]}`,
        )
      }
    }
    return { NetworkInterfaceId: id, UnassignedIpv6Addresses: gone as string[] }
  },
})
