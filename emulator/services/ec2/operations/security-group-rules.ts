import type {
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupEgressResult,
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult,
  ModifySecurityGroupRulesRequest,
  ModifySecurityGroupRulesResult,
  RevokedSecurityGroupRule,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupEgressResult,
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult,
  TagSpecification,
  UpdateSecurityGroupRuleDescriptionsEgressRequest,
  UpdateSecurityGroupRuleDescriptionsEgressResult,
  UpdateSecurityGroupRuleDescriptionsIngressRequest,
  UpdateSecurityGroupRuleDescriptionsIngressResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import {
  missingParameter,
  permissionDuplicate,
  permissionNotFound,
  tooManyRules,
} from '../errors.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import {
  countRules,
  deleteRule,
  findRule,
  insertRule,
  securityGroupRules,
  toSecurityGroupRules,
  updateRule,
} from '../rows/security-group-rules.ts'
import type { SecurityGroupRuleRow } from '../rows/security-group-rules.ts'
import { deleteTags } from '../rows/tags.ts'
import { groupIdOf, requireGroup } from '../security-groups/lookup.ts'
import type { GroupReference } from '../security-groups/lookup.ts'
import { requestedRule, ruleInWords, specifiedRules } from '../security-groups/rules.ts'
import type { FlatPermission } from '../security-groups/rules.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

const mostRules = 60

type AuthorizeRequest = FlatPermission & GroupReference & Tagged
type RevokeRequest = FlatPermission & GroupReference & RuleIds
interface Tagged {
  readonly TagSpecifications?: TagSpecification[] | undefined
}

interface RuleIds {
  readonly SecurityGroupRuleIds?: string[] | undefined
}

type DescriptionsRequest = UpdateSecurityGroupRuleDescriptionsIngressRequest

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupIngress.html */
export const AuthorizeSecurityGroupIngress = operation<
  AuthorizeSecurityGroupIngressRequest,
  AuthorizeSecurityGroupIngressResult
