import type {
  InstanceNetworkInterfaceSpecification,
  InstanceTypeInfo,
  RunInstancesRequest,
} from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import {
  differentNetworks,
  interfaceInUse,
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  noDefaultSubnet,
  noDefaultVpc,
  tooManyAddresses,
  tooManyGroups,
  tooManyInterfaces,
  typeNotInZone,
} from '../errors.ts'
import { isOffered } from '../facts/instance-types.ts'
import { zonesOf } from '../facts/regions.ts'
import { isShort } from '../rows/capacity-shortages.ts'
import { networkInterfaces } from '../rows/network-interfaces.ts'
import type { NetworkInterfaceRow } from '../rows/network-interfaces.ts'
import { findGroupByName, securityGroups } from '../rows/security-groups.ts'
import { availableAddresses, defaultSubnets, subnets } from '../rows/subnets.ts'
import type { SubnetRow } from '../rows/subnets.ts'
import { requireGroupsByName } from '../security-groups/lookup.ts'

/** An interface that each instance of a launch gets. */
export interface PlannedInterface {
  /** An interface that exists already, to be attached. */
  readonly existing: NetworkInterfaceRow | undefined
  readonly subnet: SubnetRow
  readonly deviceIndex: number
  readonly description: string
  readonly groupIds: readonly string[]
  readonly primaryAddress: string | undefined
  readonly secondaryAddresses: readonly string[]
  readonly secondaryCount: number
  readonly autoPublicIp: boolean
  readonly deleteOnTermination: boolean
}

/**
 * Where the instances go and what interfaces they get.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html
 */
export function planInterfaces(
  input: RunInstancesRequest,
  type: InstanceTypeInfo,
  call: TimerCall,
): readonly [PlannedInterface, ...PlannedInterface[]] {
  const specifications = input.NetworkInterfaces ?? []
  const many = (input.MaxCount ?? 1) > 1
  if (specifications.length > 0) {
    refuseInstanceLevel(input)
    const planned = specifications
      .map((one) => fromSpecification(one, input, type, many, call))
      .toSorted((a, b) => a.deviceIndex - b.deviceIndex)
    checkLimits(planned, type)
    const [primary, ...others] = planned
    if (primary?.deviceIndex !== 0) {
      throw invalidParameterValue('A network interface with device index 0 must be specified.')
    }
    return [primary, ...others]
  }
  if (input.PrivateIpAddress && many) throw oneAddressForMany()
  if (input.Ipv6AddressCount || input.Ipv6Addresses?.length) throw noIpv6()
  const subnet = chooseSubnet(input.SubnetId, input, type, call)
  return [
    {
      existing: undefined,
      subnet,
      deviceIndex: 0,
      description: '',
      groupIds: groupIds(
        input.SecurityGroupIds,
        input.SecurityGroups,
        subnet,
        input.SubnetId,
        call,
      ),
      primaryAddress: input.PrivateIpAddress,
      secondaryAddresses: [],
      secondaryCount: 0,
      autoPublicIp: subnet.map_public_ip_on_launch === 1,
      deleteOnTermination: true,
    },
  ]
}

function refuseInstanceLevel(input: RunInstancesRequest): void {
  const refused = (what: string) =>
    invalidParameterCombination(
      `Network interfaces and an instance-level ${what} may not be specified on the same request`,
    )
  if (input.SubnetId) throw refused('subnet ID')
  if (input.SecurityGroupIds?.length || input.SecurityGroups?.length)
    throw refused('security groups')
  if (input.PrivateIpAddress) throw refused('private address')
}

function fromSpecification(
  one: InstanceNetworkInterfaceSpecification,
  input: RunInstancesRequest,
  type: InstanceTypeInfo,
  many: boolean,
  call: TimerCall,
): PlannedInterface {
  if (one.DeviceIndex === undefined) throw missingParameter('NetworkInterface.DeviceIndex')
  if (one.NetworkInterfaceId) return attachExisting(one, one.NetworkInterfaceId, many, call)
  if (one.Ipv6AddressCount || one.Ipv6Addresses?.length) throw noIpv6()
  if (one.AssociatePublicIpAddress === true && one.DeviceIndex !== 0) {
    throw invalidParameterCombination(
      'The associatePublicIPAddress parameter can only be specified for the network interface with DeviceIndex 0.',
    )
  }
  const given = one.PrivateIpAddresses ?? []
  const primary = one.PrivateIpAddress ?? given.find(({ Primary }) => Primary)?.PrivateIpAddress
  const secondary = given
    .filter(({ Primary }) => !Primary)
    .map(({ PrivateIpAddress }) => PrivateIpAddress!)
  if (many && (primary || secondary.length > 0)) throw oneAddressForMany()
  const subnet = chooseSubnet(one.SubnetId, input, type, call)
  return {
    existing: undefined,
    subnet,
    deviceIndex: one.DeviceIndex,
    description: one.Description ?? '',
    groupIds: groupIds(one.Groups, undefined, subnet, one.SubnetId, call),
    primaryAddress: primary,
    secondaryAddresses: secondary,
    secondaryCount: one.SecondaryPrivateIpAddressCount ?? 0,
    autoPublicIp:
      one.AssociatePublicIpAddress ??
      (one.DeviceIndex === 0 && subnet.map_public_ip_on_launch === 1),
    deleteOnTermination: one.DeleteOnTermination ?? true,
  }
}

