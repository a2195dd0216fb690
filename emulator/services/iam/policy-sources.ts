import type { Caller } from '../../auth/caller.ts'
import type { Call } from '../../operation.ts'
import { invalidEntityArn, noSuchRole } from './errors.ts'
import { requireManagedPolicy, versionsOf } from './managed-policies.ts'
import { attachedPolicyArns, inlinePolicies } from './rows/held-policies.ts'
import { findRole } from './rows/roles.ts'
import { requireGroup, requireUser } from './subjects.ts'

/** A policy of a user, group or role, for those who look at policies from outside. */
export interface SourcePolicy {
  /** As the simulator names it: a managed policy's name, or `user_alice_inline`. */
  readonly id: string
  readonly source: string
  readonly document: string
}

/** The user, group or role whose policies are asked for. */
export interface PolicySource {
  readonly arn: string
  readonly type: 'user' | 'group' | 'role'
  readonly policies: readonly SourcePolicy[]
  /** The document of the permissions boundary. */
  readonly boundary: string | undefined
}

/** @throws InvalidInput for what is no ARN of a user, group or role, NoSuchEntity */
export function policySource(call: Call, arn: string): PolicySource {
  const [, owner, type, name] =
    /^arn:aws[\w-]*:iam::(\d{12}):(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  if (type === undefined || owner !== call.account) throw invalidEntityArn(arn)
  if (type === 'group') return groupSource(call, arn, name!)
  const caller = type === 'user' ? userAsCaller(call, arn, name!) : roleAsCaller(call, arn, name!)
  const { identities } = call.ports
  const policies = identities.policiesOf(call.db, caller).map((policy) => {
    const holder = policy.source.startsWith('group:')
      ? policy.source.replace(':', '_')
      : `${type}_${name}`
    const { source, document } = policy
    return { id: policyId(policy.name, holder), source, document }
  })
  const boundary = identities.boundaryOf(call.db, caller)
  return { arn, type: type as 'user' | 'role', policies, boundary }
}

const policyId = (name: string, holder: string) =>
  name.startsWith('arn:') ? name.slice(name.lastIndexOf('/') + 1) : `${holder}_${name}`

function userAsCaller(call: Call, arn: string, name: string): Caller {
  const { id } = requireUser(call, name)
  return { type: 'IAMUser', accountId: call.account, arn, userId: id, userName: name }
}

function roleAsCaller({ db, account }: Call, arn: string, name: string): Caller {
  const role = findRole(db, account, name)
  if (!role) throw noSuchRole(name)
  return { type: 'AssumedRole', accountId: account, arn, userId: role.id, holderId: role.id }
}

function groupSource(call: Call, arn: string, name: string): PolicySource {
  const group = requireGroup(call, name)
  const holder = { account: call.account, kind: 'group' as const, id: group.id }
  const source = `group:${group.name}`
  const managed = attachedPolicyArns(call.db, holder).map((policyArn) => ({
    id: policyId(policyArn, ''),
    source,
    document: defaultDocument(call, policyArn),
  }))
  const inline = inlinePolicies(call.db, holder).map((policy) => ({
    id: policyId(policy.name, `group_${group.name}`),
    source,
    document: policy.document,
  }))
  return { arn, type: 'group', policies: [...managed, ...inline], boundary: undefined }
}

function defaultDocument(call: Call, arn: string): string {
  const policy = requireManagedPolicy(call, arn)
  const versions = versionsOf(call, policy)
  return versions.find(({ version }) => version === policy.defaultVersion)!.document
}
