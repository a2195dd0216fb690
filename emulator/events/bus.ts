import type { BusEvent, EventBus } from '../ports.ts'
import type { Database } from '../store/database.ts'

/** As many are kept; the oldest go first. */
const kept = 10_000

/** The bus as the database keeps it. What is published in a transaction that fails was never sent. */
export const eventBus: EventBus = {
  publish(db, { account, region, time, source, destination, body }) {
    const { lastInsertRowid } = db.run(
      'insert into bus_event (account, region, time, source, destination, body) values (?, ?, ?, ?, ?, ?)',
      account,
      region,
      time,
      source,
      destination,
      JSON.stringify(body),
    )
    db.run('delete from bus_event where sequence <= ?', lastInsertRowid - kept)
  },
}

/** A published event with its place in the order of all. */
export interface SentEvent extends BusEvent {
  readonly sequence: number
}

export interface BusFilter {
  /** Only later ones. */
  readonly afterSequence?: number
  readonly source?: string
  readonly destination?: string
  /** At most this many; 1000 by default. */
  readonly limit?: number
}

/** What was published, the oldest first. */
export function sentEvents(db: Database, filter: BusFilter): SentEvent[] {
  const { afterSequence = 0, source = '', destination = '', limit = 1000 } = filter
  return db
    .all<Omit<SentEvent, 'body'> & { body: string }>(
      `select sequence, account, region, time, source, destination, body from bus_event
       where sequence > ? and (? = '' or source = ?) and (? = '' or destination = ?)
       order by sequence limit ?`,
      afterSequence,
      source,
      source,
      destination,
      destination,
      limit,
    )
    .map((row) => ({ ...row, body: JSON.parse(row.body) as object }))
}
