import type {
  CreateSavingsPlanRequest,
  CreateSavingsPlanResponse,
  DeleteQueuedSavingsPlanRequest,
  DescribeSavingsPlanRatesRequest,
  DescribeSavingsPlanRatesResponse,
  DescribeSavingsPlansRequest,
  DescribeSavingsPlansResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ReturnSavingsPlanRequest,
  ReturnSavingsPlanResponse,
  SavingsPlan,
  SavingsPlanState,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-savingsplans'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { invalid, offeringNotFound, planNotFound } from '../errors.ts'
import { offerings, ratesOf } from '../offerings.ts'
import { pageOf } from '../pages.ts'
import { findPlan, insertPlan, listPlans, updatePlan } from '../rows.ts'
import type { PlanRow } from '../rows.ts'

const week = 7 * 24 * 60 * 60 * 1000

const arnOf = ({ account }: Call, id: string) =>
  `arn:aws:savingsplans::${account}:savingsplan/${id}`

const tagsOf = ({ tags }: PlanRow) => JSON.parse(tags) as Record<string, string>

function onPlan(id: string, call: Call, tags: Readonly<Record<string, string>> = {}): Permission[] {
  const row = findPlan(call, id)
  return [
    {
      resource: arnOf(call, id),
      context: {
        ...Object.fromEntries(
          Object.entries(row ? tagsOf(row) : {}).map(([key, value]) => [
            `aws:ResourceTag/${key}`,
            value,
          ]),
        ),
        ...requestTags(tags),
      },
    },
  ]
}

const requestTags = (tags: Readonly<Record<string, string>>) => ({
  ...Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]),
  ),
  ...(Object.keys(tags).length > 0 ? { 'aws:TagKeys': Object.keys(tags) } : {}),
})

/** Nothing is charged; the bill takes it into account. https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_CreateSavingsPlan.html */
export const CreateSavingsPlan = operation<CreateSavingsPlanRequest, CreateSavingsPlanResponse>({
  authorize: ({ tags = {} }) => [{ resource: '*', context: requestTags(tags) }],
  run(input, call) {
    const { savingsPlanOfferingId: id = '', commitment = '', clientToken = null } = input
    const before = clientToken && listPlans(call).find((row) => row.client_token === clientToken)
    if (before) return { savingsPlanId: before.plan_id }
    const offering = offerings(call.ports.places!).get(id)
    if (!offering) throw offeringNotFound(id)
    if (!/^\d+(\.\d{1,3})?$/.test(commitment) || Number(commitment) < 0.001) {
      throw invalid('The commitment has to be at least 0.001 USD an hour, with three decimals.')
    }
    const hours = offering.durationSeconds / 3600
    const part = { 'No Upfront': 0, 'Partial Upfront': 0.5, 'All Upfront': 1 }[
      offering.paymentOption
    ]
    const start = Math.max(call.now, input.purchaseTime?.getTime() ?? call.now)
    const planId = call.ids.uuid()
    insertPlan(call, {
      plan_id: planId,
      offering_id: id,
      commitment,
      upfront: (Number(commitment) * hours * part).toFixed(2),
      started_at: start,
      ends_at: start + offering.durationSeconds * 1000,
      state: 'bought',
      client_token: clientToken,
      tags: JSON.stringify(input.tags ?? {}),
    })
    return { savingsPlanId: planId }
  },
})

function stateOf(row: PlanRow, now: number): SavingsPlanState {
  if (row.state === 'returned') return 'returned'
  if (row.state === 'deleted') return 'queued-deleted'
  if (now < row.started_at) return 'queued'
  return now < row.ends_at ? 'active' : 'retired'
}

function shown(row: PlanRow, call: Call): SavingsPlan {
  const offering = offerings(call.ports.places!).get(row.offering_id)!
  const hours = offering.durationSeconds / 3600
  const recurring = Number(row.commitment) - Number(row.upfront) / hours
  return {
    offeringId: row.offering_id,
    savingsPlanId: row.plan_id,
    savingsPlanArn: arnOf(call, row.plan_id),
    description: offering.description,
    start: new Date(row.started_at).toISOString(),
    end: new Date(row.ends_at - 1000).toISOString(),
    state: stateOf(row, call.now),
    ...(offering.region ? { region: offering.region } : {}),
    ...(offering.family ? { ec2InstanceFamily: offering.family } : {}),
    savingsPlanType: offering.planType,
    paymentOption: offering.paymentOption,
    productTypes: offering.productTypes,
    currency: 'USD',
    commitment: row.commitment,
    upfrontPaymentAmount: row.upfront,
    recurringPaymentAmount: recurring.toFixed(8),
    termDurationInSeconds: offering.durationSeconds,
    returnableUntil: new Date(row.started_at + week).toISOString(),
    tags: tagsOf(row),
  }
}

/** https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_DescribeSavingsPlans.html */
export const DescribeSavingsPlans = operation<
  DescribeSavingsPlansRequest,
  DescribeSavingsPlansResponse
>({
  authorize: (_, call) => [arnOf(call, '*')],
  run(input, call) {
    const { savingsPlanIds: ids = [], savingsPlanArns: arns = [], states = [] } = input
    const found = listPlans(call)
      .map((row) => shown(row, call))
      .filter(
        (plan) =>
          (ids.length === 0 || ids.includes(plan.savingsPlanId!)) &&
          (arns.length === 0 || arns.includes(plan.savingsPlanArn!)) &&
          (states.length === 0 || states.includes(plan.state!)) &&
          (input.filters ?? []).every(({ name = '', values = [] }) =>
            values.includes(filterable(plan)[name] ?? ''),
          ),
      )
    const { items, ...more } = pageOf(found, input, call)
    return { savingsPlans: items, ...more }
  },
})

