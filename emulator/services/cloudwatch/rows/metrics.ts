import type { Call } from '../../../operation.ts'
import type { Dimensions } from '../metrics/dimensions.ts'

export type Scope = Pick<Call, 'db' | 'account' | 'region'>

/** What a metric is known by. */
export interface MetricName {
  readonly namespace: string
  readonly name: string
  readonly dimensions: Dimensions
}

export interface Metric extends MetricName {
  readonly id: number
  /** Virtual time in ms since the epoch. */
  readonly lastAt: number
}

interface MetricRow {
  id: number
  namespace: string
  name: string
  dimensions: string
  last_at: number
}

const toMetric = ({ dimensions, last_at: lastAt, ...row }: MetricRow): Metric => ({
  ...row,
  dimensions: JSON.parse(dimensions) as Dimensions,
  lastAt,
})

/** The metric's name as one text, by which alarms know it. */
export const metricKey = ({ namespace, name, dimensions }: MetricName): string =>
  JSON.stringify([namespace, name, dimensions])

export function findMetric(
  { db, account, region }: Scope,
  { namespace, name, dimensions }: MetricName,
): Metric | undefined {
  const row = db.get<MetricRow>(
    `select id, namespace, name, dimensions, last_at from cloudwatch_metrics
     where account = ? and region = ? and namespace = ? and name = ? and dimensions = ?`,
    account,
    region,
    namespace,
    name,
    JSON.stringify(dimensions),
  )
  return row && toMetric(row)
}

/**
 * Makes a metric, or notes that it has data.
 *
 * @param at the newest moment of the data, in ms since the epoch
 * @returns its id
 */
export function noteMetric(
  { db, account, region }: Scope,
  { namespace, name, dimensions }: MetricName,
  at: number,
): number {
  return db.get<{ id: number }>(
    `insert into cloudwatch_metrics (account, region, namespace, name, dimensions, last_at) values (?, ?, ?, ?, ?, ?)
     on conflict (account, region, namespace, name, dimensions) do update set last_at = max(last_at, excluded.last_at)
     returning id`,
    account,
    region,
    namespace,
    name,
    JSON.stringify(dimensions),
    at,
  )!.id
}

export interface MetricFilter {
  readonly namespace: string | undefined
  readonly name: string | undefined
  /** Only those with data since, in ms since the epoch. */
  readonly activeSince: number
}

/** In the order of their names, from a place on. */
export function* listMetrics(
  { db, account, region }: Scope,
  { namespace, name, activeSince }: MetricFilter,
  after: readonly [namespace: string, name: string, dimensions: string] = ['', '', ''],
): Generator<Metric> {
  let place = after
  for (;;) {
    const rows = db.all<MetricRow>(
      `select id, namespace, name, dimensions, last_at from cloudwatch_metrics
       where account = ? and region = ? and (namespace, name, dimensions) > (?, ?, ?)
         and (? is null or namespace = ?) and (? is null or name = ?) and last_at >= ?
       order by namespace, name, dimensions limit ?`,
      account,
      region,
      ...place,
      namespace ?? null,
      namespace ?? null,
      name ?? null,
      name ?? null,
      activeSince,
      batch,
    )
    for (const row of rows) yield toMetric(row)
    const last = rows.at(-1)
    if (!last || rows.length < batch) return
    place = [last.namespace, last.name, last.dimensions]
  }
}

const batch = 1000
