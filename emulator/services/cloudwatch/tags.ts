import type { Tag } from '@aws-sdk/client-cloudwatch'
import { invalidParameterValue } from './errors.ts'

export type Tags = Readonly<Record<string, string>>

const most = 50

export const tagsOf = (list: readonly Tag[] = []): Tags =>
  Object.fromEntries(list.map(({ Key = '', Value = '' }) => [Key, Value]))

export const tagList = (tags: Tags): Tag[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/**
 * The tags after a change.
 *
 * @throws InvalidParameterValue for too many, and for the reserved prefix
 */
export function withTags(tags: Tags, added: readonly Tag[] = []): Tags {
  for (const { Key = '' } of added) {
    if (/^aws:/i.test(Key)) {
      throw invalidParameterValue('Tag keys must not begin with the reserved prefix aws:.')
    }
  }
  const all = { ...tags, ...tagsOf(added) }
  if (Object.keys(all).length > most) {
    throw invalidParameterValue(`The number of tags exceeds the maximum of ${most}.`)
  }
  return all
}
