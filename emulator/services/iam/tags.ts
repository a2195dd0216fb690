import type { Tag } from '@aws-sdk/client-iam'
import { duplicateTagKeys, tooManyTags } from './errors.ts'

export type Tags = Readonly<Record<string, string>>

const maxTags = 50

export const tagList = (tags: Tags): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/**
 * The tags after a change: a key that differs only in case replaces the key that is there.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html ("Tag keys are not case-sensitive")
 */
export function withTags(tags: Tags, added: readonly Tag[] = []): Tags {
  const folded = added.map(({ Key }) => Key!.toLowerCase())
  if (new Set(folded).size < folded.length) throw duplicateTagKeys()
  const kept = Object.entries(tags).filter(([key]) => !folded.includes(key.toLowerCase()))
  const all = [...kept, ...added.map(({ Key, Value }) => [Key!, Value!] as const)]
  if (all.length > maxTags) throw tooManyTags(maxTags)
  return Object.fromEntries(all)
}

export function withoutTags(tags: Tags, keys: readonly string[]): Tags {
  const folded = new Set(keys.map((key) => key.toLowerCase()))
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !folded.has(key.toLowerCase())))
}

/** The condition keys that a resource's own tags fill. */
export const resourceTagContext = (tags: Tags): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`iam:ResourceTag/${key}`, value],
    ]),
  )

/** The condition keys that the tags in a request fill. */
export const requestTagContext = (
  tags: readonly Tag[] | undefined,
): Record<string, string | string[]> =>
  tags === undefined || tags.length === 0
    ? {}
    : {
        ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? ''])),
        'aws:TagKeys': tags.map(({ Key }) => Key ?? ''),
      }
