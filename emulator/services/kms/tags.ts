import type { Tag } from '@aws-sdk/client-kms'
import { tagError } from './errors.ts'

export type Tags = Readonly<Record<string, string>>

const maxTags = 50

/**
 * The tags after a change; keys differ by case.
 * https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html
 *
 * @throws TagException
 */
export function withTags(tags: Tags, added: readonly Tag[] = []): Tags {
  const keys = added.map(({ TagKey }) => TagKey!)
  if (new Set(keys).size < keys.length) throw tagError('Duplicate tag keys')
  for (const key of keys) refuseReserved(key)
  const all = {
    ...tags,
    ...Object.fromEntries(added.map(({ TagKey, TagValue }) => [TagKey!, TagValue!])),
  }
  if (Object.keys(all).length > maxTags) throw tagError('Too many tags')
  return all
}

/** The tags without some; keys that are not there don't matter. */
export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  for (const key of keys) refuseReserved(key)
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)))
}

function refuseReserved(key: string): void {
  if (/^aws:/i.test(key)) {
    throw tagError('Tags beginning with aws: are reserved')
  }
}

/** In the order of their keys. */
export const tagList = (tags: Tags): Tag[] =>
  Object.entries(tags)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
