import type { Scope } from './metrics.ts'

/** What is known of a metric at a moment. */
export interface Datum {
  /** Virtual time in ms since the epoch, of the whole minute, or second where the resolution is high. */
  readonly at: number
  /** The last moment that it counts for; `at`, unless it was measured and held. */
  readonly until: number
  readonly unit: string
  /** In seconds: 60, or 1 for high resolution; longer for what services measure once a day. */
  readonly resolution: number
  readonly samples: number
  readonly total: number
  readonly lowest: number
  readonly highest: number
  /** How often which value came; absent where only a statistic set is known. */
  readonly values: readonly WeightedValue[] | undefined
}

export type WeightedValue = readonly [value: number, count: number]

interface DataRow extends Omit<Datum, 'values'> {
  readonly values: string | null
}

/** For as long the data of a metric are kept: 455 days, in ms. */
const kept = 455 * 24 * 3600 * 1000

export function insertDatum(
  { db, account, region }: Scope,
  metric: number,
  { at, until, unit, resolution, samples, total, lowest, highest, values }: Datum,
): void {
  db.run(
    `insert into cloudwatch_data (account, region, metric, at, until, unit, resolution, samples, total, lowest, highest, "values")
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    account,
    region,
    metric,
    at,
    until,
    unit,
    resolution,
    samples,
    total,
    lowest,
    highest,
    values === undefined ? null : JSON.stringify(values),
  )
}

/** Forgets what is too old for any question. */
export function forgetOldData({ db, account, region }: Scope, metric: number, now: number): void {
  db.run(
    'delete from cloudwatch_data where account = ? and region = ? and metric = ? and until < ?',
    account,
    region,
    metric,
    now - kept,
  )
}

/** The data of a metric in a time, which does not include its end; in order. */
export const dataBetween = (
  { db, account, region }: Scope,
  metric: number,
  start: number,
  end: number,
): Datum[] =>
  db
    .all<DataRow>(
      `select at, until, unit, resolution, samples, total, lowest, highest, "values" from cloudwatch_data
       where account = ? and region = ? and metric = ? and until >= ? and at < ? order by at, rowid`,
      account,
      region,
      metric,
      start,
      end,
    )
    .map((row) => ({
      ...row,
      values: row.values === null ? undefined : (JSON.parse(row.values) as WeightedValue[]),
    }))

/** The newest datum of a metric, where one is of this time or later. */
export const newestDatum = (
  { db, account, region }: Scope,
  metric: number,
  since: number,
):
  | { readonly rowid: number; readonly at: number; readonly until: number; readonly total: number }
  | undefined =>
  db.get(
    `select rowid, at, until, total from cloudwatch_data
     where account = ? and region = ? and metric = ? and until >= ? order by until desc, rowid desc limit 1`,
    account,
    region,
    metric,
    since,
  )

/** A measured value held to another moment than was thought. */
export function holdUntil(
  { db, account, region }: Scope,
  metric: number,
  rowid: number,
  until: number,
): void {
  db.run(
    'update cloudwatch_data set until = ? where account = ? and region = ? and metric = ? and rowid = ?',
    until,
    account,
    region,
    metric,
    rowid,
  )
}

export function deleteDatum({ db, account, region }: Scope, metric: number, rowid: number): void {
  db.run(
    'delete from cloudwatch_data where account = ? and region = ? and metric = ? and rowid = ?',
    account,
    region,
    metric,
    rowid,
  )
}
