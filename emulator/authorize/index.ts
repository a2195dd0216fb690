import type { Call, Permission } from '../operation.ts'
import type {
  AccessRequest,
  Evaluation,
  PolicySet,
  Principal,
  RequestContext,
} from '../policy/index.ts'
import type { Caller } from '../auth/caller.ts'
import { isAuditing } from './audit.ts'
import { type AuthorizationDenied, denial, type Refusal } from './denied.ts'
import { encodeMessage } from './encoded-message.ts'
import { failureMessage } from './failure-message.ts'
import { evaluate } from '../policy/index.ts'
import { globalContext } from './context.ts'
import { iamPrefix } from './iam-prefix.ts'

export { AuthorizationDenied } from './denied.ts'

/**
 * Refuses a call that AWS would refuse; while audit is on, only notes it down.
 *
 * @param permissions what the operation's `authorize` asks for, all of it; a bare text is a resource for the
 *   operation's own action (`ec2:RunInstances`)
 * @throws AuthorizationDenied at the first permission that is not granted
 */
export function authorize(permissions: readonly (string | Permission)[], call: Call): void {
  if (permissions.length === 0) return
  const own = partyOf(call)
  for (const [index, wanted] of permissions.entries()) {
    const question = questionOf(wanted, own, call)
    const { request, policies, caller } = question
    const evaluation = evaluate(question)
    if (evaluation.decision !== 'allowed') {
      const rest = permissions.slice(index + 1).map((other) => questionOf(other, own, call))
      const refusal = refusalOf(question, evaluation, rest)
      if (!isAuditing(call.db)) {
        call.trail.refused.push(refusal)
        throw denied(refusal, policies, caller, call)
      }
      call.trail.letPass.push(refusal)
    }
    call.trail.granted.push({ action: request.action, resource: request.resource })
    if (typeof wanted !== 'string' && wanted.also) authorize([wanted.also], call)
  }
}

/** What the policy engine is asked, and for whom. */
interface Question {
  readonly request: AccessRequest
  readonly policies: PolicySet
  readonly caller: Caller
}

function questionOf(wanted: string | Permission, own: Party, call: Call): Question {
  const permission: Permission = typeof wanted === 'string' ? { resource: wanted } : wanted
  const { resourcePolicy, as } = permission
  const party = as ? partyOf({ ...call, caller: as }) : own
  const { policies, caller } = party
  return {
    request: new AskedRequest(permission, party, call),
    policies: resourcePolicy === undefined ? policies : { ...policies, resource: resourcePolicy },
    caller,
  }
}

/** A request for a permission. Its condition keys are put together when they are asked for: most policies have no conditions. */
class AskedRequest implements AccessRequest {
  readonly principal: Principal
  readonly action: string
  readonly resource: string
  readonly resourceAccountId: string
  readonly nameInOwnPolicy: string | undefined
  readonly #permission: Permission
  readonly #party: Party
  #context: RequestContext | undefined

  constructor(permission: Permission, party: Party, call: Call) {
    this.principal = party.principal
    this.action = permission.action ?? ownAction(call)
    this.resource = permission.resource
    this.resourceAccountId = permission.resourceAccount ?? call.account
    this.nameInOwnPolicy = permission.nameInOwnPolicy
    this.#permission = permission
    this.#party = party
  }

  get context(): RequestContext {
    return (this.#context ??= {
      ...this.#party.global(),
      'aws:ResourceAccount': this.resourceAccountId,
      ...this.#permission.context,
    })
  }
}

/** The action that an operation needs unless it says another: `ec2:RunInstances`. */
export const ownAction = ({ service, operation }: Pick<Call, 'service' | 'operation'>): string =>
  `${iamPrefix(service)}:${operation}`

/** @param rest what would have been asked next */
const refusalOf = (
  { request, caller }: Question,
  evaluation: Evaluation,
  rest: readonly Question[],
): Refusal => ({
  action: request.action,
  resource: request.resource,
  principal: caller.arn,
  context: request.context,
  explicit: evaluation.decision === 'explicitDeny',
  decidedBy: evaluation.decidedBy ?? 'identity',
  get trace() {
    return evaluation.trace
  },
  get also() {
    return rest
      .filter((question) => evaluate(question).decision === 'implicitDeny')
      .map(({ request: { action, resource } }) => ({ action, resource }))
  },
  crossAccount: request.resourceAccountId !== caller.accountId,
})

function denied(
  refusal: Refusal,
  policies: PolicySet,
  { userId, userName }: Caller,
  call: Call,
): AuthorizationDenied {
  // EC2's calls that only look say why at once.
  if (call.service !== 'ec2' || /^(?:Describe|Get|List|Search)/.test(call.operation)) {
    return denial(call.service, refusal)
  }
  const who = { id: userId, ...(userName !== undefined && { name: userName }) }
  return denial(call.service, refusal, encodeMessage(failureMessage(refusal, policies, who), call))
}

type Party = ReturnType<typeof partyOf>

/** What an evaluation needs to know of who asks. */
function partyOf(call: Call) {
  let global: ReturnType<typeof globalContext> | undefined
  return {
    caller: call.caller,
    principal: principalOf(call.caller),
    policies: policiesOf(call),
    global: () => (global ??= globalContext(call)),
  }
}

function principalOf(caller: Caller): Principal {
  const { type, arn, accountId, roleArn, userArn, serviceLinked } = caller
  return {
    type,
    arn,
    accountId,
    ...(roleArn !== undefined && { roleArn }),
    ...(userArn !== undefined && { userArn }),
    ...(serviceLinked && { serviceLinkedRole: true }),
  }
}

/** The policies about the caller. SCPs come in here as the services that keep them are built. */
function policiesOf({ ports, db, caller }: Call): PolicySet {
  const boundary = ports.identities.boundaryOf(db, caller)
  return {
    identity: ports.identities.policiesOf(db, caller),
    boundary: boundary === undefined ? [] : [boundary],
    session: caller.session?.policies ?? [],
    resource: null,
    scps: [],
    rcps: [],
  }
}
