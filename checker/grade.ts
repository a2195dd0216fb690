import { loadChecks } from './catalogue.ts'
import type { Lab } from './catalogue.ts'
import type { Cloud } from './cloud.ts'
import { connect } from './cloud.ts'
import type { CloudCopy } from './cloud-copy.ts'
import { copyCloud } from './cloud-copy.ts'
import type { ControlClient } from './control-client.ts'
import { controlClient } from './control-client.ts'
import type { HistoryEvent, Since } from './history.ts'
import { readHistory } from './history.ts'
import type { Condition, LabChecks, Task } from './lab.ts'
import type { CallReference, ConditionReport, Report, TaskReport } from './report.ts'
import { combine } from './report.ts'
import { studentKey } from './student.ts'
import { drawValues, fillIn } from './values.ts'

/** What grading asks of the control API. */
export type GradingControl = Pick<ControlClient, 'health' | 'events' | 'save' | 'reach'>

export interface GradeOptions {
  readonly endpoint: string
  /** Where the history and the state are had; by default the endpoint's control API. */
  readonly control?: GradingControl
  /** Where in the history the lab was started. */
  readonly since: Since
  /** Only this task, by its id. */
  readonly task?: string
  /** Who the student is, by which the lab's values are drawn; by default nobody in particular. */
  readonly seed?: string
  /** Where endpoints of databases are sockets, the folder with these. */
  readonly databases?: string
  /** Whose key the checks look with, where they don't work in a copy; by default the key of `student`. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/**
 * Grades a lab against a running emulator.
 * @throws {ControlFailure} where the emulator or its history can't be reached
 */
export async function grade(lab: Lab, options: GradeOptions): Promise<Report> {
  return gradeChecks(lab, await loadChecks(lab), options)
}

/** The same with checks at hand. */
export async function gradeChecks(
  lab: Pick<Lab, 'id' | 'title' | 'services' | 'values'> & Partial<Pick<Lab, 'copy'>>,
  { tasks }: LabChecks,
  options: GradeOptions,
): Promise<Report> {
  const control = options.control ?? controlClient(options.endpoint)
  const health = await control.health()
  const { account, region } = health
  const events = await readHistory(control, options.since)
  const copy = lab.copy ? await copyCloud(control, health, lab.services) : undefined
  const opened: (() => void)[] = []
  const clientsIn = async (place: string) => {
    const { clients, disconnect } = await connect(lab.services, {
      endpoint: copy?.endpoint ?? options.endpoint,
      region: place,
      credentials: copy?.root ?? options.credentials ?? studentKey,
    })
    opened.push(disconnect)
    return clients
  }
  const clients = await clientsIn(region)
  try {
    const values = drawValues(lab, options.seed ?? '')
    const facts = {
      events,
      values,
      account,
      region,
      in: clientsIn,
      reach: (from: string, to: string, port: number) =>
        control.reach({ from, to, protocol: 'tcp', port: String(port), region, account }),
      // A copy's databases are its own, at ports of this machine.
      databases: copy ? undefined : options.databases,
      as: copy?.as ?? noCopy,
    }
    const cloud: Cloud = Object.assign(clients, facts)
    const reports: TaskReport[] = []
    for (const [index, task] of tasks.entries()) {
      if (options.task !== undefined && task.id !== options.task) continue
      reports.push(await gradeTask(task, index + 1, cloud))
    }
    return {
      version: 1,
      lab: { id: lab.id, title: lab.title },
      endpoint: options.endpoint,
      checkedAt: new Date().toISOString(),
      state: combine(reports.map(({ state }) => state)),
      ...total(reports),
      tasks: reports,
    }
  } finally {
    for (const disconnect of opened) disconnect()
    await copy?.close()
  }
}

const noCopy: CloudCopy['as'] = () => {
  throw new Error('A check tries what a user may do, for which lab.md has to say "copy: true"')
}

async function gradeTask(task: Task, number: number, cloud: Cloud): Promise<TaskReport> {
  const conditions: ConditionReport[] = []
  for (const condition of task.conditions) conditions.push(await gradeCondition(condition, cloud))
  const state = combine(conditions.map((condition) => condition.state))
  const { explanation } = task
  const ruined = state === 'failed' ? await findRuin(task, cloud) : undefined
  return {
    id: task.id,
    number,
    title: task.title,
    state,
    ...total(
      conditions.map(({ state, points, maxPoints }) => ({
        score: state === 'ungradable' ? null : points,
        maxScore: maxPoints,
      })),
    ),
    conditions,
    ...(state === 'passed' && explanation !== undefined
      ? { explanation: fillIn(explanation, cloud.values) }
      : {}),
    ...(ruined === undefined ? {} : { ruined }),
  }
}

/** A failcheck only offers a way out: where it can't look, there is nothing to offer. */
async function findRuin({ failcheck }: Task, cloud: Cloud): Promise<string | undefined> {
  if (failcheck === undefined) return undefined
  return withinTime(async () => failcheck(cloud)).catch(() => undefined)
}

const timeLimitMs = 30_000

async function gradeCondition(condition: Condition, cloud: Cloud): Promise<ConditionReport> {
  const { id, title, points: maxPoints } = condition
  try {
    const verdict = await withinTime(async () => condition.check(cloud))
    if (verdict.passed) return { id, title, state: 'passed', points: maxPoints, maxPoints }
    const { message, call } = verdict
    const reference = call === undefined ? {} : { call: referTo(call) }
    return { id, title, state: 'failed', points: 0, maxPoints, message, ...reference }
  } catch (error) {
    const { name, message } = error as Error
    const reason = `This could not be checked, through no fault of yours: ${name}: ${message}`
    return { id, title, state: 'ungradable', points: 0, maxPoints, message: reason }
  }
}

async function withinTime<Result>(work: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`no answer within ${timeLimitMs / 1000} seconds`)),
      timeLimitMs,
    )
  })
  try {
    return await Promise.race([work(), tooLate])
  } finally {
    clearTimeout(timer)
  }
}

const referTo = ({ service, operation, time, requestId }: HistoryEvent): CallReference => ({
  service,
  operation,
  time: new Date(time).toISOString(),
  requestId,
})

function total(parts: readonly { readonly score: number | null; readonly maxScore: number }[]) {
  let score: number | null = 0
  let maxScore = 0
  for (const part of parts) {
    score = score === null || part.score === null ? null : score + part.score
    maxScore += part.maxScore
  }
  return { score, maxScore }
}
