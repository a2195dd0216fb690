import type { Caller } from '../auth/caller.ts'
import type { TimerCall } from '../clock/timers.ts'
import type { Permission } from '../operation.ts'
import { evaluate, type AccessRequest, type PolicySet, type Principal } from '../policy/index.ts'
import type { RoleFacts } from '../ports.ts'

// AWS's own services act for an account by a role: its trust policy has to name them, and it has to be allowed what they do.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html

const noPolicies: PolicySet = {
  identity: [],
  boundary: [],
  session: [],
  resource: null,
  scps: [],
  rcps: [],
}

/**
 * Whether a role's trust policy lets a service assume it.
 * @param service such as `s3.amazonaws.com`
 * @param context further condition keys of the request, such as `aws:SourceArn`
 */
export function trustsService(
  role: RoleFacts,
  service: string,
  context: Readonly<Record<string, string>> = {},
): boolean {
  const principal: Principal = { type: 'Service', arn: service, accountId: '' }
  const request: AccessRequest = {
    principal,
    action: 'sts:AssumeRole',
    resource: role.arn,
    resourceAccountId: role.account,
    context: {
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': service,
      ...context,
    },
  }
  const policies = { ...noPolicies, resource: role.trustPolicy }
  return evaluate({ request, policies }).decision === 'allowed'
}

/** What a service may do as a role. */
export interface ServiceSession {
  readonly caller: Caller
  readonly allows: (permission: Permission) => boolean
}

/** The session that a service has of a role, which is not asked for its trust here. */
export function serviceSession(
  { db, ports }: Pick<TimerCall, 'db' | 'ports'>,
  role: RoleFacts,
  sessionName: string,
): ServiceSession {
  const caller: Caller = {
    type: 'AssumedRole',
    accountId: role.account,
    arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${sessionName}`,
    userId: `${role.id}:${sessionName}`,
    roleArn: role.arn,
    holderId: role.id,
  }
  const boundary = ports.identities.boundaryOf(db, caller)
  const policies = {
    ...noPolicies,
    identity: ports.identities.policiesOf(db, caller),
    boundary: boundary === undefined ? [] : [boundary],
  }
  const { type, arn, accountId } = caller
  const principal: Principal = { type, arn, accountId, roleArn: role.arn }
  const allows = ({
    action = '',
    resource,
    resourceAccount,
    context,
    resourcePolicy,
  }: Permission) => {
    const owner = resourceAccount ?? role.account
    const request: AccessRequest = {
      principal,
      action,
      resource,
      resourceAccountId: owner,
      context: {
        'aws:PrincipalArn': role.arn,
        'aws:PrincipalAccount': role.account,
        'aws:PrincipalType': 'AssumedRole',
        'aws:userid': caller.userId,
        'aws:ResourceAccount': owner,
        'aws:SecureTransport': 'true',
        ...context,
      },
    }
    const asked = { request, policies: { ...policies, resource: resourcePolicy ?? null } }
    return evaluate(asked).decision === 'allowed'
  }
  return { caller, allows }
}
