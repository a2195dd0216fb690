import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { firstPassingUser, gradeClass } from '../../checker/grading/class.ts'
import type { ClassReport } from '../../checker/grading/result.ts'
import { whyNoBubblewrap } from '../../checker/grading/sandbox/bubblewrap.ts'
import { pluginFolders } from '../../checker/grading/workspace.ts'
import type { Context } from '../context.ts'
import { exitStatus, failure, usageError } from '../failure.ts'
import type { GradeOptions } from '../grade-options.ts'
import { limitsOf, readKey, readRequests, wholeNumber } from '../grade-options.ts'
import { reportWriter } from '../grade-reports.ts'
import type { ReportWriter } from '../grade-reports.ts'
import { showProgress } from '../grade-progress.ts'
import { renderClass } from '../render-class.ts'
import { requireLab } from '../lab-session.ts'

/** What a shell answers for a command that Ctrl-C ended. */
const interrupted = 130

/**
 * `pocketcloud grade --lab LAB SUBMISSION…`: replays each submission from nothing, and writes down what it is worth.
 * @returns success where everything was graded or is its author's to put right; 3 where the grader failed at something
 */
export async function grade(
  context: Context,
  submissions: readonly string[],
  options: GradeOptions,
): Promise<number> {
  const { out } = context
  if (options.lab === undefined) throw usageError('Say which lab it is.', 'Such as: --lab 1')
  const lab = requireLab(options.lab)
  for (const path of submissions) {
    if (!existsSync(path)) throw usageError(`There is no ${path}.`)
  }
  if (new Set(submissions).size < submissions.length) {
    throw usageError('A submission is named twice.')
  }
  const limits = limitsOf(options)
  const jobs = wholeNumber(options.jobs ?? String(availableParallelism()), '--jobs')
  const key = options.sign === undefined ? undefined : readKey(options.sign, 'private')
  const requests = readRequests(options, submissions.length)
  const sandboxed = await requireSandbox(options)
  const plugins = options.terraformPlugins ?? pluginFolders().find((folder) => existsSync(folder))
  const folder = options.out ?? 'grades'
  const writer = reportWriter(folder, requests, key)
  const progress = showProgress(out, submissions.length)
  const breaking = new AbortController()
  const stop = () => {
    // The second signal does not wait for what is being written.
    if (breaking.signal.aborted) process.exit(interrupted)
    breaking.abort()
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  try {
    const report = await gradeClass({
      lab,
      submissions,
      jobs,
      limits,
      sandboxed,
      ...(plugins === undefined ? {} : { plugins }),
      ...(options.seed === undefined ? {} : { seed: options.seed }),
      signal: breaking.signal,
      onProgress(soFar, latest) {
        writer.note(soFar, latest)
        progress.note(soFar, latest)
      },
    })
    progress.end()
    return conclude(context, report, writer, folder)
  } finally {
    progress.end()
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

/** Whoever grades strangers' programs without a sandbox has to say so. */
async function requireSandbox({ unsafeNoSandbox }: GradeOptions): Promise<boolean> {
  if (unsafeNoSandbox) return false
  const why = await whyNoBubblewrap(process.getuid?.() === 0 ? firstPassingUser : undefined)
  if (why === undefined) return true
  throw failure(
    'NoSandbox',
    `Submissions run in a sandbox only, and ${why}.`,
    'Install it (Debian: apt-get install bubblewrap), or trust every submission: --unsafe-no-sandbox',
  )
}

function conclude(
  { out }: Context,
  report: ClassReport,
  writer: ReportWriter,
  folder: string,
): number {
  const { report: written, warnings } = writer.finish(report)
  out.answer(written, renderClass(written, out.paint))
  for (const warning of warnings) out.warn(warning)
  out.hint('', `Reports: ${join(folder, 'class.json')}, and one for each submission beside it.`)
  if (!report.complete) return interrupted
  return report.summary['infrastructure-error'] > 0 ? exitStatus.ungradable : exitStatus.ok
}
