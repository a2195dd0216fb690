import type { Call } from '../operation.ts'

/** What a timer's handler may use: a call without a caller or a request. `now` is the moment the timer was due. */
export type TimerCall = Pick<
  Call,
  'service' | 'account' | 'region' | 'now' | 'db' | 'timers' | 'ids' | 'ports' | 'objects'
>

/** Runs in a transaction of its own when the timer is due; may schedule others. */
export type TimerHandler = (payload: never, call: TimerCall) => void

/** Durable timers of one service in one account and region: rows, so they outlive a restart. */
export interface Timers {
  /**
   * @param dueAt virtual time in ms since the epoch
   * @param kind the name of a handler in the service's `timers`
   * @param payload plain JSON for the handler
   * @param key what `cancel` finds it by; a resource's id
   */
  schedule(dueAt: number, kind: string, payload: object, key?: string): void
  /** Forgets the service's timers of this kind with this key, wherever they stand. */
  cancel(kind: string, key: string): void
}
