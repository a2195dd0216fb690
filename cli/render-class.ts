import type { ClassReport, Outcome, SubmissionResult } from '../checker/grading/result.ts'
import { feedbackOf } from '../checker/grading/reports/feedback.ts'
import type { Paint } from './output.ts'
import { printable } from './output.ts'

const colours: Readonly<Record<Outcome, 'green' | 'red' | 'yellow' | 'magenta'>> = {
  passed: 'green',
  failed: 'red',
  ungradable: 'yellow',
  'infrastructure-error': 'magenta',
}

const longestName = 40

/** A class as a table, with what each lost; one submission alone with everything there is to say. */
export function renderClass(report: ClassReport, paint: Paint): string[] {
  const { results, summary, times } = report
  const width = Math.min(
    longestName,
    Math.max(...results.map(({ submission }) => submission.name.length)),
  )
  const counts = (Object.keys(colours) as Outcome[])
    .filter((state) => summary[state] > 0)
    .map((state) => paint[colours[state]](`${summary[state]} ${state}`))
  const mean = summary.meanScore === null ? '' : `, mean ${summary.meanScore}/${summary.maxScore}`
  return [
    paint.bold(report.lab.title),
    '',
    ...results.flatMap((result) => renderResult(result, width, results.length === 1, paint)),
    '',
    `${summary.submissions} submissions in ${times.seconds} s: ${counts.join(', ')}${mean}`,
    ...(report.complete ? [] : [paint.yellow('Grading was broken off.')]),
  ]
}

function renderResult(
  result: SubmissionResult,
  width: number,
  isOnly: boolean,
  paint: Paint,
): string[] {
  const { submission, state, score, maxScore, times } = result
  const [head, ...rest] = feedbackOf(result).map(printable)
  const points = score === null ? '' : `${score}/${maxScore}`
  const name = printable(submission.name).slice(0, width).padEnd(width)
  const line = `${name}  ${paint[colours[state]](state.padEnd(10))}  ${points.padStart(6)}  ${times.seconds.toFixed(1).padStart(6)} s`
  const said = score === null ? [head!, ...rest] : rest
  // In a table only the beginning of what is wrong: the report has all of it.
  const shown = isOnly ? said : said.map((text) => text.split('\n')[0]!.slice(0, 160)).slice(0, 3)
  const more = said.length - shown.length
  return [
    line,
    ...shown.map((text) => paint.dim(`    ${text}`)),
    ...(more > 0 ? [paint.dim(`    … and ${more} more`)] : []),
  ]
}
