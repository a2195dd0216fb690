import type {
  CreateTagsRequest,
  DeleteTagsRequest,
  DescribeTagsRequest,
  DescribeTagsResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { taggableById } from '../describe/resources.ts'
import type { Taggable } from '../describe/resources.ts'
import { invalidResourceId, missingParameter, reservedTagKey } from '../errors.ts'
import { anyResource, onResource, requestTags } from '../permissions.ts'
import { deleteTag, deleteTags, tagDescriptions, toTagDescription } from '../rows/tags.ts'
import { checkTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTags.html */
export const CreateTags = operation<CreateTagsRequest, {}>({
  authorize: ({ Resources = [], Tags = [] }, call) => onTagged(Resources, call, requestTags(Tags)),
  run({ Resources = [], Tags = [] }, call) {
    if (Resources.length === 0) throw missingParameter('resourceIdSet')
    if (Tags.length === 0) throw missingParameter('Tags')
    checkTags(Tags)
    for (const [id, { type }] of existing(Resources, call)) tagResource(call, id, type, Tags)
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTags.html */
export const DeleteTags = operation<DeleteTagsRequest, {}>({
  authorize: ({ Resources = [], Tags = [] }, call) => onTagged(Resources, call, requestTags(Tags)),
  run({ Resources = [], Tags }, call) {
    for (const [id] of existing(Resources, call)) {
      if (!Tags) deleteTags(call, id, { keepAws: true })
      for (const { Key, Value } of Tags ?? []) {
        if (!Key) throw missingParameter('Tag.Key')
        if (/^aws:/i.test(Key)) throw reservedTagKey()
        deleteTag(call, id, Key, Value)
      }
    }
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html */
export const DescribeTags = operation<DescribeTagsRequest, DescribeTagsResult>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = tagDescriptions.page(input, [], call)
    return { Tags: rows.map(toTagDescription), NextToken: nextToken }
  },
})

function onTagged(ids: readonly string[], call: Call, context: ReturnType<typeof requestTags>) {
  return ids.map((id) => onResource(call, taggableById(id)?.type ?? '*', id, { context }))
}

/** The resources to be tagged, all of which have to exist. */
function existing(ids: readonly string[], call: Call): [string, Taggable][] {
  if (ids.length === 0) throw missingParameter('resourceIdSet')
  const found = ids.map((id): [string, Taggable] => {
    const taggable = taggableById(id)
    if (!taggable) throw invalidResourceId(id)
    return [id, taggable]
  })
  for (const [id, taggable] of found) taggable.requireAll([id], call)
  return found
}
