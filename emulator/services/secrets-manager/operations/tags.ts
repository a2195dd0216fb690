import type { TagResourceRequest, UntagResourceRequest } from '@aws-sdk/client-secrets-manager'
import { operation } from '../../../operation.ts'
import { withTags } from '../checks.ts'
import { requirePrimary } from '../find-secret.ts'
import { onSecret, requestTagContext } from '../permissions.ts'
import { syncReplicas } from '../replicas.ts'
import { putSecret } from '../rows/secrets.ts'

export const TagResource = operation<TagResourceRequest, {}>({
  authorize: ({ SecretId, Tags }, call) => [onSecret(call, SecretId!, requestTagContext(Tags))],
  run({ SecretId, Tags = [] }, call) {
    const secret = requirePrimary(call, SecretId!)
    const tags = withTags(secret.tags ?? [], Tags)
    syncReplicas(
      { ...call, account: secret.account },
      putSecret(call.db, { ...secret, tags, changedAt: call.now }),
    )
    return {}
  },
})

export const UntagResource = operation<UntagResourceRequest, {}>({
  authorize: ({ SecretId, TagKeys = [] }, call) => [
    onSecret(call, SecretId!, TagKeys.length > 0 ? { 'aws:TagKeys': TagKeys } : {}),
  ],
  run({ SecretId, TagKeys = [] }, call) {
    const secret = requirePrimary(call, SecretId!)
    const tags = (secret.tags ?? []).filter(({ Key }) => !TagKeys.includes(Key!))
    syncReplicas(
      { ...call, account: secret.account },
      putSecret(call.db, { ...secret, tags, changedAt: call.now }),
    )
    return {}
  },
})
