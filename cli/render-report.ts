import type { ConditionReport, Report, State, TaskReport } from '../checker/report.ts'
import { renderMarkdown } from './markdown.ts'
import type { Paint } from './output.ts'
import { printable } from './output.ts'

const marks: Readonly<Record<State, string>> = { passed: '✓', failed: '✗', ungradable: '?' }

const colours: Readonly<Record<State, keyof Paint & ('green' | 'red' | 'yellow')>> = {
  passed: 'green',
  failed: 'red',
  ungradable: 'yellow',
}

/**
 * A report for a reader: every task with its conditions, points and messages, and the score as the last line.
 * @param explained ids of the tasks whose explanation is shown: those passed just now
 */
export function renderReport(
  report: Report,
  paint: Paint,
  explained: ReadonlySet<string> = new Set(),
): string[] {
  return [
    paint.bold(report.lab.title),
    '',
    ...report.tasks.flatMap((task) => [...renderTask(task, paint, explained.has(task.id)), '']),
    renderScore(report, paint),
  ]
}

/** A task with its conditions. */
export function renderTask(task: TaskReport, paint: Paint, explained: boolean): string[] {
  const points = task.score === null ? 'not graded' : `${task.score}/${task.maxScore}`
  return [
    `${mark(task.state, paint)} ${task.number}. ${paint.bold(task.title)}  ${paint.dim(points)}`,
    ...task.conditions.flatMap((condition) => renderCondition(condition, paint)),
    ...(task.ruined === undefined ? [] : [paint.yellow(`  ! ${printable(task.ruined)}`)]),
    ...(explained && task.explanation !== undefined
      ? ['', renderMarkdown(task.explanation, paint)]
      : []),
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
