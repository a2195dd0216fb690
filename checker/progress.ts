import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Since } from './history.ts'
import type { Report } from './report.ts'

/** Where a student stands: the labs that were started, and what the checks said last. */
export interface Progress {
  readonly version: 1
  /** Who the student is, by which values are drawn in labs started from now on; absent for nobody in particular. */
  readonly student?: string
  /** The id of the lab that was started last. */
  readonly current: string | null
  readonly labs: Readonly<Record<string, LabProgress>>
}

export interface LabProgress {
  /** Wall time, ISO 8601. */
  readonly startedAt: string
  /** From where in the event history it counts. */
  readonly since: Since
  /** Who the student was then: their values stay what they are until the lab is started again. */
  readonly seed?: string
  /** Whether the cloud's state is kept at the start and after each task, for a reset. */
  readonly snapshots?: boolean
  readonly tasks?: Readonly<Record<string, TaskProgress>>
  /** Whether the solution was looked at. */
  readonly solutionShown?: boolean
  readonly last?: Standing
  readonly best?: Standing
}

export interface TaskProgress {
  readonly passed: boolean
  /** How many hints were shown. */
  readonly hints: number
}

export interface Standing {
  readonly score: number
  readonly maxScore: number
  /** Wall time, ISO 8601. */
  readonly checkedAt: string
}

/** The one file of a person's progress, wherever they stand: `$POCKETCLOUD_HOME` or `~/.pocketcloud`. */
export const progressFile = () =>
  join(process.env['POCKETCLOUD_HOME'] || join(homedir(), '.pocketcloud'), 'progress.json')

/** @throws {Error} where the file is there and is not a progress file of this version */
export function readProgress(file: string): Progress {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { version: 1, current: null, labs: {} }
  }
  const progress = parseJson(text) as Partial<Progress> | null
  if (progress?.version !== 1 || typeof progress.labs !== 'object') {
    throw new Error(`${file} is not a progress file of this version: move it away to begin anew`)
  }
  return progress as Progress
}

/** Writes a new file beside the old one and renames it: whoever reads, and whatever crashes, the file is whole. */
export function writeProgress(file: string, progress: Progress): void {
  mkdirSync(dirname(file), { recursive: true })
  const partial = `${file}.${process.pid}.part`
  writeFileSync(partial, `${JSON.stringify(progress, null, 2)}\n`)
  renameSync(partial, file)
}

/** What is noted of a lab that starts. */
export type Start = Pick<LabProgress, 'since' | 'startedAt' | 'seed' | 'snapshots'>

/** Starts a lab, or starts it anew: what was done before no longer counts, the best standing stays. */
export function withStarted(progress: Progress, id: string, start: Start): Progress {
  const best = progress.labs[id]?.best
  const started = { ...start, ...(best === undefined ? {} : { best }) }
  return { ...progress, current: id, labs: { ...progress.labs, [id]: started } }
}

/** Notes what a check found; a part without a score changes nothing, and only a check of the whole lab its standing. */
export function withReport(progress: Progress, report: Report, whole: boolean): Progress {
  const { lab, tasks, score, maxScore, checkedAt } = report
  const before = progress.labs[lab.id]
  if (before === undefined) return progress
  const noted = { ...before, tasks: { ...before.tasks, ...passedTasks(before, tasks) } }
  return withLab(
    progress,
    lab.id,
    whole && score !== null
      ? { ...noted, ...standings(before, { score, maxScore, checkedAt }) }
      : noted,
  )
}

function passedTasks({ tasks: before }: LabProgress, tasks: Report['tasks']) {
  return Object.fromEntries(
    tasks
      .filter(({ state }) => state !== 'ungradable')
      .map(({ id, state }) => [
        id,
        { hints: before?.[id]?.hints ?? 0, passed: state === 'passed' },
      ]),
  )
}

function standings({ best }: LabProgress, last: Standing) {
  return { last, best: best === undefined || last.score >= best.score ? last : best }
}

/** Notes that a task's hints were shown up to this number. */
export function withHints(progress: Progress, id: string, task: string, hints: number): Progress {
  const lab = progress.labs[id]!
  const passed = lab.tasks?.[task]?.passed ?? false
  return withLab(progress, id, { ...lab, tasks: { ...lab.tasks, [task]: { passed, hints } } })
}

export const withLab = (progress: Progress, id: string, lab: LabProgress): Progress => ({
  ...progress,
  labs: { ...progress.labs, [id]: lab },
})

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
