import type { AwsError } from '../../errors.ts'
import { invalidArgument, invalidTag, tooManyTags, tooManyBucketTags } from './errors.ts'

const encodedTags =
  "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates."

/**
 * Reads the header `x-amz-tagging`: `team=blue&stage=test`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
 */
export function tagsFromHeader(header: string | undefined): Record<string, string> {
  if (header === undefined || header === '') return {}
  const pairs = header
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [key = '', value = '', ...more] = pair.split('=')
      if (more.length > 0 || key === '') throw invalidArgument(encodedTags, 'x-amz-tagging', header)
      return { Key: decoded(key), Value: decoded(value) }
    })
  if (new Set(pairs.map(({ Key }) => Key)).size < pairs.length) {
    throw invalidArgument(encodedTags, 'x-amz-tagging', header)
  }
  return checkedTags(pairs, 10, objectSystemTag)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalidArgument(encodedTags, 'x-amz-tagging', text)
  }
}

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

const bucketSystemTag = (key: string) =>
  invalidTag('System tags cannot be added/updated by requester', key)

/** AWS words it otherwise for objects, */
export const objectSystemTag = (key: string) =>
  invalidTag('Your TagKey cannot be prefixed with aws:', key)

/** and for buckets that are made with tags. */
export const newBucketSystemTag = () =>
  invalidTag(
    'User-defined tag keys can\'t start with "aws:". This prefix is reserved for system tags. ' +
      'Remove "aws:" from your tag keys and try again.',
  )

/**
 * Checks a set of tags: at most `limit` of them, keys of 1 to 128 and values of up to 256 characters.
 *
 * @throws AwsError `BadRequest`, `InvalidTag`
 */
export function checkedTags(
  tags: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[],
  limit: number,
  systemTag: (key: string) => AwsError = bucketSystemTag,
): Record<string, string> {
  if (tags.length > limit) throw limit > 10 ? tooManyBucketTags() : tooManyTags()
  const checked: Record<string, string> = {}
  for (const { Key: key = '', Value: value = '' } of tags) {
    if (key.toLowerCase().startsWith('aws:')) {
      throw systemTag(key)
    }
    if (key.length < 1 || key.length > 128 || !allowed.test(key)) {
      throw invalidTag('The TagKey you have provided is invalid', key)
    }
    if (value.length > 256 || !allowed.test(value)) {
      throw invalidTag('The TagValue you have provided is invalid', key, value)
    }
    if (Object.hasOwn(checked, key)) {
      throw invalidTag('Cannot provide multiple Tags with the same key', key)
    }
    checked[key] = value
  }
  return checked
}

export const tagSet = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
