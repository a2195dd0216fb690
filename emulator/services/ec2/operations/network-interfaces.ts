import type {
  CreateNetworkInterfaceRequest,
  CreateNetworkInterfaceResult,
  DeleteNetworkInterfaceRequest,
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
} from '@aws-sdk/client-ec2'
import { notImplemented } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { interfaceCurrentlyInUse, noFreeAddresses } from '../errors/addresses.ts'
import { missingParameter } from '../errors.ts'
import { addressPool } from '../instances/addresses.ts'
import { assignIpv6, assignsIpv6 } from '../network/ipv6-addresses.ts'
import { groupsFor } from '../network/interface-groups.ts'
import { onInterface, onSubnet } from '../network/permissions.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import {
  deleteNetworkInterface,
  insertNetworkInterface,
} from '../rows/network-interface-changes.ts'
import { networkInterfaces, toNetworkInterfaces } from '../rows/network-interfaces.ts'
import { availableAddresses, subnets } from '../rows/subnets.ts'
import { deleteTags } from '../rows/tags.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html */
export const DescribeNetworkInterfaces = operation<
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = networkInterfaces.page(input, input.NetworkInterfaceIds, call)
    return { NetworkInterfaces: toNetworkInterfaces(rows, call), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html */
export const CreateNetworkInterface = operation<
  CreateNetworkInterfaceRequest,
  CreateNetworkInterfaceResult
>({
  authorize({ SubnetId = '', Groups = [], TagSpecifications }, call) {
    const subnet = subnets.find(SubnetId, call)
    return [
      ...onNewResource(call, 'network-interface', TagSpecifications, {
        'ec2:Subnet': arnOf(call, 'subnet', SubnetId),
        ...(subnet
          ? {
              'ec2:Vpc': arnOf(call, 'vpc', subnet.vpc_id),
              'ec2:AvailabilityZone': subnet.availability_zone,
            }
          : {}),
      }),
      onSubnet(call, SubnetId),
      ...Groups.map((id) => onResource(call, 'security-group', id)),
    ]
  },
  run(input, call) {
    const before = findByToken<string>(input.ClientToken, input, call)
    const id = before ?? make(input, call)
    if (!before) keepToken(input.ClientToken, input, id, call)
    const [one] = toNetworkInterfaces([networkInterfaces.require(id, call)], call)
    return {
      // EC2 says `pending` here, which the enumeration of states does not have.
      NetworkInterface: before ? one : { ...one!, Status: 'pending' as never },
      ...(input.ClientToken ? { ClientToken: input.ClientToken } : {}),
    }
  },
})

/** @returns the id */
function make(input: CreateNetworkInterfaceRequest, call: Call): string {
  if (!input.SubnetId) throw missingParameter('subnetId')
  if (input.InterfaceType && (input.InterfaceType as string) !== 'interface') {
    throw notImplemented('ec2', `CreateNetworkInterface of type ${input.InterfaceType}`)
  }
  const { 'network-interface': tags } = specifiedTags(input.TagSpecifications, 'network-interface')
  const subnet = subnets.require(input.SubnetId, call)
  const groupIds = groupsFor(input.Groups, subnet, call)
  const given = input.PrivateIpAddresses ?? []
  const primary = input.PrivateIpAddress ?? given.find((one) => one.Primary)?.PrivateIpAddress
  const others = given.filter((one) => !one.Primary).map((one) => one.PrivateIpAddress!)
  const count = input.SecondaryPrivateIpAddressCount ?? 0
  if (availableAddresses(call, subnet) < 1 + others.length + count) {
    throw noFreeAddresses(subnet.subnet_id)
  }
  const pool = addressPool(subnet, call)
  const id = call.ids.ec2('eni')
  const claimed = [primary, ...others].map((one) => (one ? pool.claim(one) : undefined))
  insertNetworkInterface(call, {
    id,
    vpcId: subnet.vpc_id,
    subnetId: subnet.subnet_id,
    zone: { name: subnet.availability_zone, id: subnet.availability_zone_id },
    addresses: [
      ...claimed.map((one) => one ?? pool.take()),
      ...Array.from({ length: count }, () => pool.take()),
    ],
    macAddress: `0a:${call.ids.bytes(5).toString('hex').match(/../g)!.join(':')}`,
    description: input.Description ?? '',
    autoPublicIp: false,
    groupIds,
  })
  const wanted = (input.Ipv6Addresses ?? []).map((one) => one.Ipv6Address!)
  const more = input.Ipv6AddressCount ?? (wanted.length === 0 && assignsIpv6(subnet) ? 1 : 0)
  assignIpv6(id, subnet, wanted, more, call)
  tagResource(call, id, 'network-interface', tags)
  return id
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInterface.html */
export const DeleteNetworkInterface = operation<DeleteNetworkInterfaceRequest, {}>({
  authorize: ({ NetworkInterfaceId = '' }, call) => [onInterface(call, NetworkInterfaceId)],
  run({ NetworkInterfaceId: id }, call) {
    if (!id) throw missingParameter('networkInterfaceId')
    if (networkInterfaces.require(id, call).attachment_id !== null) {
      throw interfaceCurrentlyInUse(id)
    }
    deleteNetworkInterface(call, id)
    deleteTags(call, id)
    return {}
  },
})
