import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadChecks } from '../../checker/catalogue.ts'
import { readProgress, withHints, withLab, writeProgress } from '../../checker/progress.ts'
import { fillIn, valuesEnvironment } from '../../checker/values.ts'
import type { Context, GlobalOptions } from '../context.ts'
import { failure } from '../failure.ts'
import type { Session } from '../lab-session.ts'
import { findTask, nextTask, openSession } from '../lab-session.ts'
import { renderMarkdown } from '../markdown.ts'

/** A hint, and how many there are. */
export interface Hint {
  readonly task: string
  readonly title: string
  /** Its place, from 1; 0 where the task has none. */
  readonly number: number
  readonly of: number
  readonly text: string | null
}

/**
 * Takes the next hint of a task, and notes that it was shown; the last one again when all were.
 * @param name a task's id or number; by default the first that is not passed
 * @returns undefined where no task is left that needs one
 */
export async function takeHint(
  session: Session,
  name: string | undefined,
): Promise<Hint | undefined> {
  const { lab, file, values } = session
  const { tasks } = await loadChecks(lab)
  // Read again: `check --watch` has noted more since the session was opened.
  const progress = readProgress(file)
  const standing = progress.labs[lab.id] ?? session.standing
  const task = name === undefined ? nextTask(tasks, standing) : await findTask(lab, name)
  if (task === undefined) return undefined
  const hints = task.hints ?? []
  const number = Math.min((standing.tasks?.[task.id]?.hints ?? 0) + 1, hints.length)
  if (number > 0) writeProgress(file, withHints(progress, lab.id, task.id, number))
  const hint = hints[number - 1]
  const text = hint === undefined ? null : fillIn(hint, values)
  return { task: task.id, title: task.title, number, of: hints.length, text }
}

interface HintOptions extends GlobalOptions {
  readonly lab?: string
}

/** `pocketcloud lab hint [TASK]`. */
export async function hint(
  { out }: Context,
  taskName: string | undefined,
  options: HintOptions,
): Promise<void> {
  const session = openSession(options.lab)
  const taken = await takeHint(session, taskName)
  if (taken === undefined) {
    out.answer({ hint: null }, ['You have passed every task: there is nothing left to hint at.'])
    return
  }
  out.answer(
    { hint: taken },
    describeHint(taken, (text) => renderMarkdown(text, out.paint)),
  )
  if (taken.number < taken.of) out.hint('', 'Another one: pocketcloud lab hint')
}

/** A hint as lines for a reader. */
export const describeHint = ({ title, number, of, text }: Hint, render: (text: string) => string) =>
  text === null
    ? [`There is no hint for "${title}": its text says it all (pocketcloud lab show).`]
    : [`Hint ${number} of ${of} for "${title}":`, render(text)]

interface SolutionOptions extends GlobalOptions {
  readonly yes?: boolean
}

/** `pocketcloud lab solution [LAB]`: the solution's files, with the student's values before them. */
export async function solution(
  { out }: Context,
  name: string | undefined,
  { yes }: SolutionOptions,
): Promise<void> {
  const session = openSession(name)
  const { lab, file, values } = session
  const script = join(lab.folder, 'solution/solve.sh')
  if (!existsSync(script)) throw failure('NoSolution', `${lab.id} has no solution.`)
  if (!yes && !(await out.confirm(`Look at the whole solution of ${lab.id}?`))) {
    throw failure('Declined', 'Not shown. A hint, perhaps: pocketcloud lab hint')
  }
  const progress = readProgress(file)
  writeProgress(file, withLab(progress, lab.id, { ...session.standing, solutionShown: true }))
  const exports = Object.entries(valuesEnvironment(values)).map(
    ([variable, value]) => `export ${variable}='${value.replaceAll("'", `'\\''`)}'`,
  )
  const text = readFileSync(script, 'utf8').trimEnd()
  const [first, ...rest] = text.split('\n')
  const lines = exports.length === 0 ? [text] : [first!, ...exports, ...rest]
  out.answer({ lab: lab.id, values, solution: lines.join('\n') }, lines)
}
