import type { Database } from '../store/database.ts'
import { readMeta, writeMeta } from '../store/meta.ts'

/** What the clock needs of the store: its rows, and to hear when others take their place. */
export interface StateSource {
  readonly db: Database
  afterReplace(work: () => void): void
}

const key = 'clock-offset'

/** The last moment a JavaScript date can name: https://tc39.es/ecma262/#sec-time-values-and-time-range */
export const endOfTime = 8.64e15

/**
 * The virtual clock: wall time plus an offset that only grows, until the state is replaced. The offset is part of the state.
 * All times are in ms since the epoch.
 */
export class Clock {
  readonly #db: Database
  readonly #wall: () => number
  #offset = 0

  /** @param wall the wall clock, in whole ms since the epoch */
  constructor(store: StateSource, wall: () => number = Date.now) {
    this.#db = store.db
    this.#wall = wall
    this.#read()
    store.afterReplace(() => this.#read())
  }

  /** Virtual time. */
  now(): number {
    return this.#wall() + this.#offset
  }

  wallNow(): number {
    return this.#wall()
  }

  /** How far virtual time is ahead of wall time, in ms. */
  get offset(): number {
    return this.#offset
  }

  /**
   * Sets the clock forward, durably. To be called by the scheduler only, which fires what is due on the way.
   * An offset that is not ahead of the present one changes nothing.
   */
  moveTo(offset: number): void {
    if (offset <= this.#offset) return
    const before = this.#offset
    writeMeta(this.#db, key, String(offset))
    this.#offset = offset
    this.#db.afterRollback(() => (this.#offset = before))
  }

  #read(): void {
    this.#offset = Number(readMeta(this.#db, key) ?? 0)
  }
}
