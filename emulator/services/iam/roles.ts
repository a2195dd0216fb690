import type { Call, Permission } from '../../operation.ts'
import type { InstanceProfileFacts, RoleFacts, Roles } from '../../ports.ts'
import type { Database } from '../../store/database.ts'
import { instanceProfileArn, roleArn } from './arns.ts'
import { noSuchInstanceProfile, noSuchRole, protectedRole } from './errors.ts'
import { findInstanceProfile, type InstanceProfile } from './rows/instance-profiles.ts'
import { findRole, findRoleById, type Role } from './rows/roles.ts'
import { resourceTagContext } from './tags.ts'

/** What other services see of roles and instance profiles. */
export const roles: Roles = {
  find(db, arn) {
    const role = findByArn(db, arn)
    return role && factsOf(role)
  },
  findInstanceProfile(db, account, { name, arn }) {
    const wanted = name ?? arn?.slice(arn.lastIndexOf('/') + 1)
    const profile = wanted === undefined ? undefined : findInstanceProfile(db, account, wanted)
    if (!profile || (arn !== undefined && arnOfProfile(profile) !== arn)) return undefined
    return profileFacts(db, profile)
  },
  passing(db, arn, service) {
    const role = findByArn(db, arn)
    return {
      action: 'iam:PassRole',
      resource: arn,
      ...(role && { resourceAccount: role.account }),
      context: { ...resourceTagContext(role?.tags ?? {}), 'iam:PassedToService': service },
    }
  },
}

/** ARNs are matched with their path and case by case, though names are not. */
function findByArn(db: Database, arn: string): Role | undefined {
  const parts = /^arn:aws[\w-]*:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/s.exec(arn)
  const role = parts ? findRole(db, parts[1]!, parts[2]!) : undefined
  return role && arnOfRole(role) === arn ? role : undefined
}

export const arnOfRole = ({ account, path, name }: Role): string => roleArn(account, path, name)

export const arnOfProfile = ({ account, path, name }: InstanceProfile): string =>
  instanceProfileArn(account, path, name)

const factsOf = (role: Role): RoleFacts => ({
  account: role.account,
  id: role.id,
  arn: arnOfRole(role),
  name: role.name,
  path: role.path,
  trustPolicy: role.trustPolicy,
  maxSession: role.maxSession,
  linkedService: role.linkedService,
  tags: role.tags,
})

function profileFacts(db: Database, profile: InstanceProfile): InstanceProfileFacts {
  const role =
    profile.roleId === null ? undefined : findRoleById(db, profile.account, profile.roleId)
  return {
    id: profile.id,
    arn: arnOfProfile(profile),
    name: profile.name,
    role: role && factsOf(role),
  }
}

/** The role with this name, whatever its case. @throws NoSuchEntity */
export function requireRole({ db, account }: Call, name: string): Role {
  const role = findRole(db, account, name)
  if (!role) throw noSuchRole(name)
  return role
}

/** The role, to change it. @throws UnmodifiableEntity for one that belongs to a service */
export function requireOwnRole(call: Call, name: string): Role {
  const role = requireRole(call, name)
  if (role.linkedService !== null) throw protectedRole(role.name)
  return role
}

export function requireInstanceProfile({ db, account }: Call, name: string): InstanceProfile {
  const profile = findInstanceProfile(db, account, name)
  if (!profile) throw noSuchInstanceProfile(name)
  return profile
}

/** The permission on a role, with its tags as condition keys. A name that nobody has counts as a role without a path. */
export function onRole(
  { db, account }: Call,
  name: string,
  context: Permission['context'] = {},
): Permission {
  const role = findRole(db, account, name)
  return {
    resource: roleArn(account, role?.path ?? '/', role?.name ?? name),
    context: { ...resourceTagContext(role?.tags ?? {}), ...context },
  }
}

/** The permission on an instance profile, like `onRole`. */
export function onInstanceProfile(
  { db, account }: Call,
  name: string,
  context: Permission['context'] = {},
): Permission {
  const profile = findInstanceProfile(db, account, name)
  return {
    resource: instanceProfileArn(account, profile?.path ?? '/', profile?.name ?? name),
    context: { ...resourceTagContext(profile?.tags ?? {}), ...context },
  }
}
