import type { Call } from '../../../operation.ts'
import { arnOf, nameIn, type ResourceType } from '../arns.ts'
import { defaultGroupName, families, familyOfDefaultGroup } from '../parameters/families.ts'
import {
  findParameterGroup,
  insertParameterGroup,
  listParameterGroups,
  type GroupKind,
  type ParameterGroup,
} from '../rows/parameter-groups.ts'
import { putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'
import {
  clusterParameterGroupNotFound,
  invalidFamily,
  parameterGroupExists,
  parameterGroupNotFound,
  parameterGroupQuotaExceeded,
} from './errors.ts'
import type { Tag } from '@aws-sdk/client-rds'

type Scope = Pick<Call, 'db' | 'account' | 'region'>

export const arnTypeOf: Readonly<Record<GroupKind, ResourceType>> = {
  instance: 'pg',
  cluster: 'cluster-pg',
}

const mostGroups = 50

/**
 * The group of this name or ARN. The default groups are always there: nobody makes them.
 *
 * @throws DBParameterGroupNotFound
 */
export function requireParameterGroup(
  scope: Scope,
  kind: GroupKind,
  nameOrArn: string,
): ParameterGroup {
  const name = nameIn(arnTypeOf[kind], nameOrArn)
  const group = findParameterGroup(scope.db, scope, kind, name) ?? defaultGroup(scope, kind, name)
  if (!group) {
    throw kind === 'instance' ? parameterGroupNotFound(name) : clusterParameterGroupNotFound(name)
  }
  return group
}

function defaultGroup(scope: Scope, kind: GroupKind, name: string): ParameterGroup | undefined {
  const family = familyOfDefaultGroup(name)
  if (!family) return undefined
  const what = kind === 'instance' ? 'parameter group' : 'cluster parameter group'
  return {
    account: scope.account,
    region: scope.region,
    kind,
    name,
    family: family.name,
    description: `Default ${what} for ${family.name}`,
    changes: {},
  }
}

/**
 * The default group of a family, for an instance or cluster that names none; from its first use it is listed.
 *
 * @returns its name: `default.postgres15`
 */
export function useDefaultParameterGroup(scope: Scope, kind: GroupKind, family: string): string {
  const name = defaultGroupName(family)
  if (!findParameterGroup(scope.db, scope, kind, name)) {
    insertParameterGroup(scope.db, requireParameterGroup(scope, kind, name))
  }
  return name
}

export const isDefaultGroup = ({ name }: Pick<ParameterGroup, 'name'>): boolean =>
  name.startsWith('default.')

/** @throws DBParameterGroupAlreadyExists, DBParameterGroupQuotaExceeded, InvalidParameterValue for an unknown family */
export function makeParameterGroup(
  call: Call,
  group: Pick<ParameterGroup, 'kind' | 'name' | 'family' | 'description' | 'changes'>,
  tags: readonly Tag[] | undefined,
): ParameterGroup {
  const { kind, name, family } = group
  if (!families().has(family)) throw invalidFamily(family)
  if (findParameterGroup(call.db, call, kind, name)) throw parameterGroupExists(name)
  const own = listParameterGroups(call.db, call, kind).filter((one) => !isDefaultGroup(one))
  if (own.length >= mostGroups) throw parameterGroupQuotaExceeded()
  checkTags(tags)
  const made = { ...group, account: call.account, region: call.region }
  insertParameterGroup(call.db, made)
  putTags(call, arnOf(arnTypeOf[kind], call, name), tags)
  return made
}
