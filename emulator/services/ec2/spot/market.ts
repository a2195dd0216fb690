import type { RunInstancesRequest } from '@aws-sdk/client-ec2'
import { onDemandHourly, productOf } from '../../../prices/on-demand.ts'
import type { Product } from '../../../prices/on-demand.ts'
import { historyLength, nextPrice, spotPriceAt } from '../../../prices/spot.ts'
import type { Pool } from '../../../prices/spot.ts'
import type { Scope } from '../describe/resources.ts'
import { instanceTypes, isOffered } from '../facts/instance-types.ts'
import { zonesOf } from '../facts/regions.ts'
import type { Zone } from '../facts/regions.ts'
import { findImage } from '../images/visible-images.ts'
import { isShort } from '../rows/capacity-shortages.ts'
import { defaultSubnets, subnets } from '../rows/subnets.ts'

/** What a type costs in a zone now. */
export interface Offer {
  readonly zone: Zone
  /** USD an hour. */
  readonly price: number
}

export const poolOf = (region: string, zone: Zone, type: string, product: Product): Pool => ({
  type,
  region,
  zoneId: zone.id,
  product,
})

/** What runs on the instances of a launch, as prices tell it apart. */
export const productOfImage = (imageId: string | undefined, scope: Scope): Product =>
  productOf(imageId ? findImage(imageId, scope)?.PlatformDetails : undefined)

/** Whether EC2 sells spare machines of the type. */
export const hasSpot = (type: string): boolean =>
  instanceTypes().get(type)?.SupportedUsageClasses?.includes('spot') === true

/** The zones that a launch may go to: the subnet's, those named, or all that have a default subnet and the type. */
export function zonesFor(input: Partial<RunInstancesRequest>, scope: Scope): Zone[] {
  const type = instanceTypes().get(input.InstanceType ?? '')
  if (!type) return []
  const offering = zonesOf(scope.region).filter((zone) => isOffered(type, zone))
  const subnetId = input.SubnetId ?? input.NetworkInterfaces?.find((one) => one.SubnetId)?.SubnetId
  const subnet = subnetId ? subnets.find(subnetId, scope) : undefined
  if (subnet) return offering.filter(({ name }) => name === subnet.availability_zone)
  const { AvailabilityZone: names, AvailabilityZoneId: id } = input.Placement ?? {}
  const wanted = names?.split(',').map((name) => name.trim())
  const usable = new Set(defaultSubnets(scope).map((one) => one.availability_zone))
  const possible = offering.filter(
    (zone) =>
      usable.has(zone.name) && (!wanted || wanted.includes(zone.name)) && (!id || id === zone.id),
  )
  // Where all are short of the type, the launch says so.
  const roomy = possible.filter(({ name }) => !isShort(scope, input.InstanceType!, name))
  return roomy.length > 0 ? roomy : possible
}

/** What a type costs in each of the zones, the cheapest first. */
export function offersFor(
  type: string,
  product: Product,
  zones: readonly Zone[],
  { region, now }: { readonly region: string; readonly now: number },
): Offer[] {
  if (!hasSpot(type)) return []
  return zones
    .flatMap((zone) => {
      const price = spotPriceAt(poolOf(region, zone, type, product), now)
      return price === undefined ? [] : [{ zone, price }]
    })
    .toSorted((a, b) => a.price - b.price)
}

/** When the type gets as cheap as `most` in one of the zones; in 90 days at the latest, to look again. */
export function cheapEnoughAt(
  type: string,
  product: Product,
  zones: readonly Zone[],
  most: number,
  { region, now }: { readonly region: string; readonly now: number },
): number {
  const until = now + historyLength
  return Math.min(
    until,
    ...zones.map(
      (zone) =>
        nextPrice(poolOf(region, zone, type, product), now, until, (price) => price <= most) ??
        until,
    ),
  )
}

/** When the price in the zone rises above `most`; undefined for not within 90 days. */
export const tooDearAt = (
  type: string,
  product: Product,
  zone: Zone,
  most: number,
  { region, now }: { readonly region: string; readonly now: number },
): number | undefined =>
  nextPrice(poolOf(region, zone, type, product), now, now + historyLength, (price) => price > most)

/** The most that is paid where no price is named: the on-demand price. */
export const defaultMaxPrice = (type: string, region: string, product: Product): number =>
  onDemandHourly(type, region, product) ?? 0

export const zoneNamed = (region: string, name: string): Zone | undefined =>
  zonesOf(region).find((zone) => zone.name === name)
