import type { AlarmType } from './alarms.ts'
import type { Scope } from './metrics.ts'

export type HistoryItemType = 'ConfigurationUpdate' | 'StateUpdate' | 'Action'

export interface HistoryItem {
  readonly id: number
  readonly alarm: string
  readonly type: AlarmType
  /** Virtual time in ms since the epoch. */
  readonly at: number
  readonly itemType: HistoryItemType
  readonly summary: string
  /** JSON. */
  readonly data: string
}

/** For as long history is kept, in ms. */
export const historyKept = 30 * 24 * 3600 * 1000

export function insertHistory(
  { db, account, region }: Scope,
  { alarm, type, at, itemType, summary, data }: Omit<HistoryItem, 'id'>,
): void {
  db.run(
    `insert into cloudwatch_alarm_history (account, region, alarm, alarm_type, at, item_type, summary, data)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
    account,
    region,
    alarm,
    type,
    at,
    itemType,
    summary,
    data,
  )
  db.run(
    'delete from cloudwatch_alarm_history where account = ? and region = ? and alarm = ? and at < ?',
    account,
    region,
    alarm,
    at - historyKept,
  )
}

export interface HistoryFilter {
  readonly alarm: string | undefined
  readonly types: readonly AlarmType[]
  readonly itemType: string | undefined
  /** In ms since the epoch; both are included. */
  readonly start: number
  readonly end: number
  readonly newestFirst: boolean
  readonly skip: number
  readonly limit: number
}

export const listHistory = (
  { db, account, region }: Scope,
  { alarm, types, itemType, start, end, newestFirst, skip, limit }: HistoryFilter,
): HistoryItem[] =>
  db.all<HistoryItem>(
    `select id, alarm, alarm_type as type, at, item_type as itemType, summary, data from cloudwatch_alarm_history
     where account = ? and region = ? and (? is null or alarm = ?) and alarm_type in (?, ?)
       and (? is null or item_type = ?) and at between ? and ?
     order by at ${newestFirst ? 'desc' : 'asc'}, id ${newestFirst ? 'desc' : 'asc'} limit ? offset ?`,
    account,
    region,
    alarm ?? null,
    alarm ?? null,
    types[0]!,
    types.at(-1)!,
    itemType ?? null,
    itemType ?? null,
    start,
    end,
    limit,
    skip,
  )
