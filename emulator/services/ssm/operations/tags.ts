import type {
  AddTagsToResourceRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  RemoveTagsFromResourceRequest,
} from '@aws-sdk/client-ssm'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidResourceId, invalidResourceType } from '../errors.ts'
import { keyOf, parseName } from '../names.ts'
import { onParameter } from '../read.ts'
import { findParameter, setTags, tagsOf } from '../rows/parameters.ts'
import type { ParameterRow } from '../rows/parameters.ts'
import { checkTags, requestTags } from '../tags.ts'

interface Resource {
  readonly ResourceType?: string | undefined
  readonly ResourceId?: string | undefined
}

/** Parameters are the only resources here that have tags. @throws InvalidResourceType, InvalidResourceId */
function requireResource(
  { ResourceType = '', ResourceId = '' }: Resource,
  call: Call,
): ParameterRow {
  if (ResourceType !== 'Parameter') throw invalidResourceType(ResourceType)
  const named = parseName(ResourceId)
  const row = named && findParameter(call, keyOf(named.name))
  if (!row) throw invalidResourceId()
  return row
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_AddTagsToResource.html */
export const AddTagsToResource = operation<AddTagsToResourceRequest, {}>({
  authorize: ({ ResourceId = '', Tags }, call) => [
    onParameter(call, ResourceId, { context: requestTags(Tags) }),
  ],
  run(input, call) {
    const row = requireResource(input, call)
    const { Tags = [] } = input
    const tags = tagsOf(row)
    checkTags(Tags, Object.keys(tags))
    for (const { Key = '', Value = '' } of Tags) tags[Key] = Value
    setTags(call, row.key, tags)
    return {}
  },
})

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_RemoveTagsFromResource.html */
export const RemoveTagsFromResource = operation<RemoveTagsFromResourceRequest, {}>({
  authorize: ({ ResourceId = '', TagKeys }, call) => [
    onParameter(call, ResourceId, TagKeys?.length ? { context: { 'aws:TagKeys': TagKeys } } : {}),
  ],
  run(input, call) {
    const row = requireResource(input, call)
    const removed = new Set(input.TagKeys)
    const kept = Object.entries(tagsOf(row)).filter(([key]) => !removed.has(key))
    setTags(call, row.key, Object.fromEntries(kept))
    return {}
  },
})

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ListTagsForResource.html */
export const ListTagsForResource = operation<ListTagsForResourceRequest, ListTagsForResourceResult>(
  {
    authorize: ({ ResourceId = '' }, call) => [onParameter(call, ResourceId)],
    run: (input, call) => ({
      TagList: Object.entries(tagsOf(requireResource(input, call))).map(([Key, Value]) => ({
        Key,
        Value,
      })),
    }),
  },
)
