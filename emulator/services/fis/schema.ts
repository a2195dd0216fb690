// FIS's API as @smithy/core/schema knows it, in the form that newer SDK packages export: the package of FIS that there is
// has no schemas. The shapes are those of AWS's model of 2020-12-01; what is not built here is left out.
// https://docs.aws.amazon.com/fis/latest/APIReference/

const namespace = 'com.amazonaws.fis'

/** Kinds of values, as numbers. */
const text = 0
const number = 1
const flag = 2
const time = 4
const texts = 64 | text
const textByText = 128 | text

type Shape = unknown
type Members = Readonly<Record<string, Shape>>

const struct = (name: string, members: Members): Shape => [
  3,
  namespace,
  name,
  0,
  Object.keys(members),
  Object.values(members),
]
const list = (name: string, of: Shape): Shape => [1, namespace, name, 0, () => of]
const map = (name: string, of: Shape): Shape => [2, namespace, name, 0, text, () => of]
const error = (name: string, httpError: number): Shape => [
  -3,
  namespace,
  name,
  { error: 'client', httpError },
  ['message'],
  [text],
]
const call = (
  name: string,
  http: readonly [method: string, path: string],
  input: Members,
  output: Members,
): Shape => [
  9,
  namespace,
  name,
  { http: [...http, 200] },
  () => struct(`${name}Request`, input),
  () => struct(`${name}Response`, output),
]

const inPath = [text, { httpLabel: 1 }]
const inQuery = (name: string, of: Shape) => [of, { httpQuery: name }]
const paged = { maxResults: inQuery('maxResults', number), nextToken: inQuery('nextToken', text) }

const filter = struct('ExperimentTemplateTargetFilter', { path: text, values: texts })
const target = struct('ExperimentTemplateTarget', {
  resourceType: text,
  resourceArns: texts,
  resourceTags: textByText,
  filters: list('ExperimentTemplateTargetFilterList', filter),
  selectionMode: text,
  parameters: textByText,
})
const targets = map('ExperimentTemplateTargetMap', target)
const actionMembers = {
  actionId: text,
  description: text,
  parameters: textByText,
  targets: textByText,
  startAfter: texts,
}
const actions = map(
  'ExperimentTemplateActionMap',
  struct('ExperimentTemplateAction', actionMembers),
)
const stopConditions = list(
  'ExperimentTemplateStopConditionList',
  struct('ExperimentTemplateStopCondition', { source: text, value: text }),
)
const logConfiguration = struct('ExperimentTemplateLogConfiguration', {
  cloudWatchLogsConfiguration: struct('CloudWatchLogsLogConfiguration', { logGroupArn: text }),
  s3Configuration: struct('S3LogConfiguration', { bucketName: text, prefix: text }),
  logSchemaVersion: number,
})
const experimentOptions = struct('ExperimentOptions', {
  accountTargeting: text,
  emptyTargetResolutionMode: text,
  actionsMode: text,
})

const templateMembers = {
  description: text,
  stopConditions,
  targets,
  actions,
  roleArn: text,
  logConfiguration,
  experimentOptions,
}
const template = struct('ExperimentTemplate', {
  id: text,
  arn: text,
  ...templateMembers,
  creationTime: time,
  lastUpdateTime: time,
  tags: textByText,
  targetAccountConfigurationsCount: number,
})
const templateSummary = struct('ExperimentTemplateSummary', {
  id: text,
  arn: text,
  description: text,
  creationTime: time,
  lastUpdateTime: time,
  tags: textByText,
})

const experimentState = struct('ExperimentState', {
  status: text,
  reason: text,
  error: struct('ExperimentError', { accountId: text, code: text, location: text }),
})
const experimentActions = map(
  'ExperimentActionMap',
  struct('ExperimentAction', {
    ...actionMembers,
    state: struct('ExperimentActionState', { status: text, reason: text }),
    startTime: time,
    endTime: time,
  }),
)
const experiment = struct('Experiment', {
  id: text,
  arn: text,
  experimentTemplateId: text,
  roleArn: text,
  state: experimentState,
  targets,
  actions: experimentActions,
  stopConditions,
  creationTime: time,
  startTime: time,
  endTime: time,
  tags: textByText,
  logConfiguration,
  experimentOptions,
  targetAccountConfigurationsCount: number,
})
const experimentSummary = struct('ExperimentSummary', {
  id: text,
  arn: text,
  experimentTemplateId: text,
  state: experimentState,
  creationTime: time,
  tags: textByText,
  experimentOptions,
})

