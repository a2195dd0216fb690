import type { Lab } from '../../checker/catalogue.ts'
import { listLabs, loadChecks } from '../../checker/catalogue.ts'
import type { LabProgress } from '../../checker/progress.ts'
import { progressFile, readProgress } from '../../checker/progress.ts'
import type { Context } from '../context.ts'
import { requireLab } from '../lab-session.ts'
import type { Paint } from '../output.ts'

/** `pocketcloud progress [LAB]`: every lab that was started, with its tasks and the hints that were taken. */
export async function progress({ out }: Context, name: string | undefined): Promise<void> {
  const file = progressFile()
  const { student, current, labs } = readProgress(file)
  const all = name === undefined ? listLabs() : [requireLab(name)]
  const started = all.filter(({ id }) => labs[id] !== undefined)
  const finished = started.filter(({ id }) => isFinished(labs[id]!))
  const parts = await Promise.all(
    started.map(async (lab) => ({
      lab,
      noted: labs[lab.id]!,
      tasks: await tasksOf(lab, labs[lab.id]!),
    })),
  )
  const value = {
    student: student ?? null,
    current,
    progressFile: file,
    finished: finished.length,
    of: all.length,
    labs: parts.map(({ lab, noted, tasks }) => ({ id: lab.id, title: lab.title, ...noted, tasks })),
  }
  const lines =
    started.length === 0
      ? ['You have not started a lab yet. Begin with: pocketcloud lab start first-instance']
      : parts.flatMap(({ lab, noted, tasks }) => [
          heading(lab, noted, lab.id === current, out.paint),
          ...tasks.map(({ title, passed, hints }) => {
            const mark = passed ? out.paint.green('✓') : '·'
            const taken =
              hints === 0 ? '' : out.paint.dim(`  ${hints} hint${hints === 1 ? '' : 's'}`)
            return `  ${mark} ${title}${taken}`
          }),
        ])
  if (name === undefined && started.length > 0) {
    lines.push(
      '',
      `${bar(finished.length, all.length)} ${finished.length} of ${all.length} labs finished`,
    )
  }
  out.answer(value, lines)
}

const isFinished = ({ best }: LabProgress) => best !== undefined && best.score >= best.maxScore

async function tasksOf(lab: Lab, { tasks: noted }: LabProgress) {
  const { tasks } = await loadChecks(lab)
  return tasks.map(({ id, title }) => ({ id, title, passed: false, hints: 0, ...noted?.[id] }))
}

function heading(
  { number, title }: Lab,
  noted: LabProgress,
  isCurrent: boolean,
  paint: Paint,
): string {
  const { best, solutionShown } = noted
  const score = best === undefined ? 'started' : `${best.score}/${best.maxScore}`
  const seen = solutionShown === true ? ', solution seen' : ''
  return `${number}. ${paint.bold(title)}  ${score}${seen}${isCurrent ? paint.dim('  <- current') : ''}`
}

function bar(done: number, all: number): string {
  const width = 20
  const filled = all === 0 ? 0 : Math.round((done / all) * width)
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)}`
}
