import type { TimerCall } from '../../../clock/timers.ts'
import type { Series } from '../math/values.ts'
import type { Query } from './check.ts'

/**
 * What queries without labels are called: the metric's name, with the statistic or the period where those differ.
 *
 * @returns by the queries' ids
 */
export function defaultLabels(queries: readonly Query[]): Map<string, string> {
  const shown = queries.filter(({ stat, returns }) => stat && returns)
  const differs = (of: (query: Query) => unknown) => new Set(shown.map(of)).size > 1
  const withStatistic = differs(({ stat }) => stat!.statistic)
  const withPeriod = differs(({ stat }) => stat!.period)
  return new Map(
    queries.map(({ id, stat }) => [
      id,
      stat
        ? [
            stat.metric.name,
            ...(withStatistic ? [stat.statistic] : []),
            ...(withPeriod ? [stat.period] : []),
          ].join(' ')
        : id,
    ]),
  )
}

/**
 * Fills in what labels ask for: `${MAX}`, `${PROP('Dim.InstanceId')}`.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html
 */
export function filledLabel(
  label: string,
  { stat }: Query,
  { points, label: own }: Series,
  { account, region }: Pick<TimerCall, 'account' | 'region'>,
): string {
  const values = [...points.values()]
  const total = values.reduce((sum, value) => sum + value, 0)
  const numbers: Record<string, number | undefined> = {
    AVG: values.length === 0 ? undefined : total / values.length,
    DATAPOINT_COUNT: values.length,
    FIRST: values.at(0),
    LAST: values.at(-1),
    MAX: values.length === 0 ? undefined : Math.max(...values),
    MIN: values.length === 0 ? undefined : Math.min(...values),
    SUM: total,
  }
  return label.replaceAll(/\$\{(?:PROP\('([^']*)'\)|(\w+))\}/g, (whole, property, name) => {
    if (name === 'LABEL') return own
    if (name !== undefined) {
      return Object.hasOwn(numbers, name) ? String(numbers[name as string] ?? '--') : whole
    }
    const key = property as string
    if (key.startsWith('Dim.')) {
      return stat?.metric.dimensions.find(([dimension]) => dimension === key.slice(4))?.[1] ?? '--'
    }
    const properties: Record<string, string | undefined> = {
      AccountId: account,
      MetricName: stat?.metric.name,
      Namespace: stat?.metric.namespace,
      Period: stat && String(stat.period),
      Region: region,
      Stat: stat?.statistic,
    }
    return Object.hasOwn(properties, key) ? (properties[key] ?? '--') : whole
  })
}
