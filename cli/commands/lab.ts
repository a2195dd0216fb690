import { rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Lab } from '../../checker/catalogue.ts'
import { listLabs } from '../../checker/catalogue.ts'
import { markHistory } from '../../checker/history.ts'
import type { LabProgress, Progress } from '../../checker/progress.ts'
import { progressFile, readProgress, withStarted, writeProgress } from '../../checker/progress.ts'
import { drawValues, fillIn } from '../../checker/values.ts'
import type { Context, GlobalOptions } from '../context.ts'
import { usageError } from '../failure.ts'
import { keepState, requireLab, snapshotFile } from '../lab-session.ts'
import { renderMarkdown } from '../markdown.ts'
import { table } from '../table.ts'

/** `pocketcloud lab list`. */
export async function list({ out }: Context): Promise<void> {
  const progress = readProgress(progressFile())
  const labs = listLabs()
  out.answer(
    { labs: labs.map((lab) => ({ ...describe(lab), progress: progress.labs[lab.id] ?? null })) },
    table(
      ['', 'lab', 'title', 'level', 'time', 'you'],
      labs.map((lab) => [
        String(lab.number),
        lab.id,
        lab.title,
        lab.level,
        `${lab.minutes} min`,
        standing(progress.labs[lab.id]),
      ]),
      out.paint,
    ),
  )
  out.hint('', 'Start one with: pocketcloud lab start <lab>')
}

interface StartOptions extends GlobalOptions {
  readonly student?: string
  readonly snapshot: boolean
}

/**
 * `pocketcloud lab start LAB`: notes where the history stands, so that only what is done from now on counts, and keeps
 * the cloud's state for a reset.
 */
export async function start(
  { out, control }: Context,
  name: string,
  { student, snapshot }: StartOptions,
): Promise<void> {
  const lab = requireLab(name)
  const since = await markHistory(control)
  rmSync(dirname(snapshotFile(lab, 'start')), { recursive: true, force: true })
  if (snapshot) {
    await out.waiting('Keeping what is there now', () => keepState(control, lab, 'start'))
  }
  const file = progressFile()
  const before = readProgress(file)
  const progress = student === undefined ? before : { ...before, student }
  const startedAt = new Date().toISOString()
  const seed = progress.student
  writeProgress(
    file,
    withStarted(progress, lab.id, {
      since,
      startedAt,
      ...(seed === undefined ? {} : { seed }),
      ...(snapshot ? { snapshots: true } : {}),
    }),
  )
  const values = drawValues(lab, seed ?? '')
  out.answer({ started: lab.id, since, values, progressFile: file }, [
    `Started lab ${lab.number}: ${out.paint.bold(lab.title)} (${lab.level}, about ${lab.minutes} minutes)`,
    ...unmetNeeds(lab, progress).map(
      (id) => `It builds on ${id}, which you have not finished yet.`,
    ),
    'Read it with: pocketcloud lab show',
    'See where you stand with: pocketcloud check',
  ])
}

/** `pocketcloud lab show [LAB]`: with the values of the student who started it, or who would. */
export async function show({ out }: Context, name: string | undefined): Promise<void> {
  const progress = readProgress(progressFile())
  const current = name ?? progress.current
  if (current === null) {
    throw usageError('Which lab? None was started yet.', 'See: pocketcloud lab list')
  }
  const lab = requireLab(current)
  const started = progress.labs[lab.id]
  const seed = started === undefined ? progress.student : started.seed
  const values = drawValues(lab, seed ?? '')
  const text = fillIn(lab.text, values)
  out.answer({ ...describe(lab), values, text }, [renderMarkdown(text, out.paint)])
}

const describe = ({ number, id, title, level, minutes, needs, services }: Lab) => ({
  number,
  id,
  title,
  level,
  minutes,
  needs,
  services,
})

const unmetNeeds = (lab: Lab, { labs }: Progress) =>
  lab.needs.filter((id) => {
    const best = labs[id]?.best
    return best === undefined || best.score < best.maxScore
  })

function standing(progress: LabProgress | undefined): string {
  if (progress === undefined) return '-'
  return progress.best === undefined
    ? 'started'
    : `${progress.best.score}/${progress.best.maxScore}`
}
