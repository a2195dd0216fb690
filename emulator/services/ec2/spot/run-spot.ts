import type { RunInstancesRequest, SpotMarketOptions } from '@aws-sdk/client-ec2'
import { notImplemented } from '../../../errors.ts'
import { invalidValue } from '../errors.ts'
import { launch } from '../instances/launch.ts'
import type { LaunchCall, LaunchMarks } from '../instances/launch.ts'
import { instances } from '../rows/instances.ts'
import { specifiedTags, tagResource } from '../tagging.ts'
import {
  noSpotBlocks,
  onlyPersistentStops,
  persistentNeedsStop,
  spotMaxPriceTooLow,
  spotNotOffered,
} from './errors.ts'
import { fulfilled } from './evaluate.ts'
import { hasSpot, offersFor, productOfImage, zonesFor } from './market.ts'
import { inZone, isBehavior, maxPriceOf, recordRequest } from './requests.ts'
import type { SpotTerms } from './requests.ts'

/**
 * RunInstances on the spot market: the instances come at once, each with a request that it fulfils, or not at all.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceMarketOptionsRequest.html
 *
 * @throws SpotMaxPriceTooLow, InvalidParameterValue, InvalidParameterCombination and what a launch throws
 */
export function runSpot(
  input: RunInstancesRequest,
  marks: LaunchMarks,
  call: LaunchCall,
  fleetId: string | null = null,
): string[] {
  const { MarketType, SpotOptions } = input.InstanceMarketOptions ?? {}
  if (MarketType === 'capacity-block') {
    throw notImplemented('ec2', 'RunInstances with MarketType capacity-block')
  }
  if (MarketType !== undefined && MarketType !== 'spot') {
    throw invalidValue(MarketType, 'InstanceMarketOptions.MarketType')
  }
  const terms = spotTerms(SpotOptions ?? {}, input, call)
  const placed = inCheapestZone(input, terms.maxPrice, call)
  const requests: string[] = []
  const spotRequestId = (index: number) => (requests[index] ??= call.ids.ec2('sir'))
  const ids = launch(placed, { ...marks, spotRequestId }, call)
  const { 'spot-instances-request': tags } = specifiedTags(
    input.TagSpecifications?.filter((one) => one.ResourceType === 'spot-instances-request'),
    'spot-instances-request',
  )
  ids.forEach((id, index) => {
    const requestId = spotRequestId(index)
    recordRequest(requestId, placed, terms, call, {
      state: 'active',
      status_code: 'fulfilled',
      fleet_id: fleetId,
    })
    tagResource(call, requestId, 'spot-instances-request', tags)
    fulfilled(requestId, id, instances.require(id, call).availability_zone, call)
    if (terms.validUntil !== undefined) {
      call.timers.schedule(terms.validUntil, 'spot-expire', { requestId }, requestId)
    }
  })
  return ids
}

function spotTerms(
  options: SpotMarketOptions,
  input: RunInstancesRequest,
  call: LaunchCall,
): SpotTerms {
  const type = options.SpotInstanceType ?? 'one-time'
  const behavior = options.InstanceInterruptionBehavior ?? 'terminate'
  if (!['one-time', 'persistent'].includes(type)) throw invalidValue(type, 'SpotInstanceType')
  if (!isBehavior(behavior)) throw invalidValue(behavior, 'InstanceInterruptionBehavior')
  if (options.BlockDurationMinutes !== undefined) throw noSpotBlocks(options.BlockDurationMinutes)
  if (type === 'persistent' && behavior === 'terminate') throw persistentNeedsStop()
  if (type === 'one-time' && behavior !== 'terminate') throw onlyPersistentStops(behavior)
  // A template's data has times as text.
  const until = options.ValidUntil && new Date(options.ValidUntil).getTime()
  if (until !== undefined && until <= call.now) {
    throw invalidValue(new Date(until).toISOString(), 'validUntil', 'It must be in the future.')
  }
  return { type, behavior, maxPrice: maxPriceOf(options.MaxPrice, input, call), validUntil: until }
}

/** Where the request leaves the zone open, the cheapest one that is not too dear. */
function inCheapestZone(
  input: RunInstancesRequest,
  maxPrice: number,
  call: LaunchCall,
): RunInstancesRequest {
  const product = productOfImage(input.ImageId, call)
  const type = input.InstanceType ?? ''
  const zones = zonesFor(input, call)
  // What is wrong with the type or the network, the launch says.
  if (zones.length === 0) return input
  if (!hasSpot(type)) throw spotNotOffered(type)
  const [cheapest] = offersFor(type, product, zones, call)
  if (!cheapest) return input
  if (cheapest.price > maxPrice) throw spotMaxPriceTooLow(maxPrice, cheapest.price)
  return inZone(input, cheapest.zone.name)
}
