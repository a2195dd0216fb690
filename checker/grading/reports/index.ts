import type { ClassReport, SubmissionResult } from '../result.ts'
import { classroom50, classroomPlace } from './classroom50.ts'
import { ctrf } from './ctrf.ts'
import { exercism } from './exercism.ts'
import { canvas, moodle } from './gradebook.ts'
import { gradescope } from './gradescope.ts'
import { junit } from './junit.ts'
import { markdown } from './markdown.ts'
import { prairieLearn } from './prairielearn.ts'

export interface FormatOptions {
  /** What Canvas or Moodle exported, to be filled in. */
  readonly gradebook?: string | undefined
  readonly env: NodeJS.ProcessEnv
}

/** What a report is written as, and what there is to say about it. */
export interface Written {
  /** undefined where there is nothing to give: a system that finds no report gives no grade. */
  readonly text: string | undefined
  readonly warnings: readonly string[]
}

type Format =
  | {
      /** One file for each submission. */
      readonly per: 'submission'
      readonly write: (result: SubmissionResult, options: FormatOptions) => object | undefined
    }
  | {
      readonly per: 'class'
      readonly write: (report: ClassReport, options: FormatOptions) => Written
    }

const whole = (text: string): Written => ({ text, warnings: [] })
const asJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/** Every format, by the name that `--report` takes. */
export const formats: Readonly<Record<string, Format>> = {
  gradescope: { per: 'submission', write: gradescope },
  prairielearn: { per: 'submission', write: prairieLearn },
  classroom50: {
    per: 'submission',
    write: (result, { env }) => classroom50(result, classroomPlace(env)),
  },
  exercism: { per: 'submission', write: exercism },
  json: { per: 'class', write: (report) => whole(asJson(report)) },
  ctrf: { per: 'class', write: (report) => whole(asJson(ctrf(report))) },
  junit: { per: 'class', write: (report) => whole(junit(report)) },
  markdown: { per: 'class', write: (report) => whole(markdown(report)) },
  canvas: {
    per: 'class',
    write: (report, { gradebook }) => withMissing(canvas(report, gradebook)),
  },
  moodle: {
    per: 'class',
    write(report, { gradebook }) {
      if (gradebook === undefined) {
        throw new Error('Moodle needs the worksheet that it exported: --gradebook FILE')
      }
      return withMissing(moodle(report, gradebook))
    },
  },
}

const withMissing = ({ csv, missing }: ReturnType<typeof canvas>): Written => ({
  text: csv,
  warnings: missing.map((name) => `${name} is not in the gradebook.`),
})

/** Writes one submission's result in a format that is made for each. */
export function writeOne(name: string, result: SubmissionResult, options: FormatOptions): Written {
  const format = formats[name]!
  if (format.per !== 'submission') throw new Error(`${name} is a report of a whole class`)
  const value = format.write(result, options)
  return value === undefined
    ? {
        text: undefined,
        warnings: [`No ${name} report for ${result.submission.name}: it has no grade.`],
      }
    : whole(asJson(value))
}
