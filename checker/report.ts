/** What came of a condition, a task or a lab. `ungradable`: it could not be looked at, which says nothing of the student. */
export type State = 'passed' | 'failed' | 'ungradable'

/** A lab's graded state, and what `check --json` prints. */
export interface Report {
  readonly version: 1
  readonly lab: { readonly id: string; readonly title: string }
  readonly endpoint: string
  /** Wall time, ISO 8601. */
  readonly checkedAt: string
  readonly state: State
  /** null where something was ungradable: a score that is missing marks by no fault of the student's would be a lie. */
  readonly score: number | null
  readonly maxScore: number
  readonly tasks: readonly TaskReport[]
}

export interface TaskReport {
  readonly id: string
  /** Its place in the lab, from 1. */
  readonly number: number
  readonly title: string
  readonly state: State
  readonly score: number | null
  readonly maxScore: number
  readonly conditions: readonly ConditionReport[]
  /** Why it works; of a task that was passed. */
  readonly explanation?: string
  /** What happened that keeps the task from being finished: a reset is the way out. */
  readonly ruined?: string
}

export interface ConditionReport {
  readonly id: string
  readonly title: string
  readonly state: State
  readonly points: number
  readonly maxPoints: number
  /** What was expected and what was found, or why it could not be graded; absent when passed. */
  readonly message?: string
  /** The student's own call that made it so. */
  readonly call?: CallReference
}

export interface CallReference {
  readonly service: string
  readonly operation: string
  /** Virtual time, ISO 8601. */
  readonly time: string
  readonly requestId: string
}

/** A whole is ungradable as soon as a part is, and passed only where every part is. */
export function combine(states: readonly State[]): State {
  if (states.includes('ungradable')) return 'ungradable'
  return states.every((state) => state === 'passed') ? 'passed' : 'failed'
}
