import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidPageToken, invalidValue, ruleState } from '../errors.ts'
import { onNewRule, onRule, requireRule, shownRule, summaryOf } from '../shown.ts'
import { deleteRule, findRule, insertRule, rulesFor, tagList, updateRule } from '../rows/rules.ts'
import type { RuleRow } from '../rows/rules.ts'
import type { ListRulesInput, ResourceTag, RuleInput } from '../types.ts'

const resourceTypes: ReadonlySet<string> = new Set(['EBS_SNAPSHOT', 'EC2_IMAGE', 'EBS_VOLUME'])
const mostDays: Readonly<Record<string, number>> = { EBS_VOLUME: 7 }
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_CreateRule.html */
export const CreateRule = operation<RuleInput, object>({
  authorize: onNewRule,
  run(input, call) {
    const { ResourceType: type = '', ResourceTags = [], ExcludeResourceTags = [] } = input
    if (!resourceTypes.has(type)) throw invalidValue(`Invalid resource type: ${type}`)
    if (ResourceTags.length > 0 && ExcludeResourceTags.length > 0) {
      throw invalidValue('Exclusion tags can only be specified for Region-level retention rules.')
    }
    const delay = unlockDelay(input, ResourceTags)
    const identifier = Array.from(call.ids.bytes(11), (byte) => alphabet[byte % 62]).join('')
    insertRule(call, {
      identifier,
      resource_type: type,
      days: checkedDays(input, type),
      description: input.Description ?? '',
      resource_tags: JSON.stringify(ResourceTags),
      exclude_tags: JSON.stringify(ExcludeResourceTags),
      lock_state: delay === null ? (ResourceTags.length > 0 ? null : 'unlocked') : 'locked',
      unlock_delay: delay,
      lock_ends_at: null,
      tags: JSON.stringify(
        Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value ?? ''])),
      ),
      created_at: call.now,
    })
    return { ...shownRule(call, findRule(call, identifier)!), Tags: input.Tags ?? [] }
  },
})

function checkedDays({ RetentionPeriod }: RuleInput, type: string): number {
  const { RetentionPeriodValue: days, RetentionPeriodUnit: unit } = RetentionPeriod ?? {}
  const most = mostDays[type] ?? 365
  if (unit !== 'DAYS') throw invalidValue('The retention period unit has to be DAYS.')
  if (days === undefined || days < 1 || days > most) {
    throw invalidValue(`The retention period has to be between 1 and ${most} days.`)
  }
  return days
}

/** Only rules for a whole region can be locked. */
function unlockDelay(
  { LockConfiguration }: RuleInput,
  tags: readonly ResourceTag[],
): number | null {
  if (!LockConfiguration) return null
  if (tags.length > 0) throw invalidValue('Tag-level retention rules cannot be locked.')
  const { UnlockDelayValue: days } = LockConfiguration.UnlockDelay ?? {}
  if (days === undefined || days < 7 || days > 30) {
    throw invalidValue('The unlock delay has to be between 7 and 30 days.')
  }
  return days
}

/** https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_GetRule.html */
export const GetRule = operation<RuleInput, object>({
  authorize: onRule,
  run: ({ Identifier }, call) => shownRule(call, requireRule(call, Identifier)),
})

/** https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_UpdateRule.html */
export const UpdateRule = operation<RuleInput, object>({
  authorize: onRule,
  run(input, call) {
    const rule = requireUnlocked(call, input.Identifier)
    if (input.ResourceType && input.ResourceType !== rule.resource_type) {
      throw invalidValue('The resource type of a retention rule cannot be changed.')
    }
    updateRule(call, rule.identifier, {
      ...(input.RetentionPeriod ? { days: checkedDays(input, rule.resource_type) } : {}),
      ...(input.Description === undefined ? {} : { description: input.Description }),
      ...(input.ResourceTags ? { resource_tags: JSON.stringify(input.ResourceTags) } : {}),
      ...(input.ExcludeResourceTags
        ? { exclude_tags: JSON.stringify(input.ExcludeResourceTags) }
        : {}),
    })
    return shownRule(call, requireRule(call, rule.identifier))
  },
})

/** What is in the bin stays as long as it was to. https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_DeleteRule.html */
export const DeleteRule = operation<RuleInput, {}>({
  authorize: onRule,
  run({ Identifier }, call) {
    deleteRule(call, requireUnlocked(call, Identifier).identifier)
    return {}
  },
})

function requireUnlocked(call: Call, id: string | undefined): RuleRow {
  const rule = requireRule(call, id)
  if (rule.lock_state === 'locked' || rule.lock_state === 'pending_unlock') {
    throw ruleState(`The retention rule ${rule.identifier} is locked.`)
  }
  return rule
}

/** https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_ListRules.html */
export const ListRules = operation<ListRulesInput, object>({
  authorize: ({ ResourceType = '' }) => [
    { resource: '*', context: { 'rbin:Request/ResourceType': ResourceType } },
  ],
  run({ ResourceType = '', ResourceTags = [], ExcludeResourceTags = [], ...input }, call) {
    if (!resourceTypes.has(ResourceType))
      throw invalidValue(`Invalid resource type: ${ResourceType}`)
    const has = (text: string, wanted: readonly ResourceTag[]) =>
      wanted.every((tag) =>
        tagList(text).some(
          (one) =>
            one.ResourceTagKey === tag.ResourceTagKey &&
            one.ResourceTagValue === tag.ResourceTagValue,
        ),
      )
    const found = rulesFor(call, ResourceType).filter(
      (rule) =>
        has(rule.resource_tags, ResourceTags) &&
        has(rule.exclude_tags, ExcludeResourceTags) &&
        (!input.LockState || rule.lock_state === input.LockState),
    )
    const start = input.NextToken ? readToken(input.NextToken) : 0
    const end = start + (input.MaxResults ?? 1000)
    return {
      Rules: found.slice(start, end).map((rule) => summaryOf(call, rule)),
      ...(end < found.length ? { NextToken: Buffer.from(String(end)).toString('base64') } : {}),
    }
  },
})

function readToken(token: string): number {
  const text = Buffer.from(token, 'base64').toString()
  if (!/^\d{1,9}$/.test(text)) throw invalidPageToken()
  return Number(text)
}

/** https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_LockRule.html */
export const LockRule = operation<RuleInput, object>({
  authorize: onRule,
  run(input, call) {
    const rule = requireUnlocked(call, input.Identifier)
    const delay = unlockDelay(input, tagList(rule.resource_tags))
    updateRule(call, rule.identifier, {
      lock_state: 'locked',
      unlock_delay: delay,
      lock_ends_at: null,
    })
    return shownRule(call, requireRule(call, rule.identifier))
  },
})

const day = 24 * 60 * 60 * 1000

/** The rule can be changed once the delay is over. https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_UnlockRule.html */
export const UnlockRule = operation<RuleInput, object>({
  authorize: onRule,
  run({ Identifier }, call) {
    const rule = requireRule(call, Identifier)
    if (rule.lock_state !== 'locked') {
      throw ruleState(`The retention rule ${rule.identifier} is not locked.`)
    }
    const endsAt = call.now + (rule.unlock_delay ?? 7) * day
    updateRule(call, rule.identifier, { lock_state: 'pending_unlock', lock_ends_at: endsAt })
    call.timers.schedule(endsAt, 'rule-unlocked', { id: rule.identifier })
    return shownRule(call, requireRule(call, rule.identifier))
  },
})
