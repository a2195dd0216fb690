// What the SDK's packages export of a service, written by hand: the official package of the recycle bin that is
// installed is of before the schemas. The shapes are those of AWS's model (botocore's rbin/2021-06-15).

type Member = unknown

const namespace = 'com.amazonaws.rbin'
const text = 0
const number = 1
const time = 4
const label = [0, { httpLabel: 1 }]

const structure = (name: string, members: Readonly<Record<string, Member>>) => [
  3,
  namespace,
  name,
  0,
  Object.keys(members),
  Object.values(members),
]

const list = (name: string, member: Member) => [1, namespace, name, 0, member]

const operation = (
  name: string,
  http: readonly [method: string, path: string, status: number],
  input: Readonly<Record<string, Member>>,
  output: Readonly<Record<string, Member>>,
) => [
  9,
  namespace,
  name,
  { http },
  () => structure(`${name}Request`, input),
  () => structure(`${name}Response`, output),
]

const error = (name: string, status: number) => [
  -3,
  namespace,
  name,
  { error: status < 500 ? 'client' : 'server', httpError: status },
  ['Message', 'Reason'],
  [text, text],
]

const resourceTag = structure('ResourceTag', { ResourceTagKey: text, ResourceTagValue: text })
const resourceTags = list('ResourceTags', () => resourceTag)
const tag = structure('Tag', { Key: text, Value: text })
const tags = list('TagList', () => tag)
const period = structure('RetentionPeriod', {
  RetentionPeriodValue: number,
  RetentionPeriodUnit: text,
})
const delay = structure('UnlockDelay', { UnlockDelayValue: number, UnlockDelayUnit: text })
const lock = structure('LockConfiguration', { UnlockDelay: () => delay })
const summary = structure('RuleSummary', {
  Identifier: text,
  Description: text,
  RetentionPeriod: () => period,
  LockState: text,
  RuleArn: text,
})

const described = {
  RetentionPeriod: () => period,
  Description: text,
  ResourceType: text,
  ResourceTags: () => resourceTags,
  ExcludeResourceTags: () => resourceTags,
}

const rule = {
  Identifier: text,
  ...described,
  Status: text,
  LockConfiguration: () => lock,
  LockState: text,
  LockEndTime: time,
  RuleArn: text,
}

const byId = { Identifier: label }

export const CreateRule$ = operation(
  'CreateRule',
  ['POST', '/rules', 201],
  { ...described, Tags: () => tags, LockConfiguration: () => lock },
  { ...rule, Tags: () => tags },
)
export const DeleteRule$ = operation('DeleteRule', ['DELETE', '/rules/{Identifier}', 204], byId, {})
export const GetRule$ = operation('GetRule', ['GET', '/rules/{Identifier}', 200], byId, rule)
export const UpdateRule$ = operation(
  'UpdateRule',
  ['PATCH', '/rules/{Identifier}', 200],
  { ...byId, ...described },
  rule,
)
export const ListRules$ = operation(
  'ListRules',
  ['POST', '/list-rules', 200],
  {
    MaxResults: number,
    NextToken: text,
    ResourceType: text,
    ResourceTags: () => resourceTags,
    ExcludeResourceTags: () => resourceTags,
    LockState: text,
  },
  { Rules: () => list('RuleSummaryList', () => summary), NextToken: text },
)
export const LockRule$ = operation(
  'LockRule',
  ['PATCH', '/rules/{Identifier}/lock', 200],
  { ...byId, LockConfiguration: () => lock },
  rule,
)
export const UnlockRule$ = operation(
  'UnlockRule',
  ['PATCH', '/rules/{Identifier}/unlock', 200],
  byId,
  rule,
)
export const TagResource$ = operation(
  'TagResource',
  ['POST', '/tags/{ResourceArn}', 201],
  { ResourceArn: label, Tags: () => tags },
  {},
)
export const UntagResource$ = operation(
  'UntagResource',
  ['DELETE', '/tags/{ResourceArn}', 204],
  { ResourceArn: label, TagKeys: [() => list('TagKeyList', text), { httpQuery: 'tagKeys' }] },
  {},
)
export const ListTagsForResource$ = operation(
  'ListTagsForResource',
  ['GET', '/tags/{ResourceArn}', 200],
  { ResourceArn: label },
  { Tags: () => tags },
)

export const ValidationException$ = error('ValidationException', 400)
export const ResourceNotFoundException$ = error('ResourceNotFoundException', 404)
export const ConflictException$ = error('ConflictException', 409)
export const ServiceQuotaExceededException$ = error('ServiceQuotaExceededException', 402)

/** Only its configuration is read. */
export class RbinClient {
  readonly config = {
    apiVersion: '2021-06-15',
    serviceId: 'rbin',
    protocol: { constructor: { name: 'AwsRestJsonProtocol' } },
    protocolSettings: { serviceTarget: 'AmazonRecycleBin' },
  }
}
