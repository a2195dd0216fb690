import type { SubmissionResult } from '../result.ts'
import { conditionsOf } from './feedback.ts'

/** Where a submission stands in Classroom 50; GitHub Actions knows most of it. */
export interface ClassroomPlace {
  readonly classroom: string
  readonly assignment: string
  readonly commit: string
}

/** By the variables that a GitHub Actions job has: https://docs.github.com/en/actions/reference/workflows-and-actions/variables */
export const classroomPlace = (env: NodeJS.ProcessEnv): ClassroomPlace => ({
  classroom: env['GITHUB_REPOSITORY_OWNER'] ?? '',
  assignment: env['GITHUB_REPOSITORY']?.split('/')[1] ?? '',
  commit: env['GITHUB_SHA'] ?? '',
})

/**
 * Classroom 50's `result.json`, form `classroom50/result/v1`. Its scores are whole numbers, as a lab's are.
 *
 * @returns undefined where there is no score to give
 */
export function classroom50(result: SubmissionResult, place: ClassroomPlace): object | undefined {
  const { score, maxScore, submission, lab, times } = result
  if (score === null) return undefined
  return {
    schema: 'classroom50/result/v1',
    classroom: place.classroom,
    assignment: place.assignment || lab.id,
    assignment_type: 'individual',
    owner: submission.student,
    submission: submission.hash,
    commit: place.commit,
    release: '',
    review: '',
    datetime: times.finishedAt,
    score,
    'max-score': maxScore,
    tests: conditionsOf(result).map(({ id, state, points, maxPoints }) => ({
      'test-name': id,
      passed: state === 'passed',
      score: points,
      'max-score': maxPoints,
    })),
  }
}
