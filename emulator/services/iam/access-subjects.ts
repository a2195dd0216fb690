import type { PolicyOwnerEntityType } from '@aws-sdk/client-iam'
import type { Call } from '../../operation.ts'
import { assumedRoleArn, groupArn, roleArn, userArn } from './arns.ts'
import { awsManagedPolicy } from './aws-managed-policies.ts'
import { invalidArn, noSuchPolicy } from './errors.ts'
import { findManagedPolicy } from './managed-policies.ts'
import { requireRole } from './roles.ts'
import { findGroup, groupsOf, membersOf, type Group } from './rows/groups.ts'
import { attachedPolicyArns, holdersOf, inlinePolicies, type Holder } from './rows/held-policies.ts'
import { findPolicy } from './rows/policies.ts'
import { findRole, type Role } from './rows/roles.ts'
import { findUser, type User } from './rows/users.ts'
import { requireGroup, requireUser } from './subjects.ts'

/** What an access report is about: a user, a group, a role or a managed policy. */
export interface AccessSubject {
  readonly policies: readonly PolicySource[]
  /** Those whose calls count. */
  readonly entities: readonly AccessEntity[]
}

/** A policy, and whom it is held by. */
export interface PolicySource {
  readonly name: string
  /** Of a managed policy. */
  readonly arn?: string
  readonly document: string
  readonly holderType: PolicyOwnerEntityType
  readonly holderName: string
}

export interface AccessEntity {
  readonly type: 'USER' | 'ROLE'
  readonly arn: string
  readonly id: string
  readonly name: string
  readonly path: string
}

/** Whether a caller's ARN is that of a user, or of a session of a role. */
export const isCallOf = ({ type, arn, name }: AccessEntity, callerArn: string): boolean =>
  type === 'USER'
    ? callerArn === arn
    : callerArn.startsWith(assumedRoleArn(arn.split(':')[4]!, name, ''))

const form = /^arn:aws[\w-]*:iam::(\d{12}|aws):(user|group|role|policy)\/(?:.*\/)?([^/]+)$/

/** @throws InvalidInput for another ARN, NoSuchEntity */
export function accessSubject(call: Call, arn: string): AccessSubject {
  const [, account, type, name] = form.exec(arn) ?? []
  if (name === undefined) throw invalidArn(arn)
  if (account !== call.account && !(account === 'aws' && type === 'policy')) throw invalidArn(arn)
  switch (type) {
    case 'user': {
      const user = requireUser(call, name)
      const groups = groupsOf(call.db, call.account, user.id, everyone)
      const held = groups.flatMap((group) => policiesOfGroup(call, group))
      return { policies: [...policiesOfUser(call, user), ...held], entities: [asEntity(user)] }
    }
    case 'group': {
      const group = requireGroup(call, name)
      const members = membersOf(call.db, group, everyone)
      return { policies: policiesOfGroup(call, group), entities: members.map(asEntity) }
    }
    case 'role': {
      const role = requireRole(call, name)
      return { policies: policiesOfRole(call, role), entities: [roleEntity(role)] }
    }
    default:
      return policySubject(call, arn)
  }
}

const everyone = { after: '', limit: 1_000_000 }

const policiesOfUser = (call: Call, { id, name }: User) =>
  policiesOf(call, { account: call.account, kind: 'user', id }, 'USER', name)

const policiesOfGroup = (call: Call, { id, name }: Group) =>
  policiesOf(call, { account: call.account, kind: 'group', id }, 'GROUP', name)

const policiesOfRole = (call: Call, { id, name }: Role) =>
  policiesOf(call, { account: call.account, kind: 'role', id }, 'ROLE', name)

function policiesOf(
  { db, account }: Call,
  holder: Holder,
  holderType: PolicyOwnerEntityType,
  holderName: string,
): PolicySource[] {
  const held = { holderType, holderName }
  return [
    ...inlinePolicies(db, holder).map((policy) => ({ ...policy, ...held })),
    ...attachedPolicyArns(db, holder).map((arn) => {
      const { name, document } = awsManagedPolicy(arn) ?? findPolicy(db, account, arn)!
      return { name, arn, document, ...held }
    }),
  ]
}

/** A policy by itself, with the users and roles that have it, be it through a group. */
function policySubject(call: Call, arn: string): AccessSubject {
  const { db, account } = call
  const policy = findManagedPolicy(call, arn)
  if (!policy) throw noSuchPolicy(arn)
  const { name, document } = awsManagedPolicy(arn) ?? findPolicy(db, account, arn)!
  const entities = holdersOf(db, account, arn).flatMap((holder): AccessEntity[] => {
    if (holder.kind === 'user') return [asEntity(findUser(db, account, holder.name)!)]
    if (holder.kind === 'role') return [roleEntity(findRole(db, account, holder.name)!)]
    return membersOf(db, findGroup(db, account, holder.name)!, everyone).map(asEntity)
  })
  const unique = new Map(entities.map((entity) => [entity.id, entity]))
  return {
    policies: [{ name, arn, document, holderType: 'USER', holderName: '' }],
    entities: [...unique.values()],
  }
}

const asEntity = ({ account, id, name, path }: User): AccessEntity => ({
  type: 'USER',
  arn: userArn(account, path, name),
  id,
  name,
  path,
})

const roleEntity = ({ account, id, name, path }: Role): AccessEntity => ({
  type: 'ROLE',
  arn: roleArn(account, path, name),
  id,
  name,
  path,
})

/** The true ARN of what an ARN names, for the permission: names are found whatever their case. */
export function accessSubjectArn({ db, account }: Call, arn: string): string {
  const [, , type, name = ''] = form.exec(arn) ?? []
  const user = type === 'user' ? findUser(db, account, name) : undefined
  if (user) return userArn(account, user.path, user.name)
  const group = type === 'group' ? findGroup(db, account, name) : undefined
  if (group) return groupArn(account, group.path, group.name)
  return arn
}
