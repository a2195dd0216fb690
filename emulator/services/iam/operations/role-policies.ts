import type {
  AttachRolePolicyRequest,
  DeleteRolePolicyRequest,
  DetachRolePolicyRequest,
  GetRolePolicyRequest,
  GetRolePolicyResponse,
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse,
  ListRolePoliciesRequest,
  ListRolePoliciesResponse,
  PutRolePolicyRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { onBoundedRole } from '../boundaries.ts'
import {
  attach,
  deleteInline,
  detach,
  getInline,
  listAttached,
  listInline,
  putInline,
} from '../held-policies.ts'
import { onRole, requireOwnRole, requireRole } from '../roles.ts'
import type { Holder } from '../rows/held-policies.ts'
import type { Role } from '../rows/roles.ts'

export const AttachRolePolicy = operation<AttachRolePolicyRequest, {}>({
  authorize: ({ RoleName, PolicyArn }, call) => [
    onBoundedRole(call, RoleName!, { 'iam:PolicyARN': PolicyArn! }),
  ],
  run({ RoleName, PolicyArn }, call) {
    attach(call, asHolder(requireOwnRole(call, RoleName!)), PolicyArn!)
    return {}
  },
})

export const DetachRolePolicy = operation<DetachRolePolicyRequest, {}>({
  authorize: ({ RoleName, PolicyArn }, call) => [
    onBoundedRole(call, RoleName!, { 'iam:PolicyARN': PolicyArn! }),
  ],
  run({ RoleName, PolicyArn }, call) {
    detach(call, asHolder(requireOwnRole(call, RoleName!)), PolicyArn!)
    return {}
  },
})

export const ListAttachedRolePolicies = operation<
  ListAttachedRolePoliciesRequest,
  ListAttachedRolePoliciesResponse
>({
  authorize: ({ RoleName }, call) => [onRole(call, RoleName!)],
  run: ({ RoleName, ...request }, call) =>
    listAttached(call, asHolder(requireRole(call, RoleName!)), request),
})

export const PutRolePolicy = operation<PutRolePolicyRequest, {}>({
  authorize: ({ RoleName }, call) => [onBoundedRole(call, RoleName!)],
  run({ RoleName, PolicyName, PolicyDocument }, call) {
    const role = requireOwnRole(call, RoleName!)
    putInline(call, asHolder(role), {
      owner: role.name,
      name: PolicyName!,
      document: PolicyDocument!,
    })
    return {}
  },
})

export const GetRolePolicy = operation<GetRolePolicyRequest, GetRolePolicyResponse>({
  authorize: ({ RoleName }, call) => [onRole(call, RoleName!)],
  run({ RoleName, PolicyName }, call) {
    const role = requireRole(call, RoleName!)
    return { RoleName: role.name, ...getInline(call, asHolder(role), PolicyName!) }
  },
})

export const ListRolePolicies = operation<ListRolePoliciesRequest, ListRolePoliciesResponse>({
  authorize: ({ RoleName }, call) => [onRole(call, RoleName!)],
  run: ({ RoleName, ...request }, call) =>
    listInline(call, asHolder(requireRole(call, RoleName!)), request),
})

export const DeleteRolePolicy = operation<DeleteRolePolicyRequest, {}>({
  authorize: ({ RoleName }, call) => [onBoundedRole(call, RoleName!)],
  run({ RoleName, PolicyName }, call) {
    deleteInline(call, asHolder(requireOwnRole(call, RoleName!)), PolicyName!)
    return {}
  },
})

const asHolder = ({ account, id }: Role): Holder => ({ account, kind: 'role', id })
