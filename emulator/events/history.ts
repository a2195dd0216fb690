import type { Database } from '../store/database.ts'
import type { CallEvent, EventFilter, RecordedEvent } from './call-event.ts'
import * as rows from './event-rows.ts'

/** What the history needs of the store. */
export interface EventStore {
  readonly db: Database
  beforeSave(work: () => void): void
  afterReplace(work: () => void): void
}

/** How long an event may be in memory only, in ms. */
const flushInterval = 25
/** How many events may be in memory only. */
const batchSize = 200

/**
 * The event history: every call, as CloudTrail would record it. It keeps the last `limit` calls or a few more.
 *
 * A call that changes something is recorded in its own transaction: there is no change without its event, and no event of a
 * change that was taken back. Everything else (reads, and calls that failed) is queued, and written in batches.
 */
export class EventHistory {
  readonly #db: Database
  readonly #limit: number
  readonly #slack: number
  readonly #watchers = new Set<(sequence: number) => void>()
  #queue: { readonly sequence: number; readonly event: CallEvent }[] = []
  #timeout: NodeJS.Timeout | undefined
  #first = 0
  #last = 0

  /** @param limit how many calls are kept */
  constructor(store: EventStore, { limit = 100_000 }: { limit?: number } = {}) {
    this.#db = store.db
    this.#limit = Math.max(1, limit)
    this.#slack = Math.min(500, Math.ceil(this.#limit / 10))
    this.#readRange()
    store.beforeSave(() => this.flush())
    store.afterReplace(() => {
      this.#queue = []
      this.#readRange()
    })
  }

  /**
   * Records a call. In a transaction, a call that changes something and succeeded is written with it; all others are written soon.
   *
   * @returns its sequence number
   */
  append(event: CallEvent): number {
    const sequence = (this.#last += 1)
    if (this.#db.inTransaction && !event.readOnly && !event.error) {
      rows.insertEvent(this.#db, sequence, event)
      if (this.#watchers.size > 0) this.#db.afterCommit(() => this.#tell(sequence))
      if (this.#isTooLong()) this.#flushSoon()
      return sequence
    }
    this.#queue.push({ sequence, event })
    if (this.#watchers.size > 0) this.#tell(sequence)
    if (this.#queue.length >= batchSize && !this.#db.inTransaction) this.#tryToFlush()
    else this.#flushSoon()
    return sequence
  }

  /** The sequence number of the last call; 0 before the first. */
  get latest(): number {
    return this.#last
  }

  /** Calls in the order they were made: the first ones after `afterSequence`, or else the last ones. */
  query(filter: EventFilter = {}): RecordedEvent[] {
    this.flush()
    return rows.selectEvents(this.#db, filter)
  }

  /** The last call that authorization refused, with its trace. */
  latestDenial(filter: EventFilter = {}): RecordedEvent | undefined {
    this.flush()
    return rows.selectLatestDenial(this.#db, filter)
  }

  /**
   * Calls `watcher` with each new event's sequence number; the event is found by `query({ afterSequence: sequence - 1 })`.
   *
   * @returns what ends it
   */
  subscribe(watcher: (sequence: number) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Writes what is queued, and removes what is too old. */
  flush(): void {
    clearTimeout(this.#timeout)
    this.#timeout = undefined
    if (this.#queue.length === 0 && !this.#isTooLong()) return
    const queue = this.#queue
    this.#queue = []
    this.#db.transaction(() => {
      this.#db.afterRollback(() => {
        this.#queue = [...queue, ...this.#queue]
      })
      for (const { sequence, event } of queue) rows.insertEvent(this.#db, sequence, event)
      if (this.#isTooLong()) this.#trim()
    })
  }

  /** Writes what is queued, for the last time. */
  close(): void {
    this.flush()
    this.#watchers.clear()
  }

  #isTooLong(): boolean {
    return this.#last - this.#first >= this.#limit + this.#slack
  }

  #trim(): void {
    const before = this.#first
    this.#first = this.#last - this.#limit + 1
    rows.deleteEventsBefore(this.#db, this.#first)
    this.#db.afterRollback(() => (this.#first = before))
  }

  #readRange(): void {
    const { first, last } = rows.eventRange(this.#db)
    this.#first = first
    this.#last = last
  }

  #flushSoon(): void {
    this.#timeout ??= setTimeout(() => this.#tryToFlush(), flushInterval).unref()
  }

  /** A disk that is full fails neither a request nor the process, but events that can't be written are lost in the end. */
  #tryToFlush(): void {
    try {
      this.flush()
    } catch (error) {
      this.#queue = this.#queue.slice(-50 * batchSize)
      process.emitWarning(error instanceof Error ? error : String(error))
    }
  }

  #tell(sequence: number): void {
    for (const watcher of this.#watchers) {
      try {
        watcher(sequence)
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error))
      }
    }
  }
}
