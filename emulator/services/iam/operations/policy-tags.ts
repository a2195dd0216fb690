import type {
  ListPolicyTagsRequest,
  ListPolicyTagsResponse,
  TagPolicyRequest,
  UntagPolicyRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { listTags, onTagged, tagged, untagged } from '../exact-tags.ts'
import { onPolicy, requireManagedPolicy, requireOwnPolicy } from '../managed-policies.ts'
import { findPolicy, updatePolicy } from '../rows/policies.ts'

export const TagPolicy = operation<TagPolicyRequest, {}>({
  authorize: ({ PolicyArn, Tags }, { db, account }) => [
    onTagged(PolicyArn!, findPolicy(db, account, PolicyArn!)?.tags, { Tags }),
  ],
  run({ PolicyArn, Tags }, call) {
    const policy = requireOwnPolicy(call, PolicyArn!)
    updatePolicy(call.db, { ...policy, tags: tagged(policy.tags, Tags!) })
    return {}
  },
})

export const UntagPolicy = operation<UntagPolicyRequest, {}>({
  authorize: ({ PolicyArn, TagKeys }, { db, account }) => [
    onTagged(PolicyArn!, findPolicy(db, account, PolicyArn!)?.tags, { TagKeys }),
  ],
  run({ PolicyArn, TagKeys }, call) {
    const policy = requireOwnPolicy(call, PolicyArn!)
    updatePolicy(call.db, { ...policy, tags: untagged(policy.tags, TagKeys!) })
    return {}
  },
})

export const ListPolicyTags = operation<ListPolicyTagsRequest, ListPolicyTagsResponse>({
  authorize: ({ PolicyArn }, call) => [onPolicy(call, PolicyArn!)],
  run: ({ PolicyArn, ...request }, call) =>
    listTags(request, requireManagedPolicy(call, PolicyArn!).tags),
})
