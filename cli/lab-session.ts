import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Lab } from '../checker/catalogue.ts'
import { findLab, loadChecks } from '../checker/catalogue.ts'
import type { ControlClient } from '../checker/control-client.ts'
import type { Task } from '../checker/lab.ts'
import type { LabProgress, Progress } from '../checker/progress.ts'
import { progressFile, readProgress } from '../checker/progress.ts'
import type { Values } from '../checker/values.ts'
import { drawValues } from '../checker/values.ts'
import { usageError } from './failure.ts'
import { saveState } from './state-files.ts'

/** A lab that a student has started. */
export interface Session {
  readonly lab: Lab
  readonly file: string
  readonly progress: Progress
  readonly standing: LabProgress
  readonly values: Values
}

/** @throws {Failure} where there is no such lab */
export function requireLab(name: string): Lab {
  const lab = findLab(name)
  if (lab === undefined) throw usageError(`There is no lab "${name}".`, 'See: pocketcloud lab list')
  return lab
}

/**
 * The lab that was named, or the one started last.
 * @throws {Failure} where none was started, or not this one
 */
export function openSession(name: string | undefined): Session {
  const file = progressFile()
  const progress = readProgress(file)
  const chosen = name ?? progress.current
  if (chosen === null) {
    throw usageError(
      'No lab was started yet.',
      'Start one: pocketcloud lab start first-instance (all of them: pocketcloud lab list)',
    )
  }
  const lab = requireLab(chosen)
  const standing = progress.labs[lab.id]
  if (standing === undefined) {
    throw usageError(
      `You have not started ${lab.id} yet.`,
      `Start it: pocketcloud lab start ${lab.id}`,
    )
  }
  return { lab, file, progress, standing, values: drawValues(lab, standing.seed ?? '') }
}

/**
 * A task of a lab by its id or number.
 * @throws {Failure} naming the tasks there are
 */
export async function findTask(lab: Lab, name: string): Promise<Task> {
  const { tasks } = await loadChecks(lab)
  const task = tasks.find(({ id }, index) => id === name || String(index + 1) === name)
  if (task !== undefined) return task
  const known = tasks.map(({ id }, index) => `${index + 1} ${id}`).join(', ')
  throw usageError(`${lab.id} has no task "${name}".`, `Its tasks: ${known}`)
}

/** The first task that is not passed yet; undefined where all are. */
export const nextTask = (tasks: readonly Task[], { tasks: noted }: LabProgress) =>
  tasks.find(({ id }) => noted?.[id]?.passed !== true)

/** Where the cloud's state is kept as it was when the lab was started (`start`), or when a task was passed. */
export const snapshotFile = (lab: Lab, moment: string) =>
  join(dirname(progressFile()), 'snapshots', lab.id, `${moment}.tar`)

/** Keeps the cloud's state as it is at this moment of a lab. */
export async function keepState(control: ControlClient, lab: Lab, moment: string): Promise<void> {
  const file = snapshotFile(lab, moment)
  mkdirSync(dirname(file), { recursive: true })
  await saveState(control, file)
}

/** The newest state from before a task was begun: after the nearest passed one before it, else the start. */
export function snapshotBefore(
  lab: Lab,
  tasks: readonly Task[],
  task: Task | undefined,
): string | undefined {
  const before = task === undefined ? [] : tasks.slice(0, tasks.indexOf(task))
  const moments = ['start', ...before.map(({ id }) => id)]
  return moments.map((moment) => snapshotFile(lab, moment)).findLast((file) => existsSync(file))
}
