import type { CreateFleetError, CreateFleetInstance, TagSpecification } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import { AwsError } from '../../../errors.ts'
import { onDemandHourly } from '../../../prices/on-demand.ts'
import { begin } from '../instances/lifecycle.ts'
import { launch } from '../instances/launch.ts'
import { instances } from '../rows/instances.ts'
import { activeInstances, addFleetInstance, deactivate, updateFleet } from '../rows/fleets.ts'
import type { FleetInstanceRow, FleetRow } from '../rows/fleets.ts'
import { spotMaxPriceTooLow, spotNotOffered } from '../spot/errors.ts'
import { hasSpot, offersFor, productOfImage, zonesFor } from '../spot/market.ts'
import { inZone } from '../spot/requests.ts'
import { runSpot } from '../spot/run-spot.ts'
import { order, share } from './allocation.ts'
import type { Candidate } from './allocation.ts'
import type { FleetPool } from './pools.ts'
import { record } from './records.ts'
import type { FleetTerms } from './terms.ts'

type Lifecycle = FleetInstanceRow['lifecycle']

/** What an adjustment launched and what it could not, as CreateFleet tells of instant fleets. */
export interface Adjustment {
  readonly instances: CreateFleetInstance[]
  readonly errors: CreateFleetError[]
}

/** Brings a fleet to its target: launches what is missing and, where it is wanted, ends what is too much. */
export function adjust(fleet: FleetRow, terms: FleetTerms, call: TimerCall): Adjustment {
  const done: Adjustment = { instances: [], errors: [] }
  const active = activeInstances(call, fleet.fleet_id)
  const parts: readonly [Lifecycle, number][] = [
    ['on-demand', fleet.on_demand_target],
    ['spot', fleet.spot_target],
  ]
  for (const [lifecycle, target] of parts) {
    const own = active.filter((one) => one.lifecycle === lifecycle)
    const missing = target - capacity(own)
    if (missing > 0) grow(fleet, terms, lifecycle, missing, own, done, call)
    else if (fleet.excess_policy === 'termination') shrink(fleet, own, -missing, call)
  }
  const fulfilled = capacity(activeInstances(call, fleet.fleet_id)) >= fleet.total_target
  updateFleet(call, fleet.fleet_id, {
    activity_status: fulfilled
      ? 'fulfilled'
      : done.errors.length > 0
        ? 'error'
        : 'pending_fulfillment',
  })
  return done
}

export const capacity = (rows: readonly FleetInstanceRow[]): number =>
  rows.reduce((sum, one) => sum + one.weight, 0)

function grow(
  fleet: FleetRow,
  terms: FleetTerms,
  lifecycle: Lifecycle,
  units: number,
  own: readonly FleetInstanceRow[],
  done: Adjustment,
  call: TimerCall,
): void {
  const candidates: Candidate[] = []
  terms.pools.forEach((pool, index) => {
    const found = quote(pool, lifecycle, terms, call)
    if (found instanceof AwsError) fail(fleet, pool, lifecycle, found, done, call)
    else {
      const has = own.filter((one) => one.pool === index).length
      const { weight, priority } = pool
      candidates.push({ pool: index, weight, priority, has, ...found })
    }
  })
  const strategy = lifecycle === 'spot' ? terms.spotStrategy : terms.onDemandStrategy
  let { spread, spare } = order(candidates, strategy, lifecycle === 'spot' ? terms.poolsToUse : 1)
  let left = units
  while (left > 0 && spread.length > 0) {
    const failed = new Set<number>()
    for (const [index, count] of share(spread, left)) {
      const launched = launchIn(fleet, terms, index, lifecycle, count, done, call)
      left -= launched * terms.pools[index]!.weight
      if (launched < count) failed.add(index)
    }
    if (failed.size === 0) break
    // The next pools in the order take the place of those that failed.
    spread = [...spread.filter(({ pool }) => !failed.has(pool)), ...spare.slice(0, failed.size)]
    spare = spare.slice(failed.size)
  }
}

/** What an instance of a pool costs, or why there is none to be had. */
function quote(
  { input, maxPrice, weight }: FleetPool,
  lifecycle: Lifecycle,
  terms: FleetTerms,
  call: TimerCall,
): { price: number; scarcity: number } | AwsError {
  const type = input.InstanceType ?? ''
  const product = productOfImage(input.ImageId, call)
  const usual = onDemandHourly(type, call.region, product) ?? Infinity
  if (lifecycle === 'on-demand') return { price: usual, scarcity: 1 }
  if (!hasSpot(type)) return spotNotOffered(type)
  const [cheapest] = offersFor(type, product, zonesFor(input, call), call)
  // What is wrong with the network, the launch says.
  if (!cheapest) return { price: usual, scarcity: 1 }
  const most = mostFor({ maxPrice, weight }, terms) ?? usual
  return cheapest.price > most
    ? spotMaxPriceTooLow(most, cheapest.price)
    : { price: cheapest.price, scarcity: cheapest.price / usual }
}

/** USD an hour for an instance: the pool's own, or the fleet's for each of its units. */
const mostFor = (
  { maxPrice, weight }: Pick<FleetPool, 'maxPrice' | 'weight'>,
  terms: FleetTerms,
): number | undefined =>
  maxPrice ?? (terms.maxPrice === undefined ? undefined : terms.maxPrice * weight)

