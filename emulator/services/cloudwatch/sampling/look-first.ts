import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch'
import type { Call } from '../../../operation.ts'

interface Question {
  readonly Namespace?: string | undefined
  readonly MetricDataQueries?: MetricDataQuery[] | undefined
}

/** For operations that tell of metrics: what services measure is measured before. */
export async function lookFirst(input: Question, call: Call): Promise<void> {
  await call.ports.serviceMetrics?.look(call, namespacesOf(input))
}

/** For operations that tell of alarms. */
export async function lookAtAlarms(_input: object, call: Call): Promise<void> {
  await call.ports.serviceMetrics?.look(call, 'frequent')
}

/** A search finds what it finds. */
function namespacesOf({ Namespace, MetricDataQueries }: Question): string[] | 'all' {
  if (Namespace !== undefined) return [Namespace]
  if (MetricDataQueries === undefined) return 'all'
  if (MetricDataQueries.some(({ Expression }) => /search/i.test(Expression ?? ''))) return 'all'
  return MetricDataQueries.flatMap(({ MetricStat }) => MetricStat?.Metric?.Namespace ?? [])
}
