import { createHash } from 'node:crypto'
import type {
  OfferingClassType,
  OfferingTypeValues,
  ReservedInstancesOffering,
  RIProductDescription,
} from '@aws-sdk/client-ec2'
import { onDemandHourly } from '../../../prices/on-demand.ts'
import { instanceTypes, isOffered } from '../facts/instance-types.ts'
import { zonesOf } from '../facts/regions.ts'

// What can be reserved: every type of a region, for one year or three, for the region or one of its zones.
// Prices follow from the on-demand price: 40% less for a year, nearly 60% for three, and a little more for who pays before.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/reserved-instances-types.html

/** Seconds. */
const year = 31_536_000

const discounts: Readonly<Record<OfferingClassType, Readonly<Record<number, number>>>> = {
  standard: { [year]: 0.4, [3 * year]: 0.598 },
  convertible: { [year]: 0.31, [3 * year]: 0.54 },
}

/** What is paid before, as a part of the whole, and what that takes off the price. */
const payments: Readonly<Record<string, { readonly upfront: number; readonly less: number }>> = {
  'No Upfront': { upfront: 0, less: 0 },
  'Partial Upfront': { upfront: 0.5, less: 0.01 },
  'All Upfront': { upfront: 1, less: 0.02 },
}

const products = ['Linux/UNIX', 'Windows'] as const

type Offering = ReservedInstancesOffering & { readonly ReservedInstancesOfferingId: string }

const byRegion = new Map<string, ReadonlyMap<string, readonly Offering[]>>()

/** The offerings of a type in a region. */
export function offeringsOf(type: string, region: string): readonly Offering[] {
  const known = byRegion.get(region) ?? new Map<string, readonly Offering[]>()
  byRegion.set(region, known)
  const found = known.get(type)
  if (found) return found
  const made = makeOfferings(type, region)
  ;(known as Map<string, readonly Offering[]>).set(type, made)
  return made
}

function makeOfferings(type: string, region: string): Offering[] {
  const info = instanceTypes().get(type)
  if (!info) return []
  const zones = zonesOf(region)
    .filter((zone) => isOffered(info, zone))
    .map(({ name }) => name)
  return products.flatMap((product) => {
    const hourly = onDemandHourly(type, region, product)
    if (hourly === undefined) return []
    return (Object.keys(discounts) as OfferingClassType[]).flatMap((offeringClass) =>
      [year, 3 * year].flatMap((duration) =>
        Object.keys(payments).flatMap((payment) =>
          [undefined, ...zones].map((zone) =>
            offering({ type, region, product, hourly, offeringClass, duration, payment, zone }),
          ),
        ),
      ),
    )
  })
}

interface Terms {
  readonly type: string
  readonly region: string
  readonly product: string
  readonly hourly: number
  readonly offeringClass: OfferingClassType
  readonly duration: number
  readonly payment: string
  readonly zone: string | undefined
}

function offering(terms: Terms): Offering {
  const { type, region, product, hourly, offeringClass, duration, payment, zone } = terms
  const { upfront, less } = payments[payment]!
  const effective = hourly * (1 - discounts[offeringClass][duration]! - less)
  const recurring = round(effective * (1 - upfront), 5)
  return {
    ReservedInstancesOfferingId: idOf(
      [region, type, product, offeringClass, duration, payment, zone ?? ''].join('/'),
    ),
    InstanceType: type as 't3.micro',
    Scope: zone ? 'Availability Zone' : 'Region',
    ...(zone ? { AvailabilityZone: zone } : {}),
    ProductDescription: product as RIProductDescription,
    InstanceTenancy: 'default',
    CurrencyCode: 'USD',
    Duration: duration,
    OfferingClass: offeringClass,
    OfferingType: payment as OfferingTypeValues,
    FixedPrice: round((effective * upfront * duration) / 3600, 0),
    UsagePrice: 0,
    RecurringCharges: [{ Amount: recurring, Frequency: 'Hourly' }],
    PricingDetails: [],
    Marketplace: false,
  }
}

const round = (usd: number, digits: number) => Math.round(usd * 10 ** digits) / 10 ** digits

/** The same for everybody and for ever, as AWS's are. */
function idOf(terms: string): string {
  const hex = createHash('sha256').update(`reserved/${terms}`).digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-')
}

/** An offering by its id. Types are looked through one by one, and kept. */
export function findOffering(id: string, region: string): Offering | undefined {
  for (const type of instanceTypes().keys()) {
    const found = offeringsOf(type, region).find((one) => one.ReservedInstancesOfferingId === id)
    if (found) return found
  }
  return undefined
}
