import { createHash } from 'node:crypto'
import type {
  SavingsPlanOffering,
  SavingsPlanPaymentOption,
  SavingsPlanType,
} from '@aws-sdk/client-savingsplans'
import { readFixture } from '../../fixtures.ts'
import type { Places } from '../../ports.ts'
import { onDemandHourly } from '../../prices/on-demand.ts'

// What savings plans there are: for all compute, or for a family of instances in a region; one year or three.
// https://docs.aws.amazon.com/savingsplans/latest/userguide/plan-types.html

/** Seconds. */
const year = 31_536_000

/** How much a plan takes off the on-demand price. */
const discounts: Readonly<Record<'Compute' | 'EC2Instance', Readonly<Record<number, number>>>> = {
  Compute: { [year]: 0.27, [3 * year]: 0.5 },
  EC2Instance: { [year]: 0.38, [3 * year]: 0.58 },
}

const payments: Readonly<Record<SavingsPlanPaymentOption, number>> = {
  'No Upfront': 0,
  'Partial Upfront': 0.01,
  'All Upfront': 0.02,
}

export interface Offering extends SavingsPlanOffering {
  readonly offeringId: string
  readonly planType: SavingsPlanType
  readonly durationSeconds: number
  readonly paymentOption: SavingsPlanPaymentOption
  /** Those of a family in a region. */
  readonly region?: string
  readonly family?: string
}

let known: ReadonlyMap<string, Offering> | undefined
let types: readonly string[] | undefined
let byFamily: ReadonlyMap<string, readonly string[]> | undefined

const typeNames = (): readonly string[] =>
  (types ??= readFixture('ec2/instance-types.tsv')
    .split('\n')
    .slice(1)
    .map((line) => line.slice(0, line.indexOf('\t')))
    .filter((name) => name !== ''))

const familyOf = (instanceType: string): string => instanceType.split('.')[0]!

function typesByFamily(): ReadonlyMap<string, readonly string[]> {
  if (byFamily) return byFamily
  const grouped = new Map<string, string[]>()
  for (const name of typeNames()) {
    const family = familyOf(name)
    const known = grouped.get(family)
    if (known) known.push(name)
    else grouped.set(family, [name])
  }
  return (byFamily = grouped)
}

/** All offerings by id. */
export function offerings(places: Places): ReadonlyMap<string, Offering> {
  if (known) return known
  const families = [...typesByFamily().keys()]
  const ofFamilies = places
    .regions()
    .flatMap(({ name: region }) => families.map((family) => ({ region, family })))
  const all = [
    ...terms().map((one) => offering('Compute', one, undefined)),
    ...ofFamilies.flatMap((place) => terms().map((one) => offering('EC2Instance', one, place))),
  ]
  known = new Map(all.map((one) => [one.offeringId, one]))
  return known
}

interface Terms {
  readonly duration: number
  readonly payment: SavingsPlanPaymentOption
}

const terms = (): Terms[] =>
  [year, 3 * year].flatMap((duration) =>
    (Object.keys(payments) as SavingsPlanPaymentOption[]).map((payment) => ({ duration, payment })),
  )

function offering(
  planType: 'Compute' | 'EC2Instance',
  { duration, payment }: Terms,
  place: { readonly region: string; readonly family: string } | undefined,
): Offering {
  const years = `${duration / year} year ${payment}`
  return {
    offeringId: idOf([planType, duration, payment, place?.region ?? '', place?.family ?? '']),
    productTypes: planType === 'Compute' ? ['EC2', 'Fargate', 'Lambda'] : ['EC2'],
    planType,
    description: place
      ? `${years} ${place.family} EC2 Instance Savings Plan in ${place.region}`
      : `${years} Compute Savings Plan`,
    paymentOption: payment,
    durationSeconds: duration,
    currency: 'USD',
    serviceCode: 'ComputeSavingsPlans',
    usageType: planType === 'Compute' ? 'ComputeSP' : 'EC2SP',
    operation: '',
    properties: place
      ? [
          { name: 'region', value: place.region },
          { name: 'instanceFamily', value: place.family },
        ]
      : [],
    ...place,
  }
}

/** The same for everybody and for ever. */
function idOf(parts: readonly (string | number)[]): string {
  const hex = createHash('sha256')
    .update(`savings/${parts.join('/')}`)
    .digest('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20, 32),
  ].join('-')
}

export interface Rate {
  readonly instanceType: string
  readonly region: string
  readonly productDescription: 'Linux/UNIX' | 'Windows'
  /** USD an hour, as text. */
  readonly rate: string
}

/** What instances cost under an offering, one after the other: there are hundreds of thousands, and a page shows few. */
export function* ratesOf(
  one: Offering,
  regions: readonly string[],
  isWanted: (instanceType: string) => boolean,
): Generator<Rate> {
  const discount = discounts[one.planType as 'Compute']?.[one.durationSeconds] ?? 0
  const part = 1 - discount - payments[one.paymentOption]
  const names = one.family === undefined ? typeNames() : (typesByFamily().get(one.family) ?? [])
  const wanted = names.filter(isWanted)
  for (const region of one.region ? [one.region] : regions) {
    for (const instanceType of wanted) {
      for (const productDescription of ['Linux/UNIX', 'Windows'] as const) {
        const hourly = onDemandHourly(instanceType, region, productDescription)
        if (hourly === undefined) continue
        yield { instanceType, region, productDescription, rate: (hourly * part).toFixed(5) }
      }
    }
  }
}
