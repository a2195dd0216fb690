import type { Call, Permission } from '../../operation.ts'
import { ruleNotFound } from './errors.ts'
import { findRule, tagList } from './rows/rules.ts'
import type { RuleRow } from './rows/rules.ts'
import type { RuleInput, Tag, TagInput } from './types.ts'

type Place = Pick<Call, 'account' | 'region'>

const ruleArn = ({ account, region }: Place, id: string): string =>
  `arn:${region.startsWith('cn-') ? 'aws-cn' : 'aws'}:rbin:${region}:${account}:rule/${id}`

export const ruleOfArn = (arn = ''): string => arn.slice(arn.lastIndexOf('/') + 1)

/** @throws ResourceNotFoundException */
export function requireRule(call: Call, id = ''): RuleRow {
  const rule = findRule(call, id)
  if (!rule) throw ruleNotFound(id)
  return rule
}

/** A rule as its operations show it. */
export function shownRule(place: Place, rule: RuleRow): object {
  return {
    ...summaryOf(place, rule),
    ResourceType: rule.resource_type,
    ResourceTags: tagList(rule.resource_tags),
    ExcludeResourceTags: tagList(rule.exclude_tags),
    Status: 'available',
    ...(rule.unlock_delay === null
      ? {}
      : {
          LockConfiguration: {
            UnlockDelay: { UnlockDelayValue: rule.unlock_delay, UnlockDelayUnit: 'DAYS' },
          },
        }),
    ...(rule.lock_ends_at === null ? {} : { LockEndTime: new Date(rule.lock_ends_at) }),
  }
}

export const summaryOf = (place: Place, rule: RuleRow) => ({
  Identifier: rule.identifier,
  Description: rule.description,
  RetentionPeriod: { RetentionPeriodValue: rule.days, RetentionPeriodUnit: 'DAYS' },
  ...(rule.lock_state === null ? {} : { LockState: rule.lock_state }),
  RuleArn: ruleArn(place, rule.identifier),
})

// Permissions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsrecyclebin.html

const requestTags = (tags: readonly Tag[] = []): Record<string, string | readonly string[]> =>
  tags.length === 0
    ? {}
    : {
        ...Object.fromEntries(tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, Value ?? ''])),
        'aws:TagKeys': tags.map(({ Key }) => Key ?? ''),
      }

export const onNewRule = ({ ResourceType, Tags }: RuleInput, call: Call): Permission[] => [
  {
    resource: ruleArn(call, '*'),
    context: {
      ...(ResourceType ? { 'rbin:Request/ResourceType': ResourceType } : {}),
      ...requestTags(Tags),
    },
  },
]

function onId(id: string, call: Call, tags: readonly Tag[] = []): Permission[] {
  const rule = findRule(call, id)
  const own = Object.entries(rule ? (JSON.parse(rule.tags) as Record<string, string>) : {})
  return [
    {
      resource: ruleArn(call, id),
      context: {
        ...(rule ? { 'rbin:Attribute/ResourceType': rule.resource_type } : {}),
        ...Object.fromEntries(own.map(([key, value]) => [`aws:ResourceTag/${key}`, value])),
        ...requestTags(tags),
      },
    },
  ]
}

export const onRule = ({ Identifier = '' }: RuleInput, call: Call): Permission[] =>
  onId(Identifier, call)

export const onRuleArn = ({ ResourceArn, Tags }: TagInput, call: Call): Permission[] =>
  onId(ruleOfArn(ResourceArn), call, Tags)
