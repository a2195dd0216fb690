import type { Database } from '../store/database.ts'
import { readMeta, writeMeta } from '../store/meta.ts'
import { noteMove } from './wall-time.ts'

/** What the clock needs of the store: its rows, and to hear when others take their place. */
export interface StateSource {
  readonly db: Database
  afterReplace(work: () => void): void
}

const key = 'clock-offset'
const advancesKey = 'clock-advances'

/** The clock was set forward at this moment of wall time, from this offset; both in ms. */
type Advance = readonly [wallTime: number, offset: number]

/** No URL can be signed for longer, so that older advances concern nobody. In ms. */
const longestSignature = 7 * 24 * 3600 * 1000
const mostAdvances = 1000
/** An advance over many timers moves the clock every few milliseconds. */
const oneAdvance = 50

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
  #advances: readonly Advance[] = []
  readonly #listeners: ((wallAt: number) => void)[] = []

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

  /**
   * How far the clock was set forward since a moment of wall time, for moments up to a week ago: what was signed then, in wall time,
   * expires after virtual time.
   */
  advancedSince(wallTime: number): number {
    const later = this.#advances.find(([advancedAt]) => advancedAt > wallTime)
    return later ? this.#offset - later[1] : 0
  }

  /** Whoever has logs that are dated by the wall hears of each move, just before it. @param hear is given the wall's ms */
  beforeMove(hear: (wallAt: number) => void): void {
    this.#listeners.push(hear)
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
    const [before, advances] = [this.#offset, this.#advances]
    this.#remember(before)
    writeMeta(this.#db, key, String(offset))
    const wallAt = this.#nextMillisecond()
    for (const hear of this.#listeners) hear(wallAt)
    noteMove(this.#db, wallAt, offset)
    this.#offset = offset
    this.#db.afterRollback(() => {
      this.#offset = before
      this.#advances = advances
    })
  }

  /**
   * What happened before the move is to have an earlier millisecond than what happens after it, so that the rest of the present one is
   * waited for.
   */
  #nextMillisecond(): number {
    const now = this.#wall()
    if (this.#wall !== Date.now) return now
    let next = now
    while (next === now) next = Date.now()
    return next
  }

  /** Moves in quick succession are one advance, so that the list stays short however many timers fire on the way. */
  #remember(offsetBefore: number): void {
    const now = this.#wall()
    const last = this.#advances.at(-1)
    if (last && now - last[0] < oneAdvance) return
    const recent = this.#advances.filter(([wallTime]) => now - wallTime < longestSignature)
    this.#advances = [...recent.slice(-mostAdvances), [now, offsetBefore]]
    writeMeta(this.#db, advancesKey, JSON.stringify(this.#advances))
  }

  #read(): void {
    this.#offset = Number(readMeta(this.#db, key) ?? 0)
    this.#advances = JSON.parse(readMeta(this.#db, advancesKey) ?? '[]') as Advance[]
  }
}
