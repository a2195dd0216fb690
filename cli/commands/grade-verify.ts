import { readFileSync } from 'node:fs'
import type { ClassReport, SubmissionResult } from '../../checker/grading/result.ts'
import type { Signable } from '../../checker/grading/signature.ts'
import { fingerprint, isSignedBy } from '../../checker/grading/signature.ts'
import type { Context, GlobalOptions } from '../context.ts'
import { exitStatus, usageError } from '../failure.ts'
import { readKey } from '../grade-options.ts'

interface VerifyOptions extends GlobalOptions {
  readonly key?: string
}

/** `pocketcloud grade verify REPORT --key PUB`: whether a report, and every result in it, says what was signed. */
export async function verify(
  { out }: Context,
  file: string,
  { key: keyFile }: VerifyOptions,
): Promise<number> {
  if (keyFile === undefined) throw usageError('Give the public key: --key pub.pem')
  const key = readKey(keyFile, 'public')
  const report = readReport(file)
  const results = 'results' in report ? report.results : []
  const broken = results.filter((result) => !isSignedBy(result, key))
  const valid = isSignedBy(report, key) && broken.length === 0
  const names = broken.map(({ submission }) => submission.name)
  out.answer({ valid, key: fingerprint(key), broken: names }, [
    valid
      ? `${file} says what was signed with this key (${fingerprint(key)}).`
      : `${file} does NOT say what was signed with this key (${fingerprint(key)}).`,
    ...names.map((name) => `  not as signed: ${name}`),
  ])
  return Promise.resolve(valid ? exitStatus.ok : exitStatus.failed)
}

function readReport(file: string): (ClassReport | SubmissionResult) & Signable {
  try {
    const report: unknown = JSON.parse(readFileSync(file, 'utf8'))
    if (typeof report === 'object' && report !== null) {
      return report as ClassReport | SubmissionResult
    }
  } catch (error) {
    throw usageError(`${file} can't be read: ${(error as Error).message}`)
  }
  throw usageError(`${file} is no report.`)
}
