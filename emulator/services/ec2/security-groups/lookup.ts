import type { Call } from '../../../operation.ts'
import type { Scope } from '../describe/resources.ts'
import { groupNotFoundByName, missingParameter, noDefaultVpc } from '../errors.ts'
import { findGroupByName, securityGroups } from '../rows/security-groups.ts'
import type { SecurityGroupRow } from '../rows/security-groups.ts'
import { defaultVpc } from '../rows/vpcs.ts'

export interface GroupReference {
  readonly GroupId?: string | undefined
  readonly GroupName?: string | undefined
}

/** The group that a request names by id or, in the default VPC, by name. @throws InvalidGroup.NotFound and others */
export function requireGroup({ GroupId, GroupName }: GroupReference, call: Call): SecurityGroupRow {
  if (GroupId) return securityGroups.require(GroupId, call)
  if (!GroupName) throw missingParameter('groupName or groupId')
  return requireGroupsByName([GroupName], call)[0]!
}

/** Groups of the default VPC, by name. */
export function requireGroupsByName(names: readonly string[], call: Scope): SecurityGroupRow[] {
  if (names.length === 0) return []
  const vpc = defaultVpc(call)
  if (!vpc) throw noDefaultVpc()
  return names.map((name) => {
    const group = findGroupByName(call, vpc.vpc_id, name)
    if (!group) throw groupNotFoundByName(name, vpc.vpc_id)
    return group
  })
}

/** The id to authorize by, before it is known whether the group exists. */
export function groupIdOf({ GroupId, GroupName }: GroupReference, call: Call): string {
  if (GroupId) return GroupId
  const vpc = GroupName ? defaultVpc(call) : undefined
  return (vpc && findGroupByName(call, vpc.vpc_id, GroupName!)?.group_id) ?? '*'
}