const actionTargets = map('ActionTargetMap', struct('ActionTarget', { resourceType: text }))
const actionSummary = struct('ActionSummary', {
  id: text,
  arn: text,
  description: text,
  targets: actionTargets,
  tags: textByText,
})
const parameters = map(
  'ActionParameterMap',
  struct('ActionParameter', { description: text, required: flag }),
)
const action = struct('Action', {
  id: text,
  arn: text,
  description: text,
  parameters,
  targets: actionTargets,
  tags: textByText,
})
const resourceType = struct('TargetResourceType', {
  resourceType: text,
  description: text,
  parameters,
})
const resourceTypes = list('TargetResourceTypeSummaryList', resourceType)

const resourceTags = '/tags/{resourceArn}'

export const operations: readonly Shape[] = [
  call(
    'CreateExperimentTemplate',
    ['POST', '/experimentTemplates'],
    { clientToken: text, ...templateMembers, tags: textByText },
    { experimentTemplate: template },
  ),
  call(
    'UpdateExperimentTemplate',
    ['PATCH', '/experimentTemplates/{id}'],
    { id: inPath, ...templateMembers },
    { experimentTemplate: template },
  ),
  call(
    'GetExperimentTemplate',
    ['GET', '/experimentTemplates/{id}'],
    { id: inPath },
    { experimentTemplate: template },
  ),
  call(
    'DeleteExperimentTemplate',
    ['DELETE', '/experimentTemplates/{id}'],
    { id: inPath },
    { experimentTemplate: template },
  ),
  call('ListExperimentTemplates', ['GET', '/experimentTemplates'], paged, {
    experimentTemplates: list('ExperimentTemplateSummaryList', templateSummary),
    nextToken: text,
  }),
  call(
    'StartExperiment',
    ['POST', '/experiments'],
    { clientToken: text, experimentTemplateId: text, experimentOptions, tags: textByText },
    { experiment },
  ),
  call('GetExperiment', ['GET', '/experiments/{id}'], { id: inPath }, { experiment }),
  call('StopExperiment', ['DELETE', '/experiments/{id}'], { id: inPath }, { experiment }),
  call(
    'ListExperiments',
    ['GET', '/experiments'],
    { ...paged, experimentTemplateId: inQuery('experimentTemplateId', text) },
    { experiments: list('ExperimentSummaryList', experimentSummary), nextToken: text },
  ),
  call('GetAction', ['GET', '/actions/{id}'], { id: inPath }, { action }),
  call('ListActions', ['GET', '/actions'], paged, {
    actions: list('ActionSummaryList', actionSummary),
    nextToken: text,
  }),
  call(
    'GetTargetResourceType',
    ['GET', '/targetResourceTypes/{resourceType}'],
    { resourceType: inPath },
    { targetResourceType: resourceType },
  ),
  call('ListTargetResourceTypes', ['GET', '/targetResourceTypes'], paged, {
    targetResourceTypes: resourceTypes,
    nextToken: text,
  }),
  call('TagResource', ['POST', resourceTags], { resourceArn: inPath, tags: textByText }, {}),
  call(
    'UntagResource',
    ['DELETE', resourceTags],
    { resourceArn: inPath, tagKeys: inQuery('tagKeys', texts) },
    {},
  ),
  call('ListTagsForResource', ['GET', resourceTags], { resourceArn: inPath }, { tags: textByText }),
]

const errors: readonly Shape[] = [
  error('ValidationException', 400),
  error('ResourceNotFoundException', 404),
  error('ConflictException', 409),
  error('ServiceQuotaExceededException', 402),
]

/** The names on the wire: where the SDK's packages have a client's configuration. */
export class FisClient {
  readonly config = {
    apiVersion: '2020-12-01',
    serviceId: 'fis',
    protocol: { constructor: { name: 'AwsRestJsonProtocol' } },
    protocolSettings: { serviceTarget: 'FIS' },
  }
}

/** In the place of the SDK's module. */
export const sdk: Readonly<Record<string, unknown>> = {
  FisClient,
  ...Object.fromEntries([...operations, ...errors].map((one) => [(one as string[])[2]!, one])),
}
