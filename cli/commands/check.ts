import type { Report, State } from '../../checker/report.ts'
import { lookAndNote } from '../checking.ts'
import type { Context, GlobalOptions } from '../context.ts'
import { exitStatus } from '../failure.ts'
import { findTask, openSession } from '../lab-session.ts'
import { renderReport } from '../render-report.ts'

interface CheckOptions extends GlobalOptions {
  readonly lab?: string
  readonly watch?: boolean
}

const statusOf: Readonly<Record<State, number>> = {
  passed: exitStatus.ok,
  failed: exitStatus.failed,
  ungradable: exitStatus.ungradable,
}

/** `pocketcloud check [TASK]`: succeeds only with full marks. */
export async function check(
  context: Context,
  taskName: string | undefined,
  options: CheckOptions,
): Promise<number> {
  const { out } = context
  const session = openSession(options.lab)
  const task = taskName === undefined ? undefined : (await findTask(session.lab, taskName)).id
  if (options.watch) {
    const { watch } = await import('../watch.ts')
    return statusOf[await watch(context, session, task)]
  }
  const { report, newlyPassed } = await out.waiting(
    `Looking at what you built for ${session.lab.id}`,
    () => lookAndNote(context, session, task),
  )
  const explained = new Set(newlyPassed.map(({ id }) => id))
  out.answer(report, renderReport(report, out.paint, explained))
  out.hint(...nextStep(report))
  return statusOf[report.state]
}

function nextStep({ state, tasks }: Report): readonly string[] {
  if (state === 'passed') return []
  const next = tasks.find((task) => task.state === 'failed')
  if (next === undefined) return []
  return next.ruined === undefined
    ? ['', `Next: ${next.title} (pocketcloud check ${next.number}, pocketcloud lab hint)`]
    : ['', `Put the cloud back to where this task began: pocketcloud lab reset ${next.number}`]
}
