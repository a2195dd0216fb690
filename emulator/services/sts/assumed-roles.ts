import type { PolicyDescriptorType } from '@aws-sdk/client-sts'
import type { Caller, SessionContext } from '../../auth/caller.ts'
import type { Call, Permission } from '../../operation.ts'
import type { RoleFacts } from '../../ports.ts'
import { invalidRoleArn, longerThanRoleAllows } from './errors.ts'
import { credentialsOf, expiryOf, sessionPolicies } from './issued.ts'

// What the three ways to a role have in common.

const defaultDuration = 3600

/**
 * The permission to act on a role, which its trust policy has to give. A role that does not exist gives it to nobody, in the
 * same words.
 *
 * @throws ValidationError for what is no role's ARN
 */
export function onTrustedRole(
  { db, ports }: Call,
  arn: string,
  action: string,
  context: Permission['context'],
  as?: Caller,
): Permission {
  const account = /^arn:aws[\w-]*:iam::(\d{12}):role\/./.exec(arn)?.[1]
  if (account === undefined) throw invalidRoleArn(arn)
  const role = ports.roles.find(db, arn)
  return {
    action,
    resource: arn,
    resourceAccount: account,
    resourcePolicy: role?.trustPolicy,
    context: { ...roleTagContext(role), ...context },
    ...(as && { as }),
  }
}

const roleTagContext = (role: RoleFacts | undefined) =>
  Object.fromEntries(
    Object.entries(role?.tags ?? {}).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  )

/** What is asked of a role session. */
export interface WantedRoleSession {
  readonly RoleArn?: string | undefined
  readonly RoleSessionName?: string | undefined
  readonly DurationSeconds?: number | undefined
  readonly Policy?: string | undefined
  readonly PolicyArns?: readonly PolicyDescriptorType[] | undefined
}

/**
 * Makes the session of a role that the call was authorized for.
 *
 * @param facts what the session remembers besides its policies
 * @throws ValidationError for a duration beyond the role's, MalformedPolicyDocument, PackedPolicyTooLarge
 */
export function startRoleSession(
  call: Call,
  wanted: WantedRoleSession,
  facts: Omit<SessionContext, 'issuedAt' | 'mfaAuthenticated' | 'policies'>,
) {
  const { db, ids, now, ports } = call
  const role = ports.roles.find(db, wanted.RoleArn!)
  if (!role) throw invalidRoleArn(wanted.RoleArn!)
  const seconds = wanted.DurationSeconds ?? defaultDuration
  if (seconds > role.maxSession) throw longerThanRoleAllows()
  const { policies, size } = sessionPolicies(call, role.account, wanted, facts.tags)
  const session = ports.sessions.issue(db, ids, {
    account: role.account,
    kind: 'role',
    holderId: role.id,
    name: wanted.RoleSessionName!,
    expiresAt: expiryOf(now, seconds),
    // A role's session never counts as made with MFA: the trust policy is where MFA is asked for.
    session: { ...facts, issuedAt: now, mfaAuthenticated: false, policies },
  })
  return {
    Credentials: credentialsOf(session),
    AssumedRoleUser: { AssumedRoleId: session.caller.userId, Arn: session.caller.arn! },
    ...size,
    ...(facts.sourceIdentity !== undefined && { SourceIdentity: facts.sourceIdentity }),
  }
}
