import type { RecycleBin } from '../../ports.ts'
import { rulesFor, tagList } from './rows/rules.ts'
import type { RuleRow } from './rows/rules.ts'
import type { ResourceTag } from './types.ts'

/** Which of an account's rules keep what is deleted: the one that keeps it longest decides. */
export const recycleBin: RecycleBin = {
  retentionDays(scope, resourceType, tags) {
    const days = rulesFor(scope, resourceType)
      .filter((rule) => keeps(rule, tags))
      .map((rule) => rule.days)
    return days.length > 0 ? Math.max(...days) : undefined
  },
}

type Tags = Readonly<Record<string, string>>

/** A rule with tags keeps what has one of them; one without keeps all of the region but what has a tag it leaves out. */
function keeps({ resource_tags, exclude_tags }: RuleRow, tags: Tags): boolean {
  const wanted = tagList(resource_tags)
  if (wanted.length > 0) return wanted.some((tag) => matches(tag, tags))
  return !tagList(exclude_tags).some((tag) => matches(tag, tags))
}

const matches = ({ ResourceTagKey: key = '', ResourceTagValue: value }: ResourceTag, tags: Tags) =>
  Object.hasOwn(tags, key) && (value === undefined || tags[key] === value)
