import type {
  AssignPrivateNatGatewayAddressRequest,
  AssignPrivateNatGatewayAddressResult,
  AssociateNatGatewayAddressRequest,
  AssociateNatGatewayAddressResult,
  DisassociateNatGatewayAddressRequest,
  DisassociateNatGatewayAddressResult,
  NatGatewayAddress,
  UnassignPrivateNatGatewayAddressRequest,
  UnassignPrivateNatGatewayAddressResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { ipv4ToNumber, numberToIpv4 } from '../addresses.ts'
import { invalidParameterValue, missingParameter } from '../errors.ts'
import { addressPool } from '../instances/addresses.ts'
import { associate, disassociate } from '../network/elastic-addresses.ts'
import { onAddress } from '../network/permissions.ts'
import { onResource } from '../permissions.ts'
import { addresses } from '../rows/addresses.ts'
import { natGatewayDocument, natGateways, updateNatGateway } from '../rows/nat-gateways.ts'
import type { NatGatewayRow } from '../rows/nat-gateways.ts'
import {
  deleteSecondaryAddress,
  insertSecondaryAddress,
} from '../rows/network-interface-changes.ts'
import { networkInterfaces } from '../rows/network-interfaces.ts'
import { subnets } from '../rows/subnets.ts'

// The further addresses of NAT gateways: elastic ones on public gateways, private ones on private gateways.
// https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateway-working-with.html

function requireGateway(
  id: string | undefined,
  type: NatGatewayRow['connectivity_type'],
  call: Call,
): NatGatewayRow {
  if (!id) throw missingParameter('NatGatewayId')
  const gateway = natGateways.require(id, call)
  if (gateway.connectivity_type !== type) {
    throw invalidParameterValue(`NAT gateway ${id} is not a ${type} NAT gateway.`)
  }
  if (gateway.state === 'available') return gateway
  throw new AwsError('IncorrectState', `NAT gateway ${id} is in state ${gateway.state}.`)
}

const addressesOf = (gateway: NatGatewayRow): NatGatewayAddress[] =>
  natGatewayDocument(gateway).NatGatewayAddresses ?? []

function keep(gateway: NatGatewayRow, all: readonly NatGatewayAddress[], call: Call): void {
  const document = { ...natGatewayDocument(gateway), NatGatewayAddresses: all }
  updateNatGateway(call, gateway.nat_gateway_id, { doc: JSON.stringify(document) })
}

/** Adds private addresses to the gateway's interface: those named, or as many as are asked for. */
function addPrivate(
  gateway: NatGatewayRow,
  wanted: readonly string[],
  count: number,
  call: Call,
): NatGatewayAddress[] {
  const interfaceId = addressesOf(gateway)[0]!.NetworkInterfaceId!
  const pool = addressPool(subnets.require(gateway.subnet_id, call), call)
  const numbers =
    wanted.length > 0
      ? wanted.map((address) => pool.claim(address))
      : Array.from({ length: count }, () => pool.take())
  return numbers.map((number) => {
    insertSecondaryAddress(call, gateway.subnet_id, interfaceId, number)
    return {
      NetworkInterfaceId: interfaceId,
      PrivateIp: numberToIpv4(number),
      IsPrimary: false,
      Status: 'succeeded',
    }
  })
}

const removePrivate = (gateway: NatGatewayRow, { PrivateIp }: NatGatewayAddress, call: Call) =>
  deleteSecondaryAddress(call, gateway.subnet_id, ipv4ToNumber(PrivateIp!))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateNatGatewayAddress.html */
export const AssociateNatGatewayAddress = operation<
  AssociateNatGatewayAddressRequest,
  AssociateNatGatewayAddressResult
>({
  authorize: ({ NatGatewayId = '', AllocationIds = [] }, call) => [
    onResource(call, 'natgateway', NatGatewayId),
    ...AllocationIds.map((id) => onAddress(call, id)),
  ],
  run({ NatGatewayId, AllocationIds = [], PrivateIpAddresses = [] }, call) {
    const gateway = requireGateway(NatGatewayId, 'public', call)
    if (AllocationIds.length === 0) throw missingParameter('AllocationIds')
    const rows = addresses.requireAll(AllocationIds, call)
    const taken = rows.find((row) => row.association_id !== null)
    if (taken) {
      throw new AwsError(
        'Resource.AlreadyAssociated',
        `Elastic IP address [${taken.allocation_id}] is already associated`,
      )
    }
    const made = addPrivate(gateway, PrivateIpAddresses, rows.length, call)
    const one = networkInterfaces.require(made[0]!.NetworkInterfaceId!, call)
    const added = rows.map((row, at) => ({
      ...made[at]!,
      AllocationId: row.allocation_id,
      PublicIp: row.public_ip,
      AssociationId: associate(row, one, made[at]!.PrivateIp!, call),
    }))
    keep(gateway, [...addressesOf(gateway), ...added], call)
    return {
      NatGatewayId,
      NatGatewayAddresses: added.map((address) => ({ ...address, Status: 'associating' })),
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateNatGatewayAddress.html */
export const DisassociateNatGatewayAddress = operation<
  DisassociateNatGatewayAddressRequest,
  DisassociateNatGatewayAddressResult
>({
  authorize: ({ NatGatewayId = '' }, call) => [onResource(call, 'natgateway', NatGatewayId)],
  run({ NatGatewayId, AssociationIds = [] }, call) {
    const gateway = requireGateway(NatGatewayId, 'public', call)
    if (AssociationIds.length === 0) throw missingParameter('AssociationIds')
    const all = addressesOf(gateway)
    const gone = all.filter((one) => AssociationIds.includes(one.AssociationId ?? ''))
    if (gone.length < AssociationIds.length) {
      throw new AwsError(
        'InvalidAssociationID.NotFound',
        `The association ID '${AssociationIds.join(', ')}' does not exist`,
      )
    }
    if (gone.some(({ IsPrimary }) => IsPrimary)) throw primaryStays()
    for (const one of gone) {
      disassociate(addresses.require(one.AllocationId!, call), call)
      removePrivate(gateway, one, call)
    }
    keep(
      gateway,
      all.filter((one) => !gone.includes(one)),
      call,
    )
    return {
      NatGatewayId,
      NatGatewayAddresses: gone.map((one) => ({ ...one, Status: 'disassociating' })),
    }
  },
})

const primaryStays = () =>
  invalidParameterValue('The primary address of a NAT gateway cannot be removed.')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssignPrivateNatGatewayAddress.html */
export const AssignPrivateNatGatewayAddress = operation<
  AssignPrivateNatGatewayAddressRequest,
  AssignPrivateNatGatewayAddressResult
>({
  authorize: ({ NatGatewayId = '' }, call) => [onResource(call, 'natgateway', NatGatewayId)],
  run({ NatGatewayId, PrivateIpAddresses = [], PrivateIpAddressCount }, call) {
    const gateway = requireGateway(NatGatewayId, 'private', call)
    const count = PrivateIpAddressCount ?? 0
    if (PrivateIpAddresses.length === 0 && count < 1) {
      throw missingParameter('PrivateIpAddressCount')
    }
    const added = addPrivate(gateway, PrivateIpAddresses, count, call)
    keep(gateway, [...addressesOf(gateway), ...added], call)
    return {
      NatGatewayId,
      NatGatewayAddresses: added.map((address) => ({ ...address, Status: 'assigning' })),
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnassignPrivateNatGatewayAddress.html */
export const UnassignPrivateNatGatewayAddress = operation<
  UnassignPrivateNatGatewayAddressRequest,
  UnassignPrivateNatGatewayAddressResult
>({
  authorize: ({ NatGatewayId = '' }, call) => [onResource(call, 'natgateway', NatGatewayId)],
  run({ NatGatewayId, PrivateIpAddresses = [] }, call) {
    const gateway = requireGateway(NatGatewayId, 'private', call)
    if (PrivateIpAddresses.length === 0) throw missingParameter('PrivateIpAddresses')
    const all = addressesOf(gateway)
    const gone = all.filter((one) => PrivateIpAddresses.includes(one.PrivateIp ?? ''))
    if (gone.some(({ IsPrimary }) => IsPrimary)) throw primaryStays()
    for (const one of gone) removePrivate(gateway, one, call)
    keep(
      gateway,
      all.filter((one) => !gone.includes(one)),
      call,
    )
    return {
      NatGatewayId,
      NatGatewayAddresses: gone.map((one) => ({ ...one, Status: 'unassigning' })),
    }
  },
})
