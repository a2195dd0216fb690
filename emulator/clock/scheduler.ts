import { setImmediate } from 'node:timers/promises'
import type { Database } from '../store/database.ts'
import { endOfTime } from './clock.ts'
import type { Clock, StateSource } from './clock.ts'
import type { TimerCall, TimerHandler, Timers } from './timers.ts'
import * as rows from './timer-rows.ts'
import type { TimerOwner, TimerRow } from './timer-rows.ts'

/** What an advance came to. */
export interface Advanced {
  /** Virtual time in ms since the epoch. */
  readonly now: number
  /** How many timers were fired. */
  readonly fired: number
}

export interface SchedulerOptions {
  readonly store: StateSource
  readonly clock: Clock
  /** The handler of a kind of timers, of a service that is loaded. */
  handlerFor(service: string, kind: string): TimerHandler | undefined
  /** Makes the call that a handler gets; `now` is the moment the timer was due. */
  callFor(owner: TimerOwner, now: number): TimerCall
  /**
   * Is around every advance, and may make it in several parts.
   *
   * @param duration of all parts, in ms
   * @param advance makes a part
   */
  readonly around?: (
    duration: number,
    advance: (part: number) => Promise<Advanced>,
  ) => Promise<Advanced>
  /** Hears of handlers that threw; by default a warning of the process. */
  onFailure?(timer: TimerRow, error: unknown): void
}

/** After its third failure a timer is parked: kept with its error, not fired any more. */
const maximumAttempts = 3
/** How long after a failure a timer is tried again, in virtual ms. */
const retryDelays = [1_000, 10_000]
/** `setTimeout` takes no longer delay. */
const longestDelay = 2 ** 31 - 1
/** How long timers may hold up requests while the clock advances, in ms. */
const sliceTime = 8

/**
 * Fires durable timers in (due, id) order when virtual time reaches them, each whole or not at all. A handler's `now` is the moment
 * its timer was due, however late it fires, and timers that it schedules are fired in the same pass if they are due.
 */
