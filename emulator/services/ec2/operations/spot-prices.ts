import type {
  DescribeSpotPriceHistoryRequest,
  DescribeSpotPriceHistoryResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { matches, parseFilters } from '../describe/filters.ts'
import { pageBounds } from '../describe/pages.ts'
import { invalidParameterValue, invalidValue } from '../errors.ts'
import { instanceTypes } from '../facts/instance-types.ts'
import { zonesOf } from '../facts/regions.ts'
import { anyResource } from '../permissions.ts'
import { marketPools, pricesBefore } from '../spot/price-history.ts'
import type { HistoryItem } from '../spot/price-history.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSpotPriceHistory.html */
export const DescribeSpotPriceHistory = operation<
  DescribeSpotPriceHistoryRequest,
  DescribeSpotPriceHistoryResult
>({
  authorize: anyResource,
  run(input, call) {
    const filters = parseFilters(input.Filters, (name) => Object.hasOwn(attributes, name))
    const about = (name: string) => filters.filter((filter) => filter.name === name)
    const lets = (name: string, value: string) =>
      about(name).every((filter) => matches(filter, value))
    const types = known(input.InstanceTypes)
    const zones = chosenZones(input, call)
    const descriptions = input.ProductDescriptions?.map(plainProduct)
    const pools = marketPools(call.region).filter(
      ({ pool, zone }) =>
        (types.length === 0 || types.includes(pool.type)) &&
        (!zones || zones.includes(zone.name)) &&
        (!descriptions?.length || descriptions.includes(pool.product)) &&
        lets('instance-type', pool.type) &&
        lets('availability-zone', zone.name) &&
        lets('availability-zone-id', zone.id) &&
        about('product-description').every(
          (filter) =>
            matches(filter, pool.product) || matches(filter, `${pool.product} (Amazon VPC)`),
        ),
    )
    const bounds = pageBounds(input, { least: 0, most: 1000 }, false, queryOf(input), call)
    const page = pricesBefore(
      pools,
      {
        start: input.StartTime?.getTime(),
        end: Math.min(input.EndTime?.getTime() ?? call.now, call.now),
        now: call.now,
      },
      {
        after: bounds.after,
        size: input.MaxResults || 1000,
        holds: (item) =>
          lets('spot-price', item.price.toFixed(6)) &&
          lets('timestamp', new Date(item.at).toISOString()),
      },
    )
    return {
      SpotPriceHistory: page.items.map(toSpotPrice),
      // EC2 sends an empty token with the last page.
      NextToken: page.next === undefined ? '' : bounds.tokenAfter(page.next),
    }
  },
})

const attributes = {
  'availability-zone': true,
  'availability-zone-id': true,
  'instance-type': true,
  'product-description': true,
  'spot-price': true,
  timestamp: true,
}

/** What a token is for; MaxResults may differ from page to page. */
const queryOf = ({
  MaxResults: _size,
  NextToken: _token,
  ...query
}: DescribeSpotPriceHistoryRequest) => [query]

const plainProduct = (name: string) => name.replace(/ \(Amazon VPC\)$/, '')

function known(types: readonly string[] = []): readonly string[] {
  const unknown = types.find((type) => !instanceTypes().has(type))
  if (unknown !== undefined) throw invalidValue(unknown, 'instanceType')
  return types
}

function chosenZones(
  { AvailabilityZone: name, AvailabilityZoneId: id }: DescribeSpotPriceHistoryRequest,
  { region }: Call,
): readonly string[] | undefined {
  if (!name && !id) return undefined
  const found = zonesOf(region).filter((zone) => (name ? zone.name === name : zone.id === id))
  if (found.length === 0) {
    throw invalidParameterValue(`Invalid availability zone: [${name ?? id}]`)
  }
  return found.map((zone) => zone.name)
}

const toSpotPrice = ({ market: { pool, zone }, at, price }: HistoryItem) => ({
  AvailabilityZone: zone.name,
  AvailabilityZoneId: zone.id,
  InstanceType: pool.type as 't2.micro',
  ProductDescription: pool.product as 'Linux/UNIX',
  SpotPrice: price.toFixed(6),
  Timestamp: new Date(at),
})
