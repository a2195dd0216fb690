import type {
  AddTagsToResourceMessage,
  ListTagsForResourceMessage,
  RemoveTagsFromResourceMessage,
  TagListMessage,
} from '@aws-sdk/client-rds'
import { operation, type Call, type Permission } from '../../../operation.ts'
import { parseArn, type ResourceType } from '../arns.ts'
import { filtered } from '../filters.ts'
import { on, type Use } from '../permissions.ts'
import { requireResource } from '../resources.ts'
import { putTags, removeTags, tagsOf } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'

/** Asked before it is known whether there is such a resource. */
function onNamed(call: Call, arn: string, use: Use = {}): Permission {
  const parsed = parseArn(arn)
  return parsed
    ? on(call, parsed.type as ResourceType, parsed.name, { ...use, arn })
    : on(call, 'db', arn, use)
}

export const AddTagsToResource = operation<AddTagsToResourceMessage, {}>({
  authorize: ({ ResourceName, Tags }, call) => [onNamed(call, ResourceName!, { tags: Tags })],
  run({ ResourceName, Tags = [] }, call) {
    const { arn } = requireResource(call, ResourceName!)
    checkTags(Tags)
    const known = tagsOf(call, arn)
    checkTags([...known.filter(({ Key }) => !Tags.some((tag) => tag.Key === Key)), ...Tags])
    putTags(call, arn, Tags)
    return {}
  },
})

export const RemoveTagsFromResource = operation<RemoveTagsFromResourceMessage, {}>({
  authorize: ({ ResourceName, TagKeys = [] }, call) => [
    onNamed(call, ResourceName!, TagKeys.length > 0 ? { context: { 'aws:TagKeys': TagKeys } } : {}),
  ],
  run({ ResourceName, TagKeys = [] }, call) {
    removeTags(call, requireResource(call, ResourceName!).arn, TagKeys)
    return {}
  },
})

export const ListTagsForResource = operation<ListTagsForResourceMessage, TagListMessage>({
  authorize: ({ ResourceName }, call) => [onNamed(call, ResourceName!)],
  run({ ResourceName, Filters }, call) {
    const tags = tagsOf(call, requireResource(call, ResourceName!).arn)
    return { TagList: [...filtered(tags, Filters, {})] }
  },
})
