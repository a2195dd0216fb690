import type { ConditionReport, Report, State, TaskReport } from '../checker/report.ts'
import type { Paint } from './output.ts'
import { printable } from './output.ts'

const marks: Readonly<Record<State, string>> = { passed: '✓', failed: '✗', ungradable: '?' }

const colours: Readonly<Record<State, keyof Paint & ('green' | 'red' | 'yellow')>> = {
  passed: 'green',
  failed: 'red',
  ungradable: 'yellow',
}

/** A report for a reader: every task with its conditions, points and messages, and the score as the last line. */
export function renderReport(report: Report, paint: Paint): string[] {
  return [
    paint.bold(report.lab.title),
    '',
    ...report.tasks.flatMap((task) => [...renderTask(task, paint), '']),
    renderScore(report, paint),
  ]
}

function renderTask(task: TaskReport, paint: Paint): string[] {
  const points = task.score === null ? 'not graded' : `${task.score}/${task.maxScore}`
  return [
    `${mark(task.state, paint)} ${task.number}. ${paint.bold(task.title)}  ${paint.dim(points)}`,
    ...task.conditions.flatMap((condition) => renderCondition(condition, paint)),
  ]
}

function renderCondition(condition: ConditionReport, paint: Paint): string[] {
  const { state, title, points, maxPoints, message, call } = condition
  const lines = [`  ${mark(state, paint)} ${title}  ${paint.dim(`${points}/${maxPoints}`)}`]
  for (const line of message === undefined ? [] : printable(message).split('\n')) {
    lines.push(`      ${line}`)
  }
  if (call !== undefined) {
    const { service, operation, time, requestId } = call
    lines.push(
      paint.dim(`      your call: ${service} ${operation} at ${time} (request ${requestId})`),
    )
  }
  return lines
}

function renderScore({ state, score, maxScore }: Report, paint: Paint): string {
  if (score === null) {
    return paint.yellow(
      `Score: not graded (of ${maxScore}): something could not be checked, see ? above`,
    )
  }
  return paint.bold(paint[colours[state]](`Score: ${score}/${maxScore}`))
}

const mark = (state: State, paint: Paint) => paint[colours[state]](marks[state])
