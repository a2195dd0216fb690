import type {
  DeleteInsightRulesInput,
  DescribeInsightRulesInput,
  DescribeInsightRulesOutput,
  DisableInsightRulesInput,
  EnableInsightRulesInput,
  InsightRule,
  PartialFailure,
  PutInsightRuleInput,
} from '@aws-sdk/client-cloudwatch'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { insightRuleArn, onTagged, requestTags } from '../arns.ts'
import { invalidNextToken, invalidParameterValue } from '../errors.ts'
import { isTexts, placeOf, tokenOf } from '../pages.ts'
import { deleteDocument, findDocument, listDocuments, putDocument } from '../rows/documents.ts'
import { tagsOf, withTags } from '../tags.ts'

// Rules are kept and given back. They are about logs, which are not here: there is nothing to report.

const kind = 'insight-rule'
const pageSize = 500

type Definition = {
  readonly LogGroupNames?: unknown
  readonly Schema?: { Name?: unknown; Version?: unknown }
}

const onRule = (call: Call, name = '*'): Permission =>
  onTagged(insightRuleArn(call, name), findDocument(call, kind, name)?.tags ?? {})

const onRules = (call: Call, names: readonly string[] = []): Permission[] =>
  names.length === 0 ? [onRule(call)] : names.map((name) => onRule(call, name))

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutInsightRule.html */
export const PutInsightRule = operation<PutInsightRuleInput, object>({
  coverage: 'recorded',
  authorize({ RuleName, RuleDefinition, Tags }, call) {
    const { resource, context } = onRule(call, RuleName)
    const groups = logGroupsOf(RuleDefinition)
    const given = {
      ...context,
      ...requestTags(tagsOf(Tags)),
      ...(groups.length > 0 && { 'cloudwatch:requestInsightRuleLogGroups': groups }),
    }
    return [{ resource, context: given }]
  },
  run({ RuleName, RuleState = 'ENABLED', RuleDefinition, Tags, ApplyOnTransformedLogs }, call) {
    const { Schema } = definitionOf(RuleDefinition!)
    if (typeof Schema?.Name !== 'string' || typeof Schema.Version !== 'number') {
      throw invalidParameterValue('The parameter RuleDefinition must have a Schema.')
    }
    const rule: InsightRule = {
      Name: RuleName,
      State: RuleState,
      Schema: `${Schema.Name}/${Schema.Version}`,
      Definition: RuleDefinition,
      ManagedRule: false,
      ApplyOnTransformedLogs: ApplyOnTransformedLogs ?? false,
    }
    const tags = findDocument(call, kind, RuleName!)?.tags ?? withTags({}, Tags)
    putDocument(call, kind, { id: RuleName!, content: rule, tags })
    return {}
  },
})

function definitionOf(text: string): Definition {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null) return parsed
  } catch {
    // What is no JSON is refused as what is none of a rule.
  }
  throw invalidParameterValue('The parameter RuleDefinition must be a valid JSON object.')
}

function logGroupsOf(text = ''): string[] {
  try {
    const { LogGroupNames } = JSON.parse(text) as Definition
    return Array.isArray(LogGroupNames) ? LogGroupNames.map(String) : []
  } catch {
    return []
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeInsightRules.html */
export const DescribeInsightRules = operation<
  DescribeInsightRulesInput,
  DescribeInsightRulesOutput
>({
  coverage: 'recorded',
  authorize: () => ['*'],
  run({ NextToken, MaxResults = pageSize }, call) {
    const [after] = NextToken ? placeOf(NextToken, isTexts(1), invalidNextToken) : []
    const found = listDocuments<InsightRule>(call, kind, after)
    const page = found.slice(0, MaxResults)
    return {
      InsightRules: page.map(({ content }) => content),
      ...(found.length > page.length && { NextToken: tokenOf([page.at(-1)!.id]) }),
    }
  },
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteInsightRules.html */
export const DeleteInsightRules = operation<DeleteInsightRulesInput, object>({
  coverage: 'recorded',
  authorize: ({ RuleNames }, call) => onRules(call, RuleNames),
  run: ({ RuleNames = [] }, call) => ({
    Failures: RuleNames.filter((name) => !deleteDocument(call, kind, name)).map(notFound),
  }),
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_EnableInsightRules.html */
export const EnableInsightRules = operation<EnableInsightRulesInput, object>({
  coverage: 'recorded',
  authorize: ({ RuleNames }, call) => onRules(call, RuleNames),
  run: ({ RuleNames = [] }, call) => setStates(call, RuleNames, 'ENABLED'),
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DisableInsightRules.html */
export const DisableInsightRules = operation<DisableInsightRulesInput, object>({
  coverage: 'recorded',
  authorize: ({ RuleNames }, call) => onRules(call, RuleNames),
  run: ({ RuleNames = [] }, call) => setStates(call, RuleNames, 'DISABLED'),
})

function setStates(call: Call, names: readonly string[], State: string): object {
  const Failures: PartialFailure[] = []
  for (const name of names) {
    const rule = findDocument<InsightRule>(call, kind, name)
    if (rule) putDocument(call, kind, { ...rule, content: { ...rule.content, State } })
    else Failures.push(notFound(name))
  }
  return { Failures }
}

const notFound = (name: string): PartialFailure => ({
  FailureResource: name,
  ExceptionType: 'ResourceNotFoundException',
  FailureCode: '404',
  FailureDescription: `Insight rule ${name} does not exist`,
})
