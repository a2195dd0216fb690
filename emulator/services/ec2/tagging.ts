import type { Tag, TagSpecification } from '@aws-sdk/client-ec2'
import type { Scope } from './describe/resources.ts'
import {
  duplicateTagKey,
  emptyTagSpecification,
  missingParameter,
  notTaggableHere,
  reservedTagKey,
  tagKeyTooLong,
  tagLimitExceeded,
  tagsOfWhatType,
  tagValueTooLong,
} from './errors.ts'
import { countTags, putTag } from './rows/tags.ts'

const mostTags = 50

/**
 * The tags that a creating operation was given, by resource type.
 *
 * @param allowed the resource types that the operation makes
 * @throws InvalidParameterValue for another type, a reserved or repeated key; TagLimitExceeded
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html
 */
export function specifiedTags<Type extends string>(
  specifications: readonly TagSpecification[] | undefined,
  ...allowed: readonly Type[]
): Record<Type, readonly Tag[]> {
  const found = Object.fromEntries(allowed.map((type) => [type, [] as Tag[]])) as Record<
    Type,
    Tag[]
  >
  for (const { ResourceType, Tags } of specifications ?? []) {
    if (!ResourceType) throw tagsOfWhatType()
    if (!allowed.includes(ResourceType as Type)) throw notTaggableHere(ResourceType)
    if (!Tags || Tags.length === 0) throw emptyTagSpecification()
    found[ResourceType as Type].push(...Tags)
  }
  for (const tags of Object.values<Tag[]>(found)) checkTags(tags)
  return found
}

/** @throws InvalidParameterValue, MissingParameter or TagLimitExceeded, as EC2 does for tags in a request */
export function checkTags(tags: readonly Tag[]): void {
  const keys = new Set<string>()
  for (const { Key, Value = '' } of tags) {
    if (!Key) throw missingParameter('Tag.Key')
    if (/^aws:/i.test(Key)) throw reservedTagKey()
    if (Key.length > 128) throw tagKeyTooLong(Key)
    if (Value.length > 256) throw tagValueTooLong(Value)
    if (keys.has(Key)) throw duplicateTagKey(Key)
    keys.add(Key)
  }
  if (tags.length > mostTags) throw tagLimitExceeded()
}

/** Puts checked tags on a resource. @throws TagLimitExceeded when it then has more than 50 */
export function tagResource(scope: Scope, id: string, type: string, tags: readonly Tag[]): void {
  if (tags.length === 0) return
  for (const tag of tags) putTag(scope, id, type, tag)
  if (countTags(scope, id) > mostTags) throw tagLimitExceeded()
}
