import type { Lab } from '../../checker/catalogue.ts'
import { findLab, listLabs } from '../../checker/catalogue.ts'
import { markHistory } from '../../checker/history.ts'
import type { LabProgress, Progress } from '../../checker/progress.ts'
import { progressFile, readProgress, withStarted, writeProgress } from '../../checker/progress.ts'
import type { Context } from '../context.ts'
import { usageError } from '../failure.ts'
import { renderMarkdown } from '../markdown.ts'
import type { Paint } from '../output.ts'

/** `pocketcloud lab list`. */
export async function list({ out }: Context): Promise<void> {
  const progress = readProgress(progressFile())
  const labs = listLabs()
  out.answer(
    { labs: labs.map((lab) => ({ ...describe(lab), progress: progress.labs[lab.id] ?? null })) },
    table(
      [
        ['', 'lab', 'title', 'level', 'time', 'you'],
        ...labs.map((lab) => [
          String(lab.number),
          lab.id,
          lab.title,
          lab.level,
          `${lab.minutes} min`,
          standing(progress.labs[lab.id]),
        ]),
      ],
      out.paint,
    ),
  )
  out.hint('', 'Start one with: pocketcloud lab start <lab>')
}

/** `pocketcloud lab start LAB`: notes where the history stands, so that only what is done from now on counts. */
export async function start({ out, control }: Context, name: string): Promise<void> {
  const lab = requireLab(name)
  const since = await markHistory(control)
  const file = progressFile()
  const progress = readProgress(file)
  writeProgress(file, withStarted(progress, lab.id, since, new Date().toISOString()))
  out.answer({ started: lab.id, since, progressFile: file }, [
    `Started lab ${lab.number}: ${out.paint.bold(lab.title)} (${lab.level}, about ${lab.minutes} minutes)`,
    ...unmetNeeds(lab, progress).map(
      (id) => `It builds on ${id}, which you have not finished yet.`,
    ),
    'Read it with: pocketcloud lab show',
    'See where you stand with: pocketcloud check',
  ])
}

/** `pocketcloud lab show [LAB]`. */
export async function show({ out }: Context, name: string | undefined): Promise<void> {
  const current = name ?? readProgress(progressFile()).current
  if (current === null) {
    throw usageError('Which lab? None was started yet.', 'See: pocketcloud lab list')
  }
  const lab = requireLab(current)
  out.answer({ ...describe(lab), text: lab.text }, [renderMarkdown(lab.text, out.paint)])
}

export function requireLab(name: string): Lab {
  const lab = findLab(name)
  if (lab === undefined) throw usageError(`There is no lab "${name}".`, 'See: pocketcloud lab list')
  return lab
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

function table(rows: readonly (readonly string[])[], paint: Paint): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
  return lines.map((line, index) => (index === 0 ? paint.dim(line) : line))
}
