import type { Cloud } from './cloud.ts'
import type { HistoryEvent } from './history.ts'
import { LabMistake } from './lab-mistake.ts'

/** What a check found. */
export type Verdict =
  | { readonly passed: true }
  | { readonly passed: false; readonly message: string; readonly call?: HistoryEvent }

/** One thing that is right or not, worth its own points. */
export interface Condition {
  /** Lower-case words with dashes, unique in its task. */
  readonly id: string
  /** What holds when it passes: "Your instance is a t2.micro". */
  readonly title: string
  readonly points: number
  /**
   * Looks at the cloud and the event history, and changes nothing. What it throws is no verdict: the condition then
   * counts as ungradable, never as failed.
   */
  readonly check: (cloud: Cloud) => Promise<Verdict> | Verdict
}

/** One step of a lab: conditions that belong together. */
export interface Task {
  readonly id: string
  readonly title: string
  readonly conditions: readonly Condition[]
  /** What helps, from a nudge to nearly the answer; shown one at a time, when asked for. May use `{{name}}`. */
  readonly hints?: readonly string[]
  /** Shown once the task is passed: why it works, and what it is good for. */
  readonly explanation?: string
  /**
   * Recognizes a state from which the task can't be finished any more (what it needs is gone), and says what happened;
   * undefined while all is well. The student is then offered a reset.
   */
  readonly failcheck?: (cloud: Cloud) => Promise<string | undefined> | string | undefined
}

/** What `checks.ts` exports by default. */
export interface LabChecks {
  readonly tasks: readonly Task[]
}

/** @throws {LabMistake} where ids repeat or points are missing: a mistake of the lab's author */
export function lab(checks: LabChecks): LabChecks {
  requireUnique(checks.tasks, 'task')
  return checks
}

/** @throws {LabMistake} where ids repeat or points are missing: a mistake of the lab's author */
export function task(definition: Task): Task {
  requireUnique(definition.conditions, `condition of ${definition.id}`)
  if (definition.conditions.length === 0)
    throw new LabMistake(`Task ${definition.id} has no conditions`)
  for (const { id, points } of definition.conditions) {
    if (!Number.isInteger(points) || points < 1) {
      throw new LabMistake(
        `Condition ${definition.id}/${id} must be worth a whole number of points`,
      )
    }
  }
  return definition
}

export const condition = (definition: Condition): Condition => definition

export const passed = (): Verdict => ({ passed: true })

/**
 * @param message what was found and what was expected, in terms of what the student made
 * @param call the student's own call that made it so, where one is known
 */
export const failed = (message: string, call?: HistoryEvent): Verdict => ({
  passed: false,
  message,
  ...(call === undefined ? {} : { call }),
})

function requireUnique(items: readonly { readonly id: string }[], what: string): void {
  const seen = new Set<string>()
  for (const { id } of items) {
    if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))
      throw new LabMistake(`Not an id for a ${what}: "${id}"`)
    if (seen.has(id)) throw new LabMistake(`Two of the same id, ${id}, for a ${what}`)
    seen.add(id)
  }
}
