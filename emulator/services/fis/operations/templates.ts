import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { actionFacts, checkAction, resourceTypeFacts } from '../actions.ts'
import { arnOf, onNew, onResource } from '../arns.ts'
import { templateNotFound, tokenUsed, validation } from '../errors.ts'
import { newId } from '../ids.ts'
import { cut, pageOf } from '../pages.ts'
import type { PageInput } from '../pages.ts'
import {
  deleteTemplate,
  findTemplate,
  findTemplateByToken,
  insert,
  list,
  tagsOf,
  update,
} from '../rows/store.ts'
import type { TemplateRow } from '../rows/store.ts'
import { checkTarget } from '../targets.ts'
import type { Action, Plan, Tags } from '../types.ts'

interface ById {
  readonly id: string
}

type Create = Partial<Plan> & { readonly clientToken?: string; readonly tags?: Tags }

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplate.html */
export const CreateExperimentTemplate = operation<Create, object>({
  authorize: ({ actions, tags, roleArn }, call) => [
    ...onNew(call, 'experiment-template', tags),
    ...onActions(actions, call),
    ...passing(roleArn, call),
  ],
  run(input, call) {
    const { clientToken, tags = {}, ...given } = input
    if (!clientToken) throw validation('clientToken is required.')
    const request = JSON.stringify(input)
    const before = findTemplateByToken(call, clientToken)
    if (before && before.request !== request) throw tokenUsed()
    if (before) return { experimentTemplate: shown(before, call) }
    const id = newId('EXT', call)
    insert(call, 'fis_templates', {
      id,
      created_at: call.now,
      updated_at: call.now,
      client_token: clientToken,
      request,
      tags: JSON.stringify(tags),
      doc: JSON.stringify(checkedPlan(given)),
    })
    return { experimentTemplate: shown(findTemplate(call, id)!, call) }
  },
})

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_UpdateExperimentTemplate.html */
export const UpdateExperimentTemplate = operation<Partial<Plan> & ById, object>({
  authorize: ({ id, actions, roleArn }, call) => [
    onTemplate(id, call),
    ...onActions(actions, call),
    ...passing(roleArn, call),
  ],
  run({ id, ...changes }, call) {
    const row = required(id, call)
    const given = Object.entries(changes).filter(([, value]) => value !== undefined)
    const plan = { ...(JSON.parse(row.doc) as Plan), ...Object.fromEntries(given) }
    update(call, 'fis_templates', id, {
      updated_at: call.now,
      doc: JSON.stringify(checkedPlan(plan)),
    })
    return { experimentTemplate: shown(required(id, call), call) }
  },
})

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_GetExperimentTemplate.html */
export const GetExperimentTemplate = operation<ById, object>({
  authorize: ({ id }, call) => [onTemplate(id, call)],
  run: ({ id }, call) => ({ experimentTemplate: shown(required(id, call), call) }),
})

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_DeleteExperimentTemplate.html */
export const DeleteExperimentTemplate = operation<ById, object>({
  authorize: ({ id }, call) => [onTemplate(id, call)],
  run({ id }, call) {
    const row = required(id, call)
    deleteTemplate(call, id)
    return { experimentTemplate: shown(row, call) }
  },
})

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_ListExperimentTemplates.html */
export const ListExperimentTemplates = operation<PageInput, object>({
  authorize: () => ['*'],
  run(input, call) {
    const { after, size } = pageOf(input)
    const found = list<TemplateRow>(call, 'fis_templates', after, size + 1)
    const { rows, nextToken } = cut(found, size, (row) => row.seq)
    return {
      experimentTemplates: rows.map((row) => ({
        id: row.id,
        arn: arnOf(call, 'experiment-template', row.id),
        description: (JSON.parse(row.doc) as Plan).description,
        creationTime: new Date(row.created_at),
        lastUpdateTime: new Date(row.updated_at),
        tags: tagsOf(row),
      })),
      nextToken,
    }
  },
})

/** @throws ValidationException for what an experiment could not be made of */
function checkedPlan({
  description,
  roleArn,
  stopConditions,
  targets = {},
  actions = {},
  logConfiguration,
  experimentOptions,
}: Partial<Plan>): Plan {
  if (!description) throw validation('description is required.')
  if (!roleArn || !/^arn:aws[\w-]*:iam::\d{12}:role\/.+$/.test(roleArn)) {
    throw validation('roleArn must be the ARN of a role.')
  }
  if (!stopConditions) throw validation('stopConditions is required.')
  for (const { source, value } of stopConditions) {
    if (source !== 'none' && source !== 'aws:cloudwatch:alarm') {
      throw validation(`Unknown stop condition source: ${source}`)
    }
    if (source === 'aws:cloudwatch:alarm' && !value) {
      throw validation('A stop condition of the source aws:cloudwatch:alarm needs a value.')
    }
  }
  const names = Object.keys(actions)
  if (names.length === 0) throw validation('At least one action is required.')
  for (const [name, target] of Object.entries(targets)) {
    checkTarget(name, target, (type) => Object.hasOwn(resourceTypeFacts, type))
  }
  for (const [name, action] of Object.entries(actions)) checkAction(name, action, targets, names)
  refuseCircles(actions)
  return {
    description,
    roleArn,
    stopConditions,
    targets,
    actions,
    ...(logConfiguration ? { logConfiguration } : {}),
    experimentOptions: {
      accountTargeting: 'single-account',
      emptyTargetResolutionMode: 'fail',
      ...experimentOptions,
    },
  }
}

/** Actions that wait for one another would never start. */
function refuseCircles(actions: Readonly<Record<string, Action>>): void {
  const left = new Set(Object.keys(actions))
  for (let size = -1; size !== left.size;) {
    size = left.size
    for (const name of left) {
      if ((actions[name]!.startAfter ?? []).every((one) => !left.has(one))) left.delete(name)
    }
  }
  if (left.size > 0) throw validation('Actions must not wait for one another.')
}

const shown = (row: TemplateRow, call: Call) => ({
  id: row.id,
  arn: arnOf(call, 'experiment-template', row.id),
  ...(JSON.parse(row.doc) as Plan),
  creationTime: new Date(row.created_at),
  lastUpdateTime: new Date(row.updated_at),
  tags: tagsOf(row),
})

export function required(id: string, call: Call): TemplateRow {
  const row = findTemplate(call, id)
  if (!row) throw templateNotFound(id)
  return row
}

export const onTemplate = (id = '*', call: Call): Permission => {
  const row = findTemplate(call, id)
  return onResource(call, 'experiment-template', id, row ? tagsOf(row) : {})
}

const onActions = (actions: Plan['actions'] | undefined, call: Call): Permission[] =>
  [...new Set(Object.values(actions ?? {}).map(({ actionId }) => actionId))]
    .filter((id) => Object.hasOwn(actionFacts, id))
    .map((id) => onResource(call, 'action', id, {}))

/** The role is handed to FIS. What is no ARN at all is refused later. */
const passing = (roleArn: string | undefined, call: Call): Permission[] =>
  roleArn?.startsWith('arn:')
    ? [call.ports.roles.passing(call.db, roleArn, 'fis.amazonaws.com')]
    : []
