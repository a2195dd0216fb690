import type {
  CreateServiceLinkedRoleRequest,
  CreateServiceLinkedRoleResponse,
  DeleteServiceLinkedRoleRequest,
  DeleteServiceLinkedRoleResponse,
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse,
} from '@aws-sdk/client-iam'
import type { TimerHandler } from '../../../clock/timers.ts'
import { operation } from '../../../operation.ts'
import { roleArn } from '../arns.ts'
import {
  noServiceLinkedRoles,
  noSuchDeletion,
  noSuchRole,
  serviceRoleTaken,
  suffixNotSupported,
} from '../errors.ts'
import { linkedService } from '../linked-services.ts'
import { arnOfRole, onRole, requireRole } from '../roles.ts'
import { attachPolicy, detachPolicy, attachedPolicyArns } from '../rows/held-policies.ts'
import {
  findRoleDeletion,
  insertRoleDeletion,
  setDeletionStatus,
  type RoleDeletion,
} from '../rows/role-deletions.ts'
import { deleteRole, findRole, findRoleById, insertRole } from '../rows/roles.ts'
import { renamePrincipal } from '../trust-principals.ts'
import { describe } from './roles.ts'

// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html

const pathOf = (service: string) => `/aws-service-role/${service}/`

const nameOf = (service: string, suffix: string | undefined) => {
  const name = linkedService(service)?.roleName ?? 'AWSServiceRoleFor'
  return suffix === undefined ? name : `${name}_${suffix}`
}

export const CreateServiceLinkedRole = operation<
  CreateServiceLinkedRoleRequest,
  CreateServiceLinkedRoleResponse
>({
  authorize: ({ AWSServiceName, CustomSuffix }, { account }) => [
    {
      resource: roleArn(account, pathOf(AWSServiceName!), nameOf(AWSServiceName!, CustomSuffix)),
      context: { 'iam:AWSServiceName': AWSServiceName! },
    },
  ],
  run({ AWSServiceName, Description, CustomSuffix }, { db, account, ids, now }) {
    const service = linkedService(AWSServiceName!)
    if (!service) throw noServiceLinkedRoles(AWSServiceName!)
    if (CustomSuffix !== undefined && !service.takesSuffix) {
      throw suffixNotSupported(service.principal)
    }
    const name = nameOf(service.principal, CustomSuffix)
    if (findRole(db, account, name)) throw serviceRoleTaken(name)
    const role = insertRole(db, {
      account,
      id: ids.iam('AROA'),
      name,
      path: pathOf(service.principal),
      description: Description ?? null,
      trustPolicy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: service.principal },
            Action: 'sts:AssumeRole',
          },
        ],
      }),
      maxSession: 3600,
      linkedService: service.principal,
      createdAt: now,
      lastUsedAt: null,
      lastUsedRegion: null,
      tags: {},
    })
    attachPolicy(db, { account, kind: 'role', id: role.id }, service.policyArn)
    const { MaxSessionDuration: _, ...shown } = describe(role)
    return { Role: shown }
  },
})

/** Asked for now, done a moment later: AWS first looks whether the service still needs the role. */
export const DeleteServiceLinkedRole = operation<
  DeleteServiceLinkedRoleRequest,
  DeleteServiceLinkedRoleResponse
>({
  authorize: ({ RoleName }, call) => [onRole(call, RoleName!)],
  run({ RoleName }, call) {
    const { db, account, ids, now, timers } = call
    const role = requireRole(call, RoleName!)
    if (role.linkedService === null) throw noSuchRole(RoleName!)
    const id = `task${role.path}${role.name}/${ids.uuid()}`
    insertRoleDeletion(db, { account, id, roleId: role.id, status: 'IN_PROGRESS' })
    timers.schedule(now + 1000, 'finishRoleDeletion', { id }, id)
    return { DeletionTaskId: id }
  },
})

export const GetServiceLinkedRoleDeletionStatus = operation<
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse
>({
  authorize: ({ DeletionTaskId }, { account }) => [
    `arn:aws:iam::${account}:role/${DeletionTaskId!.split('/').slice(1, -1).join('/')}`,
  ],
  run({ DeletionTaskId }, { db, account }) {
    const deletion = findRoleDeletion(db, account, DeletionTaskId!)
    if (!deletion) throw noSuchDeletion(DeletionTaskId!)
    return { Status: deletion.status }
  },
})

export const finishRoleDeletion: TimerHandler = (
  { id }: Pick<RoleDeletion, 'id'>,
  { db, account },
) => {
  const deletion = findRoleDeletion(db, account, id)
  if (!deletion) return
  const role = findRoleById(db, account, deletion.roleId)
  if (role) {
    const holder = { account, kind: 'role', id: role.id } as const
    for (const arn of attachedPolicyArns(db, holder)) detachPolicy(db, holder, arn)
    deleteRole(db, role)
    renamePrincipal(db, arnOfRole(role), role.id)
  }
  setDeletionStatus(db, deletion, 'SUCCEEDED')
}
