import type { Tag } from '@aws-sdk/client-rds'
import { invalidParameterValue } from './errors.ts'

const mostTags = 50

/**
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html
 *
 * @throws InvalidParameterValue for keys and values that RDS does not take
 */
export function checkTags(tags: readonly Tag[] = []): void {
  if (tags.length > mostTags) {
    throw invalidParameterValue(`The number of tags exceeds the maximum of ${mostTags}.`)
  }
  for (const { Key, Value = '' } of tags) {
    if (!Key) throw invalidParameterValue('The tag key must be provided and must not be blank.')
    if (Key.length > 128 || !allowed.test(Key)) {
      throw invalidParameterValue(`The tag key ${Key} is not valid.`)
    }
    if (/^(?:aws|rds):/i.test(Key)) {
      throw invalidParameterValue(`Tag keys must not begin with the reserved prefix aws: or rds:.`)
    }
    if (Value.length > 256 || !allowed.test(Value)) {
      throw invalidParameterValue(`The tag value ${Value} is not valid.`)
    }
  }
}

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u
