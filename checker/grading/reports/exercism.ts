import type { SubmissionResult } from '../result.ts'
import { conditionsOf, feedbackOf } from './feedback.ts'

const longestOutput = 500

/** Exercism's `results.json`, version 3: https://exercism.org/docs/building/tooling/test-runners/interface */
export function exercism(result: SubmissionResult): object {
  const { state, run, tasks } = result
  if (result.score === null) {
    return { version: 3, status: 'error', message: feedbackOf(result).join('\n'), tests: [] }
  }
  const taskIds = tasks.flatMap(({ conditions }, index) => conditions.map(() => index + 1))
  return {
    version: 3,
    status: state === 'passed' ? 'pass' : 'fail',
    message: null,
    tests: conditionsOf(result).map((condition, index) => ({
      name: condition.title,
      test_code: condition.id,
      status: condition.state === 'passed' ? 'pass' : 'fail',
      message: condition.message ?? null,
      output: index === 0 ? shortened(run?.output ?? '') : null,
      task_id: taskIds[index],
    })),
  }
}

const shortened = (output: string): string | null =>
  output === ''
    ? null
    : output.length <= longestOutput
      ? output
      : `${output.slice(0, longestOutput - 1)}…`
