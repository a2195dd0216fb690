import type { ClassReport, SubmissionResult } from '../result.ts'
import { feedbackOf } from './feedback.ts'

/** A class as a page to read: a table, and what each lost. */
export function markdown(report: ClassReport): string {
  const { lab, summary, results, complete } = report
  return [
    `# ${cell(lab.title)}`,
    '',
    ...(complete ? [] : ['**Grading was not finished.**', '']),
    `${summary.submissions} submissions: ${summary.passed} passed, ${summary.failed} failed, ` +
      `${summary.ungradable} ungradable, ${summary['infrastructure-error']} not graded through the grader's fault.` +
      (summary.meanScore === null ? '' : ` Mean: ${summary.meanScore} of ${summary.maxScore}.`),
    '',
    '| submission | state | score |',
    '| --- | --- | ---: |',
    ...results.map(
      ({ submission, state, score, maxScore }) =>
        `| ${cell(submission.name)} | ${state} | ${score === null ? '' : `${score}/${maxScore}`} |`,
    ),
    '',
    ...results.filter(({ state }) => state !== 'passed').flatMap((result) => section(result)),
  ].join('\n')
}

function section(result: SubmissionResult): readonly string[] {
  const [head, ...rest] = feedbackOf(result)
  return [
    `## ${cell(result.submission.name)}`,
    '',
    cell(head!),
    '',
    ...rest.map((line) => `- ${cell(line)}`),
    ...(rest.length > 0 ? [''] : []),
  ]
}

/** What a student chose stays text: no HTML, no table of its own. */
const cell = (text: string) =>
  text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>#|!]/g, String.raw`\$&`)
