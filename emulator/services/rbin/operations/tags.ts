import { operation } from '../../../operation.ts'
import { ruleOfArn, onRuleArn, requireRule } from '../shown.ts'
import { updateRule } from '../rows/rules.ts'
import type { RuleRow } from '../rows/rules.ts'
import type { TagInput } from '../types.ts'

const tagsOf = ({ tags }: RuleRow) => JSON.parse(tags) as Record<string, string>

/** https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_TagResource.html */
export const TagResource = operation<TagInput, {}>({
  authorize: onRuleArn,
  run({ ResourceArn, Tags = [] }, call) {
    const rule = requireRule(call, ruleOfArn(ResourceArn))
    const added = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value ?? '']))
    updateRule(call, rule.identifier, { tags: JSON.stringify({ ...tagsOf(rule), ...added }) })
    return {}
  },
})

/** https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_UntagResource.html */
export const UntagResource = operation<TagInput, {}>({
  authorize: onRuleArn,
  run({ ResourceArn, TagKeys = [] }, call) {
    const rule = requireRule(call, ruleOfArn(ResourceArn))
    const kept = Object.entries(tagsOf(rule)).filter(([key]) => !TagKeys.includes(key))
    updateRule(call, rule.identifier, { tags: JSON.stringify(Object.fromEntries(kept)) })
    return {}
  },
})

/** https://docs.aws.amazon.com/recyclebin/latest/APIReference/API_ListTagsForResource.html */
export const ListTagsForResource = operation<TagInput, object>({
  authorize: onRuleArn,
  run: ({ ResourceArn }, call) => ({
    Tags: Object.entries(tagsOf(requireRule(call, ruleOfArn(ResourceArn)))).map(([Key, Value]) => ({
      Key,
      Value,
    })),
  }),
})
