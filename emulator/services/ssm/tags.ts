import type { Tag } from '@aws-sdk/client-ssm'
import { tooManyTags, validation } from './errors.ts'

const mostTags = 50

/** @throws ValidationException, TooManyTagsError */
export function checkTags(tags: readonly Tag[], already: readonly string[] = []): void {
  const keys = new Set(already)
  for (const { Key = '' } of tags) {
    if (/^aws:/i.test(Key)) {
      throw validation('aws: prefixed tag key names are not allowed for external use.')
    }
    keys.add(Key)
  }
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) {
    throw validation('Duplicate tag keys found. Please note that tag keys are case insensitive.')
  }
  if (keys.size > mostTags) throw tooManyTags()
}

/** `aws:RequestTag/…` and `aws:TagKeys` of the tags of a request. */
export function requestTags(tags: readonly Tag[] = []): Record<string, string | readonly string[]> {
  if (tags.length === 0) return {}
  return {
    ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? ''])),
    'aws:TagKeys': tags.map(({ Key }) => Key ?? ''),
  }
}
