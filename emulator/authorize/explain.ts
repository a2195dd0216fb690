import type { RecordedEvent } from '../events/call-event.ts'
import type { Refusal } from './denied.ts'
import type { PolicyKind, Trace, TracedPolicy, TracedStatement } from '../policy/index.ts'

/** Why a call was refused, or would have been while audit was on, and what would change that. */
export interface Explanation {
  readonly requestId: string
  /** Virtual time, ISO 8601. */
  readonly time: string
  readonly service: string
  readonly operation: string
  /** Null for an anonymous caller. */
  readonly principal: string | null
  readonly action: string
  readonly resource: string
  readonly decision: 'explicitDeny' | 'implicitDeny'
  /** Audit was on: the call went through all the same. */
  readonly audited: boolean
  readonly reason: string
  readonly policies: readonly TracedPolicy[]
  readonly statements: readonly TracedStatement[]
  /** The condition keys that policies were asked with. */
  readonly context: Readonly<Record<string, string | readonly string[]>>
  /** The statements that deny: no Allow helps as long as they apply. */
  readonly denying: readonly TracedStatement[]
  /** The smallest statements that are missing. */
  readonly missing: readonly MissingStatement[]
}

export interface MissingStatement {
  readonly policy: PolicyKind
  /** Where the statement would have to stand, in words. */
  readonly where: string
  readonly statement: Readonly<Record<string, unknown>>
}

/** What the history keeps of a refusal. */
interface RecordedDenial {
  readonly action: string
  readonly resource: string
  readonly principal: string | null
  readonly context: Readonly<Record<string, string | readonly string[]>>
  readonly explicit: boolean
  readonly decidedBy: PolicyKind
  readonly trace: Trace
  readonly also?: Refusal['also']
  readonly crossAccount: boolean
  readonly audited?: boolean
}

/** @returns undefined for a call that authorization did not refuse */
export function explainDenial(event: RecordedEvent): Explanation | undefined {
  if (!event.denial) return undefined
  const denial = event.denial as RecordedDenial
  const { action, resource, principal, context, explicit, trace } = denial
  return {
    requestId: event.requestId,
    time: new Date(event.time).toISOString(),
    service: event.service,
    operation: event.operation,
    principal,
    action,
    resource,
    decision: explicit ? 'explicitDeny' : 'implicitDeny',
    audited: denial.audited === true,
    reason: trace.reason,
    policies: trace.policies,
    statements: trace.statements,
    context,
    denying: trace.statements.filter(({ effect, matched }) => matched && effect === 'Deny'),
    missing: missingKinds(denial).flatMap((policy) => missingStatements(policy, denial)),
  }
}

/** The kinds of policy whose Allow is missing, which need not be one. */
function missingKinds(denial: RecordedDenial): PolicyKind[] {
  const { trace, decidedBy, explicit, crossAccount, principal } = denial
  const allowing = (kind: PolicyKind) =>
    trace.statements.some(
      (statement) => statement.kind === kind && statement.matched && statement.effect === 'Allow',
    )
  const there = (kind: PolicyKind) => trace.policies.some((policy) => policy.kind === kind)
  if (principal === null) return allowing('resource') ? [] : ['resource']
  // Who is named by the resource's own policy needs no other Allow within the account.
  if (explicit && !crossAccount && allowing('resource')) return []
  const wanted: Readonly<Record<PolicyKind, boolean>> = {
    scp: there('scp'),
    rcp: false,
    resource: crossAccount || isTrust(denial),
    // A trust policy that names the caller is enough within an account, and an account's root needs no policy.
    identity: !principal.endsWith(':root') && (crossAccount || !isTrust(denial)),
    boundary: there('boundary'),
    session: there('session'),
  }
  return (Object.keys(wanted) as PolicyKind[]).filter((kind) =>
    kind === decidedBy && !explicit ? true : wanted[kind] && !allowing(kind),
  )
}

const isTrust = ({ action }: RecordedDenial) =>
  /^sts:(?:AssumeRole|TagSession|SetSourceIdentity)/i.test(action)

function missingStatements(policy: PolicyKind, denial: RecordedDenial): MissingStatement[] {
  const { action, resource, principal, also = [] } = denial
  if (policy === 'resource') return [missingInResourcePolicy(denial)]
  // One statement per action: RunInstances asks about an image, an instance, a network and more.
  const byAction = new Map([[action, new Set([resource])]])
  for (const other of also) {
    const resources = byAction.get(other.action) ?? new Set()
    byAction.set(other.action, resources.add(other.resource))
  }
  const where = places[policy](principal ?? '')
  return [...byAction].map(([Action, resources]) => {
    const arns = [...resources].map(literal)
    const Resource = arns.length === 1 ? arns[0] : arns
    return { policy, where, statement: { Effect: 'Allow', Action, Resource } }
  })
}

function missingInResourcePolicy(denial: RecordedDenial): MissingStatement {
  const { action, resource, principal, context } = denial
  // Of a role session the key has the role, which is what policies name.
  const who = principal === null ? '*' : { AWS: context['aws:PrincipalArn'] ?? principal }
  const statement = { Effect: 'Allow', Principal: who, Action: action }
  // A trust policy has no resource: it is the role.
  return isTrust(denial)
    ? { policy: 'resource', where: `the trust policy of ${resource}`, statement }
    : {
        policy: 'resource',
        where: `the policy of ${resource}`,
        statement: { ...statement, Resource: literal(resource) },
      }
}

/** As a policy writes an ARN: what would be a variable there is none here. */
export const literal = (arn: string): string => arn.replaceAll('${', '${$}{')

const places: Readonly<Record<Exclude<PolicyKind, 'resource'>, (principal: string) => string>> = {
  identity: (principal) => `a policy of ${shortName(principal)}`,
  boundary: (principal) => `the permissions boundary of ${shortName(principal)}`,
  session: () => 'the session policy that was passed when the session was made',
  scp: () => 'a service control policy at each level of the organization',
  rcp: () => 'a resource control policy',
}

/** `user alice`, `role worker`. */
function shortName(arn: string): string {
  const session = /:assumed-role\/([^/]+)\//.exec(arn)
  if (session) return `role ${session[1]}`
  const [, type, name] = /:(user|role|federated-user)\/(?:.*\/)?([^/]+)$/.exec(arn) ?? []
  return type === undefined ? arn : `${type} ${name}`
}
