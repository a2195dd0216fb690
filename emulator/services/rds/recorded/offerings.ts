import { createHash } from 'node:crypto'
import type { ReservedDBInstancesOffering } from '@aws-sdk/client-rds'
import { instanceClasses } from '../instance-classes.ts'

const year = 365 * 24 * 3600

/**
 * What a reservation costs in comparison to the same hours on demand.
 * https://aws.amazon.com/rds/reserved-instances/
 */
const terms = [
  { duration: year, type: 'No Upfront', share: 0.71, upfront: 0 },
  { duration: year, type: 'Partial Upfront', share: 0.68, upfront: 0.5 },
  { duration: year, type: 'All Upfront', share: 0.67, upfront: 1 },
  { duration: 3 * year, type: 'Partial Upfront', share: 0.5, upfront: 0.5 },
  { duration: 3 * year, type: 'All Upfront', share: 0.48, upfront: 1 },
] as const

/** By what RDS calls a product, the price list that it has. */
const products = {
  'aurora-mysql': 'mysql',
  'aurora-postgresql': 'postgres',
  mariadb: 'mysql',
  mysql: 'mysql',
  postgresql: 'postgres',
} as const

/** A product of the engine's or with the engine's name: `postgres` is sold as `postgresql`. */
export const productOf = (name: string): string => (name === 'postgres' ? 'postgresql' : name)

let known: readonly ReservedDBInstancesOffering[] | undefined

/** Every offering, in US dollars. Two zones cost twice as much as one. */
export function offerings(): readonly ReservedDBInstancesOffering[] {
  known ??= [...instanceClasses().values()].flatMap(({ name, hourly }) =>
    Object.entries(products).flatMap(([product, list]) =>
      [false, true]
        .filter((multiAz) => !multiAz || !product.startsWith('aurora'))
        .flatMap((multiAz) =>
          terms.map((term) => {
            const perHour = hourly[list] * term.share * (multiAz ? 2 : 1)
            const hours = term.duration / 3600
            return {
              ReservedDBInstancesOfferingId: idOf(
                [name, product, multiAz, term.duration, term.type].join('/'),
              ),
              DBInstanceClass: name,
              Duration: term.duration,
              FixedPrice: Math.round(perHour * hours * term.upfront),
              UsagePrice: 0,
              CurrencyCode: 'USD',
              ProductDescription: product,
              OfferingType: term.type,
              MultiAZ: multiAz,
              RecurringCharges: [
                {
                  RecurringChargeAmount: Number((perHour * (1 - term.upfront)).toFixed(4)),
                  RecurringChargeFrequency: 'Hourly',
                },
              ],
            }
          }),
        ),
    ),
  )
  return known
}

/** The same offering has the same id, as on AWS. */
const idOf = (key: string) =>
  createHash('sha256')
    .update(key)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')
