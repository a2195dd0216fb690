import type {
  ListRoleTagsRequest,
  ListRoleTagsResponse,
  TagRoleRequest,
  UntagRoleRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { pageOf } from '../pages.ts'
import { onRole, requireRole } from '../roles.ts'
import { updateRole } from '../rows/roles.ts'
import { requestTagContext, tagList, withTags, withoutTags } from '../tags.ts'

export const TagRole = operation<TagRoleRequest, {}>({
  authorize: ({ RoleName, Tags }, call) => [onRole(call, RoleName!, requestTagContext(Tags))],
  run({ RoleName, Tags }, call) {
    const role = requireRole(call, RoleName!)
    updateRole(call.db, { ...role, tags: withTags(role.tags, Tags) })
    return {}
  },
})

export const UntagRole = operation<UntagRoleRequest, {}>({
  authorize: ({ RoleName, TagKeys = [] }, call) => [
    onRole(call, RoleName!, TagKeys.length > 0 ? { 'aws:TagKeys': TagKeys } : {}),
  ],
  run({ RoleName, TagKeys }, call) {
    const role = requireRole(call, RoleName!)
    updateRole(call.db, { ...role, tags: withoutTags(role.tags, TagKeys!) })
    return {}
  },
})

export const ListRoleTags = operation<ListRoleTagsRequest, ListRoleTagsResponse>({
  authorize: ({ RoleName }, call) => [onRole(call, RoleName!)],
  run({ RoleName, ...request }, call) {
    const tags = tagList(requireRole(call, RoleName!).tags)
    const { items, answer } = pageOf(request, tags, ({ Key }) => Key!)
    return { Tags: [...items], ...answer }
  },
})
