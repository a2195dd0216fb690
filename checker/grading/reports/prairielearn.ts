import type { SubmissionResult } from '../result.ts'
import { conditionsOf, feedbackOf } from './feedback.ts'

/** Results of more than a MiB are refused; what a program wrote is the only part that could be. */
const longestOutput = 20_000

/**
 * PrairieLearn's `/grade/results/results.json`: https://docs.prairielearn.com/externalGrading/#grading-results
 *
 * @returns undefined where the grader failed: without results, PrairieLearn says so itself and counts no attempt
 */
export function prairieLearn(result: SubmissionResult): object | undefined {
  const { state, score, maxScore, message = '', run } = result
  if (state === 'infrastructure-error') return undefined
  if (score === null) return { gradable: false, score: 0, message, format_errors: [message] }
  return {
    gradable: true,
    score: score / maxScore,
    message: feedbackOf(result).join('\n'),
    output: (run?.output ?? '').slice(0, longestOutput),
    tests: conditionsOf(result).map((condition) => ({
      name: condition.title,
      description: condition.task,
      points: condition.points,
      max_points: condition.maxPoints,
      message: condition.message ?? '',
    })),
  }
}
