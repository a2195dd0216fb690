import type { AttachedPolicy, EvaluationInput, PolicyDocument } from './request.ts'
import type { Decision, PolicyKind } from './evaluation.ts'
import type { Document } from './document.ts'
import type { Facts } from './statement.ts'
import type { Grant } from './principal.ts'
import { ContextKeys } from './request-context.ts'
import { allows, compiled, denies, strongestGrant } from './document.ts'

/** A request with every policy compiled, and those that don't bind it left out. */
export interface Case {
  readonly facts: Facts
  readonly resourceAccountId: string
  readonly identity: readonly Document[]
  readonly boundary: readonly Document[]
  readonly session: readonly Document[]
  readonly resource: Document | null
  /** The same facts, as the resource's own policy names the resource. */
  readonly resourceFacts: Facts
  readonly scps: readonly (readonly Document[])[]
  readonly rcps: readonly (readonly Document[])[]
}

export interface Outcome {
  readonly decision: Decision
  readonly decidedBy: PolicyKind | null
}

export function prepare({ request, policies, organization }: EvaluationInput): Case {
  const { principal, action, resource, resourceAccountId } = request
  const management = organization?.managementAccountId
  const spared = principal.serviceLinkedRole === true
  // SCPs bind the users, roles and root users of member accounts:
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
  const scpsBind =
    !spared &&
    principal.type !== 'Service' &&
    principal.type !== 'Anonymous' &&
    principal.accountId !== management
  // RCPs bind the resources of member accounts, whoever asks:
  // https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
  const rcpsBind = !spared && resourceAccountId !== management
  const facts: Facts = {
    principal,
    action: action.toLowerCase(),
    resource,
    context: new ContextKeys(request),
    hasBoundary: policies.boundary.length > 0,
  }
  const { nameInOwnPolicy } = request
  return {
    facts,
    resourceFacts: nameInOwnPolicy === undefined ? facts : { ...facts, resource: nameInOwnPolicy },
    resourceAccountId,
    identity: policies.identity.map(compiledAttached),
    boundary: policies.boundary.map(compiledIdentity),
    session: policies.session.map(compiledIdentity),
    resource: policies.resource === null ? null : compiled(policies.resource, 'resource'),
    scps: scpsBind ? policies.scps.map((level) => level.map(compiledIdentity)) : [],
    rcps: rcpsBind ? policies.rcps.map((level) => level.map(compiledRcp)) : [],
  }
}

const compiledAttached = ({ document }: AttachedPolicy) => compiled(document, 'identity')
const compiledIdentity = (document: PolicyDocument) => compiled(document, 'identity')
const compiledRcp = (document: PolicyDocument) => compiled(document, 'rcp')

const allowed = (decidedBy: PolicyKind | null): Outcome => ({ decision: 'allowed', decidedBy })
const missing = (decidedBy: PolicyKind): Outcome => ({ decision: 'implicitDeny', decidedBy })

/**
 * "No permissions are required", and no Deny takes them away:
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_getsessiontoken.html
 */
const unconditional: ReadonlySet<string> = new Set(['sts:getcalleridentity', 'sts:getsessiontoken'])

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
export function decide(given: Case): Outcome {
  if (unconditional.has(given.facts.action)) return allowed(null)
  const denier = explicitDenier(given)
  if (denier) return { decision: 'explicitDeny', decidedBy: denier }
  // Every level from the organization's root down has to allow. RCPs don't ask that: the full access that is
  // always attached at every level can't be taken off, so what is given here can only deny.
  if (!given.scps.every((level) => anyAllows(level, given.facts))) return missing('scp')
  const { principal } = given.facts
  const grant = given.resource ? strongestGrant(given.resource, given.resourceFacts) : undefined
  if (principal.type === 'Service' || principal.type === 'Anonymous') {
    return grant ? allowed('resource') : missing('resource')
  }
  return principal.accountId === given.resourceAccountId
    ? decideWithinAccount(given, grant)
    : decideAcrossAccounts(given, grant)
}

function decideWithinAccount(given: Case, grant: Grant | undefined): Outcome {
  if (grant === 'direct') return allowed('resource')
  if (grant === 'limited') {
    const limit = silentLimit(given)
    return limit ? missing(limit) : allowed('resource')
  }
  if (grant === undefined && resourceMustAllow(given)) return missing('resource')
  // The resource policy is silent, or names the account and so leaves it to the account's own policies.
  return decideByIdentity(given)
}

/** Both sides have to allow, whomever the resource policy names. */
const decideAcrossAccounts = (given: Case, grant: Grant | undefined): Outcome =>
  grant ? decideByIdentity(given) : missing('resource')

function decideByIdentity(given: Case): Outcome {
  if (!isRoot(given) && !anyAllows(given.identity, given.facts)) return missing('identity')
  const limit = silentLimit(given)
  return limit ? missing(limit) : allowed(isRoot(given) ? null : 'identity')
}

/** An account's root user needs no policy, nor does the identity behind a session that it federated. */
function isRoot({ facts: { principal } }: Case): boolean {
  if (principal.type === 'Root') return true
  return (
    principal.type === 'FederatedUser' && /^arn:[^:]*:iam::\d*:root$/.test(principal.userArn ?? '')
  )
}

/** The boundary or session policy that is there and does not allow. */
function silentLimit({ boundary, session, facts }: Case): 'boundary' | 'session' | undefined {
  if (boundary.length > 0 && !anyAllows(boundary, facts)) return 'boundary'
  // Without a session policy a federated user's session has no permissions, while a role's has all of the role's.
  const unlimited = session.length === 0 && facts.principal.type !== 'FederatedUser'
  return unlimited || anyAllows(session, facts) ? undefined : 'session'
}

const anyAllows = (documents: readonly Document[], facts: Facts) =>
  documents.some((document) => allows(document, facts))

/**
 * "IAM role trust policies and KMS key policies are exceptions to this logic, because they must explicitly allow
 * access for principals": an identity policy alone is not enough.
 */
function resourceMustAllow({ facts: { action, resource }, resource: policy }: Case): boolean {
  if (action.startsWith('sts:assumerole')) return true
  // Tags and a source identity that come with a role are for its trust policy to allow, too.
  if (/^sts:(?:tagsession|setsourceidentity)$/.test(action)) {
    return /^arn:[^:]*:iam::[^:]*:role\//.test(resource)
  }
  return (
    policy !== null &&
    action.startsWith('kms:') &&
    /^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(resource)
  )
}

function explicitDenier(given: Case): PolicyKind | undefined {
  const { facts } = given
  const deny = (document: Document) => denies(document, facts)
  if (given.scps.some((level) => level.some(deny))) return 'scp'
  if (given.rcps.some((level) => level.some(deny))) return 'rcp'
  if (given.resource && denies(given.resource, given.resourceFacts)) return 'resource'
  if (given.identity.some(deny)) return 'identity'
  if (given.boundary.some(deny)) return 'boundary'
  return given.session.some(deny) ? 'session' : undefined
}
