import type { Tag } from '@aws-sdk/client-s3-control'
import { invalidTag, malformedXml } from './errors.ts'

type Tags = Readonly<Record<string, string>>

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/**
 * The tags of a request, checked.
 *
 * @throws AwsError `MalformedXML`, `InvalidTag`
 */
export function readTags(tags: readonly Tag[] = []): Record<string, string> {
  const read: Record<string, string> = {}
  for (const { Key: key, Value: value } of tags) {
    if (key === undefined || value === undefined) throw malformedXml()
    if (key.toLowerCase().startsWith('aws:')) {
      throw invalidTag(
        'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. ' +
          'Remove "aws:" from your tag keys and try again.',
      )
    }
    const isValid =
      key !== '' &&
      key.length <= 128 &&
      value.length <= 256 &&
      allowed.test(key) &&
      allowed.test(value)
    if (!isValid) {
      throw invalidTag(
        "This request contains a tag key or value that isn't valid. Valid characters include the following: " +
          '[a-zA-Z+-=._:/]. Tag keys can contain up to 128 characters. Tag values can contain up to 256 characters.',
      )
    }
    if (Object.hasOwn(read, key)) {
      throw invalidTag(
        'There are duplicate tag keys in your request. Remove the duplicate tag keys and try again.',
      )
    }
    read[key] = value
  }
  return read
}

export const tagList = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))

/** What policies may ask about the tags of a request. */
export function requestTagKeys(tags: readonly Tag[] = []): Record<string, string | string[]> {
  if (tags.length === 0) return {}
  const keys: Record<string, string | string[]> = {
    'aws:TagKeys': tags.map(({ Key = '' }) => Key),
  }
  for (const { Key = '', Value = '' } of tags) keys[`aws:RequestTag/${Key}`] = Value
  return keys
}
