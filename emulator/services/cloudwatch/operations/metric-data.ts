import type {
  GetMetricDataInput,
  GetMetricDataOutput,
  MetricDataResult,
} from '@aws-sdk/client-cloudwatch'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidNextToken, validationError } from '../errors.ts'
import { oldestFor } from '../metrics/retention.ts'
import { isNumber, placeOf, tokenOf } from '../pages.ts'
import { checkQueries } from '../queries/check.ts'
import { defaultLabels, filledLabel } from '../queries/labels.ts'
import { runQueries } from '../queries/run.ts'
import { lookFirst } from '../sampling/look-first.ts'

const mostQueries = 500
const mostDatapoints = 100_800
const hour = 3600_000

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const GetMetricData = operation<GetMetricDataInput, GetMetricDataOutput, void>({
  authorize: () => ['*'],
  prepare: lookFirst,
  run(input, call) {
    const { MetricDataQueries = [], ScanBy = 'TimestampDescending', NextToken } = input
    const { MaxDatapoints = mostDatapoints } = input
    if (MaxDatapoints < 1 || MaxDatapoints > mostDatapoints) {
      throw validationError(`The parameter MaxDatapoints must be between 1 and ${mostDatapoints}.`)
    }
    if (MetricDataQueries.length > mostQueries) {
      throw validationError(
        `The collection MetricDataQueries must not have a size greater than ${mostQueries}.`,
      )
    }
    if (MetricDataQueries.length === 0) {
      throw validationError('The parameter MetricDataQueries is required.\n')
    }
    const queries = checkQueries(MetricDataQueries, 'MetricDataQueries')
    const { start, end } = timesOf(input, call)
    const skip = NextToken ? placeOf(NextToken, isNumber, invalidNextToken) : 0
    const results = runQueries(queries, { call, start, end, fromStart: false })
    const labels = defaultLabels(queries)
    const all = results.flatMap(({ query, series: list, units }) =>
      list.map((series): Shown => {
        const isSearched = query.expression && list.length > 1
        const given = isSearched ? series.label : (query.label ?? labels.get(query.id)!)
        const points = [...series.points]
        return {
          result: {
            Id: query.id,
            Label: filledLabel(given, query, series, call),
            ...(units.length > 0 && {
              Messages: [
                {
                  Code: 'MultipleUnits',
                  Value: `Multiple units returned: '[${units.join(', ')}]'`,
                },
              ],
            }),
          },
          points: ScanBy === 'TimestampAscending' ? points : points.toReversed(),
        }
      }),
    )
    return { Messages: [], ...page(all, skip, MaxDatapoints) }
  },
})

interface Shown {
  readonly result: MetricDataResult
  readonly points: readonly (readonly [at: number, value: number])[]
}

/** A page ends in the middle of a metric where it is full; the next one goes on with the rest. */
function page(
  all: readonly Shown[],
  skip: number,
  most: number,
): Pick<GetMetricDataOutput, 'MetricDataResults' | 'NextToken'> {
  const results: MetricDataResult[] = []
  let passed = 0
  for (const { result, points } of all) {
    const from = Math.max(skip - passed, 0)
    const taken = points.slice(from, Math.max(skip + most - passed, 0))
    passed += points.length
    // What was whole on a page before is not shown again.
    if (skip > 0 && passed <= skip) continue
    const isWhole = passed <= skip + most
    results.push({
      ...result,
      Timestamps: taken.map(([at]) => new Date(at)),
      Values: taken.map(([, value]) => value),
      StatusCode: isWhole ? 'Complete' : 'PartialData',
    })
  }
  return {
    MetricDataResults: results,
    ...(passed > skip + most && { NextToken: tokenOf(skip + most) }),
  }
}

/** In ms since the epoch. */
function timesOf({ StartTime, EndTime }: GetMetricDataInput, { now }: Call) {
  if (!StartTime) throw validationError('The parameter StartTime is required.')
  if (!EndTime) throw validationError('The parameter EndTime is required.')
  const from = Math.floor(StartTime.getTime() / 1000)
  const to = Math.floor(EndTime.getTime() / 1000)
  if (from > to) throw validationError('The parameter EndTime must be greater than StartTime.')
  if (from === to) {
    throw validationError('The parameter StartTime must not equal parameter EndTime.')
  }
  return {
    // Nothing is kept from before, and nothing is known from after.
    start: Math.max(StartTime.getTime(), oldestFor(3600, now)),
    end: Math.min(EndTime.getTime(), now + 3 * hour),
  }
}
