import type { Call } from '../../../operation.ts'
import type { Bucket } from '../rows/buckets.ts'
import { addRecheck, findRun, putRun } from '../rows/lifecycles.ts'
import { midnightAfter } from './midnights.ts'

/** What a run's timer carries from one slice of work to the next. */
export interface RunPayload {
  readonly bucket: number
  /** Its number may be another bucket's once it is gone. */
  readonly name: string
  /** What is left of a run that has begun, and the midnight that it is for. */
  readonly left?: { readonly midnight: number; readonly stage: Stage }
}

export type Stage =
  /** All keys, in their order. */
  | { readonly kind: 'everything'; readonly after: string | null }
  /** Keys to look at besides, in their order: what has to wait for the next run stands behind, not ahead. */
  | { readonly kind: 'rechecks'; readonly after: string }
  /** What was written some days ago, for each number of days that a rule waits. */
  | {
      readonly kind: 'ages'
      readonly days: readonly number[]
      readonly after?: readonly [lastModified: number, id: number]
    }
  | { readonly kind: 'uploads'; readonly after?: readonly [initiatedAt: number, id: string] }

/** The kind of the timers. */
export const runTimer = 'lifecycle'

/** Has the rules of a bucket, which are new, evaluated from the next midnight on. */
export function scheduleRuns(
  { db, timers, now }: Pick<Call, 'db' | 'timers' | 'now'>,
  { id, name }: Bucket,
): void {
  const nextRun = findRun(db, id)?.nextRun
  putRun(db, id, { nextRun: nextRun ?? midnightAfter(now), everything: true })
  if (nextRun !== undefined) return
  const payload: RunPayload = { bucket: id, name }
  timers.schedule(midnightAfter(now), runTimer, payload, String(id))
}

/** To be called where something that rules look at changes without a new version: tags, or a version that is gone. */
export function lookAgainAt({ db }: Pick<Call, 'db'>, bucket: number, key: string): void {
  addRecheck(db, bucket, key)
}
