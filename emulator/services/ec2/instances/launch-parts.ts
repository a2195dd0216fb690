import type { Image, Instance, InstanceTypeInfo, RunInstancesRequest } from '@aws-sdk/client-ec2'
import { unsupportedHibernation } from '../errors/capacity.ts'
import { invalidParameterCombination, invalidParameterValue, invalidValue } from '../errors.ts'
import { findPlacementGroup, requirePlacementGroup } from '../rows/placement-groups.ts'
import type { PlacementGroupRow } from '../rows/placement-groups.ts'
import { placementGroups } from '../rows/placement-groups.ts'
import type { Scope } from '../describe/resources.ts'
import type { PlannedDevice } from './launch-devices.ts'

// Parts of a launch that stand for themselves: where on the hardware, hibernation, licences.

const tenancies: ReadonlySet<string> = new Set(['default', 'dedicated', 'host'])

/**
 * Where an instance is placed besides its zone.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Placement.html
 */
export function placementOf(
  { Placement: given = {} }: Pick<RunInstancesRequest, 'Placement'>,
  type: InstanceTypeInfo,
  scope: Scope,
): Instance['Placement'] {
  const tenancy = given.Tenancy ?? (given.HostId || given.HostResourceGroupArn ? 'host' : 'default')
  if (!tenancies.has(tenancy)) throw invalidValue(tenancy, 'tenancy')
  if (given.HostId && tenancy !== 'host') {
    throw invalidParameterCombination('HostId can only be specified with the tenancy host.')
  }
  if (tenancy === 'host' && type.DedicatedHostsSupported === false) {
    throw invalidParameterCombination(
      `The instance type ${type.InstanceType} does not support the tenancy host.`,
    )
  }
  const group = groupOf(given, scope)
  if (group) checkGroup(group, given.PartitionNumber, type)
  return {
    GroupName: group?.group_name ?? '',
    Tenancy: tenancy,
    ...(group ? { GroupId: group.group_id } : {}),
    ...(given.PartitionNumber ? { PartitionNumber: given.PartitionNumber } : {}),
    ...(given.HostId ? { HostId: given.HostId } : {}),
    ...(tenancy === 'host' ? { Affinity: given.Affinity ?? 'default' } : {}),
    ...(given.HostResourceGroupArn ? { HostResourceGroupArn: given.HostResourceGroupArn } : {}),
  }
}

/** @throws InvalidPlacementGroup.Unknown, InvalidPlacementGroupId.NotFound */
function groupOf(
  { GroupName: name, GroupId: id }: NonNullable<RunInstancesRequest['Placement']>,
  scope: Scope,
): PlacementGroupRow | undefined {
  if (name && id) {
    throw invalidParameterCombination('GroupName and GroupId cannot be specified together.')
  }
  if (id) return placementGroups.require(id, scope)
  return name ? (findPlacementGroup(scope, name) ?? requirePlacementGroup(scope, name)) : undefined
}

function checkGroup(
  { group_name, strategy, partition_count }: PlacementGroupRow,
  partition: number | undefined,
  type: InstanceTypeInfo,
): void {
  if (!type.PlacementGroupInfo?.SupportedStrategies?.includes(strategy)) {
    throw invalidParameterCombination(
      `${strategy[0]!.toUpperCase()}${strategy.slice(1)} placement groups are not supported by the '${type.InstanceType}' instance type. Specify a supported instance type or change the placement group strategy, and try again.`,
    )
  }
  if (partition === undefined) return
  if (strategy !== 'partition') {
    throw invalidParameterCombination(
      'The parameter PartitionNumber can only be used with a placement group of the partition strategy.',
    )
  }
  if (partition < 1 || partition > (partition_count ?? 0)) {
    throw invalidParameterValue(
      `Value (${partition}) for parameter partitionNumber is invalid for placement group ${group_name}.`,
    )
  }
}

/**
 * Hibernation needs a type and an image that can do it, and an encrypted root volume with room for the memory.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/hibernating-prerequisites.html
 *
 * @throws UnsupportedHibernationConfiguration
 */
export function checkHibernation(
  { HibernationOptions }: Pick<RunInstancesRequest, 'HibernationOptions'>,
  type: InstanceTypeInfo,
  image: Pick<Image, 'RootDeviceName'>,
  devices: readonly PlannedDevice[],
): void {
  if (!HibernationOptions?.Configured) return
  if (!type.HibernationSupported) {
    throw unsupportedHibernation(
      `The instance type ${type.InstanceType} does not support hibernation.`,
    )
  }
  const root = devices.find(({ device }) => device === image.RootDeviceName)
  if (!root?.encrypted) {
    throw unsupportedHibernation('The root volume has to be encrypted for hibernation.')
  }
  if (root.size * 1024 < type.MemoryInfo!.SizeInMiB!) {
    throw unsupportedHibernation(
      'The root volume has to be large enough for the memory of the instance.',
    )
  }
}

export const licensesOf = ({
  LicenseSpecifications,
}: Pick<RunInstancesRequest, 'LicenseSpecifications'>): Pick<Instance, 'Licenses'> =>
  LicenseSpecifications?.length
    ? {
        Licenses: LicenseSpecifications.map(({ LicenseConfigurationArn }) => ({
          LicenseConfigurationArn,
        })),
      }
    : {}
