import type { TimerCall } from '../../../clock/timers.ts'
import { dataBetween, type Datum } from '../rows/data.ts'
import { findMetric, type MetricName } from '../rows/metrics.ts'
import { oldestFor, since } from './retention.ts'

export interface DataQuestion {
  /** In ms since the epoch; the end is not included. */
  readonly start: number
  readonly end: number
  /** In seconds. */
  readonly period: number
  readonly unit?: string | undefined
}

/** A metric's data in a time, as far as they are kept for such periods; empty for a metric that is not there. */
export function readData(
  call: Pick<TimerCall, 'db' | 'account' | 'region' | 'now'>,
  name: MetricName,
  { start, end, period, unit }: DataQuestion,
): Datum[] {
  const metric = findMetric(call, name)
  if (!metric) return []
  const oldest = Math.max(start, oldestFor(period, call.now))
  return dataBetween(call, metric.id, oldest, end).flatMap((datum) => {
    const kept = since(datum, oldest)
    return kept && (unit === undefined || kept.unit === unit) ? [kept] : []
  })
}