/** @throws InvalidParameterValue or the type's limits on interfaces and addresses */
function checkLimits(planned: readonly PlannedInterface[], type: InstanceTypeInfo): void {
  const { MaximumNetworkInterfaces, Ipv4AddressesPerInterface } = type.NetworkInfo!
  if (new Set(planned.map((one) => one.deviceIndex)).size < planned.length) {
    throw invalidParameterValue('Each network interface requires a unique device index.')
  }
  if (planned.length > MaximumNetworkInterfaces!) {
    throw tooManyInterfaces(planned.length, type.InstanceType!)
  }
  for (const one of planned) {
    const addresses = 1 + one.secondaryAddresses.length + one.secondaryCount
    if (addresses > Ipv4AddressesPerInterface!)
      throw tooManyAddresses(addresses, type.InstanceType!)
  }
}

function attachExisting(
  one: InstanceNetworkInterfaceSpecification,
  id: string,
  many: boolean,
  call: TimerCall,
): PlannedInterface {
  if (many) {
    throw invalidParameterCombination(
      'Network interfaces and an instance count greater than 1 may not be specified on the same request',
    )
  }
  const existing = networkInterfaces.require(id, call)
  if (existing.instance_id !== null) throw interfaceInUse(id)
  return {
    existing,
    subnet: subnets.require(existing.subnet_id, call),
    deviceIndex: one.DeviceIndex!,
    description: existing.description,
    groupIds: [],
    primaryAddress: undefined,
    secondaryAddresses: [],
    secondaryCount: 0,
    autoPublicIp: existing.auto_public_ip === 1,
    deleteOnTermination: one.DeleteOnTermination ?? false,
  }
}

/** The subnet asked for, or a default one: in the zone asked for, or in any that has the type. */
function chooseSubnet(
  subnetId: string | undefined,
  input: RunInstancesRequest,
  type: InstanceTypeInfo,
  call: TimerCall,
): SubnetRow {
  const offering = zonesOf(call.region)
    .filter((zone) => isOffered(type, zone))
    .map((zone) => zone.name)
  const wanted = wantedZone(input, call)
  if (subnetId) {
    const subnet = subnets.require(subnetId, call)
    if (wanted && wanted !== subnet.availability_zone) {
      throw invalidParameterValue(
        `The specified Availability Zone ${wanted} does not match the Availability Zone of subnet ${subnetId}`,
      )
    }
    requireOffered(type, subnet.availability_zone, offering)
    return subnet
  }
  const candidates = defaultSubnets(call)
  if (candidates.length === 0) throw noDefaultVpc()
  if (wanted) {
    const subnet = candidates.find((one) => one.availability_zone === wanted)
    if (!subnet) throw noDefaultSubnet(wanted)
    requireOffered(type, wanted, offering)
    return subnet
  }
  const possible = candidates.filter((one) => offering.includes(one.availability_zone))
  const name = type.InstanceType!
  const stocked = possible.filter((one) => !isShort(call, name, one.availability_zone))
  const roomy = (stocked.length > 0 ? stocked : possible).filter(
    (one) => availableAddresses(call, one) >= (input.MaxCount ?? 1),
  )
  const choice = roomy.length > 0 ? roomy : possible
  // EC2 leaves the choice to itself; the first is where the volumes of examples are.
  return choice[0]!
}

function wantedZone({ Placement }: RunInstancesRequest, call: TimerCall): string | undefined {
  const { AvailabilityZone: name, AvailabilityZoneId: id } = Placement ?? {}
  const zones = zonesOf(call.region)
  if (!name && !id) return undefined
  const zone = zones.find((one) => (name ? one.name === name : one.id === id))
  if (!zone) throw invalidParameterValue(`Invalid availability zone: [${name || id}]`)
  return zone.name
}

function requireOffered(type: InstanceTypeInfo, zone: string, offering: readonly string[]): void {
  if (!offering.includes(zone)) throw typeNotInZone(type.InstanceType!, zone, offering)
}

/** The groups asked for by id or name, or the network's default group. */
function groupIds(
  ids: readonly string[] = [],
  names: readonly string[] = [],
  subnet: SubnetRow,
  subnetId: string | undefined,
  call: TimerCall,
): string[] {
  if (names.length > 0 && subnetId) {
    throw invalidParameterCombination(
      'The parameter groupName cannot be used with the parameter subnet',
    )
  }
  const groups = [...securityGroups.requireAll(ids, call), ...requireGroupsByName(names, call)]
  if (groups.length === 0) return [findGroupByName(call, subnet.vpc_id, 'default')!.group_id]
  if (groups.length > 5) throw tooManyGroups()
  const foreign = groups.find((group) => group.vpc_id !== subnet.vpc_id)
  if (foreign) throw differentNetworks(foreign.group_id, subnet.subnet_id)
  return [...new Set(groups.map((group) => group.group_id))]
}

const oneAddressForMany = () =>
  invalidParameterCombination(
    'Private address and an instance count greater than 1 may not be specified on the same request',
  )

/** Subnets have no IPv6 blocks as long as nothing associates one. */
const noIpv6 = () =>
  invalidParameterValue('The subnet does not have an IPv6 CIDR block associated with it.')
