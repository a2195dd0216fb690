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
  const principal = principalOf(call.caller)
  const policies = policiesOf(call)
  const global = globalContext(call)
  for (const wanted of permissions) {
    const { action, resource, resourceAccount, context }: Permission =
      typeof wanted === 'string' ? { resource: wanted } : wanted
    const request = {
      principal,
      action: action ?? `${iamPrefix(call.service)}:${call.operation}`,
      resource,
      resourceAccountId: resourceAccount ?? call.account,
      context: { ...global, 'aws:ResourceAccount': resourceAccount ?? call.account, ...context },
    }
    const evaluation = evaluate({ request, policies })
    if (evaluation.decision === 'allowed') continue
    throw denial(call.service, {
      action: request.action,
      resource,
      principal: call.caller.arn,
      context: request.context,
      explicit: evaluation.decision === 'explicitDeny',
      decidedBy: evaluation.decidedBy ?? 'identity',
      get trace() {
        return evaluation.trace
      },
      crossAccount: request.resourceAccountId !== call.caller.accountId,
    })
  }
}

function principalOf({ type, arn, accountId, roleArn, userArn }: Caller): Principal {
  return {
    type,
    arn,
    accountId,
    ...(roleArn !== undefined && { roleArn }),
    ...(userArn !== undefined && { userArn }),
  }
}

/** The policies about the caller. Boundaries, resource policies and SCPs come in here as the services that keep them are built. */
function policiesOf({ ports, db, caller }: Call): PolicySet {
  return {
    identity: ports.identities.policiesOf(db, caller),
    boundary: [],
    session: caller.session?.policies ?? [],
    resource: null,
    scps: [],
    rcps: [],
  }
}
