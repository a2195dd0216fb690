import type { PolicyKind, RequestContext, Trace } from '../policy/index.ts'
import { AwsError } from '../errors.ts'

/** What was asked for and refused. */
export interface Refusal {
  readonly action: string
  readonly resource: string
  /** The caller's ARN; null for an anonymous one. */
  readonly principal: string | null
  /** The condition keys that the policies were asked with. */
  readonly context: RequestContext
  readonly explicit: boolean
  readonly decidedBy: PolicyKind
  /** Made when it is read: deleting a thousand keys may mean a thousand denials that nobody asks about. */
  readonly trace: Trace
  /** What the call would have been refused for next: nothing allows it either. Made when it is read. */
  readonly also: readonly { readonly action: string; readonly resource: string }[]
  /**
   * AWS says why only to callers of the resource's own account:
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
   */
  readonly crossAccount: boolean
}

/** A denial as the client sees it, with what the event history and `pocketcloud why` need beside it. */
export class AuthorizationDenied extends AwsError {
  readonly refusal: Refusal

  constructor(code: string, message: string, status: number, refusal: Refusal) {
    super(code, message, { status })
    this.name = 'AuthorizationDenied'
    this.refusal = refusal
  }

  get action(): string {
    return this.refusal.action
  }

  get resource(): string {
    return this.refusal.resource
  }

  get trace(): Trace {
    return this.refusal.trace
  }
}

/** How a service words its denials. */
type Family = 'ec2' | 's3' | 'query' | 'json' | 'restJson'

/** Services that don't answer in the query protocols' way. */
const families: Readonly<Record<string, Family>> = {
  ec2: 'ec2',
  s3: 's3',
  s3control: 's3',
  dynamodb: 'json',
  ssm: 'json',
  kms: 'json',
  logs: 'json',
  events: 'json',
  'secrets-manager': 'json',
  ecs: 'json',
  ecr: 'json',
  organizations: 'json',
  cloudtrail: 'json',
  lambda: 'restJson',
  efs: 'restJson',
  backup: 'restJson',
}

/** @param encoded the encoded authorization message, for the EC2 calls that change something */
export function denial(service: string, refusal: Refusal, encoded?: string): AuthorizationDenied {
  const family = families[service] ?? 'query'
  const sentences: Record<Family, () => AuthorizationDenied> = {
    ec2: () =>
      new AuthorizationDenied('UnauthorizedOperation', ec2Sentence(refusal, encoded), 403, refusal),
    s3: () => new AuthorizationDenied('AccessDenied', s3Sentence(refusal), 403, refusal),
    query: () => new AuthorizationDenied('AccessDenied', sentence(refusal), 403, refusal),
    json: () => new AuthorizationDenied('AccessDeniedException', sentence(refusal), 400, refusal),
    restJson: () =>
      new AuthorizationDenied('AccessDeniedException', sentence(refusal), 403, refusal),
  }
  return sentences[family]()
}

const sentence = (refusal: Refusal) =>
  worded(refusal, isSilent(refusal) ? '' : ` on resource: ${refusal.resource}`)

/** CloudWatch names no resource where the action has none. */
const isSilent = ({ action, resource }: Refusal) =>
  resource === '*' && action.startsWith('cloudwatch:')

function ec2Sentence(refusal: Refusal, encoded: string | undefined): string {
  const resource = refusal.resource === '*' ? '' : ` on resource: ${refusal.resource}`
  const said = `You are not authorized to perform this operation. ${worded(refusal, resource)}`
  return encoded === undefined ? said : `${said}. Encoded authorization failure message: ${encoded}`
}

/** S3 says nothing about why to strangers, and puts the resource in quotes. */
function s3Sentence(refusal: Refusal): string {
  if (refusal.principal === null || refusal.crossAccount) return 'Access Denied'
  return worded(refusal, refusal.resource === '*' ? '' : ` on resource: "${refusal.resource}"`)
}

function worded(refusal: Refusal, resource: string): string {
  // Who shows a token of an identity provider is told neither who it is nor why.
  if (/^sts:AssumeRoleWith/i.test(refusal.action)) {
    return `Not authorized to perform ${refusal.action}`
  }
  const who = `User: ${refusal.principal ?? 'anonymous'} is not authorized to perform: ${refusal.action}`
  return `${who}${resource}${refusal.crossAccount ? '' : because(refusal)}`
}

function because({ decidedBy: kind, explicit, action }: Refusal): string {
  // A role's own policy goes by its own name: "no role trust policy allows the sts:AssumeRole action".
  const trust = kind === 'resource' && /^sts:AssumeRole/i.test(action)
  return explicit
    ? ` with an explicit deny in ${trust ? 'the role trust policy' : articled[kind]}`
    : ` because no ${trust ? 'role trust policy' : named[kind]} allows the ${action} action`
}

const named: Readonly<Record<PolicyKind, string>> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  resource: 'resource-based policy',
  scp: 'service control policy',
  rcp: 'resource control policy',
}

const articled: Readonly<Record<PolicyKind, string>> = {
  identity: 'an identity-based policy',
  boundary: 'a permissions boundary',
  session: 'a session policy',
  resource: 'a resource-based policy',
  scp: 'a service control policy',
  rcp: 'a resource control policy',
}
