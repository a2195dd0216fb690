import type { AttachedPolicy, EvaluationInput, Principal } from '../../emulator/policy/index.ts'
import { evaluate } from '../../emulator/policy/index.ts'

type Documents = readonly object[]

/** A case as the fixtures write it: what it leaves out is alice's request for an object, without any policies. */
export interface PolicyCase {
  /** One of `callers`. */
  readonly caller?: string
  readonly request?: Partial<EvaluationInput['request']>
  readonly policies?: {
    readonly identity?: Documents
    readonly boundary?: Documents
    readonly session?: Documents
    readonly resource?: object | null
    readonly scps?: readonly Documents[]
    readonly rcps?: readonly Documents[]
  }
  readonly organization?: EvaluationInput['organization']
}

const account = '123456789012'

export const callers: Readonly<Record<string, Principal>> = {
  user: { type: 'IAMUser', arn: `arn:aws:iam::${account}:user/team/alice`, accountId: account },
  role: {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${account}:assumed-role/worker/today`,
    roleArn: `arn:aws:iam::${account}:role/jobs/worker`,
    accountId: account,
  },
  federated: {
    type: 'FederatedUser',
    arn: `arn:aws:sts::${account}:federated-user/bob`,
    userArn: `arn:aws:iam::${account}:user/broker`,
    accountId: account,
  },
  root: { type: 'Root', arn: `arn:aws:iam::${account}:root`, accountId: account },
  service: { type: 'Service', arn: 'logging.s3.amazonaws.com', accountId: '' },
  anonymous: { type: 'Anonymous', arn: null, accountId: '' },
  serviceLinkedRole: {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${account}:assumed-role/AWSServiceRoleForRDS/x`,
    roleArn: `arn:aws:iam::${account}:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS`,
    accountId: account,
    serviceLinkedRole: true,
  },
}

/** A statement, or a list of them, stands for a document of today's version. */
const asDocument = (given: object): object =>
  'Statement' in given || 'Version' in given ? given : { Version: '2012-10-17', Statement: given }

const attached = (given: object): AttachedPolicy => ({
  source: 'user',
  document: asDocument(given),
})

export function inputOf({
  caller = 'user',
  request,
  policies,
  organization,
}: PolicyCase): EvaluationInput {
  const principal = callers[caller]
  if (!principal) throw new Error(`no caller ${caller}`)
  return {
    request: {
      principal,
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::bucket/key',
      resourceAccountId: account,
      context: {},
      ...request,
    },
    policies: {
      identity: (policies?.identity ?? []).map(attached),
      boundary: (policies?.boundary ?? []).map(asDocument),
      session: (policies?.session ?? []).map(asDocument),
      resource: policies?.resource ? asDocument(policies.resource) : null,
      scps: (policies?.scps ?? []).map((level) => level.map(asDocument)),
      rcps: (policies?.rcps ?? []).map((level) => level.map(asDocument)),
    },
    ...(organization && { organization }),
  }
}

export const decide = (given: PolicyCase) => evaluate(inputOf(given)).decision

/** A sentence of AWS's documentation and the address of the page it stands on. */
export interface Source {
  readonly page: string
  readonly says: string
}

type Sourced = Partial<Source>

/** The parts of the files in `fixtures/policies/` that say where a case comes from; each file has one of the three. */
export interface SourcedTable {
  readonly cases?: readonly (Sourced & { readonly id: string })[]
  readonly groups?: readonly (Sourced & {
    readonly operator: string
    readonly cases: readonly (readonly [string, unknown, boolean])[]
  })[]
  /** What the operators' page says of qualifiers, `IfExists` and missing keys. */
  readonly around?: Readonly<Record<string, Sourced>>
  readonly situations?: readonly (Sourced & { readonly id: string })[]
  readonly tables?: readonly {
    readonly id: string
    readonly rows: readonly (Sourced & { readonly decisions: string })[]
  }[]
}

interface SourcedCase {
  readonly name: string
  /** Every one has to be there; one that a case needs and the file lacks is `{}`. */
  readonly sources: readonly Sourced[]
}

/** All cases of a file, each with the sources that it rests on. */
export function sourcesOf(table: SourcedTable): SourcedCase[] {
  const source = ({ page, says }: Sourced = {}): Sourced => ({
    ...(page !== undefined && { page }),
    ...(says !== undefined && { says }),
  })
  const single = (table.cases ?? []).map((each) => ({ name: each.id, sources: [source(each)] }))
  const conditions = (table.groups ?? []).flatMap((group) =>
    group.cases.map(([around, value]) => ({
      name: `${around} ${group.operator} ${JSON.stringify(value)}`,
      sources: [
        source(group),
        ...sentencesAround(around, group.operator, value).map((name) =>
          source(table.around?.[name]),
        ),
      ],
    })),
  )
  const cells = (table.tables ?? []).flatMap(({ id, rows }) =>
    rows.flatMap((row, index) =>
      (table.situations ?? [])
        .filter((_, column) => row.decisions.split(' ')[column] !== '-')
        .map((situation) => ({
          name: `${id}, row ${index}: ${situation.id}`,
          sources: [source(row), source(situation)],
        })),
    ),
  )
  return [...single, ...conditions, ...cells]
}

/** Which sentences of `around` a case rests on beside that of its operator. */
function sentencesAround(around: string, operator: string, value: unknown): string[] {
  const negated = operator.includes('Not') ? ', negated' : ''
  const missing = value === null || (Array.isArray(value) && value.length === 0)
  const set = ['ForAllValues', 'ForAnyValue'].find((name) => around.startsWith(`${name}:`))
  if (around.endsWith('IfExists')) return set ? ['IfExists', `${set}${negated}`] : ['IfExists']
  if (set && missing) return [`${set}, missing`]
  if (set === 'ForAllValues' && value === '') return [`${set}${negated}`, `${set}, empty`]
  if (set) return [`${set}${negated}`]
  return missing && !operator.startsWith('Null') ? [`missing${negated}`] : []
}
