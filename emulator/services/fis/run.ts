import type { TimerCall } from '../../clock/timers.ts'
import { actionFacts, duration } from './actions.ts'
import { permissionsOf, trustsFis } from './role.ts'
import { findExperiment, planOf, progressOf, resolvedOf, update } from './rows/store.ts'
import type { ExperimentRow } from './rows/store.ts'
import { resolve } from './targets.ts'
import type { Action, ActionProgress, ExperimentStatus, Plan } from './types.ts'

interface Experiment {
  readonly id: string
}

interface ExperimentAction extends Experiment {
  readonly action: string
}

/** How experiments go on by themselves. */
export const experimentTimers = {
  begin({ id }: Experiment, call: TimerCall): void {
    const row = findExperiment(call, id)
    if (row?.status === 'initiating') begin(row, call)
  },
  actionEnds({ id, action }: ExperimentAction, call: TimerCall): void {
    const row = findExperiment(call, id)
    if (row?.status === 'running') endAction(row, action, call)
  },
}

/** The targets are looked for, the role is asked, and the first actions start. */
function begin(row: ExperimentRow, call: TimerCall): void {
  const plan = planOf(row)
  const role = call.ports.roles.find(call.db, plan.roleArn)
  if (!role || !trustsFis(role, experimentArn(call, row.id))) {
    return fail(row, 'AccessDenied', 'Experiment failed: unable to assume role.', call)
  }
  const resolved = Object.fromEntries(
    Object.entries(plan.targets).map(([name, target]) => [name, resolve(target, call)]),
  )
  const skipsEmpty = plan.experimentOptions?.emptyTargetResolutionMode === 'skip'
  const empty = Object.keys(resolved).find((name) => resolved[name]!.length === 0)
  if (empty !== undefined && !skipsEmpty) {
    const reason = 'Target resolution returned empty set.'
    return fail(row, 'TargetResolutionFailed', reason, call, `target: ${empty}`)
  }
  const started = { status: 'running', reason: 'Experiment is running.' } as const
  update(call, 'fis_experiments', row.id, {
    ...started,
    started_at: call.now,
    resolved: JSON.stringify(resolved),
  })
  goOn(row.id, call)
}

/** Starts the actions that wait for nothing any more; when all are over, so is the experiment. */
function goOn(id: string, call: TimerCall): void {
  const row = findExperiment(call, id)!
  const plan = planOf(row)
  const progress = progressOf(row)
  const isOver = (name: string) => ['completed', 'skipped'].includes(progress[name]!.status)
  for (const [name, action] of Object.entries(plan.actions)) {
    if (progress[name]!.status !== 'pending' || !(action.startAfter ?? []).every(isOver)) continue
    const outcome = row.skips_actions === 1 ? skipped(call) : start(row, plan, action, call)
    progress[name] = outcome.progress
    if (outcome.endsAt !== undefined) {
      call.timers.schedule(outcome.endsAt, 'actionEnds', { id, action: name }, id)
    }
    if (outcome.progress.status === 'failed') {
      write(row, progress, call)
      return fail(row, 'ActionFailed', 'Experiment failed: an action failed.', call, name)
    }
  }
  write(row, progress, call)
  const statuses = Object.values(progress).map(({ status }) => status)
  if (statuses.some((status) => status === 'pending' || status === 'running')) {
    // What was skipped may have been waited for.
    if (!statuses.includes('running')) goOn(id, call)
    return
  }
  end(id, 'completed', 'Experiment completed.', call)
}

const skipped = ({ now }: TimerCall): Outcome => ({
  progress: { status: 'skipped', reason: 'Action was skipped.', startedAt: now, endedAt: now },
})

interface Outcome {
  readonly progress: ActionProgress
  /** Undefined for an action that is over at once. */
  readonly endsAt?: number
}

