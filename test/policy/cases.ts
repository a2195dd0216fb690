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
