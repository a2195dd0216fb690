import { readFixture } from '../fixtures.ts'

// What an hour of an instance costs on demand. Bills, reserved offerings and the spot market go by it.
// https://aws.amazon.com/ec2/pricing/on-demand/

/** What runs on an instance, as prices tell it apart. */
export const products = ['Linux/UNIX', 'Red Hat Enterprise Linux', 'SUSE Linux', 'Windows'] as const

export type Product = (typeof products)[number]

interface PriceTable {
  readonly regionFactors: Readonly<Record<string, number>>
  /** The factor of a region that is not listed. */
  readonly otherRegions: number
  readonly products: Readonly<Record<Product, Licence>>
}

/** USD an hour. */
interface Licence {
  readonly perVcpu: number
  readonly perBurstableVcpu?: number
  readonly x86Only?: boolean
}

interface TypeFacts {
  readonly vcpus: number
  readonly burstable: boolean
  readonly x86: boolean
  /** USD for an hour of Linux in us-east-1. */
  readonly base: number
}

let table: PriceTable | undefined
let types: ReadonlyMap<string, TypeFacts> | undefined

const priceTable = (): PriceTable =>
  (table ??= JSON.parse(readFixture('prices.json')) as PriceTable)

function typeFacts(type: string): TypeFacts | undefined {
  types ??= readTypes()
  return types.get(type)
}

function readTypes(): ReadonlyMap<string, TypeFacts> {
  const [head = '', ...lines] = readFixture('ec2/instance-types.tsv').split('\n')
  const columns = head.split('\t')
  const column = (name: string) => columns.indexOf(name)
  const [type, vcpus, burstable, arch, usd] = [
    'type',
    'vcpus',
    'burstable',
    'arch',
    'usd_per_hour_us_east_1_linux',
  ].map(column)
  return new Map(
    lines
      .map((line) => line.split('\t'))
      .filter((cells) => Number(cells[usd!]) > 0)
      .map((cells) => [
        cells[type!]!,
        {
          vcpus: Number(cells[vcpus!]),
          burstable: cells[burstable!] === 'yes',
          x86: cells[arch!]!.includes('x86_64'),
          base: Number(cells[usd!]),
        },
      ]),
  )
}

/** How much dearer a region is than us-east-1. */
export const regionFactor = (region: string): number =>
  priceTable().regionFactors[region] ?? priceTable().otherRegions

/** USD for an hour of the machine alone, without a licence; undefined for a type that does not exist. */
export function machineHourly(type: string, region: string): number | undefined {
  const facts = typeFacts(type)
  return facts && round(facts.base * regionFactor(region))
}

/** USD for an hour of the product's licence; undefined where the type cannot run it. */
export function licenceHourly(type: string, product: Product): number | undefined {
  const facts = typeFacts(type)
  const { perVcpu, perBurstableVcpu = perVcpu, x86Only = false } = priceTable().products[product]
  if (!facts || (x86Only && !facts.x86)) return undefined
  return round(facts.vcpus * (facts.burstable ? perBurstableVcpu : perVcpu))
}

/** USD for an hour on demand; undefined for a type that does not exist or cannot run the product. */
export function onDemandHourly(
  type: string,
  region: string,
  product: Product = 'Linux/UNIX',
): number | undefined {
  const machine = machineHourly(type, region)
  const licence = licenceHourly(type, product)
  return machine === undefined || licence === undefined ? undefined : round(machine + licence)
}

/** The product of an image, by its `PlatformDetails`. */
export function productOf(platformDetails: string | undefined): Product {
  if (platformDetails?.startsWith('Windows')) return 'Windows'
  if (platformDetails?.startsWith('Red Hat')) return 'Red Hat Enterprise Linux'
  return platformDetails?.startsWith('SUSE') ? 'SUSE Linux' : 'Linux/UNIX'
}

/** Prices have four decimals, and a fifth where a type is as cheap as t4g.nano. */
const round = (usd: number) => Math.round(usd * 100_000) / 100_000
