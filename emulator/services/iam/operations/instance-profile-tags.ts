import type {
  ListInstanceProfileTagsRequest,
  ListInstanceProfileTagsResponse,
  TagInstanceProfileRequest,
  UntagInstanceProfileRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { pageOf } from '../pages.ts'
import { onInstanceProfile, requireInstanceProfile } from '../roles.ts'
import { updateInstanceProfile } from '../rows/instance-profiles.ts'
import { requestTagContext, tagList, withTags, withoutTags } from '../tags.ts'

export const TagInstanceProfile = operation<TagInstanceProfileRequest, {}>({
  authorize: ({ InstanceProfileName, Tags }, call) => [
    onInstanceProfile(call, InstanceProfileName!, requestTagContext(Tags)),
  ],
  run({ InstanceProfileName, Tags }, call) {
    const profile = requireInstanceProfile(call, InstanceProfileName!)
    updateInstanceProfile(call.db, { ...profile, tags: withTags(profile.tags, Tags) })
    return {}
  },
})

export const UntagInstanceProfile = operation<UntagInstanceProfileRequest, {}>({
  authorize: ({ InstanceProfileName, TagKeys = [] }, call) => [
    onInstanceProfile(
      call,
      InstanceProfileName!,
      TagKeys.length > 0 ? { 'aws:TagKeys': TagKeys } : {},
    ),
  ],
  run({ InstanceProfileName, TagKeys }, call) {
    const profile = requireInstanceProfile(call, InstanceProfileName!)
    updateInstanceProfile(call.db, { ...profile, tags: withoutTags(profile.tags, TagKeys!) })
    return {}
  },
})

export const ListInstanceProfileTags = operation<
  ListInstanceProfileTagsRequest,
  ListInstanceProfileTagsResponse
>({
  authorize: ({ InstanceProfileName }, call) => [onInstanceProfile(call, InstanceProfileName!)],
  run({ InstanceProfileName, ...request }, call) {
    const tags = tagList(requireInstanceProfile(call, InstanceProfileName!).tags)
    const { items, answer } = pageOf(request, tags, ({ Key }) => Key!)
    return { Tags: [...items], ...answer }
  },
})
