import { readFileSync } from 'node:fs'
import { combineReports } from '../../checker/grading/combine.ts'
import type { ClassReport } from '../../checker/grading/result.ts'
import type { Context } from '../context.ts'
import { usageError } from '../failure.ts'
import type { GradeOptions } from '../grade-options.ts'
import { readRequests } from '../grade-options.ts'
import { writeRequests } from '../grade-reports.ts'
import { renderClass } from '../render-class.ts'

/** `pocketcloud grade report CLASS.json…`: other reports of what was graded before, also in several parts. */
export async function report(
  { out }: Context,
  files: readonly string[],
  options: GradeOptions,
): Promise<void> {
  const parts = files.map(readClass)
  const whole = combineReports(parts)
  if (whole === undefined) {
    throw usageError('These reports are of different labs, or of different versions of one.')
  }
  const requests = readRequests(options, whole.results.length)
  const warnings = writeRequests(requests, whole)
  out.answer(whole, renderClass(whole, out.paint))
  for (const warning of warnings) out.warn(warning)
  return Promise.resolve()
}

function readClass(file: string): ClassReport {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Partial<ClassReport> | null
    if (report?.version === 1 && Array.isArray(report.results)) return report as ClassReport
  } catch (error) {
    throw usageError(`${file} can't be read: ${(error as Error).message}`)
  }
  throw usageError(`${file} is no report of a class.`, 'It is the class.json that grade writes.')
}
