import type {
  DeleteQueuedReservedInstancesRequest,
  DeleteQueuedReservedInstancesResult,
  DescribeReservedInstancesModificationsRequest,
  DescribeReservedInstancesModificationsResult,
  DescribeReservedInstancesOfferingsRequest,
  DescribeReservedInstancesOfferingsResult,
  DescribeReservedInstancesRequest,
  DescribeReservedInstancesResult,
  ModifyReservedInstancesRequest,
  ModifyReservedInstancesResult,
  PurchaseReservedInstancesOfferingRequest,
  PurchaseReservedInstancesOfferingResult,
  ReservedInstances,
  ReservedInstancesModification,
  ReservedInstancesOffering,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { invalidParameterValue, invalidValue, missingParameter } from '../errors.ts'
import { instanceTypes } from '../facts/instance-types.ts'
import { zonesOf } from '../facts/regions.ts'
import { anyResource, onResource } from '../permissions.ts'
import { findOffering, offeringsOf } from '../reserved/offerings.ts'
import {
  insertModification,
  insertReserved,
  listModifications,
  listReserved,
  setReservedState,
} from '../rows/reserved-instances.ts'
import { tagsOf } from '../rows/tags.ts'

const offeringSource: FactSource<ReservedInstancesOffering> = {
  limits: { least: 5, most: 100, unasked: 100 },
  filters: {
    'availability-zone': ({ AvailabilityZone }) => AvailabilityZone,
    duration: ({ Duration }) => Duration,
    'fixed-price': ({ FixedPrice }) => FixedPrice,
    'instance-type': ({ InstanceType }) => InstanceType,
    marketplace: ({ Marketplace }) => Marketplace,
    'product-description': ({ ProductDescription }) => ProductDescription,
    'reserved-instances-offering-id': ({ ReservedInstancesOfferingId: id }) => id,
    scope: ({ Scope }) => Scope,
    'usage-price': ({ UsagePrice }) => UsagePrice,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeReservedInstancesOfferings.html */
export const DescribeReservedInstancesOfferings = operation<
  DescribeReservedInstancesOfferingsRequest,
  DescribeReservedInstancesOfferingsResult
>({
  authorize: anyResource,
  run(input, call) {
    const ids = input.ReservedInstancesOfferingIds ?? []
    const picked =
      ids.length > 0
        ? ids.map((id) => requireOffering(id, call))
        : typesOf(input).flatMap((type) => offeringsOf(type, call.region))
    const found = picked.filter(
      (one) =>
        is(input.AvailabilityZone, one.AvailabilityZone) &&
        is(input.ProductDescription?.replace(' (Amazon VPC)', ''), one.ProductDescription) &&
        is(input.OfferingClass, one.OfferingClass) &&
        is(input.OfferingType, one.OfferingType) &&
        is(input.InstanceTenancy, one.InstanceTenancy) &&
        is(input.InstanceType, one.InstanceType) &&
        one.Duration! >= (input.MinDuration ?? 0) &&
        one.Duration! <= (input.MaxDuration ?? Infinity),
    )
    const { items, nextToken } = pageOfFacts(offeringSource, found, input, call, ids)
    return { ReservedInstancesOfferings: items, NextToken: nextToken }
  },
})

const is = (wanted: string | undefined, value: string | undefined) =>
  wanted === undefined || wanted === value

/** The types that are asked for: all have some hundred thousand offerings together. */
function typesOf({ InstanceType, Filters }: DescribeReservedInstancesOfferingsRequest): string[] {
  if (InstanceType) return [InstanceType]
  const filter = Filters?.find(({ Name }) => Name === 'instance-type')?.Values
  const exact = filter?.filter((value) => !/[*?\\]/.test(value))
  if (exact && exact.length === filter!.length) return exact
  return [...instanceTypes().keys()]
}

function requireOffering(id: string, { region }: Call) {
  const offering = findOffering(id, region)
  if (offering) return offering
  throw new AwsError(
    'InvalidReservedInstancesOfferingId',
    `The reserved instances offering ID '${id}' does not exist`,
  )
}

/** Nothing is charged; the bill takes it into account. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_PurchaseReservedInstancesOffering.html */
export const PurchaseReservedInstancesOffering = operation<
  PurchaseReservedInstancesOfferingRequest,
  PurchaseReservedInstancesOfferingResult
>({
  authorize: anyResource,
  run(input, call) {
    const { ReservedInstancesOfferingId: offeringId, InstanceCount: count } = input
    if (!offeringId) throw missingParameter('ReservedInstancesOfferingId')
    if (count === undefined) throw missingParameter('InstanceCount')
    if (count < 1) throw invalidValue(count, 'instanceCount')
    const offering = requireOffering(offeringId, call)
    const limit = input.LimitPrice?.Amount
    if (limit !== undefined && offering.FixedPrice! * count > limit) {
      throw invalidParameterValue(`The price of the purchase is above the limit of ${limit} USD.`)
    }
    const start = Math.max(call.now, input.PurchaseTime?.getTime() ?? call.now)
    const id = call.ids.uuid()
    const { Duration, InstanceType, Scope, AvailabilityZone, ...price } = offering
    insertReserved(
      call,
      id,
      {
        InstanceType,
        Scope,
        ...(AvailabilityZone ? { AvailabilityZone } : {}),
        Duration,
        Start: new Date(start),
        End: new Date(start + Duration! * 1000),
        InstanceCount: count,
        FixedPrice: price.FixedPrice,
        UsagePrice: price.UsagePrice,
        RecurringCharges: price.RecurringCharges,
        CurrencyCode: price.CurrencyCode,
        InstanceTenancy: price.InstanceTenancy,
        OfferingClass: price.OfferingClass,
        OfferingType: price.OfferingType,
        ProductDescription: price.ProductDescription,
      },
      start > call.now ? 'queued' : 'active',
    )
    return { ReservedInstancesId: id }
  },
})

const reservedSource: FactSource<ReservedInstances> = {
  filters: {
    'availability-zone': ({ AvailabilityZone }) => AvailabilityZone,
    duration: ({ Duration }) => Duration,
    end: ({ End }) => End?.toISOString(),
    'fixed-price': ({ FixedPrice }) => FixedPrice,
    'instance-type': ({ InstanceType }) => InstanceType,
    'product-description': ({ ProductDescription }) => ProductDescription,
    'reserved-instances-id': ({ ReservedInstancesId }) => ReservedInstancesId,
    scope: ({ Scope }) => Scope,
    start: ({ Start }) => Start?.toISOString(),
    state: ({ State }) => State,
    'tag:': ({ Tags }) => (Tags ?? []).map(({ Key, Value }) => `${Key}\0${Value}`),
    'tag-key': ({ Tags }) => (Tags ?? []).map(({ Key }) => Key),
    'usage-price': ({ UsagePrice }) => UsagePrice,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeReservedInstances.html */
export const DescribeReservedInstances = operation<
  DescribeReservedInstancesRequest,
  DescribeReservedInstancesResult
>({
  authorize: anyResource,
  run({ ReservedInstancesIds: ids = [], ...input }, call) {
    const all = ids.length > 0 ? requireReserved(ids, call) : listReserved(call, call.now)
    const found = all.filter(
      (one) =>
        is(input.OfferingClass, one.OfferingClass) && is(input.OfferingType, one.OfferingType),
    )
    const tags = tagsOf(
      call,
      found.map(({ ReservedInstancesId }) => ReservedInstancesId!),
    )
    const tagged = found.map((one) => ({ ...one, Tags: tags.get(one.ReservedInstancesId!) ?? [] }))
    const { items } = pageOfFacts(reservedSource, tagged, { Filters: input.Filters }, call, ids)
    return { ReservedInstances: items }
  },
})

function requireReserved(ids: readonly string[], call: Call): ReservedInstances[] {
  const all = new Map(listReserved(call, call.now).map((one) => [one.ReservedInstancesId, one]))
  return ids.map((id) => {
    const found = all.get(id)
    if (found) return found
    throw new AwsError(
      'InvalidReservedInstancesId',
      `The reserved instances ID '${id}' does not exist`,
    )
  })
}

/** Other zones, scopes or sizes for the same capacity. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyReservedInstances.html */
export const ModifyReservedInstances = operation<
  ModifyReservedInstancesRequest,
  ModifyReservedInstancesResult
>({
  authorize: ({ ReservedInstancesIds = [] }, call) =>
    ReservedInstancesIds.map((id) => onResource(call, 'reserved-instances', id)),
  run({ ReservedInstancesIds: ids, TargetConfigurations: targets, ClientToken }, call) {
    if (!ids?.length) throw missingParameter('ReservedInstancesId')
    if (!targets?.length) throw missingParameter('ReservedInstancesConfigurationSetItemType')
    const sources = requireReserved(ids, call)
    const inactive = sources.find(({ State }) => State !== 'active')
    if (inactive) {
      throw new AwsError(
        'IncorrectState',
        `The reserved instances ${inactive.ReservedInstancesId} are not active.`,
      )
    }
    const before = sources.reduce((sum, one) => sum + footprint(one), 0)
    const [first] = sources
    const after = targets.reduce(
      (sum, one) => sum + footprint({ InstanceType: first!.InstanceType, ...defined(one) }),
      0,
    )
    if (before !== after) {
      throw invalidParameterValue(
        'The instance size footprint of the target configurations has to be that of the reserved instances.',
      )
    }
    const results = targets.map((target) => {
      const id = call.ids.uuid()
      const zone = target.AvailabilityZone
      if (zone && !zonesOf(call.region).some(({ name }) => name === zone)) {
        throw invalidValue(zone, 'availabilityZone')
      }
      const { AvailabilityZone, ...kept } = first!
      insertReserved(
        call,
        id,
        {
          ...kept,
          InstanceType: target.InstanceType ?? kept.InstanceType,
          InstanceCount: target.InstanceCount ?? 1,
          Scope: target.Scope ?? (zone ? 'Availability Zone' : kept.Scope),
          ...(zone
            ? { AvailabilityZone: zone }
            : target.Scope !== 'Region' && AvailabilityZone
              ? { AvailabilityZone }
              : {}),
          Start: new Date(call.now),
        },
        'active',
      )
      return { ReservedInstancesId: id, TargetConfiguration: target }
    })
    for (const id of ids) setReservedState(call, id, 'retired')
    const modificationId = `rimod-${call.ids.uuid()}`
    insertModification(
      call,
      modificationId,
      {
        ReservedInstancesModificationId: modificationId,
        ReservedInstancesIds: ids.map((ReservedInstancesId) => ({ ReservedInstancesId })),
        ModificationResults: results,
        CreateDate: new Date(call.now),
        UpdateDate: new Date(call.now),
        EffectiveDate: new Date(call.now),
        Status: 'fulfilled',
        ...(ClientToken ? { ClientToken } : {}),
      },
      call.now,
    )
    return { ReservedInstancesModificationId: modificationId }
  },
})

const defined = (target: object) =>
  Object.fromEntries(Object.entries(target).filter(([, value]) => value !== undefined))

/** Sizes count as their vCPUs, times how many there are. */
const footprint = ({
  InstanceType,
  InstanceCount = 1,
}: Pick<ReservedInstances, 'InstanceType' | 'InstanceCount'>): number =>
  (instanceTypes().get(InstanceType ?? '')?.VCpuInfo?.DefaultVCpus ?? 0) * InstanceCount

const modificationSource: FactSource<ReservedInstancesModification> = {
  filters: {
    'client-token': ({ ClientToken }) => ClientToken,
    'create-date': ({ CreateDate }) => CreateDate?.toISOString(),
    'effective-date': ({ EffectiveDate }) => EffectiveDate?.toISOString(),
    'modification-result.reserved-instances-id': ({ ModificationResults = [] }) =>
      ModificationResults.map(({ ReservedInstancesId }) => ReservedInstancesId),
    'reserved-instances-id': ({ ReservedInstancesIds = [] }) =>
      ReservedInstancesIds.map(({ ReservedInstancesId }) => ReservedInstancesId),
    'reserved-instances-modification-id': ({ ReservedInstancesModificationId: id }) => id,
    status: ({ Status }) => Status,
    'update-date': ({ UpdateDate }) => UpdateDate?.toISOString(),
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeReservedInstancesModifications.html */
export const DescribeReservedInstancesModifications = operation<
  DescribeReservedInstancesModificationsRequest,
  DescribeReservedInstancesModificationsResult
>({
  authorize: anyResource,
  run({ ReservedInstancesModificationIds: ids = [], ...input }, call) {
    const picked = listModifications(call).filter(
      ({ ReservedInstancesModificationId: id }) => ids.length === 0 || ids.includes(id!),
    )
    const { items, nextToken } = pageOfFacts(modificationSource, picked, input, call, ids)
    return { ReservedInstancesModifications: items, NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteQueuedReservedInstances.html */
export const DeleteQueuedReservedInstances = operation<
  DeleteQueuedReservedInstancesRequest,
  DeleteQueuedReservedInstancesResult
>({
  authorize: ({ ReservedInstancesIds = [] }, call) =>
    ReservedInstancesIds.map((id) => onResource(call, 'reserved-instances', id)),
  run({ ReservedInstancesIds: ids = [] }, call) {
    const states = new Map(
      listReserved(call, call.now).map((one) => [one.ReservedInstancesId!, one.State]),
    )
    const [done, failed] = [
      ids.filter((id) => states.get(id) === 'queued'),
      ids.filter((id) => states.get(id) !== 'queued'),
    ]
    for (const id of done) setReservedState(call, id, 'queued-deleted')
    return {
      SuccessfulQueuedPurchaseDeletions: done.map((ReservedInstancesId) => ({
        ReservedInstancesId,
      })),
      FailedQueuedPurchaseDeletions: failed.map((id) => ({
        ReservedInstancesId: id,
        Error: states.has(id)
          ? {
              Code: 'reserved-instances-not-in-queued-state' as const,
              Message: `The reserved instances ${id} are not queued.`,
            }
          : {
              Code: 'reserved-instances-id-invalid' as const,
              Message: `The reserved instances ID ${id} is not valid.`,
            },
      })),
    }
  },
})
