import type {
  CreateFleetRequest,
  SpotFleetRequestConfigData,
  TargetCapacitySpecificationRequest,
} from '@aws-sdk/client-ec2'
import type { Scope } from '../describe/resources.ts'
import type { FleetRow } from '../rows/fleets.ts'
import { parsePrice } from '../spot/requests.ts'
import { strategyOf } from './allocation.ts'
import type { Strategy } from './allocation.ts'
import { poolsOfFleet, poolsOfSpotFleet } from './pools.ts'
import type { FleetPool } from './pools.ts'

/** What a fleet of either kind wants, apart from how its API spells it. */
export interface FleetTerms {
  readonly pools: readonly FleetPool[]
  readonly spotStrategy: Strategy
  readonly onDemandStrategy: Strategy
  /** Across how many pools `lowestPrice` spreads. */
  readonly poolsToUse: number
  /** USD an hour for a unit; undefined for the on-demand price of each type. */
  readonly maxPrice: number | undefined
  readonly behavior: 'terminate' | 'stop' | 'hibernate'
  readonly replacesUnhealthy: boolean
  readonly endsWithInstances: boolean
  /** Tags for the instances of an instant fleet. */
  readonly instanceTags: CreateFleetRequest['TagSpecifications']
}

/** Reads a fleet's request again, as its row keeps it. */
export function termsOfFleet(row: Pick<FleetRow, 'kind' | 'doc'>, scope: Scope): FleetTerms {
  return row.kind === 'spot'
    ? termsOfSpotFleet(JSON.parse(row.doc) as SpotFleetRequestConfigData, scope)
    : termsOfEc2Fleet(JSON.parse(row.doc) as CreateFleetRequest, scope)
}

export function termsOfEc2Fleet(input: CreateFleetRequest, scope: Scope): FleetTerms {
  const { SpotOptions: spot = {}, OnDemandOptions: onDemand = {} } = input
  return {
    pools: poolsOfFleet(input, scope),
    spotStrategy: strategyOf(spot.AllocationStrategy),
    onDemandStrategy: strategyOf(onDemand.AllocationStrategy),
    poolsToUse: spot.InstancePoolsToUseCount ?? 1,
    maxPrice: undefined,
    behavior: spot.InstanceInterruptionBehavior ?? 'terminate',
    replacesUnhealthy: input.ReplaceUnhealthyInstances === true,
    endsWithInstances: input.TerminateInstancesWithExpiration === true,
    instanceTags:
      input.Type === 'instant'
        ? input.TagSpecifications?.filter(({ ResourceType }) => ResourceType !== 'fleet')
        : undefined,
  }
}

export function termsOfSpotFleet(config: SpotFleetRequestConfigData, scope: Scope): FleetTerms {
  return {
    pools: poolsOfSpotFleet(config, scope),
    spotStrategy: strategyOf(config.AllocationStrategy),
    onDemandStrategy: strategyOf(config.OnDemandAllocationStrategy),
    poolsToUse: config.InstancePoolsToUseCount ?? 1,
    maxPrice: config.SpotPrice ? parsePrice(config.SpotPrice) : undefined,
    behavior: config.InstanceInterruptionBehavior ?? 'terminate',
    replacesUnhealthy: config.ReplaceUnhealthyInstances === true,
    endsWithInstances: config.TerminateInstancesWithExpiration === true,
    instanceTags: undefined,
  }
}

/** How much of the target is of which kind: what is not said goes to the default one. */
export function targetsOf({
  TotalTargetCapacity: total = 0,
  OnDemandTargetCapacity: onDemand,
  SpotTargetCapacity: spot,
  DefaultTargetCapacityType: rest = 'on-demand',
}: TargetCapacitySpecificationRequest): { total: number; onDemand: number; spot: number } {
  const left = Math.max(0, total - (onDemand ?? 0) - (spot ?? 0))
  return {
    total,
    onDemand: (onDemand ?? 0) + (rest === 'on-demand' ? left : 0),
    spot: (spot ?? 0) + (rest === 'spot' ? left : 0),
  }
}
