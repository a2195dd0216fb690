import { ControlFailure } from '../checker/control-client.ts'
import { grade } from '../checker/grade.ts'
import type { LabProgress } from '../checker/progress.ts'
import { readProgress, withReport, writeProgress } from '../checker/progress.ts'
import type { Report, TaskReport } from '../checker/report.ts'
import type { Context } from './context.ts'
import { Failure, exitStatus } from './failure.ts'
import type { Session } from './lab-session.ts'
import { keepState } from './lab-session.ts'

/**
 * Looks at what the student built, notes it in their progress, and keeps the cloud's state after a task was passed for
 * the first time.
 * @param task only this task, by its id
 * @throws {Failure} with the status of what could not be graded, where no emulator can be looked at
 */
export async function lookAndNote(
  { endpoint, control }: Pick<Context, 'endpoint' | 'control'>,
  { lab, file, standing }: Session,
  task: string | undefined,
): Promise<{ readonly report: Report; readonly newlyPassed: readonly TaskReport[] }> {
  const { since, seed, snapshots } = standing
  const options = {
    endpoint,
    since,
    ...(seed === undefined ? {} : { seed }),
    ...(task === undefined ? {} : { task }),
  }
  const report = await grade(lab, options).catch((error: unknown) => {
    // Nothing to look at is no answer about the student's work: never a zero, and an exit status of its own.
    if (!(error instanceof ControlFailure)) throw error
    const hint = `This was not graded. Start the emulator (pocketcloud start), then check again.`
    throw new Failure(error.code, error.message, hint, exitStatus.ungradable)
  })
  // Read again: another check may have ended while this one looked.
  const progress = readProgress(file)
  const newlyPassed = findNewlyPassed(report, progress.labs[lab.id])
  writeProgress(file, withReport(progress, report, task === undefined))
  const last = newlyPassed.at(-1)
  if (snapshots === true && last !== undefined) await keepState(control, lab, last.id)
  return { report, newlyPassed }
}

const findNewlyPassed = ({ tasks }: Report, noted: LabProgress | undefined) =>
  tasks.filter(({ id, state }) => state === 'passed' && noted?.tasks?.[id]?.passed !== true)
