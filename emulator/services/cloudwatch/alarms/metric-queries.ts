import { metricKey } from '../rows/metrics.ts'
import { checkQueries, type Query } from '../queries/check.ts'
import type { AlarmConfiguration } from '../rows/alarms.ts'

/** What a metric alarm looks at, as queries: one for a plain metric. */
export function queriesOf(configuration: AlarmConfiguration): Query[] {
  const { Metrics, Namespace, MetricName, Dimensions, Period, Unit } = configuration
  if (Metrics && Metrics.length > 0) return checkQueries(Metrics, 'Metrics')
  return checkQueries(
    [
      {
        Id: 'm1',
        ReturnData: true,
        MetricStat: {
          Metric: { Namespace, MetricName, Dimensions },
          Period,
          Stat: configuration.Statistic ?? configuration.ExtendedStatistic,
          Unit,
        },
      },
    ],
    'Metrics',
  )
}

/** In ms. An expression has the period of its metrics. */
export function periodOf(queries: readonly Query[]): number {
  const periods = queries.flatMap(({ stat, period }) => stat?.period ?? period ?? [])
  return 1000 * (periods.length > 0 ? Math.max(...periods) : 60)
}

/** The metrics that an alarm goes by. */
export const metricsOf = (queries: readonly Query[]): string[] =>
  queries.flatMap(({ stat }) => (stat ? [metricKey(stat.metric)] : []))
