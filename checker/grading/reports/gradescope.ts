import type { SubmissionResult } from '../result.ts'
import { conditionsOf, feedbackOf } from './feedback.ts'

/**
 * Gradescope's `results.json`: https://gradescope-autograders.readthedocs.io/en/latest/specs/
 *
 * @returns undefined where the grader failed: without results, Gradescope says so itself and gives no zero
 */
export function gradescope(result: SubmissionResult): object | undefined {
  if (result.state === 'infrastructure-error') return undefined
  const { score, run, times, submission, seed, lab, versions, maxScore } = result
  return {
    score: score ?? 0,
    execution_time: Math.ceil(times.seconds),
    output: feedbackOf(result).join('\n'),
    output_format: 'text',
    test_output_format: 'text',
    test_name_format: 'text',
    visibility: 'visible',
    stdout_visibility: 'hidden',
    tests: conditionsOf(result).map(({ id, title, state, points, maxPoints, message }) => ({
      score: points,
      max_score: maxPoints,
      status: state === 'passed' ? 'passed' : 'failed',
      name: title,
      number: id,
      output: message ?? '',
      visibility: 'visible',
    })),
    extra_data: {
      state: result.state,
      max_score: maxScore,
      submission_hash: submission.hash,
      lab_version: lab.version,
      seed,
      versions,
      program_output: run?.output ?? '',
    },
  }
}
