import type { Database } from '../../../store/database.ts'
import type { Place } from './instances.ts'

export interface RecordedEvent extends Place {
  readonly sourceType: string
  readonly sourceId: string
  readonly sourceArn: string
  /** `RDS-EVENT-0005` */
  readonly eventId: string
  readonly message: string
  readonly categories: readonly string[]
  /** Virtual time in ms since the epoch. */
  readonly date: number
}

interface EventRow extends Place {
  sequence: number
  source_type: string
  source_id: string
  source_arn: string
  event_id: string
  message: string
  categories: string
  date: number
}

/** RDS keeps events for 14 days. https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html */
export const keptFor = 14 * 24 * 3600 * 1000

export function insertEvent(db: Database, event: RecordedEvent): void {
  const { account, region, date } = event
  db.run(
    `insert into rds_events (account, region, source_type, source_id, source_arn, event_id, message, categories, date)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    account,
    region,
    event.sourceType,
    event.sourceId,
    event.sourceArn,
    event.eventId,
    event.message,
    JSON.stringify(event.categories),
    date,
  )
  db.run(
    'delete from rds_events where account = ? and region = ? and date < ?',
    account,
    region,
    date - keptFor,
  )
}

/** The events of a span of time, the oldest first; `from` and `to` belong to it. */
export const listEvents = (
  db: Database,
  { account, region }: Place,
  { from, to }: { readonly from: number; readonly to: number },
): (RecordedEvent & { readonly sequence: number })[] =>
  db
    .all<EventRow>(
      `select * from rds_events where account = ? and region = ? and date >= ? and date <= ?
       order by date, sequence`,
      account,
      region,
      from,
      to,
    )
    .map((row) => ({
      account: row.account,
      region: row.region,
      sequence: row.sequence,
      sourceType: row.source_type,
      sourceId: row.source_id,
      sourceArn: row.source_arn,
      eventId: row.event_id,
      message: row.message,
      categories: JSON.parse(row.categories) as string[],
      date: row.date,
    }))
