import type { Lab } from '../../checker/catalogue.ts'
import { loadChecks } from '../../checker/catalogue.ts'
import { ControlFailure } from '../../checker/control-client.ts'
import { grade } from '../../checker/grade.ts'
import { progressFile, readProgress, withReport, writeProgress } from '../../checker/progress.ts'
import type { Report, State } from '../../checker/report.ts'
import type { Context, GlobalOptions } from '../context.ts'
import { Failure, exitStatus, usageError } from '../failure.ts'
import { renderReport } from '../render-report.ts'
import { requireLab } from './lab.ts'

interface CheckOptions extends GlobalOptions {
  readonly lab?: string
}

const statusOf: Readonly<Record<State, number>> = {
  passed: exitStatus.ok,
  failed: exitStatus.failed,
  ungradable: exitStatus.ungradable,
}

/** `pocketcloud check [TASK]`: succeeds only with full marks. */
export async function check(
  { out, endpoint }: Context,
  taskName: string | undefined,
  options: CheckOptions,
): Promise<number> {
  const file = progressFile()
  const progress = readProgress(file)
  const lab = chooseLab(options.lab, progress.current)
  const started = progress.labs[lab.id]
  if (started === undefined) {
    throw usageError(
      `You have not started ${lab.id} yet.`,
      `Start it: pocketcloud lab start ${lab.id}`,
    )
  }
  const task = taskName === undefined ? undefined : await findTask(lab, taskName)
  const report = await out
    .waiting(`Looking at what you built for ${lab.id}`, () =>
      grade(lab, { endpoint, since: started.since, ...(task === undefined ? {} : { task }) }),
    )
    .catch((error: unknown) => {
      // Nothing to look at is no answer about the student's work: never a zero, and an exit status of its own.
      if (!(error instanceof ControlFailure)) throw error
      const hint = `This was not graded. Start the emulator (pocketcloud start), then check again.`
      throw new Failure(error.code, error.message, hint, exitStatus.ungradable)
    })
  if (task === undefined) {
    // Read again: another check may have ended while this one looked.
    writeProgress(file, withReport(readProgress(file), report))
  }
  out.answer(report, renderReport(report, out.paint))
  out.hint(...nextStep(report))
  return statusOf[report.state]
}

function chooseLab(name: string | undefined, current: string | null): Lab {
  if (name !== undefined) return requireLab(name)
  if (current !== null) return requireLab(current)
  throw usageError(
    'No lab was started yet, so there is nothing to check.',
    'Start one: pocketcloud lab start first-instance (all of them: pocketcloud lab list)',
  )
}

async function findTask(lab: Lab, name: string): Promise<string> {
  const { tasks } = await loadChecks(lab)
  const task = tasks.find(({ id }, index) => id === name || String(index + 1) === name)
  if (task !== undefined) return task.id
  const known = tasks.map(({ id }, index) => `${index + 1} ${id}`).join(', ')
  throw usageError(`${lab.id} has no task "${name}".`, `Its tasks: ${known}`)
}

function nextStep({ state, tasks }: Report): readonly string[] {
  if (state === 'passed') return []
  const next = tasks.find((task) => task.state === 'failed')
  return next === undefined ? [] : ['', `Next: ${next.title} (pocketcloud check ${next.number})`]
}
