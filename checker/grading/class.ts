import { tmpdir } from 'node:os'
import type { Lab } from '../catalogue.ts'
import { loadChecks } from '../catalogue.ts'
import { version } from './version.ts'
import { emulatorPool } from './emulators/pool.ts'
import type { GradingPlace, Submitted, Turn } from './grade-submission.ts'
import { failedByUs, gradeSubmission } from './grade-submission.ts'
import { versionOfLab } from './lab-version.ts'
import type { Limits } from './limits.ts'
import { sandboxPlugins } from './program.ts'
import { classReport } from './combine.ts'
import type { ClassReport, SubmissionResult } from './result.ts'
import type { Tools } from './sandbox/tools.ts'
import { findTools, isOpenToAll } from './sandbox/tools.ts'
import { namesOf } from './submission/read.ts'
import { makeRunFolder } from './workspace.ts'

export interface ClassOptions {
  readonly lab: Lab
  readonly submissions: readonly string[]
  /** How many compute at the same time; more may wait for something meanwhile. */
  readonly jobs: number
  readonly limits: Limits
  /** Whether bubblewrap is used; whether it can be is for the caller to find out. */
  readonly sandboxed: boolean
  /** Where Terraform's providers are, unpacked as `terraform providers mirror` does. */
  readonly plugins?: string | undefined
  /** Everybody's seed; by default each student's own name. */
  readonly seed?: string | undefined
  /** Breaks grading off. */
  readonly signal: AbortSignal
  /** Hears of the report as it grows: whole at any time, with what is not graded yet as an infrastructure error. */
  readonly onProgress?: (report: ClassReport, latest: SubmissionResult | undefined) => void
}

/** The first of the user ids that are kept for passing use: https://systemd.io/UIDS-GIDS/ */
export const firstPassingUser = 61_184

/** How much memory a submission that only waits is reckoned with, in bytes. */
const waitingMemory = 256 * 1024 * 1024
const mostPerJob = 16

/** Grades submissions, several at once, each by itself. The results come in the order of the submissions. */
export async function gradeClass(options: ClassOptions): Promise<ClassReport> {
  const { lab, submissions, jobs, sandboxed, plugins, signal, onProgress } = options
  const startedAt = new Date()
  const tools = await findTools()
  const run = await makeRunFolder(tools, sandboxed && plugins ? sandboxPlugins : plugins)
  const pool = emulatorPool(jobs, run.clouds)
  const place: GradingPlace = {
    lab,
    labVersion: versionOfLab(lab),
    checks: await loadChecks(lab),
    tools,
    versions: { pocketcloud: version, ...tools.versions },
    run,
    pool,
    limits: options.limits,
    sandboxed,
    plugins,
    seed: options.seed,
    signal,
  }
  const names = namesOf(submissions)
  const submitted = submissions.map((path, index) => ({ path, name: names[index]! }))
  const results = submitted.map((one) => failedByUs(one, place, 'It was not graded yet.'))
  const report = (complete: boolean) => {
    const facts = {
      lab: { id: lab.id, title: lab.title, version: place.labVersion },
      versions: place.versions,
      complete,
    }
    return classReport(facts, results, startedAt, new Date())
  }
  try {
    onProgress?.(report(false), undefined)
    await inTurns(submitted, jobs, canBecomeOthers(tools, sandboxed), async (one, index, turn) => {
      results[index] = await gradeWithRetry(one, place, turn)
      onProgress?.(report(false), results[index])
    })
    return report(!signal.aborted)
  } finally {
    pool.close()
    await run.remove()
  }
}

/** Root does not run what students wrote, but where the programs that run it are in its own home and there is no sandbox to bring them out. */
const canBecomeOthers = (tools: Tools, sandboxed: boolean): boolean =>
  process.getuid?.() === 0 && (sandboxed || isOpenToAll([...tools.roots, tmpdir()]))

/** What the grader failed at, it tries a second time; then it says so. */
async function gradeWithRetry(
  submitted: Submitted,
  place: GradingPlace,
  turn: Turn,
): Promise<SubmissionResult> {
  for (let attempt = 1; ; attempt += 1) {
    if (place.signal.aborted) return failedByUs(submitted, place, 'Grading was broken off.')
    try {
      return await gradeSubmission(submitted, place, turn)
    } catch (error) {
      if (attempt === 2 || place.signal.aborted) {
        return failedByUs(submitted, place, (error as Error).message)
      }
    }
  }
}

/**
 * Gives each its turn: as many are at work at the same time as there are jobs. One that waits (it sleeps, or hangs) leaves its place to the
 * next, so that the class does not wait for it; when it goes on, there is one more at work for a while.
 */
async function inTurns(
  submitted: readonly Submitted[],
  jobs: number,
  becomesOthers: boolean,
  work: (one: Submitted, index: number, turn: Turn) => Promise<void>,
): Promise<void> {
  const most = Math.max(
    jobs,
    Math.min(jobs * mostPerJob, Math.floor(process.availableMemory() / waitingMemory)),
  )
  const freeUsers = Array.from({ length: most }, (_, index) => firstPassingUser + index)
  let [next, atWork, running, id] = [0, 0, 0, 0]
  const hasPlace = () => next < submitted.length && atWork < jobs && running < most
  await new Promise<void>((resolve, reject) => {
    const startMore = () => {
      if (next === submitted.length && running === 0) resolve()
      while (hasPlace()) start(next++)
    }
    const start = (index: number) => {
      const user = freeUsers.shift()!
      let isAtWork = true
      const onChange = (isBusy: boolean) => {
        if (isBusy === isAtWork) return
        isAtWork = isBusy
        atWork += isBusy ? 1 : -1
        startMore()
      }
      atWork += 1
      running += 1
      work(submitted[index]!, index, { id: ++id, user: becomesOthers ? user : undefined, onChange })
        .finally(() => {
          if (isAtWork) atWork -= 1
          running -= 1
          freeUsers.push(user)
          startMore()
        })
        .catch(reject)
    }
    startMore()
  })
}
