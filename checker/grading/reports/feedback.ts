import type { ConditionReport } from '../../report.ts'
import type { SubmissionResult } from '../result.ts'

/** A condition with where it stands in its lab. */
export interface GradedCondition extends ConditionReport {
  /** `task/condition`. */
  readonly id: string
  readonly task: string
}

/** The conditions of a submission, in the lab's order; none for one that was not graded. */
export const conditionsOf = ({ tasks }: SubmissionResult): readonly GradedCondition[] =>
  tasks.flatMap((task) =>
    task.conditions.map((condition) => ({
      ...condition,
      id: `${task.id}/${condition.id}`,
      task: task.title,
    })),
  )

export const wasGraded = ({ score }: SubmissionResult): boolean => score !== null

/** What its author is told, in lines: what the grade is, why it is no better, and what else there is to know. */
export function feedbackOf(result: SubmissionResult): readonly string[] {
  const { state, score, maxScore, message, notes } = result
  const head =
    score !== null
      ? `${score} of ${maxScore} points.`
      : state === 'ungradable'
        ? `This could not be graded: ${message}`
        : `The grader failed, through no fault of yours: ${message}`
  const lost = conditionsOf(result)
    .filter((condition) => condition.state === 'failed')
    .map(({ title, maxPoints, message: why }) => `-${maxPoints} ${title}: ${why}`)
  return [head, ...notes, ...lost]
}