export class Scheduler {
  readonly #db: Database
  readonly #clock: Clock
  readonly #options: SchedulerOptions
  /** Not later than the first timer in the table; earlier when that one was cancelled or rolled back. */
  #nextDue: number
  #firing = false
  #started = false
  #wakeUp: { readonly at: number; readonly timeout: NodeJS.Timeout } | undefined
  #advancing: Promise<unknown> = Promise.resolve()
  /** Grows whenever the state is replaced. */
  #generation = 0

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#db = options.store.db
    this.#clock = options.clock
    this.#nextDue = rows.nextDueTime(this.#db)
    options.store.afterReplace(() => {
      this.#generation += 1
      this.#lookAhead()
    })
  }

  /** Timers of one service in one account and region, as operations and handlers use them. */
  forService(service: string, account: string, region: string): Timers {
    const owner: TimerOwner = { service, account, region }
    return {
      schedule: (dueAt, kind, payload, key) => {
        const time = Math.ceil(dueAt)
        if (!Number.isSafeInteger(time)) throw new RangeError(`a timer cannot be due at ${dueAt}`)
        const text = JSON.stringify(payload)
        rows.insertTimer(this.#db, { ...owner, dueAt: time, kind, key: key ?? null, payload: text })
        if (time < this.#nextDue) {
          this.#nextDue = time
          this.#setWakeUp()
        }
      },
      cancel: (kind, key) => rows.deleteTimers(this.#db, owner, kind, key),
    }
  }

  /** The services whose handlers may be called: to be loaded before the first timer fires. */
  servicesWithTimers(): string[] {
    return rows.servicesWithTimers(this.#db)
  }

  /** How many timers wait, and when the first of them is due. */
  waiting(): { count: number; next: number | undefined } {
    const next = rows.nextDueTime(this.#db)
    return { count: rows.countTimers(this.#db), next: next === Infinity ? undefined : next }
  }

  /** Timers that failed too often to be fired again, with their errors; the oldest first, at most 100. */
  parkedTimers(): TimerRow[] {
    return rows.parkedTimers(this.#db, 100)
  }

  /** Begins to fire timers by itself, without waiting for a request. */
  start(): void {
    this.#started = true
    this.#setWakeUp()
  }

  stop(): void {
    this.#started = false
    clearTimeout(this.#wakeUp?.timeout)
    this.#wakeUp = undefined
  }

  /** Fires everything that is due by now. Costs next to nothing when nothing is: made to be called before each request. */
  fireDue(): void {
    const now = this.#clock.now()
    if (now < this.#nextDue || this.#firing) return
    while (this.#fireSlice(now, undefined).more);
    this.#lookAhead()
  }

  /**
   * Sets the clock forward, firing everything due on the way at its own time. Requests go on in between, and see the clock where it
   * has got to. Advances are made one after the other.
   *
   * @param duration in ms
   * @returns the virtual time it is now, and how many timers were fired
   * @throws RangeError when the duration is negative, not a number, or leads beyond the end of time
   */
  async advance(duration: number): Promise<Advanced> {
    if (!Number.isFinite(duration)) {
      throw new RangeError(`the clock advances by a number of milliseconds, not by ${duration}`)
    }
    if (duration < 0) {
      throw new RangeError(`the clock only moves forward, not by ${duration} milliseconds`)
    }
    const { around } = this.#options
    const whole = Math.round(duration)
    const advance = (part: number) => this.#advance(part)
    const work = this.#advancing.then(() => (around ? around(whole, advance) : advance(whole)))
    this.#advancing = work.catch(() => undefined)
    return await work
  }

  async #advance(duration: number): Promise<Advanced> {
    const target = this.#clock.now() + duration
    const targetOffset = this.#clock.offset + duration
    if (target > endOfTime)
      throw new RangeError('the clock cannot be advanced beyond the end of time')
    const generation = this.#generation
    let total = 0
    for (;;) {
      const { fired, more } = this.#fireSlice(target, targetOffset)
      total += fired
      if (!more) break
      await setImmediate()
      if (generation !== this.#generation) {
        throw new Error('the state was replaced while its clock was advancing')
      }
    }
    this.#lookAhead()
    return { now: this.#clock.now(), fired: total }
  }

  /**
   * Fires timers that are due at `until` or before, for a short while, in one transaction: each timer is a savepoint in it.
   * Committing each by itself would make advancing over many timers five times as slow, and a crash only means that they fire again.
   *
   * @param targetOffset the clock's offset at `until` when the clock is to move along with the timers
   */
  #fireSlice(until: number, targetOffset: number | undefined): { fired: number; more: boolean } {
    if (this.#db.inTransaction) throw new Error('timers cannot be fired inside a transaction')
    const end = performance.now() + sliceTime
    this.#firing = true
    try {
      return this.#db.transaction(() => {
        let fired = 0
        for (;;) {
          const timer = rows.firstDue(this.#db, until)
          if (!timer) {
            if (targetOffset !== undefined) this.#clock.moveTo(targetOffset)
            return { fired, more: false }
          }
          this.#fire(timer)
          fired += 1
          if (performance.now() < end) continue
          if (targetOffset !== undefined) this.#clock.moveTo(targetOffset - (until - timer.dueAt))
          return { fired, more: true }
        }
      })
    } finally {
      this.#firing = false
    }
  }

  #fire(timer: TimerRow): void {
    try {
      this.#db.transaction(() => {
        rows.deleteTimer(this.#db, timer.id)
        const handler = this.#options.handlerFor(timer.service, timer.kind)
        if (!handler) throw new Error(`${timer.service} has no timers of the kind ${timer.kind}`)
        const { service, account, region } = timer
        handler(
          JSON.parse(timer.payload) as never,
          this.#options.callFor({ service, account, region }, timer.dueAt),
        )
      })
    } catch (error) {
      this.#failed(timer, error)
    }
  }

  #failed(timer: TimerRow, error: unknown): void {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    const delay = retryDelays[timer.attempts] ?? 0
    if (timer.attempts + 1 >= maximumAttempts) rows.parkTimer(this.#db, timer.id, text)
    else rows.postponeTimer(this.#db, timer.id, text, timer.dueAt + delay)
    if (this.#options.onFailure) this.#options.onFailure(timer, error)
    else process.emitWarning(`timer ${timer.service}:${timer.kind} failed: ${text}`)
  }

  #lookAhead(): void {
    this.#nextDue = rows.nextDueTime(this.#db)
    // The same timer may be nearer now: the clock may have been set forward.
    clearTimeout(this.#wakeUp?.timeout)
    this.#wakeUp = undefined
    this.#setWakeUp()
  }

  #setWakeUp(): void {
    if (!this.#started || this.#wakeUp?.at === this.#nextDue) return
    clearTimeout(this.#wakeUp?.timeout)
    this.#wakeUp = undefined
    if (this.#nextDue === Infinity) return
    const delay = Math.min(Math.max(this.#nextDue - this.#clock.now(), 0), longestDelay)
    this.#wakeUp = { at: this.#nextDue, timeout: setTimeout(() => this.#wake(), delay).unref() }
  }

  #wake(): void {
    this.#wakeUp = undefined
    try {
      this.fireDue()
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error))
    }
    this.#setWakeUp()
  }
}
