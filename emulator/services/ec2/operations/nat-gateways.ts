import type {
  CreateNatGatewayRequest,
  CreateNatGatewayResult,
  DeleteNatGatewayRequest,
  DeleteNatGatewayResult,
  DescribeNatGatewaysRequest,
  DescribeNatGatewaysResult,
  NatGateway,
} from '@aws-sdk/client-ec2'
import { notImplemented } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { numberToIpv4 } from '../addresses.ts'
import { invalidParameterCombination, invalidValue, missingParameter } from '../errors.ts'
import { addressPool } from '../instances/addresses.ts'
import { associate } from '../network/elastic-addresses.ts'
import { natDurations } from '../network/nat-timers.ts'
import { onAddress, onSubnet } from '../network/permissions.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { addresses } from '../rows/addresses.ts'
import type { AddressRow } from '../rows/addresses.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { gatewayOfVpc } from '../rows/internet-gateways.ts'
import {
  insertNatGateway,
  natGateways,
  toNatGateways,
  updateNatGateway,
} from '../rows/nat-gateways.ts'
import { insertNetworkInterface } from '../rows/network-interface-changes.ts'
import { networkInterfaces } from '../rows/network-interfaces.ts'
import { setRoutesState } from '../rows/routes.ts'
import { subnets } from '../rows/subnets.ts'
import type { SubnetRow } from '../rows/subnets.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNatGateways.html */
export const DescribeNatGateways = operation<DescribeNatGatewaysRequest, DescribeNatGatewaysResult>(
  {
    authorize: anyResource,
    run({ Filter, NatGatewayIds, ...input }, call) {
      const page = { ...input, Filters: Filter }
      const { rows, nextToken } = natGateways.page(page, NatGatewayIds, call)
      return { NatGateways: toNatGateways(rows, call), NextToken: nextToken }
    },
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html */
export const CreateNatGateway = operation<CreateNatGatewayRequest, CreateNatGatewayResult>({
  authorize: ({ SubnetId = '', AllocationId, TagSpecifications }, call) => [
    ...onNewResource(call, 'natgateway', TagSpecifications),
    onSubnet(call, SubnetId),
    ...(AllocationId ? [onAddress(call, AllocationId)] : []),
  ],
  run(input, call) {
    const token = input.ClientToken
    const before = findByToken<string>(token, input, call)
    const id = before ?? make(input, call)
    if (!before) keepToken(token, input, id, call)
    const [gateway] = toNatGateways([natGateways.require(id, call)], call)
    const { FailureCode: _, FailureMessage: __, ...shown } = gateway!
    return {
      ...(token ? { ClientToken: token } : {}),
      NatGateway: before
        ? gateway
        : {
            ...shown,
            NatGatewayAddresses: input.AllocationId ? [{ AllocationId: input.AllocationId }] : [],
          },
    }
  },
})

/** @returns the id */
function make(input: CreateNatGatewayRequest, call: Call): string {
  const type = input.ConnectivityType ?? 'public'
  if (type !== 'public' && type !== 'private') throw invalidValue(type, 'connectivityType')
  if (
    input.SecondaryAllocationIds?.length ||
    input.SecondaryPrivateIpAddresses?.length ||
    input.SecondaryPrivateIpAddressCount
  ) {
    throw notImplemented('ec2', 'CreateNatGateway with secondary addresses')
  }
  const { natgateway: tags } = specifiedTags(input.TagSpecifications, 'natgateway')
  if (!input.SubnetId) throw missingParameter('SubnetId')
  const subnet = subnets.require(input.SubnetId, call)
  if (type === 'public' && !input.AllocationId) throw missingParameter('AllocationId')
  if (type === 'private' && input.AllocationId) {
    throw invalidParameterCombination(
      'AllocationId cannot be specified for NAT gateways with private connectivity type.',
    )
  }
  const address = input.AllocationId ? addresses.require(input.AllocationId, call) : undefined
  const id = call.ids.ec2('nat')
  const document =
    failureOf(subnet, address, call) ?? makeInterface(id, subnet, address, input, call)
  insertNatGateway(call, {
    nat_gateway_id: id,
    vpc_id: subnet.vpc_id,
    subnet_id: subnet.subnet_id,
    state: 'pending',
    connectivity_type: type,
    created_at: call.now,
    document,
  })
  tagResource(call, id, 'natgateway', tags)
  call.timers.schedule(call.now + natDurations.pending, 'nat-gateway-made', { natGatewayId: id })
  return id
}

/**
 * Why a gateway will not come up. EC2 accepts the request all the same.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-troubleshooting.html
 */
function failureOf(
  subnet: SubnetRow,
  address: AddressRow | undefined,
  call: Call,
): NatGateway | undefined {
  if (!address) return undefined
  const NatGatewayAddresses = [{ AllocationId: address.allocation_id }]
  if (!gatewayOfVpc(call, subnet.vpc_id)) {
    return {
      FailureCode: 'Gateway.NotAttached',
      FailureMessage: `Network ${subnet.vpc_id} has no Internet gateway attached`,
      NatGatewayAddresses,
    }
  }
  if (address.association_id === null) return undefined
  return {
    FailureCode: 'Resource.AlreadyAssociated',
    FailureMessage: `Elastic IP address [${address.allocation_id}] is already associated`,
    NatGatewayAddresses,
  }
}

function makeInterface(
  natGatewayId: string,
  subnet: SubnetRow,
  address: AddressRow | undefined,
  { PrivateIpAddress: wanted }: CreateNatGatewayRequest,
  call: Call,
): NatGateway {
  const pool = addressPool(subnet, call)
  const number = wanted ? pool.claim(wanted) : pool.take()
  const id = call.ids.ec2('eni')
  insertNetworkInterface(call, {
    id,
    vpcId: subnet.vpc_id,
    subnetId: subnet.subnet_id,
    zone: { name: subnet.availability_zone, id: subnet.availability_zone_id },
    addresses: [number],
    macAddress: `0a:${call.ids.bytes(5).toString('hex').match(/../g)!.join(':')}`,
    description: `Interface for NAT Gateway ${natGatewayId}`,
    autoPublicIp: false,
    groupIds: [],
    service: {
      type: 'nat_gateway',
      requesterId: 'amazon-aws',
      attachmentId: call.ids.ec2('ela-attach'),
      attachedAt: call.now,
    },
  })
  const privateIp = numberToIpv4(number)
  const one = networkInterfaces.require(id, call)
  return {
    NatGatewayAddresses: [
      {
        NetworkInterfaceId: id,
        PrivateIp: privateIp,
        IsPrimary: true,
        Status: 'succeeded',
        ...(address
          ? {
              AllocationId: address.allocation_id,
              PublicIp: address.public_ip,
              AssociationId: associate(address, one, privateIp, call),
            }
          : {}),
      },
    ],
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNatGateway.html */
export const DeleteNatGateway = operation<DeleteNatGatewayRequest, DeleteNatGatewayResult>({
  authorize: ({ NatGatewayId = '' }, call) => [onResource(call, 'natgateway', NatGatewayId)],
  run({ NatGatewayId: id }, call) {
    if (!id) throw missingParameter('NatGatewayId')
    const gateway = natGateways.require(id, call)
    if (gateway.state === 'deleted' || gateway.state === 'deleting') return { NatGatewayId: id }
    updateNatGateway(call, id, { state: 'deleting' })
    setRoutesState(call, id, 'blackhole')
    const due = call.now + natDurations.deleting
    call.timers.schedule(due, 'nat-gateway-deleted', { natGatewayId: id })
    return { NatGatewayId: id }
  },
})