function start(row: ExperimentRow, plan: Plan, action: Action, call: TimerCall): Outcome {
  const { now } = call
  const fact = actionFacts[action.actionId]!
  const { parameters = {} } = action
  const over = {
    progress: {
      status: 'completed',
      reason: 'Action was completed.',
      startedAt: now,
      endedAt: now,
    },
  } as const
  const running = (endsAt: number): Outcome => ({
    progress: { status: 'running', reason: 'Action is running.', startedAt: now },
    endsAt,
  })
  const failed = (reason: string): Outcome => ({
    progress: { status: 'failed', reason, startedAt: now, endedAt: now },
  })
  if (action.actionId === 'aws:fis:wait') return running(now + duration(parameters['duration']!))
  const instances = call.ports.instanceActions!
  const ids = resolvedOf(row)[action.targets![fact.target!.name]!]!
  if (ids.length === 0) return skipped(call)
  const refused = refusedTo(plan.roleArn, fact.permission!, ids, call)
  if (refused)
    return failed(`The experiment role is not authorized to perform ${fact.permission!}.`)
  switch (action.actionId) {
    case 'aws:ec2:send-spot-instance-interruptions': {
      const at = now + duration(parameters['durationBeforeInterruption']!)
      for (const id of ids) instances.interrupt(id, { cause: 'experiment', at }, call)
      return running(at)
    }
    case 'aws:ec2:stop-instances': {
      instances.change('stop', ids, call)
      const again = parameters['startInstancesAfterDuration']
      return again ? running(now + duration(again)) : over
    }
    case 'aws:ec2:terminate-instances':
      instances.change('terminate', ids, call)
      return over
    default:
      // A reboot changes nothing that can be seen.
      return over
  }
}

/** Whether the role lacks the permission for one of the instances. */
function refusedTo(
  roleArn: string,
  permission: string,
  ids: readonly string[],
  call: TimerCall,
): boolean {
  const role = call.ports.roles.find(call.db, roleArn)
  if (!role) return true
  const may = permissionsOf(role, call)
  const tags = new Map(
    call.ports
      .instanceActions!.list(call)
      .map(({ InstanceId, Tags = [] }) => [
        InstanceId!,
        Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
      ]),
  )
  return ids.some((id) => !may(permission, id, tags.get(id) ?? {}))
}

function endAction(row: ExperimentRow, name: string, call: TimerCall): void {
  const progress = progressOf(row)
  if (progress[name]?.status !== 'running') return
  undo(row, name, call)
  const done = { status: 'completed', reason: 'Action was completed.', endedAt: call.now } as const
  write(row, { ...progress, [name]: { ...progress[name], ...done } }, call)
  goOn(row.id, call)
}

/** Instances that were stopped for a while start again. */
function undo(row: ExperimentRow, name: string, call: TimerCall): void {
  const action = planOf(row).actions[name]!
  if (action.actionId !== 'aws:ec2:stop-instances') return
  if (!action.parameters?.['startInstancesAfterDuration']) return
  const ids = resolvedOf(row)[action.targets!['Instances']!]!
  call.ports.instanceActions!.change('start', ids, call)
}

/** Stops an experiment: what has not begun is cancelled, and what can be undone is. */
export function stop(row: ExperimentRow, call: TimerCall): void {
  const progress = progressOf(row)
  for (const [name, one] of Object.entries(progress)) {
    if (one.status === 'running') {
      undo(row, name, call)
      progress[name] = {
        ...one,
        status: 'stopped',
        reason: 'Action was stopped.',
        endedAt: call.now,
      }
    } else if (one.status === 'pending') {
      progress[name] = { ...one, status: 'cancelled', reason: 'Action was cancelled.' }
    }
  }
  write(row, progress, call)
  call.timers.cancel('begin', row.id)
  call.timers.cancel('actionEnds', row.id)
  end(row.id, 'stopped', 'Experiment halted by user action.', call)
}

function fail(
  row: ExperimentRow,
  code: string,
  reason: string,
  call: TimerCall,
  location = 'experiment',
): void {
  const progress = progressOf(findExperiment(call, row.id)!)
  for (const [name, one] of Object.entries(progress)) {
    if (one.status === 'pending') {
      progress[name] = { ...one, status: 'cancelled', reason: 'Action was cancelled.' }
    }
  }
  write(row, progress, call)
  const error = JSON.stringify({ accountId: row.account, code, location })
  update(call, 'fis_experiments', row.id, { error })
  end(row.id, 'failed', reason, call)
}

const write = (row: ExperimentRow, progress: Record<string, ActionProgress>, call: TimerCall) =>
  update(call, 'fis_experiments', row.id, { progress: JSON.stringify(progress) })

const end = (id: string, status: ExperimentStatus, reason: string, call: TimerCall) =>
  update(call, 'fis_experiments', id, { status, reason, ended_at: call.now })

export const experimentArn = (
  { account, region }: Pick<TimerCall, 'account' | 'region'>,
  id: string,
): string => `arn:aws:fis:${region}:${account}:experiment/${id}`
