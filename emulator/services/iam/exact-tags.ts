import type { Tag } from '@aws-sdk/client-iam'
import type { Permission } from '../../operation.ts'
import { emptyTagKeys, emptyTags, reservedTagKey } from './credential-errors.ts'
import { duplicateTagKeys, tooManyTags } from './errors.ts'
import { pageOf, type PageAnswer, type PageRequest } from './pages.ts'
import { requestTagContext, resourceTagContext, tagList, type Tags } from './tags.ts'

// Tags of devices, certificates and providers: their keys differ by case, unlike those of users and roles.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html

const maxTags = 50

export function withExactTags(tags: Tags, added: readonly Tag[] = []): Tags {
  if (added.some(({ Key }) => /^aws:/i.test(Key!))) throw reservedTagKey()
  if (new Set(added.map(({ Key }) => Key)).size < added.length) throw duplicateTagKeys()
  const all = { ...tags, ...Object.fromEntries(added.map(({ Key, Value }) => [Key!, Value!])) }
  if (Object.keys(all).length > maxTags) throw tooManyTags(maxTags)
  return all
}

/** The tags after a request to tag, which may not be empty. */
export function tagged(tags: Tags, added: readonly Tag[]): Tags {
  if (added.length === 0) throw emptyTags()
  return withExactTags(tags, added)
}

/** The tags after a request to untag, which may not be empty. */
export function untagged(tags: Tags, keys: readonly string[]): Tags {
  if (keys.length === 0) throw emptyTagKeys()
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)))
}

export function listTags(request: PageRequest, tags: Tags): { Tags: Tag[] } & PageAnswer {
  const { items, answer } = pageOf(request, tagList(tags), ({ Key }) => Key!)
  return { Tags: [...items], ...answer }
}

/** What answers of Create… operations say of tags: nothing when there are none. */
export const createdTags = (tags: Tags): { Tags?: Tag[] } =>
  Object.keys(tags).length > 0 ? { Tags: tagList(tags) } : {}

/**
 * The permission on a resource with tags, as they stand and as the request has them.
 *
 * @param tags undefined for what does not exist
 */
export const onTagged = (
  arn: string,
  tags: Tags | undefined,
  request: { Tags?: readonly Tag[] | undefined; TagKeys?: readonly string[] | undefined } = {},
): Permission => ({
  resource: arn,
  context: {
    ...resourceTagContext(tags ?? {}),
    ...requestTagContext(request.Tags),
    ...(request.TagKeys && request.TagKeys.length > 0 && { 'aws:TagKeys': request.TagKeys }),
  },
})
