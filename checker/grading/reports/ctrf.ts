import { createHash } from 'node:crypto'
import type { ClassReport, SubmissionResult } from '../result.ts'
import { conditionsOf } from './feedback.ts'

/** The Common Test Report Format: https://github.com/ctrf-io/ctrf. A submission is a suite, points are in `extra`. */
export function ctrf(report: ClassReport): object {
  const tests: readonly Test[] = report.results.flatMap((result) => testsOf(result))
  const count = (status: string) => tests.filter((test) => test.status === status).length
  const { startedAt, finishedAt } = report.times
  return {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    reportId: uuidOf(JSON.stringify(report)),
    timestamp: finishedAt,
    generatedBy: 'pocketcloud grade',
    results: {
      tool: { name: 'pocketcloud', version: report.versions['pocketcloud'] },
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        pending: 0,
        skipped: 0,
        other: count('other'),
        suites: report.results.length,
        start: Date.parse(startedAt),
        stop: Date.parse(finishedAt),
      },
      tests,
      environment: { appName: report.lab.id, appVersion: report.lab.version },
      extra: { complete: report.complete, summary: report.summary },
    },
  }
}

interface Test {
  readonly name: string
  readonly status: string
  /** In ms. */
  readonly duration: number
  readonly message?: string
  readonly suite: readonly string[]
  readonly extra: object
}

function testsOf(result: SubmissionResult): readonly Test[] {
  const { submission, state, message = '', times, seed } = result
  const suite = [result.lab.id, submission.name]
  if (result.score === null) {
    const extra = { state, hash: submission.hash, seed }
    return [{ name: 'can be graded', status: 'other', duration: 0, message, suite, extra }]
  }
  const all = conditionsOf(result)
  // Conditions are looked at together: each has its share of the time.
  const duration = Math.round((times.seconds * 1000) / Math.max(all.length, 1))
  return all.map(({ id, title, state: found, message: why, points, maxPoints }) => ({
    name: title,
    status: found,
    duration,
    ...(why === undefined ? {} : { message: why }),
    suite,
    extra: { id, points, maxPoints, hash: submission.hash, seed },
  }))
}

/** The same report has the same id: version 8 of RFC 9562, with bits of a hash. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex')
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
  ]
  return [...parts, hex.slice(20, 32)].join('-')
}
