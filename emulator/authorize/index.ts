import type { Call, Permission } from '../operation.ts'
import type { PolicySet, Principal } from '../policy/index.ts'
import type { Caller } from '../auth/caller.ts'
import { denial } from './denied.ts'
import { evaluate } from '../policy/index.ts'
import { globalContext } from './context.ts'
import { iamPrefix } from './iam-prefix.ts'

export { AuthorizationDenied } from './denied.ts'

/**
 * Refuses a call that AWS would refuse.
 *
 * @param permissions what the operation's `authorize` asks for, all of it; a bare text is a resource for the
 *   operation's own action (`ec2:RunInstances`)
 * @throws AuthorizationDenied at the first permission that is not granted
 */
export function authorize(permissions: readonly (string | Permission)[], call: Call): void {
  if (permissions.length === 0) return
  const own = partyOf(call)
  for (const wanted of permissions) {
    const { action, resource, resourceAccount, context, resourcePolicy, as }: Permission =
      typeof wanted === 'string' ? { resource: wanted } : wanted
    const { caller, principal, policies, global } = as ? partyOf({ ...call, caller: as }) : own
    const request = {
      principal,
      action: action ?? `${iamPrefix(call.service)}:${call.operation}`,
      resource,
      resourceAccountId: resourceAccount ?? call.account,
      context: { ...global, 'aws:ResourceAccount': resourceAccount ?? call.account, ...context },
    }
    const evaluation = evaluate({
      request,
      policies: resourcePolicy === undefined ? policies : { ...policies, resource: resourcePolicy },
    })
    if (evaluation.decision === 'allowed') continue
    throw denial(call.service, {
      action: request.action,
      resource,
      principal: caller.arn,
      context: request.context,
      explicit: evaluation.decision === 'explicitDeny',
      decidedBy: evaluation.decidedBy ?? 'identity',
      get trace() {
        return evaluation.trace
      },
      crossAccount: request.resourceAccountId !== caller.accountId,
    })
  }
}

/** What an evaluation needs to know of who asks. */
const partyOf = (call: Call) => ({
  caller: call.caller,
  principal: principalOf(call.caller),
  policies: policiesOf(call),
  global: globalContext(call),
})

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
