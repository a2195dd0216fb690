import type {
  AllocateAddressRequest,
  AllocateAddressResult,
  AssociateAddressRequest,
  AssociateAddressResult,
  DescribeAddressesRequest,
  DescribeAddressesResult,
  DisassociateAddressRequest,
  ReleaseAddressRequest,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import {
  addressAlreadyAssociated,
  addressNotFound,
  instanceNotReady,
  notOnInterface,
  severalInterfaces,
} from '../errors/addresses.ts'
import { associationNotFound, networkHasNoGateway } from '../errors/network.ts'
import {
  addressInUse,
  invalidParameterCombination,
  invalidValue,
  missingParameter,
} from '../errors.ts'
import { pickPublicIp } from '../instances/addresses.ts'
import { associate, disassociate } from '../network/elastic-addresses.ts'
import { onAddress, onInstance, onInterface } from '../network/permissions.ts'
import { anyResource, onNewResource } from '../permissions.ts'
import {
  addresses,
  deleteAddress,
  findByAssociation,
  findByPublicIp,
  insertAddress,
  toAddresses,
} from '../rows/addresses.ts'
import type { AddressRow } from '../rows/addresses.ts'
import { instances } from '../rows/instances.ts'
import { gatewayOfVpc } from '../rows/internet-gateways.ts'
import {
  interfacesOf,
  networkInterfaces,
  secondaryAddressesOf,
} from '../rows/network-interfaces.ts'
import type { NetworkInterfaceRow } from '../rows/network-interfaces.ts'
import { deleteTags } from '../rows/tags.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAddresses.html */
export const DescribeAddresses = operation<DescribeAddressesRequest, DescribeAddressesResult>({
  authorize: anyResource,
  run(input, call) {
    const byIp = (input.PublicIps ?? []).map((ip) => requireByIp(ip, call).allocation_id)
    const ids = [...(input.AllocationIds ?? []), ...byIp]
    return { Addresses: toAddresses(addresses.page(input, ids, call).rows, call) }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html */
export const AllocateAddress = operation<AllocateAddressRequest, AllocateAddressResult>({
  authorize: ({ TagSpecifications }, call) =>
    onNewResource(call, 'elastic-ip', TagSpecifications, { 'ec2:Domain': 'vpc' }),
  run({ Domain = 'vpc', Address, NetworkBorderGroup, TagSpecifications }, call) {
    if (Domain !== 'vpc') throw invalidValue(Domain, 'domain')
    // An address that was released goes back to everybody's pool.
    if (Address) throw addressNotFound(Address)
    if (NetworkBorderGroup && NetworkBorderGroup !== call.region) {
      throw invalidValue(NetworkBorderGroup, 'networkBorderGroup')
    }
    const { 'elastic-ip': tags } = specifiedTags(TagSpecifications, 'elastic-ip')
    const id = call.ids.ec2('eipalloc')
    const ip = pickPublicIp(call)
    insertAddress(call, id, ip)
    tagResource(call, id, 'elastic-ip', tags)
    return {
      AllocationId: id,
      PublicIp: ip,
      PublicIpv4Pool: 'amazon',
      NetworkBorderGroup: call.region,
      Domain: 'vpc',
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html */
export const ReleaseAddress = operation<ReleaseAddressRequest, {}>({
  authorize: (input, call) => [onAddress(call, addressIdOf(input, call))],
  run(input, call) {
    const address = requireAddress(input, call)
    if (address.association_id !== null) throw addressInUse(address.public_ip)
    deleteAddress(call, address.allocation_id)
    deleteTags(call, address.allocation_id)
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateAddress.html */
export const AssociateAddress = operation<AssociateAddressRequest, AssociateAddressResult>({
  authorize: (input, call) => [onAddress(call, addressIdOf(input, call)), ...onTarget(input, call)],
  run(input, call) {
    const address = requireAddress(input, call)
    const one = targetInterface(input, call)
    const privateAddress = privateAddressOf(input, one, call)
    const isThere =
      address.network_interface_id === one.network_interface_id &&
      address.private_ip_address === privateAddress
    if (isThere) return { AssociationId: address.association_id! }
    if (address.association_id !== null && input.AllowReassociation === false) {
      throw addressAlreadyAssociated(address.allocation_id, address.association_id)
    }
    if (!gatewayOfVpc(call, one.vpc_id)) throw networkHasNoGateway(one.vpc_id)
    return { AssociationId: associate(address, one, privateAddress, call) }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateAddress.html */
export const DisassociateAddress = operation<DisassociateAddressRequest, {}>({
  authorize(input, call) {
    const address = findAssociated(input, call)
    return [
      onAddress(call, address?.allocation_id ?? '*'),
      ...(address?.network_interface_id ? [onInterface(call, address.network_interface_id)] : []),
    ]
  },
  run(input, call) {
    if (!input.AssociationId && !input.PublicIp) throw missingParameter('AssociationId')
    const address = findAssociated(input, call)
    if (!address && input.AssociationId) throw associationNotFound(input.AssociationId)
    if (!address) throw addressNotFound(input.PublicIp!)
    if (address.association_id !== null) disassociate(address, call)
    return {}
  },
})

const findAssociated = (
  { AssociationId, PublicIp }: DisassociateAddressRequest,
  call: Call,
): AddressRow | undefined => {
  if (AssociationId) return findByAssociation(call, AssociationId)
  return PublicIp ? findByPublicIp(call, PublicIp) : undefined
}

interface Named {
  readonly AllocationId?: string | undefined
  readonly PublicIp?: string | undefined
}

const addressIdOf = ({ AllocationId, PublicIp }: Named, call: Call): string =>
  AllocationId ?? (PublicIp ? findByPublicIp(call, PublicIp)?.allocation_id : undefined) ?? '*'

function requireAddress({ AllocationId, PublicIp }: Named, call: Call): AddressRow {
  if (AllocationId) return addresses.require(AllocationId, call)
  if (!PublicIp) throw missingParameter('AllocationId')
  return requireByIp(PublicIp, call)
}

function requireByIp(ip: string, call: Call): AddressRow {
  const address = findByPublicIp(call, ip)
  if (!address) throw addressNotFound(ip)
  return address
}

function onTarget({ InstanceId, NetworkInterfaceId }: AssociateAddressRequest, call: Call) {
  const permissions: Permission[] = []
  if (InstanceId) permissions.push(onInstance(call, InstanceId))
  if (NetworkInterfaceId) permissions.push(onInterface(call, NetworkInterfaceId))
  return permissions
}

/** The interface named, or the only one of the instance named, or the one that has the private address. */
function targetInterface(input: AssociateAddressRequest, call: Call): NetworkInterfaceRow {
  const { InstanceId: instanceId, NetworkInterfaceId: id } = input
  if (instanceId && id) {
    throw invalidParameterCombination(
      'You may specify either an instance ID or a network interface ID, but not both',
    )
  }
  if (id) return networkInterfaces.require(id, call)
  if (!instanceId) throw missingParameter('InstanceId or NetworkInterfaceId')
  const { state } = instances.require(instanceId, call)
  const isReady = state === 'running' || state === 'stopped' || state === 'stopping'
  if (!isReady) throw instanceNotReady(instanceId, state)
  const own = interfacesOf(call, [instanceId]).get(instanceId) ?? []
  if (own.length > 1) throw severalInterfaces(instanceId)
  return own[0]!
}

function privateAddressOf(
  { PrivateIpAddress: wanted }: AssociateAddressRequest,
  one: NetworkInterfaceRow,
  call: Call,
): string {
  if (!wanted || wanted === one.private_ip_address) return one.private_ip_address
  const id = one.network_interface_id
  const others = secondaryAddressesOf(call, [id]).get(id) ?? []
  if (!others.includes(wanted)) throw notOnInterface(wanted, id)
  return wanted
}
