import type {
  ListUserTagsRequest,
  ListUserTagsResponse,
  TagUserRequest,
  UntagUserRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { pageOf } from '../pages.ts'
import { updateUser } from '../rows/users.ts'
import { onUser, requireUser } from '../subjects.ts'
import { requestTagContext, tagList, withTags, withoutTags } from '../tags.ts'

export const TagUser = operation<TagUserRequest, {}>({
  authorize: ({ UserName, Tags }, call) => [onUser(call, UserName, requestTagContext(Tags))],
  run({ UserName, Tags }, call) {
    const user = requireUser(call, UserName!)
    updateUser(call.db, { ...user, tags: withTags(user.tags, Tags) })
    return {}
  },
})

export const UntagUser = operation<UntagUserRequest, {}>({
  authorize: ({ UserName, TagKeys = [] }, call) => [
    onUser(call, UserName, TagKeys.length > 0 ? { 'aws:TagKeys': TagKeys } : {}),
  ],
  run({ UserName, TagKeys }, call) {
    const user = requireUser(call, UserName!)
    updateUser(call.db, { ...user, tags: withoutTags(user.tags, TagKeys!) })
    return {}
  },
})

export const ListUserTags = operation<ListUserTagsRequest, ListUserTagsResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, ...request }, call) {
    const tags = tagList(requireUser(call, UserName!).tags)
    const { items, answer } = pageOf(request, tags, ({ Key }) => Key!)
    return { Tags: [...items], ...answer }
  },
})
