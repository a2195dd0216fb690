import type { TimerCall } from '../../../clock/timers.ts'
import type { Caller } from '../../../auth/caller.ts'
import {
  evaluate,
  type AccessRequest,
  type PolicySet,
  type Principal,
} from '../../../policy/index.ts'
import type { Permission } from '../../../operation.ts'
import type { RoleFacts } from '../../../ports.ts'
import type { Bucket } from '../rows/buckets.ts'

type RoleCall = Pick<TimerCall, 'db' | 'ports'>

const noPolicies: PolicySet = {
  identity: [],
  boundary: [],
  session: [],
  resource: null,
  scps: [],
  rcps: [],
}

const service = 's3.amazonaws.com'

/** Whether the role's trust policy lets S3 assume it. */
export function trustsS3(role: RoleFacts): boolean {
  const principal: Principal = { type: 'Service', arn: service, accountId: '' }
  const request: AccessRequest = {
    principal,
    action: 'sts:AssumeRole',
    resource: role.arn,
    resourceAccountId: role.account,
    context: { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': service },
  }
  const policies = { ...noPolicies, resource: role.trustPolicy }
  return evaluate({ request, policies }).decision === 'allowed'
}

/** What S3 may do as the role. */
export interface RoleSession {
  readonly caller: Caller
  readonly allows: (permission: Permission) => boolean
  /** Whether it may do something to an object of a bucket. */
  readonly may: (action: string, bucket: Bucket, key: string) => boolean
}

/** The session that S3 has of the role. */
export function sessionOf({ db, ports }: RoleCall, role: RoleFacts): RoleSession {
  const session = 's3-replication'
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
  const { type, arn, accountId, roleArn } = caller
  const principal: Principal = { type, arn, accountId, roleArn: roleArn! }
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
  return {
    caller,
    allows,
    may: (action, bucket, key) =>
      allows({
        action,
        resource: `arn:aws:s3:::${bucket.name}/${key}`,
        resourceAccount: bucket.account,
        context: { 's3:ResourceAccount': bucket.account },
        resourcePolicy: bucket.policy ?? undefined,
      }),
  }
}
