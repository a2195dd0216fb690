import type {
  ListResourceTagsRequest,
  ListResourceTagsResponse,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-kms'
import { operation } from '../../../operation.ts'
import { noAlias, refusePendingDeletion, requireOwnKey } from '../find-key.ts'
import { page } from '../pages.ts'
import { onKey, requestTagContext } from '../permissions.ts'
import { updateKey } from '../rows/keys.ts'
import { tagList, withoutTags, withTags } from '../tags.ts'

export const TagResource = operation<TagResourceRequest, {}>({
  authorize: ({ KeyId, Tags }, call) => [
    onKey(call, KeyId!, { context: requestTagContext(Tags) }, noAlias),
  ],
  run({ KeyId, Tags }, call) {
    const found = requireOwnKey(call, KeyId!)
    refusePendingDeletion(found)
    updateKey(call.db, { ...found.key, tags: withTags(found.key.tags, Tags) })
    return {}
  },
})

export const UntagResource = operation<UntagResourceRequest, {}>({
  authorize: ({ KeyId, TagKeys }, call) => [
    onKey(
      call,
      KeyId!,
      TagKeys!.length > 0 ? { context: { 'aws:TagKeys': TagKeys! } } : {},
      noAlias,
    ),
  ],
  run({ KeyId, TagKeys }, call) {
    const found = requireOwnKey(call, KeyId!)
    refusePendingDeletion(found)
    updateKey(call.db, { ...found.key, tags: withoutTags(found.key.tags, TagKeys!) })
    return {}
  },
})

export const ListResourceTags = operation<ListResourceTagsRequest, ListResourceTagsResponse>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId, ...request }, call) {
    const tags = tagList(requireOwnKey(call, KeyId!).key.tags)
    const { items, answer } = page(
      request,
      { byDefault: 50, most: 50 },
      (after, limit) => tags.filter(({ TagKey }) => TagKey! > after).slice(0, limit),
      ({ TagKey }) => TagKey!,
    )
    return { Tags: [...items], ...answer }
  },
})
