import type {
  Datapoint,
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
} from '@aws-sdk/client-cloudwatch'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import {
  invalidParameterValue,
  noStatistic,
  notOfTheSet,
  parameterRequired,
  startsAfterItsEnd,
  tooManyDatapoints,
} from '../errors.ts'
import { aggregate, unitsOf } from '../metrics/aggregate.ts'
import { dimensionsOf } from '../metrics/dimensions.ts'
import { checkName, checkNamespace } from '../metrics/names.ts'
import { checkPeriod } from '../metrics/periods.ts'
import { readData } from '../metrics/read.ts'
import { roundedStart } from '../metrics/retention.ts'
import { simpleStatistics, statisticNamed, type Statistic } from '../metrics/statistics.ts'
import { units } from '../metrics/units.ts'
import { lookFirst } from '../sampling/look-first.ts'

const mostDatapoints = 1440

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricStatistics.html */
export const GetMetricStatistics = operation<
  GetMetricStatisticsInput,
  GetMetricStatisticsOutput,
  void
>({
  authorize: () => ['*'],
  prepare: lookFirst,
  run(input, call) {
    const { Namespace, MetricName, Unit } = input
    checkNamespace(Namespace)
    checkName(MetricName, 'MetricName')
    if (Unit !== undefined && !units.includes(Unit)) throw notOfTheSet('Unit', units)
    const { start, end, period } = timesOf(input, call)
    const wanted = statisticsOf(input)
    const metric = {
      namespace: Namespace!,
      name: MetricName!,
      dimensions: dimensionsOf(input.Dimensions, 'Dimensions'),
    }
    const data = readData(call, metric, { start, end, period: period / 1000, unit: Unit })
    // What came in different units is never added up.
    const Datapoints = unitsOf(data).flatMap((unit) =>
      [
        ...aggregate(
          data.filter((datum) => datum.unit === unit),
          { start, end, period },
        ),
      ].map(([from, summary]): Datapoint => {
        const numbers = [...wanted].flatMap(([name, statistic]) => {
          const number = statistic(summary)
          return number === undefined ? [] : [[name, number] as const]
        })
        const extended = numbers.filter(([name]) => !simpleStatistics.includes(name))
        return {
          Timestamp: new Date(from),
          ...Object.fromEntries(numbers.filter(([name]) => simpleStatistics.includes(name))),
          Unit: unit as Datapoint['Unit'],
          ...(extended.length > 0 && { ExtendedStatistics: Object.fromEntries(extended) }),
        }
      }),
    )
    return { Label: MetricName, Datapoints }
  },
})

/** In ms. */
function timesOf(
  { StartTime, EndTime, Period }: GetMetricStatisticsInput,
  { now }: Call,
): { start: number; end: number; period: number } {
  if (!StartTime) throw parameterRequired('StartTime')
  if (!EndTime) throw parameterRequired('EndTime')
  if (Period === undefined) throw parameterRequired('Period')
  if (StartTime.getTime() >= EndTime.getTime()) throw startsAfterItsEnd()
  checkPeriod(Period, 'Period', invalidParameterValue)
  const asked = Math.ceil((EndTime.getTime() - StartTime.getTime()) / (Period * 1000))
  if (asked > mostDatapoints) throw tooManyDatapoints(asked, mostDatapoints)
  const start = roundedStart(StartTime.getTime(), Period, now)
  return { start, end: EndTime.getTime(), period: Period * 1000 }
}

function statisticsOf({
  Statistics = [],
  ExtendedStatistics = [],
}: GetMetricStatisticsInput): Map<string, Statistic> {
  if (Statistics.length === 0 && ExtendedStatistics.length === 0) throw noStatistic()
  Statistics.forEach((name, index) => {
    if (!simpleStatistics.includes(name)) {
      throw notOfTheSet(`Statistics.member.${index + 1}`, simpleStatistics)
    }
  })
  for (const name of ExtendedStatistics) {
    if (!statisticNamed(name) || simpleStatistics.includes(name)) {
      throw invalidParameterValue(
        `The value ${name} for parameter ExtendedStatistics is not supported.`,
      )
    }
  }
  return new Map(
    [...Statistics, ...ExtendedStatistics].map((name) => [name, statisticNamed(name)!]),
  )
}
