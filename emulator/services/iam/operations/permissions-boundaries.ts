import type {
  DeleteRolePermissionsBoundaryRequest,
  DeleteUserPermissionsBoundaryRequest,
  PutRolePermissionsBoundaryRequest,
  PutUserPermissionsBoundaryRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { onBoundedRole, onBoundedUser, setBoundary } from '../boundaries.ts'
import { noBoundary } from '../errors.ts'
import { requireOwnRole } from '../roles.ts'
import { deleteBoundary } from '../rows/boundaries.ts'
import { requireUser } from '../subjects.ts'

export const PutUserPermissionsBoundary = operation<PutUserPermissionsBoundaryRequest, {}>({
  // The key is the boundary that is asked for, not the one that is there.
  authorize: ({ UserName, PermissionsBoundary }, call) => [
    onBoundedUser(call, UserName!, { 'iam:PermissionsBoundary': PermissionsBoundary! }),
  ],
  run({ UserName, PermissionsBoundary }, call) {
    const { account, id } = requireUser(call, UserName!)
    setBoundary(call, { account, kind: 'user', id }, PermissionsBoundary!)
    return {}
  },
})

export const DeleteUserPermissionsBoundary = operation<DeleteUserPermissionsBoundaryRequest, {}>({
  authorize: ({ UserName }, call) => [onBoundedUser(call, UserName!)],
  run({ UserName }, call) {
    const user = requireUser(call, UserName!)
    if (!deleteBoundary(call.db, user)) throw noBoundary('user', user.name)
    return {}
  },
})

export const PutRolePermissionsBoundary = operation<PutRolePermissionsBoundaryRequest, {}>({
  authorize: ({ RoleName, PermissionsBoundary }, call) => [
    onBoundedRole(call, RoleName!, { 'iam:PermissionsBoundary': PermissionsBoundary! }),
  ],
  run({ RoleName, PermissionsBoundary }, call) {
    const { account, id } = requireOwnRole(call, RoleName!)
    setBoundary(call, { account, kind: 'role', id }, PermissionsBoundary!)
    return {}
  },
})

export const DeleteRolePermissionsBoundary = operation<DeleteRolePermissionsBoundaryRequest, {}>({
  authorize: ({ RoleName }, call) => [onBoundedRole(call, RoleName!)],
  run({ RoleName }, call) {
    const role = requireOwnRole(call, RoleName!)
    if (!deleteBoundary(call.db, role)) throw noBoundary('role', role.name)
    return {}
  },
})