/** @returns how many instances were launched: all of them, or none */
function launchIn(
  fleet: FleetRow,
  terms: FleetTerms,
  index: number,
  lifecycle: Lifecycle,
  count: number,
  done: Adjustment,
  call: TimerCall,
): number {
  const pool = terms.pools[index]!
  const tag = fleet.kind === 'spot' ? 'aws:ec2spot:fleet-request-id' : 'aws:ec2:fleet-id'
  const marks = { template: pool.template, awsTags: { [tag]: fleet.fleet_id } }
  const tags = withTags(pool.input.TagSpecifications ?? [], terms.instanceTags ?? [])
  const input = {
    ...pool.input,
    MinCount: count,
    MaxCount: count,
    ...(tags.length > 0 ? { TagSpecifications: tags } : {}),
  }
  const most = mostFor(pool, terms)
  const { behavior } = terms
  try {
    const ids = call.db.transaction(() => {
      if (lifecycle === 'on-demand') {
        const { InstanceMarketOptions: _, ...plain } = input
        const [zone] = zonesFor(plain, call)
        return launch(zone ? inZone(plain, zone.name) : plain, marks, call)
      }
      const SpotOptions = {
        ...(most === undefined ? {} : { MaxPrice: String(most) }),
        SpotInstanceType:
          behavior === 'terminate' ? ('one-time' as const) : ('persistent' as const),
        InstanceInterruptionBehavior: behavior,
      }
      const market = { MarketType: 'spot' as const, SpotOptions }
      return runSpot({ ...input, InstanceMarketOptions: market }, marks, call, fleet.fleet_id)
    })
    for (const id of ids) join(fleet, pool, index, lifecycle, id, call)
    done.instances.push({
      ...naming(pool, lifecycle),
      InstanceIds: ids,
      InstanceType: pool.input.InstanceType!,
      ...(isWindows(pool, call) ? { Platform: 'Windows' as const } : {}),
    })
    return count
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    fail(fleet, pool, lifecycle, error, done, call)
    return 0
  }
}

/** The fleet's tags win over the template's of the same key. */
function withTags(own: readonly TagSpecification[], more: readonly TagSpecification[]) {
  const keys = new Set(
    more.flatMap(({ ResourceType, Tags }) =>
      (Tags ?? []).map(({ Key }) => `${ResourceType}/${Key}`),
    ),
  )
  const kept = own.flatMap(({ ResourceType, Tags = [] }) => {
    const rest = Tags.filter(({ Key }) => !keys.has(`${ResourceType}/${Key}`))
    return rest.length > 0 ? [{ ResourceType, Tags: rest }] : []
  })
  return [...kept, ...more]
}

const isWindows = ({ input }: FleetPool, call: TimerCall) =>
  productOfImage(input.ImageId, call) === 'Windows'

function join(
  fleet: FleetRow,
  pool: FleetPool,
  index: number,
  lifecycle: Lifecycle,
  instanceId: string,
  call: TimerCall,
): void {
  const row = instances.require(instanceId, call)
  const { SpotInstanceRequestId } = JSON.parse(row.doc) as { SpotInstanceRequestId?: string }
  addFleetInstance(call, {
    fleet_id: fleet.fleet_id,
    instance_id: instanceId,
    request_id: SpotInstanceRequestId ?? null,
    lifecycle,
    weight: pool.weight,
    pool: index,
    instance_type: row.instance_type,
  })
  record(fleet, 'instanceChange', 'launched', call, {
    instanceId,
    description: JSON.stringify({
      instanceType: row.instance_type,
      image: row.image_id,
      productDescription: productOfImage(row.image_id, call),
      availabilityZone: row.availability_zone,
    }),
  })
}

function fail(
  fleet: FleetRow,
  pool: FleetPool,
  lifecycle: Lifecycle,
  { code, message }: AwsError,
  done: Adjustment,
  call: TimerCall,
): void {
  done.errors.push({ ...naming(pool, lifecycle), ErrorCode: code, ErrorMessage: message })
  record(fleet, 'error', 'launchSpecUnusable', call, {
    description: `${pool.input.InstanceType}, ${pool.input.ImageId}, ${lifecycle}: ${code}: ${message}`,
  })
}

const naming = ({ template, override }: FleetPool, lifecycle: Lifecycle) => ({
  LaunchTemplateAndOverrides: {
    ...(template
      ? {
          LaunchTemplateSpecification: {
            LaunchTemplateId: template.id,
            Version: String(template.version),
          },
        }
      : {}),
    ...(override ? { Overrides: override as object } : {}),
  },
  Lifecycle: lifecycle,
})

/** Ends instances as long as the target is still met without them: the youngest first. */
function shrink(
  fleet: FleetRow,
  own: readonly FleetInstanceRow[],
  excess: number,
  call: TimerCall,
): void {
  let left = excess
  const ending = own.toReversed().filter(({ weight }) => {
    if (weight > left) return false
    left -= weight
    return true
  })
  terminate(fleet, ending, call)
}

/** Ends instances of a fleet. */
export function terminate(
  fleet: FleetRow,
  ending: readonly FleetInstanceRow[],
  call: TimerCall,
): void {
  if (ending.length === 0) return
  const ids = ending.map((one) => one.instance_id)
  deactivate(call, ids)
  const living = ids
    .flatMap((id) => instances.find(id, call) ?? [])
    .filter(({ state }) => state !== 'terminated' && state !== 'shutting-down')
  begin('shutting-down', living, call)
  for (const id of ids) record(fleet, 'instanceChange', 'terminated', call, { instanceId: id })
}
