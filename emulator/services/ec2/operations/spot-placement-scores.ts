import type {
  GetSpotPlacementScoresRequest,
  GetSpotPlacementScoresResult,
  SpotPlacementScore,
} from '@aws-sdk/client-ec2'
import { onDemandHourly } from '../../../prices/on-demand.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageBounds } from '../describe/pages.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { instanceTypes, isOffered } from '../facts/instance-types.ts'
import { regions, zonesOf } from '../facts/regions.ts'
import type { Zone } from '../facts/regions.ts'
import { matchingTypes } from '../fleets/instance-requirements.ts'
import { anyResource } from '../permissions.ts'
import { offersFor } from '../spot/market.ts'

/**
 * How likely a request of this size is to be fulfilled, from 1 to 10: the cheaper the spot market, the more spare
 * capacity it has. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSpotPlacementScores.html
 */
export const GetSpotPlacementScores = operation<
  GetSpotPlacementScoresRequest,
  GetSpotPlacementScoresResult
>({
  authorize: anyResource,
  run(input, call) {
    const { TargetCapacity: target, SingleAvailabilityZone: single, RegionNames } = input
    if (!target) throw missingParameter('TargetCapacity')
    if (target < 1) throw invalidValue(target, 'targetCapacity')
    const types = typesOf(input)
    const places = RegionNames?.length ? RegionNames : usualRegions()
    const scores = places
      .flatMap((region) => scoresOf(region, types, target, single === true, call))
      .toSorted((a, b) => b.Score! - a.Score!)
    const bounds = pageBounds(
      input,
      { least: 10, most: 1000, unasked: 10 },
      false,
      [types, target, single, places],
      call,
    )
    const end = bounds.after + bounds.size!
    return {
      SpotPlacementScores: scores.slice(bounds.after, end),
      NextToken: end < scores.length ? bounds.tokenAfter(end) : undefined,
    }
  },
})

function typesOf(input: GetSpotPlacementScoresRequest): readonly string[] {
  const requirements = input.InstanceRequirementsWithMetadata?.InstanceRequirements
  if (requirements) return matchingTypes(requirements)
  const names = input.InstanceTypes ?? []
  if (names.length === 0) throw missingParameter('InstanceTypes')
  const unknown = names.find((name) => !instanceTypes().has(name))
  if (unknown !== undefined) throw invalidValue(unknown, 'instanceType')
  return names
}

const usualRegions = () =>
  [...regions().values()]
    .filter(({ optIn }) => optIn === 'opt-in-not-required')
    .map(({ name }) => name)

function scoresOf(
  region: string,
  types: readonly string[],
  target: number,
  single: boolean,
  call: Call,
): SpotPlacementScore[] {
  const zones = zonesOf(region)
  if (!single) {
    return [{ Region: region, Score: score(region, types, zones, target, call) }]
  }
  return zones.map((zone) => ({
    Region: region,
    AvailabilityZoneId: zone.id,
    Score: score(region, types, [zone], target, call),
  }))
}

/** Large targets and few pools lower it. */
function score(
  region: string,
  types: readonly string[],
  zones: readonly Zone[],
  target: number,
  { now }: Call,
): number {
  const ratios = types.flatMap((type) => {
    const usual = onDemandHourly(type, region)
    const offering = zones.filter((zone) => isOffered(instanceTypes().get(type)!, zone))
    return usual === undefined
      ? []
      : offersFor(type, 'Linux/UNIX', offering, { region, now }).map(({ price }) => price / usual)
  })
  if (ratios.length === 0) return 1
  const cheapest = Math.min(...ratios)
  const perPool = target / ratios.length
  const points = 12 - 12 * cheapest - Math.log10(Math.max(1, perPool)) * 2
  return Math.max(1, Math.min(10, Math.round(points)))
}
