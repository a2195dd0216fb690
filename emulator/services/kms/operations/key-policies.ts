import type {
  GetKeyPolicyRequest,
  GetKeyPolicyResponse,
  ListKeyPoliciesRequest,
  ListKeyPoliciesResponse,
  PutKeyPolicyRequest,
} from '@aws-sdk/client-kms'
import { operation } from '../../../operation.ts'
import { noSuchPolicy } from '../errors.ts'
import { noAlias, requireOwnKey } from '../find-key.ts'
import { checkKeyPolicy, policyName } from '../key-policies.ts'
import { onKey } from '../permissions.ts'
import { updateKey } from '../rows/keys.ts'

export const GetKeyPolicy = operation<GetKeyPolicyRequest, GetKeyPolicyResponse>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId, PolicyName = policyName }, call) {
    const { key } = requireOwnKey(call, KeyId!)
    if (PolicyName !== policyName) throw noSuchPolicy()
    return { Policy: key.policy, PolicyName }
  },
})

export const PutKeyPolicy = operation<PutKeyPolicyRequest, {}>({
  authorize: ({ KeyId, BypassPolicyLockoutSafetyCheck: bypass = false }, call) => [
    onKey(
      call,
      KeyId!,
      { context: { 'kms:BypassPolicyLockoutSafetyCheck': String(bypass) } },
      noAlias,
    ),
  ],
  run({ KeyId, PolicyName = policyName, Policy, ...input }, call) {
    const { key, arn } = requireOwnKey(call, KeyId!)
    if (PolicyName !== policyName) throw noSuchPolicy()
    checkKeyPolicy(call, { ...key, arn }, Policy!, {
      bypassLockoutCheck: input.BypassPolicyLockoutSafetyCheck,
    })
    updateKey(call.db, { ...key, policy: Policy! })
    return {}
  },
})

/** A key has one policy. */
export const ListKeyPolicies = operation<ListKeyPoliciesRequest, ListKeyPoliciesResponse>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId }, call) {
    requireOwnKey(call, KeyId!)
    return { PolicyNames: [policyName], Truncated: false }
  },
})
