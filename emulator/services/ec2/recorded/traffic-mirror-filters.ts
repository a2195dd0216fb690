import type {
  CreateTrafficMirrorFilterRequest,
  CreateTrafficMirrorFilterResult,
  CreateTrafficMirrorFilterRuleRequest,
  CreateTrafficMirrorFilterRuleResult,
  DeleteTrafficMirrorFilterRequest,
  DeleteTrafficMirrorFilterResult,
  DeleteTrafficMirrorFilterRuleRequest,
  DeleteTrafficMirrorFilterRuleResult,
  DescribeTrafficMirrorFilterRulesRequest,
  DescribeTrafficMirrorFilterRulesResult,
  DescribeTrafficMirrorFiltersRequest,
  DescribeTrafficMirrorFiltersResult,
  ModifyTrafficMirrorFilterNetworkServicesRequest,
  ModifyTrafficMirrorFilterNetworkServicesResult,
  ModifyTrafficMirrorFilterRuleRequest,
  ModifyTrafficMirrorFilterRuleResult,
  TrafficMirrorFilter,
  TrafficMirrorFilterRule,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import { json } from '../describe/sql.ts'
import { dependencyViolation } from '../errors.ts'
import { anyResource } from '../permissions.ts'
import { byMembers, family } from './family.ts'
import { creates, deletes, modifies } from './operations.ts'
import { sessions } from './traffic-mirrors.ts'

// https://docs.aws.amazon.com/vpc/latest/mirroring/traffic-mirroring-filters.html

const filters = family<TrafficMirrorFilter>({
  type: 'traffic-mirror-filter',
  prefix: 'tmf',
  id: 'TrafficMirrorFilterId',
  notFound: idDoesNotExist('InvalidTrafficMirrorFilterId.NotFound', 'traffic mirror filter'),
  filters: { ...byMembers('Description'), 'traffic-mirror-filter-id': 't.id' },
})

/** Rules are rows of their own; their filters show them. */
const rules = family<TrafficMirrorFilterRule>({
  type: 'traffic-mirror-filter-rule',
  prefix: 'tmfr',
  id: 'TrafficMirrorFilterRuleId',
  notFound: idDoesNotExist(
    'InvalidTrafficMirrorFilterRuleId.NotFound',
    'traffic mirror filter rule',
  ),
  filters: {
    ...byMembers(
      'Description',
      'DestinationCidrBlock',
      'Protocol',
      'RuleAction',
      'RuleNumber',
      'SourceCidrBlock',
      'TrafficDirection',
      'TrafficMirrorFilterId',
    ),
    'traffic-mirror-rule-id': 't.id',
  },
})

/** A filter with its rules, in the order of their numbers. */
function withRules(filter: TrafficMirrorFilter, call: Call): TrafficMirrorFilter {
  const all = rules
    .having('TrafficMirrorFilterId', filter.TrafficMirrorFilterId!, call)
    .toSorted((one, other) => one.RuleNumber! - other.RuleNumber!)
  return {
    ...filter,
    IngressFilterRules: all.filter((one) => one.TrafficDirection === 'ingress'),
    EgressFilterRules: all.filter((one) => one.TrafficDirection === 'egress'),
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTrafficMirrorFilters.html */
export const DescribeTrafficMirrorFilters = operation<
  DescribeTrafficMirrorFiltersRequest,
  DescribeTrafficMirrorFiltersResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run(input, call) {
    const { items, nextToken } = filters.page(input, input.TrafficMirrorFilterIds, call)
    return {
      TrafficMirrorFilters: items.map((one) => withRules(one, call)),
      NextToken: nextToken,
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTrafficMirrorFilter.html */
export const CreateTrafficMirrorFilter = creates<
  CreateTrafficMirrorFilterRequest,
  CreateTrafficMirrorFilterResult,
  TrafficMirrorFilter
>(filters, {
  make: ({ Description }) => ({
    ...(Description ? { Description } : {}),
    NetworkServices: [],
  }),
  answer: (item, { ClientToken }, call) => ({
    TrafficMirrorFilter: withRules(item, call),
    ...(ClientToken ? { ClientToken } : {}),
  }),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyTrafficMirrorFilterNetworkServices.html */
export const ModifyTrafficMirrorFilterNetworkServices = modifies<
  ModifyTrafficMirrorFilterNetworkServicesRequest,
  ModifyTrafficMirrorFilterNetworkServicesResult,
  TrafficMirrorFilter
>(filters, 'TrafficMirrorFilterId', {
  change({ NetworkServices = [] }, { AddNetworkServices = [], RemoveNetworkServices = [] }) {
    const kept = NetworkServices.filter((one) => !RemoveNetworkServices.includes(one))
    return { NetworkServices: [...new Set([...kept, ...AddNetworkServices])] }
  },
  answer: (item, _input, call) => ({ TrafficMirrorFilter: withRules(item, call) }),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTrafficMirrorFilter.html */
export const DeleteTrafficMirrorFilter = deletes<
  DeleteTrafficMirrorFilterRequest,
  DeleteTrafficMirrorFilterResult,
  TrafficMirrorFilter
>(filters, 'TrafficMirrorFilterId', {
  before({ TrafficMirrorFilterId: id }, _input, call) {
    if (sessions.having('TrafficMirrorFilterId', id!, call).length > 0) {
      throw dependencyViolation(id!)
    }
    for (const rule of rules.having('TrafficMirrorFilterId', id!, call)) {
      rules.remove(rule.TrafficMirrorFilterRuleId!, call)
    }
  },
  answer: ({ TrafficMirrorFilterId }) => ({ TrafficMirrorFilterId }),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTrafficMirrorFilterRules.html */
export const DescribeTrafficMirrorFilterRules = operation<
  DescribeTrafficMirrorFilterRulesRequest,
  DescribeTrafficMirrorFilterRulesResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run(input, call) {
    const { TrafficMirrorFilterId: filterId, TrafficMirrorFilterRuleIds: ids } = input
    const ofFilter = filterId
      ? { sql: `${json('TrafficMirrorFilterId')} = ?`, values: [filterId] }
      : undefined
    const { items, nextToken } = rules.page(input, ids, call, ofFilter)
    return { TrafficMirrorFilterRules: items, NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTrafficMirrorFilterRule.html */
export const CreateTrafficMirrorFilterRule = creates<
  CreateTrafficMirrorFilterRuleRequest,
  CreateTrafficMirrorFilterRuleResult,
  TrafficMirrorFilterRule
>(rules, {
  uses: { TrafficMirrorFilterId: 'traffic-mirror-filter' },
  needs: [
    'TrafficDirection',
    'RuleNumber',
    'RuleAction',
    'DestinationCidrBlock',
    'SourceCidrBlock',
  ],
  make(input, call) {
    const { TrafficMirrorFilterId, RuleNumber, TrafficDirection } = input
    const taken = rules
      .having('TrafficMirrorFilterId', TrafficMirrorFilterId!, call)
      .some((one) => one.RuleNumber === RuleNumber && one.TrafficDirection === TrafficDirection)
    if (taken) {
      throw new AwsError(
        'TrafficMirrorFilterRuleAlreadyExists',
        `A rule with the number ${RuleNumber} already exists in ${TrafficMirrorFilterId}.`,
      )
    }
    const { DryRun: _dry, ClientToken: _token, TagSpecifications: _tags, ...rest } = input
    return rest
  },
  answer: (item, { ClientToken }) => ({
    TrafficMirrorFilterRule: item,
    ...(ClientToken ? { ClientToken } : {}),
  }),
})

/** What RemoveFields calls the members. */
const removable = {
  'destination-port-range': 'DestinationPortRange',
  'source-port-range': 'SourcePortRange',
  protocol: 'Protocol',
  description: 'Description',
} as const

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyTrafficMirrorFilterRule.html */
export const ModifyTrafficMirrorFilterRule = modifies<
  ModifyTrafficMirrorFilterRuleRequest,
  ModifyTrafficMirrorFilterRuleResult,
  TrafficMirrorFilterRule
>(rules, 'TrafficMirrorFilterRuleId', {
  change(_item, { DryRun: _dry, TrafficMirrorFilterRuleId: _id, RemoveFields = [], ...rest }) {
    const gone = RemoveFields.map((field) => [removable[field], undefined])
    const given = Object.entries(rest).filter(([, value]) => value !== undefined)
    return Object.fromEntries([...given, ...gone]) as Partial<TrafficMirrorFilterRule>
  },
  answer: 'TrafficMirrorFilterRule',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTrafficMirrorFilterRule.html */
export const DeleteTrafficMirrorFilterRule = deletes<
  DeleteTrafficMirrorFilterRuleRequest,
  DeleteTrafficMirrorFilterRuleResult,
  TrafficMirrorFilterRule
>(rules, 'TrafficMirrorFilterRuleId', {
  answer: ({ TrafficMirrorFilterRuleId }) => ({ TrafficMirrorFilterRuleId }),
})