>({
  authorize: mayAuthorize,
  run: (input, call) => authorizeRules(input, 0, call),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AuthorizeSecurityGroupEgress.html */
export const AuthorizeSecurityGroupEgress = operation<
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupEgressResult
>({
  authorize: mayAuthorize,
  run: (input, call) => authorizeRules(input, 1, call),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupIngress.html */
export const RevokeSecurityGroupIngress = operation<
  RevokeSecurityGroupIngressRequest,
  RevokeSecurityGroupIngressResult
>({
  authorize: onGroup,
  run: (input, call) => revokeRules(input, 0, call),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RevokeSecurityGroupEgress.html */
export const RevokeSecurityGroupEgress = operation<
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupEgressResult
>({
  authorize: onGroup,
  run: (input, call) => revokeRules(input, 1, call),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsIngress.html */
export const UpdateSecurityGroupRuleDescriptionsIngress = operation<
  UpdateSecurityGroupRuleDescriptionsIngressRequest,
  UpdateSecurityGroupRuleDescriptionsIngressResult
>({
  authorize: onGroup,
  run: (input, call) => describeRules(input, 0, call),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UpdateSecurityGroupRuleDescriptionsEgress.html */
export const UpdateSecurityGroupRuleDescriptionsEgress = operation<
  UpdateSecurityGroupRuleDescriptionsEgressRequest,
  UpdateSecurityGroupRuleDescriptionsEgressResult
>({
  authorize: onGroup,
  run: (input, call) => describeRules(input, 1, call),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySecurityGroupRules.html */
export const ModifySecurityGroupRules = operation<
  ModifySecurityGroupRulesRequest,
  ModifySecurityGroupRulesResult
>({
  authorize: ({ GroupId, SecurityGroupRules = [] }, call) => [
    onResource(call, 'security-group', GroupId ?? '*'),
    ...SecurityGroupRules.map(({ SecurityGroupRuleId = '*' }) =>
      onResource(call, 'security-group-rule', SecurityGroupRuleId),
    ),
  ],
  run({ GroupId, SecurityGroupRules = [] }, call) {
    const group = requireGroup({ GroupId }, call)
    if (SecurityGroupRules.length === 0) throw missingParameter('SecurityGroupRule')
    for (const { SecurityGroupRuleId, SecurityGroupRule } of SecurityGroupRules) {
      if (!SecurityGroupRuleId) throw missingParameter('SecurityGroupRuleId')
      const old = requireRule(SecurityGroupRuleId, group.group_id, undefined, call)
      const rule = requestedRule(SecurityGroupRule ?? {}, group, old.is_egress, call)
      const same = findRule(call, group.group_id, rule)
      if (same && same.security_group_rule_id !== SecurityGroupRuleId) {
        throw permissionDuplicate(ruleInWords(rule))
      }
      updateRule(call, SecurityGroupRuleId, rule)
    }
    return { Return: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupRules.html */
export const DescribeSecurityGroupRules = operation<
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = securityGroupRules.page(input, input.SecurityGroupRuleIds, call)
    return { SecurityGroupRules: toSecurityGroupRules(rows, call), NextToken: nextToken }
  },
})

function onGroup(input: GroupReference, call: Call): Permission[] {
  return [onResource(call, 'security-group', groupIdOf(input, call))]
}

function mayAuthorize(input: AuthorizeRequest, call: Call): Permission[] {
  const specifications = input.TagSpecifications ?? []
  return [
    ...onGroup(input, call),
    // Rules are a resource of their own only where they are tagged.
    ...(specifications.length > 0
      ? onNewResource(call, 'security-group-rule', specifications)
      : []),
  ]
}

function authorizeRules(
  input: AuthorizeRequest,
  egress: 0 | 1,
  call: Call,
): AuthorizeSecurityGroupIngressResult {
  const group = requireGroup(input, call)
  const rules = specifiedRules(input, group, egress, call)
  const { 'security-group-rule': tags } = specifiedTags(
    input.TagSpecifications,
    'security-group-rule',
  )
  const existing = rules.find((rule) => findRule(call, group.group_id, rule))
  if (existing) throw permissionDuplicate(ruleInWords(existing))
  if (countRules(call, group.group_id, egress) + rules.length > mostRules) throw tooManyRules()
  const ids = rules.map((rule) => {
    const id = call.ids.ec2('sgr')
    insertRule(call, id, group.group_id, rule)
    tagResource(call, id, 'security-group-rule', tags)
    return id
  })
  const made = securityGroupRules.requireAll(ids, call)
  return { Return: true, SecurityGroupRules: toSecurityGroupRules(made, call) }
}

function revokeRules(
  input: RevokeRequest,
  egress: 0 | 1,
  call: Call,
): RevokeSecurityGroupIngressResult {
  const group = requireGroup(input, call)
  const found = input.SecurityGroupRuleIds?.length
    ? input.SecurityGroupRuleIds.map((id) => requireRule(id, group.group_id, egress, call))
    : rulesLike(input, group.group_id, egress, call)
  for (const rule of found) {
    deleteRule(call, rule.security_group_rule_id)
    deleteTags(call, rule.security_group_rule_id)
  }
  return { Return: true, RevokedSecurityGroupRules: found.map(toRevoked) }
}

function describeRules(
  input: DescriptionsRequest,
  egress: 0 | 1,
  call: Call,
): UpdateSecurityGroupRuleDescriptionsIngressResult {
  const group = requireGroup(input, call)
  for (const one of input.SecurityGroupRuleDescriptions ?? []) {
    if (!one.SecurityGroupRuleId) throw missingParameter('SecurityGroupRuleId')
    const rule = requireRule(one.SecurityGroupRuleId, group.group_id, egress, call)
    updateRule(call, rule.security_group_rule_id, { ...rule, description: one.Description ?? null })
  }
  if (!input.SecurityGroupRuleDescriptions?.length) {
    for (const wanted of specifiedRules(input, group, egress, call)) {
      const rule = findRule(call, group.group_id, wanted)
      if (!rule) throw permissionNotFound()
      updateRule(call, rule.security_group_rule_id, wanted)
    }
  }
  return { Return: true }
}

/** The rules of a group that a request states in full. @throws InvalidPermission.NotFound unless all exist */
function rulesLike(
  input: RevokeRequest,
  groupId: string,
  egress: 0 | 1,
  call: Call,
): SecurityGroupRuleRow[] {
  const group = requireGroup({ GroupId: groupId }, call)
  return specifiedRules(input, group, egress, call).map((wanted) => {
    const rule = findRule(call, groupId, wanted)
    if (!rule) throw permissionNotFound()
    return rule
  })
}

function requireRule(
  id: string,
  groupId: string,
  egress: 0 | 1 | undefined,
  call: Call,
): SecurityGroupRuleRow {
  const rule = securityGroupRules.require(id, call)
  if (rule.group_id !== groupId || (egress !== undefined && rule.is_egress !== egress)) {
    throw securityGroupRules.missing([id])
  }
  return rule
}

const toRevoked = (rule: SecurityGroupRuleRow): RevokedSecurityGroupRule => ({
  SecurityGroupRuleId: rule.security_group_rule_id,
  GroupId: rule.group_id,
  IsEgress: rule.is_egress === 1,
  IpProtocol: rule.ip_protocol,
  FromPort: rule.from_port,
  ToPort: rule.to_port,
  ...(rule.peer_kind === 'cidr_ipv4' ? { CidrIpv4: rule.peer } : {}),
  ...(rule.peer_kind === 'cidr_ipv6' ? { CidrIpv6: rule.peer } : {}),
  ...(rule.peer_kind === 'prefix_list' ? { PrefixListId: rule.peer } : {}),
  ...(rule.peer_kind === 'group' ? { ReferencedGroupId: rule.peer } : {}),
  ...(rule.description === null ? {} : { Description: rule.description }),
})
