import type { Call } from '../../../operation.ts'
import { differentNetworks, tooManyGroups } from '../errors.ts'
import { findGroupByName, securityGroups } from '../rows/security-groups.ts'
import type { SubnetRow } from '../rows/subnets.ts'

/**
 * The security groups of an interface in the subnet: those named, or the VPC's default one.
 *
 * @throws InvalidGroup.NotFound, SecurityGroupsPerInterfaceLimitExceeded, InvalidParameter for a group of another VPC
 */
export function groupsFor(
  ids: readonly string[] | undefined,
  subnet: Pick<SubnetRow, 'vpc_id' | 'subnet_id'>,
  call: Call,
): string[] {
  const groups = securityGroups.requireAll(ids ?? [], call)
  if (groups.length === 0) return [findGroupByName(call, subnet.vpc_id, 'default')!.group_id]
  if (groups.length > 5) throw tooManyGroups()
  const foreign = groups.find((group) => group.vpc_id !== subnet.vpc_id)
  if (foreign) throw differentNetworks(foreign.group_id, subnet.subnet_id)
  return groups.map((group) => group.group_id)
}
