import type { AssumeRoleRequest, AssumeRoleResponse } from '@aws-sdk/client-sts'
import { operation, type Call } from '../../../operation.ts'
import { onTrustedRole, startRoleSession } from '../assumed-roles.ts'
import {
  federatedMayNotCall,
  longerThanChainAllows,
  reservedSourceIdentity,
  rootMayNotAssume,
  sourceIdentityIsSet,
} from '../errors.ts'
import { checkMfa } from '../mfa.ts'
import { sessionTags, tagContext } from '../session-tags.ts'

/** Seconds that a role assumed by another role's session lasts at most, whatever the role allows. */
const maxChained = 3600

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
export const AssumeRole = operation<AssumeRoleRequest, AssumeRoleResponse>({
  authorize(input, call) {
    const { RoleArn, Tags = [], TransitiveTagKeys } = input
    if (call.caller.type === 'Root') throw rootMayNotAssume()
    if (call.caller.type === 'FederatedUser') throw federatedMayNotCall('AssumeRole')
    const sourceIdentity = sourceIdentityOf(input, call)
    const context = {
      'sts:RoleSessionName': input.RoleSessionName!,
      ...(input.ExternalId !== undefined && { 'sts:ExternalId': input.ExternalId }),
      ...(input.DurationSeconds !== undefined && {
        'sts:DurationSeconds': String(input.DurationSeconds),
      }),
      ...(sourceIdentity !== undefined && { 'sts:SourceIdentity': sourceIdentity }),
      ...tagContext(Tags, TransitiveTagKeys),
      ...(checkMfa(call, input) && {
        'aws:MultiFactorAuthPresent': 'true',
        'aws:MultiFactorAuthAge': '0',
      }),
    }
    const on = (action: string) => onTrustedRole(call, RoleArn!, action, context)
    return [
      on('sts:AssumeRole'),
      ...(Tags.length > 0 ? [on('sts:TagSession')] : []),
      ...(sourceIdentity === undefined ? [] : [on('sts:SetSourceIdentity')]),
    ]
  },
  run(input, call) {
    const chained = call.caller.type === 'AssumedRole'
    if (chained && (input.DurationSeconds ?? 0) > maxChained) throw longerThanChainAllows()
    const before = chained ? call.caller.session : undefined
    const sourceIdentity = sourceIdentityOf(input, call)
    return startRoleSession(call, input, {
      ...sessionTags(input.Tags, input.TransitiveTagKeys, before),
      ...(sourceIdentity !== undefined && { sourceIdentity }),
    })
  },
})

/** Set once, it goes on through a chain of roles and cannot be changed. */
function sourceIdentityOf({ SourceIdentity }: AssumeRoleRequest, { caller }: Call) {
  const before = caller.session?.sourceIdentity
  if (SourceIdentity?.toLowerCase().startsWith('aws:')) throw reservedSourceIdentity()
  if (before !== undefined && SourceIdentity !== undefined && SourceIdentity !== before) {
    throw sourceIdentityIsSet()
  }
  return SourceIdentity ?? before
}
