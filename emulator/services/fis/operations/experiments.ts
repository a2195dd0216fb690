import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { arnOf, onNew, onResource } from '../arns.ts'
import { experimentNotFound, tokenUsed, validation } from '../errors.ts'
import { newId } from '../ids.ts'
import { cut, pageOf } from '../pages.ts'
import type { PageInput } from '../pages.ts'
import {
  findExperiment,
  findExperimentByToken,
  insert,
  list,
  planOf,
  progressOf,
  resolvedOf,
  tagsOf,
} from '../rows/store.ts'
import type { ExperimentRow } from '../rows/store.ts'
import { stop } from '../run.ts'
import type { ActionProgress, Plan, Tags } from '../types.ts'
import { onTemplate, required as requiredTemplate } from './templates.ts'

interface ById {
  readonly id: string
}

interface Start {
  readonly clientToken?: string
  readonly experimentTemplateId?: string
  readonly experimentOptions?: { readonly actionsMode?: string }
  readonly tags?: Tags
}

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_StartExperiment.html */
export const StartExperiment = operation<Start, object>({
  authorize: ({ experimentTemplateId, tags }, call) => [
    onTemplate(experimentTemplateId, call),
    ...onNew(call, 'experiment', tags),
  ],
  run(input, call) {
    const { clientToken, experimentTemplateId: templateId, tags = {} } = input
    if (!clientToken) throw validation('clientToken is required.')
    if (!templateId) throw validation('experimentTemplateId is required.')
    const request = JSON.stringify(input)
    const before = findExperimentByToken(call, clientToken)
    if (before && before.request !== request) throw tokenUsed()
    if (before) return { experiment: shown(before, call) }
    const template = requiredTemplate(templateId, call)
    const { actions } = JSON.parse(template.doc) as Plan
    const id = newId('EXP', call)
    const pending: ActionProgress = { status: 'pending', reason: 'Initial state' }
    insert(call, 'fis_experiments', {
      id,
      template_id: templateId,
      status: 'initiating',
      reason: 'Experiment is initiating.',
      created_at: call.now,
      client_token: clientToken,
      request,
      skips_actions: Number(input.experimentOptions?.actionsMode === 'skip-all'),
      tags: JSON.stringify(tags),
      plan: template.doc,
      progress: JSON.stringify(
        Object.fromEntries(Object.keys(actions).map((name) => [name, pending])),
      ),
      resolved: '{}',
    })
    call.timers.schedule(call.now, 'begin', { id }, id)
    return { experiment: shown(findExperiment(call, id)!, call) }
  },
})

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_GetExperiment.html */
export const GetExperiment = operation<ById, object>({
  authorize: ({ id }, call) => [onExperiment(id, call)],
  run: ({ id }, call) => ({ experiment: shown(required(id, call), call) }),
})

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_StopExperiment.html */
export const StopExperiment = operation<ById, object>({
  authorize: ({ id }, call) => [onExperiment(id, call)],
  run({ id }, call) {
    const row = required(id, call)
    const over = ['completed', 'stopped', 'failed'].includes(row.status)
    if (over) throw validation(`Experiment ${id} is ${row.status} and cannot be stopped.`)
    stop(row, call)
    return { experiment: shown(required(id, call), call) }
  },
})

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_ListExperiments.html */
export const ListExperiments = operation<
  PageInput & { readonly experimentTemplateId?: string },
  object
>({
  authorize: () => ['*'],
  run(input, call) {
    const { after, size } = pageOf(input)
    const { experimentTemplateId: templateId = '' } = input
    const found = list<ExperimentRow>(call, 'fis_experiments', after, size + 1, templateId)
    const { rows, nextToken } = cut(found, size, (row) => row.seq)
    return {
      experiments: rows.map((row) => ({
        id: row.id,
        arn: arnOf(call, 'experiment', row.id),
        experimentTemplateId: row.template_id,
        state: stateOf(row),
        creationTime: new Date(row.created_at),
        tags: tagsOf(row),
        experimentOptions: optionsOf(row),
      })),
      nextToken,
    }
  },
})

function shown(row: ExperimentRow, call: Call) {
  const { description: _, experimentOptions: __, targets, actions, ...plan } = planOf(row)
  const progress = progressOf(row)
  const resolved = resolvedOf(row)
  return {
    id: row.id,
    arn: arnOf(call, 'experiment', row.id),
    experimentTemplateId: row.template_id,
    ...plan,
    state: stateOf(row),
    targets: Object.fromEntries(
      Object.entries(targets).map(([name, target]) => [
        name,
        {
          ...target,
          // What the target turned out to be, once it was looked for.
          ...(resolved[name]
            ? {
                resourceArns: resolved[name].map(
                  (id) => `arn:aws:ec2:${row.region}:${row.account}:instance/${id}`,
                ),
              }
            : {}),
        },
      ]),
    ),
    actions: Object.fromEntries(
      Object.entries(actions).map(([name, action]) => {
        const { status, reason, startedAt, endedAt } = progress[name]!
        return [
          name,
          {
            ...action,
            state: { status, reason },
            ...(startedAt === undefined ? {} : { startTime: new Date(startedAt) }),
            ...(endedAt === undefined ? {} : { endTime: new Date(endedAt) }),
          },
        ]
      }),
    ),
    creationTime: new Date(row.created_at),
    ...(row.started_at === null ? {} : { startTime: new Date(row.started_at) }),
    ...(row.ended_at === null ? {} : { endTime: new Date(row.ended_at) }),
    experimentOptions: optionsOf(row),
    tags: tagsOf(row),
  }
}

const stateOf = (row: ExperimentRow) => ({
  status: row.status,
  reason: row.reason,
  ...(row.error === null ? {} : { error: JSON.parse(row.error) as object }),
})

const optionsOf = (row: ExperimentRow) => ({
  ...planOf(row).experimentOptions,
  actionsMode: row.skips_actions === 1 ? 'skip-all' : 'run-all',
})

function required(id: string, call: Call): ExperimentRow {
  const row = findExperiment(call, id)
  if (!row) throw experimentNotFound(id)
  return row
}

const onExperiment = (id = '*', call: Call): Permission => {
  const row = findExperiment(call, id)
  return onResource(call, 'experiment', id, row ? tagsOf(row) : {})
}
