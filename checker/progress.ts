import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Since } from './history.ts'
import type { Report } from './report.ts'

/** Where a student stands: the labs that were started, and what the checks said last. */
export interface Progress {
  readonly version: 1
  /** The id of the lab that was started last. */
  readonly current: string | null
  readonly labs: Readonly<Record<string, LabProgress>>
}

export interface LabProgress {
  /** Wall time, ISO 8601. */
  readonly startedAt: string
  /** From where in the event history it counts. */
  readonly since: Since
  readonly last?: Standing
  readonly best?: Standing
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

/** Starts a lab, or starts it anew: what was done before no longer counts, the best standing stays. */
export function withStarted(
  progress: Progress,
  id: string,
  since: Since,
  startedAt: string,
): Progress {
  const best = progress.labs[id]?.best
  const started = { startedAt, since, ...(best === undefined ? {} : { best }) }
  return { ...progress, current: id, labs: { ...progress.labs, [id]: started } }
}

/** Notes what a check of a whole lab found; a report without a score changes nothing. */
export function withReport(
  progress: Progress,
  { lab, score, maxScore, checkedAt }: Report,
): Progress {
  const before = progress.labs[lab.id]
  if (before === undefined || score === null) return progress
  const last = { score, maxScore, checkedAt }
  const best = before.best === undefined || score >= before.best.score ? last : before.best
  return { ...progress, labs: { ...progress.labs, [lab.id]: { ...before, last, best } } }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
