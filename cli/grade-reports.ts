import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import { formats, writeOne } from '../checker/grading/reports/index.ts'
import type { ClassReport, SubmissionResult } from '../checker/grading/result.ts'
import { signed } from '../checker/grading/signature.ts'
import { writeWhole } from '../checker/grading/write-file.ts'
import type { ReportRequest } from './grade-options.ts'

/** Writes results down while they come in, so that whatever happens, what was graded is there. */
export interface ReportWriter {
  note(soFar: ClassReport, latest: SubmissionResult | undefined): void
  /** Writes everything that was asked for. @returns the report as it was written, and what there is to say */
  finish(report: ClassReport): { report: ClassReport; warnings: readonly string[] }
}

/** How long the class's report may be behind, in ms: writing it for each of a thousand submissions would take longer than grading. */
const longestDelay = 1000

/**
 * @param folder gets `class.json`, and a file for each submission
 * @param key signs every result, and the whole
 */
export function reportWriter(
  folder: string,
  requests: readonly ReportRequest[],
  key: KeyObject | undefined,
): ReportWriter {
  const withSignature = <Report extends SubmissionResult | ClassReport>(report: Report): Report =>
    key === undefined ? report : signed(report, key)
  const classFile = join(folder, 'class.json')
  const done = new Map<string, SubmissionResult>()
  let written = -Infinity
  const writeClass = (report: ClassReport): ClassReport => {
    const results = report.results.map(
      (result) => done.get(result.submission.name) ?? withSignature(result),
    )
    const whole = withSignature({ ...report, results })
    writeWhole(classFile, json(whole))
    written = performance.now()
    return whole
  }
  return {
    note(soFar, latest) {
      if (latest !== undefined) {
        const result = withSignature(latest)
        done.set(result.submission.name, result)
        writeWhole(join(folder, fileOf(result.submission.name)), json(result))
      }
      if (performance.now() - written > longestDelay) writeClass(soFar)
    },
    finish(report) {
      const whole = writeClass(report)
      return { report: whole, warnings: writeRequests(requests, whole) }
    },
  }
}

/** Writes a class's report in every form that was asked for. @returns what there is to say about it */
export const writeRequests = (
  requests: readonly ReportRequest[],
  report: ClassReport,
): readonly string[] => requests.flatMap((request) => fulfil(request, report))

function fulfil(request: ReportRequest, report: ClassReport): readonly string[] {
  const { format, file, gradebook } = request
  const options = { gradebook, env: process.env }
  const kind = formats[format]!
  if (kind.per === 'class') {
    const { text, warnings } = kind.write(report, options)
    if (text !== undefined) writeWhole(file, text)
    return warnings
  }
  return report.results.flatMap((result) => {
    const { text, warnings } = writeOne(format, result, options)
    const name = fileOf(result.submission.name).replace(/\.json$/, '')
    if (text !== undefined) writeWhole(file.replaceAll('{name}', name), text)
    return warnings
  })
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** A submission's name as a file's, whatever it is; `class.json` is the class's. */
function fileOf(name: string): string {
  const plain = name.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-').replace(/^[.-]+/, '') || 'submission'
  return `${plain === 'class' ? 'class-' : plain}.json`
}
