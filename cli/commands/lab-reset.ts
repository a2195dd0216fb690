import { loadChecks } from '../../checker/catalogue.ts'
import { markHistory } from '../../checker/history.ts'
import { readProgress, withLab, withStarted, writeProgress } from '../../checker/progress.ts'
import type { Context, GlobalOptions } from '../context.ts'
import { failure } from '../failure.ts'
import { findTask, openSession, snapshotBefore } from '../lab-session.ts'
import { openState } from '../state-files.ts'

interface ResetOptions extends GlobalOptions {
  readonly lab?: string
  readonly yes?: boolean
}

/**
 * `pocketcloud lab reset [TASK]`: the cloud as it was when the task was begun, or when the lab was started; what was
 * passed since is to do again. The best standing stays.
 */
export async function reset(
  { control, out }: Context,
  taskName: string | undefined,
  options: ResetOptions,
): Promise<void> {
  const { lab, file, standing } = openSession(options.lab)
  const { tasks } = await loadChecks(lab)
  const task = taskName === undefined ? undefined : await findTask(lab, taskName)
  const snapshot = snapshotBefore(lab, tasks, task)
  if (snapshot === undefined) {
    throw failure(
      'NoSnapshot',
      `${lab.id} was started without keeping the cloud's state.`,
      `Make the cloud new and begin again: pocketcloud reset && pocketcloud lab start ${lab.id}`,
    )
  }
  const what = task === undefined ? `${lab.id} was started` : `"${task.title}" was begun`
  if (!options.yes && !(await out.confirm(`Put the cloud back to when ${what}?`))) {
    throw failure('Declined', 'Nothing was changed.')
  }
  const putBack = await openState(snapshot)
  await out.waiting('Putting the cloud back', () => putBack(control))
  const progress = readProgress(file)
  if (task === undefined) {
    const since = await markHistory(control)
    const startedAt = new Date().toISOString()
    const { tasks: _tasks, last: _last, solutionShown: _shown, ...kept } = standing
    writeProgress(file, withStarted(progress, lab.id, { ...kept, since, startedAt }))
  } else {
    const undone = new Set(tasks.slice(tasks.indexOf(task)).map(({ id }) => id))
    const kept = Object.fromEntries(
      Object.entries(standing.tasks ?? {}).map(([id, noted]) => [
        id,
        undone.has(id) ? { ...noted, passed: false } : noted,
      ]),
    )
    writeProgress(file, withLab(progress, lab.id, { ...standing, tasks: kept }))
  }
  out.answer({ reset: lab.id, task: task?.id ?? null }, [`The cloud is as it was when ${what}.`])
}
