import type { Caller, SessionContext } from '../../auth/caller.ts'
import type { Call, Permission } from '../../operation.ts'
import { onTrustedRole } from './assumed-roles.ts'
import { invalidIdentityToken } from './errors.ts'
import { sessionTags, tagContext } from './session-tags.ts'

/** What an identity provider said of somebody who wants a role. */
export interface FederatedIdentity {
  readonly action: 'sts:AssumeRoleWithWebIdentity' | 'sts:AssumeRoleWithSAML'
  /** The provider's ARN, which trust policies name. */
  readonly providerArn: string
  readonly subject: string
  readonly sessionName: string
  /** Condition keys of the provider's own: `accounts.google.com:sub`, `saml:aud`. */
  readonly context: Readonly<Record<string, string | readonly string[]>>
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly sourceIdentity?: string | undefined
}

/** The permissions that assuming the role takes: all of them from its trust policy, as nobody else has policies here. */
export function federatedPermissions(
  call: Call,
  roleArn: string,
  identity: FederatedIdentity,
): readonly Permission[] {
  const passed = tagsOf(identity)
  const { sourceIdentity = '00' } = identity
  if (!/^[\w+=,.@-]{2,64}$/.test(sourceIdentity) || /^aws:/i.test(sourceIdentity)) {
    throw invalidIdentityToken(
      'Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"',
    )
  }
  const context = {
    ...identity.context,
    'aws:FederatedProvider': identity.providerArn,
    'sts:RoleSessionName': identity.sessionName,
    ...(identity.sourceIdentity !== undefined && { 'sts:SourceIdentity': identity.sourceIdentity }),
    ...tagContext(passed, identity.transitiveTagKeys),
  }
  const as: Caller = {
    type: 'FederatedUser',
    accountId: roleArn.split(':')[4] ?? '',
    arn: identity.providerArn,
    userId: identity.subject,
  }
  const on = (action: string) => onTrustedRole(call, roleArn, action, context, as)
  return [
    on(identity.action),
    ...(passed.length > 0 ? [on('sts:TagSession')] : []),
    ...(identity.sourceIdentity === undefined ? [] : [on('sts:SetSourceIdentity')]),
  ]
}

/** What the role session remembers of the identity behind it. */
export function federatedFacts(
  identity: FederatedIdentity,
): Omit<SessionContext, 'issuedAt' | 'mfaAuthenticated' | 'policies'> {
  return {
    ...sessionTags(tagsOf(identity), identity.transitiveTagKeys, undefined),
    ...(identity.sourceIdentity !== undefined && { sourceIdentity: identity.sourceIdentity }),
    context: { ...identity.context, 'aws:FederatedProvider': identity.providerArn },
  }
}

const tagsOf = ({ tags }: FederatedIdentity) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