const filterable = (plan: SavingsPlan): Record<string, string | undefined> => ({
  region: plan.region,
  'ec2-instance-family': plan.ec2InstanceFamily,
  'instance-family': plan.ec2InstanceFamily,
  commitment: plan.commitment,
  upfront: plan.upfrontPaymentAmount,
  term: String(plan.termDurationInSeconds),
  'savings-plan-type': plan.savingsPlanType,
  'payment-option': plan.paymentOption,
  start: plan.start,
  end: plan.end,
})

function required(id: string | undefined, call: Call): PlanRow {
  const row = findPlan(call, id ?? '')
  if (!row) throw planNotFound(id ?? '')
  return row
}

/** https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_DescribeSavingsPlanRates.html */
export const DescribeSavingsPlanRates = operation<
  DescribeSavingsPlanRatesRequest,
  DescribeSavingsPlanRatesResponse
>({
  authorize: ({ savingsPlanId = '' }, call) => onPlan(savingsPlanId, call),
  run(input, call) {
    const row = required(input.savingsPlanId, call)
    const offering = offerings(call.ports.places!).get(row.offering_id)!
    const named = (name: string) => input.filters?.find((one) => one.name === name)?.values
    const regions = named('region') ?? call.ports.places!.regions().map(({ name }) => name)
    function* found() {
      const isWanted = (type: string) => named('instanceType')?.includes(type) ?? true
      for (const rate of ratesOf(offering, regions, isWanted)) {
        if (named('productDescription')?.includes(rate.productDescription) ?? true) yield rate
      }
    }
    const { items, ...more } = pageOf(found(), input, call)
    return {
      savingsPlanId: row.plan_id,
      searchResults: items.map((rate) => ({
        rate: rate.rate,
        currency: 'USD',
        unit: 'Hrs',
        productType: 'EC2',
        serviceCode: 'AmazonEC2',
        usageType: `BoxUsage:${rate.instanceType}`,
        operation: 'RunInstances',
        properties: [
          { name: 'region', value: rate.region },
          { name: 'instanceType', value: rate.instanceType },
          { name: 'productDescription', value: rate.productDescription },
          { name: 'tenancy', value: 'shared' },
        ],
      })),
      ...more,
    }
  },
})

/** https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_DeleteQueuedSavingsPlan.html */
export const DeleteQueuedSavingsPlan = operation<DeleteQueuedSavingsPlanRequest, {}>({
  authorize: ({ savingsPlanId = '' }, call) => onPlan(savingsPlanId, call),
  run({ savingsPlanId }, call) {
    const row = required(savingsPlanId, call)
    if (stateOf(row, call.now) !== 'queued') throw invalid('The Savings Plan is not queued.')
    updatePlan(call, row.plan_id, { state: 'deleted', tags: row.tags })
    return {}
  },
})

/** Within seven days. https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_ReturnSavingsPlan.html */
export const ReturnSavingsPlan = operation<ReturnSavingsPlanRequest, ReturnSavingsPlanResponse>({
  authorize: ({ savingsPlanId = '' }, call) => onPlan(savingsPlanId, call),
  run({ savingsPlanId }, call) {
    const row = required(savingsPlanId, call)
    if (stateOf(row, call.now) !== 'active' || call.now > row.started_at + week) {
      throw invalid('The Savings Plan can be returned within seven days of its purchase only.')
    }
    updatePlan(call, row.plan_id, { state: 'returned', tags: row.tags })
    return { savingsPlanId: row.plan_id }
  },
})

const idOfArn = (arn = '') => arn.slice(arn.lastIndexOf('/') + 1)

/** https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_TagResource.html */
export const TagResource = operation<TagResourceRequest, {}>({
  authorize: ({ resourceArn, tags = {} }, call) => onPlan(idOfArn(resourceArn), call, tags),
  run({ resourceArn, tags = {} }, call) {
    const row = required(idOfArn(resourceArn), call)
    updatePlan(call, row.plan_id, {
      state: row.state,
      tags: JSON.stringify({ ...tagsOf(row), ...tags }),
    })
    return {}
  },
})

/** https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_UntagResource.html */
export const UntagResource = operation<UntagResourceRequest, {}>({
  authorize: ({ resourceArn }, call) => onPlan(idOfArn(resourceArn), call),
  run({ resourceArn, tagKeys = [] }, call) {
    const row = required(idOfArn(resourceArn), call)
    const kept = Object.entries(tagsOf(row)).filter(([key]) => !tagKeys.includes(key))
    updatePlan(call, row.plan_id, {
      state: row.state,
      tags: JSON.stringify(Object.fromEntries(kept)),
    })
    return {}
  },
})

/** https://docs.aws.amazon.com/savingsplans/latest/APIReference/API_ListTagsForResource.html */
export const ListTagsForResource = operation<
  ListTagsForResourceRequest,
  ListTagsForResourceResponse
>({
  authorize: ({ resourceArn }, call) => onPlan(idOfArn(resourceArn), call),
  run: ({ resourceArn }, call) => ({ tags: tagsOf(required(idOfArn(resourceArn), call)) }),
})
