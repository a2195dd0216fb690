import type {
  DimensionFilter,
  ListMetricsInput,
  ListMetricsOutput,
} from '@aws-sdk/client-cloudwatch'
import { operation } from '../../../operation.ts'
import { invalidListToken, invalidParameterValue, notOfTheSet } from '../errors.ts'
import { shownDimensions, type Dimensions } from '../metrics/dimensions.ts'
import { isTexts, placeOf, tokenOf } from '../pages.ts'
import { listMetrics, type Metric } from '../rows/metrics.ts'
import { lookFirst } from '../sampling/look-first.ts'

const pageSize = 500
const hour = 3600_000
const twoWeeks = 14 * 24 * hour

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export const ListMetrics = operation<ListMetricsInput, ListMetricsOutput, void>({
  authorize: () => ['*'],
  prepare: lookFirst,
  run(input, call) {
    const { Namespace, MetricName, Dimensions, RecentlyActive, NextToken, OwningAccount } = input
    if (RecentlyActive !== undefined && RecentlyActive !== 'PT3H') {
      throw notOfTheSet('RecentlyActive', ['PT3H'])
    }
    checkFilters(Dimensions)
    const after = NextToken
      ? (placeOf(NextToken, isTexts(3), invalidListToken) as [string, string, string])
      : undefined
    const found: Metric[] = []
    const isOwn = OwningAccount === undefined || OwningAccount === call.account
    const metrics = isOwn
      ? listMetrics(
          call,
          {
            namespace: Namespace,
            name: MetricName,
            activeSince: call.now - (RecentlyActive ? 3 * hour : twoWeeks),
          },
          after,
        )
      : []
    for (const metric of metrics) {
      if (matches(metric.dimensions, Dimensions)) found.push(metric)
      if (found.length > pageSize) break
    }
    const page = found.slice(0, pageSize)
    const last = page.at(-1)
    return {
      Metrics: page.map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: shownDimensions(dimensions),
      })),
      ...(input.IncludeLinkedAccounts && { OwningAccounts: page.map(() => call.account) }),
      ...(found.length > pageSize &&
        last && {
          NextToken: tokenOf([last.namespace, last.name, JSON.stringify(last.dimensions)]),
        }),
    }
  },
})

function checkFilters(filters: readonly DimensionFilter[] = []): void {
  if (filters.length > 10) {
    throw invalidParameterValue('The collection Dimensions must not have a size greater than 10.')
  }
}

/** Every filter has to be met; one without a value by its name alone. */
const matches = (dimensions: Dimensions, filters: readonly DimensionFilter[] = []) =>
  filters.every(({ Name, Value }) =>
    dimensions.some(([name, value]) => name === Name && (Value === undefined || value === Value)),
  )
