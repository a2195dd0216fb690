import type { Caller } from '../../auth/caller.ts'
import type { TimerCall } from '../../clock/timers.ts'
import { evaluate } from '../../policy/index.ts'
import type { PolicySet, Principal } from '../../policy/index.ts'
import type { RoleFacts } from '../../ports.ts'

// An experiment acts as its role: FIS has to be trusted by it, and it has to be allowed what the actions do.
// https://docs.aws.amazon.com/fis/latest/userguide/getting-started-iam-service-role.html

const service = 'fis.amazonaws.com'

const noPolicies: PolicySet = {
  identity: [],
  boundary: [],
  session: [],
  resource: null,
  scps: [],
  rcps: [],
}

/** Whether the role's trust policy lets FIS assume it. */
export function trustsFis(role: RoleFacts, experimentArn: string): boolean {
  const principal: Principal = { type: 'Service', arn: service, accountId: '' }
  const request = {
    principal,
    action: 'sts:AssumeRole',
    resource: role.arn,
    resourceAccountId: role.account,
    context: {
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': service,
      'aws:SourceAccount': role.account,
      'aws:SourceArn': experimentArn,
    },
  }
  const policies = { ...noPolicies, resource: role.trustPolicy }
  return evaluate({ request, policies }).decision === 'allowed'
}

/** Answers whether the role may do something to an instance, as the session that FIS has of it. */
export function permissionsOf(
  role: RoleFacts,
  { db, ports, account, region }: TimerCall,
): (action: string, instanceId: string, tags: Readonly<Record<string, string>>) => boolean {
  const session = 'FIS-experiment'
  const caller: Caller = {
    type: 'AssumedRole',
    accountId: role.account,
    arn: `arn:aws:sts::${role.account}:assumed-role/${role.name}/${session}`,
    userId: `${role.id}:${session}`,
    roleArn: role.arn,
    holderId: role.id,
  }
  const boundary = ports.identities.boundaryOf(db, caller)
  const policies = {
    ...noPolicies,
    identity: ports.identities.policiesOf(db, caller),
    boundary: boundary === undefined ? [] : [boundary],
  }
  const principal: Principal = {
    type: 'AssumedRole',
    arn: caller.arn,
    accountId: role.account,
    roleArn: role.arn,
  }
  return (action, instanceId, tags) => {
    const context: Record<string, string> = {
      'aws:PrincipalArn': role.arn,
      'aws:PrincipalAccount': role.account,
      'aws:PrincipalType': 'AssumedRole',
      'aws:userid': caller.userId,
      'aws:ResourceAccount': account,
      'aws:RequestedRegion': region,
      'ec2:Region': region,
      'aws:SecureTransport': 'true',
    }
    for (const [key, value] of Object.entries(tags)) {
      context[`aws:ResourceTag/${key}`] = value
      context[`ec2:ResourceTag/${key}`] = value
    }
    const request = {
      principal,
      action,
      resource: `arn:aws:ec2:${region}:${account}:instance/${instanceId}`,
      resourceAccountId: account,
      context,
    }
    return evaluate({ request, policies }).decision === 'allowed'
  }
}
