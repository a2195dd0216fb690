import type { ClassReport, SubmissionResult } from '../checker/grading/result.ts'
import type { Output } from './output.ts'
import { printable } from './output.ts'

/** Says how far grading is: a bar for a person, a line for each submission in a pipe, nothing with `--json`. */
export interface Progress {
  note(soFar: ClassReport, latest: SubmissionResult | undefined): void
  end(): void
}

const width = 30

export function showProgress(out: Output, total: number): Progress {
  if (out.json) return { note: () => {}, end: () => {} }
  let done = 0
  if (!out.interactive) {
    return {
      note(_soFar, latest) {
        if (latest === undefined) return
        done += 1
        process.stderr.write(`${done}/${total} ${oneLine(latest)}\n`)
      },
      end: () => {},
    }
  }
  const draw = (text: string) => process.stderr.write(`\r\u001B[K${text}`)
  return {
    note(_soFar, latest) {
      if (latest !== undefined) done += 1
      const filled = Math.round((width * done) / total)
      const bar = out.paint.green('█'.repeat(filled)) + out.paint.dim('░'.repeat(width - filled))
      draw(`${bar} ${done}/${total}  ${latest === undefined ? '' : oneLine(latest).slice(0, 60)}`)
    },
    end: () => void draw(''),
  }
}

const oneLine = ({ submission, state, score, maxScore }: SubmissionResult) =>
  `${printable(submission.name)} ${state}${score === null ? '' : ` ${score}/${maxScore}`}`
