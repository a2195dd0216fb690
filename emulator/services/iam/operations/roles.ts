import type {
  CreateRoleRequest,
  CreateRoleResponse,
  DeleteRoleRequest,
  GetRoleRequest,
  GetRoleResponse,
  ListRolesRequest,
  ListRolesResponse,
  Role as RoleShape,
  UpdateAssumeRolePolicyRequest,
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse,
  UpdateRoleRequest,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import { roleArn } from '../arns.ts'
import { describeBoundary, setBoundary } from '../boundaries.ts'
import { mustFirst, protectedRole, quotaExceeded, roleExists } from '../errors.ts'
import { page } from '../pages.ts'
import { encodeDocument } from '../policy-documents.ts'
import { arnOfRole, onRole, requireOwnRole, requireRole } from '../roles.ts'
import { holdsPolicies } from '../rows/held-policies.ts'
import { instanceProfilesOf } from '../rows/instance-profiles.ts'
import {
  countRoles,
  deleteRole,
  findRole,
  insertRole,
  listRoles,
  updateRole,
  type Role,
} from '../rows/roles.ts'
import { date } from '../subjects.ts'
import { requestTagContext, tagList, withTags } from '../tags.ts'
import { checkTrustPolicy } from '../trust-policies.ts'
import { renamePrincipal } from '../trust-principals.ts'

const rolesPerAccount = 1000
const defaultMaxSession = 3600

export const CreateRole = operation<CreateRoleRequest, CreateRoleResponse>({
  authorize: ({ RoleName, Path = '/', Tags, PermissionsBoundary }, call) => [
    {
      resource: roleArn(call.account, Path, RoleName!),
      context: {
        ...requestTagContext(Tags),
        ...(PermissionsBoundary !== undefined && {
          'iam:PermissionsBoundary': PermissionsBoundary,
        }),
      },
    },
  ],
  run(input, call) {
    const { RoleName, Path = '/', AssumeRolePolicyDocument, PermissionsBoundary } = input
    const { db, account, ids, now } = call
    checkTrustPolicy(db, AssumeRolePolicyDocument!)
    if (findRole(db, account, RoleName!)) throw roleExists(RoleName!)
    if (countRoles(db, account) >= rolesPerAccount) {
      throw quotaExceeded('RolesPerAccount', rolesPerAccount)
    }
    // "You cannot create a role in this path": it belongs to the services.
    if (Path.startsWith('/aws-service-role/')) throw protectedRole(RoleName!)
    const role = insertRole(db, {
      account,
      id: ids.iam('AROA'),
      name: RoleName!,
      path: Path,
      description: input.Description ?? null,
      trustPolicy: AssumeRolePolicyDocument!,
      maxSession: input.MaxSessionDuration ?? defaultMaxSession,
      linkedService: null,
      createdAt: now,
      lastUsedAt: null,
      lastUsedRegion: null,
      tags: withTags({}, input.Tags),
    })
    if (PermissionsBoundary !== undefined) {
      setBoundary(call, { account, kind: 'role', id: role.id }, PermissionsBoundary)
    }
    const { Description, MaxSessionDuration, RoleLastUsed: _, ...shown } = describeWhole(call, role)
    return {
      Role: {
        ...shown,
        ...(input.Description !== undefined && { Description }),
        ...(input.MaxSessionDuration !== undefined && { MaxSessionDuration }),
      },
    }
  },
})

export const GetRole = operation<GetRoleRequest, GetRoleResponse>({
  authorize: ({ RoleName }, call) => [onRole(call, RoleName!)],
  run: ({ RoleName }, call) => ({ Role: describeWhole(call, requireRole(call, RoleName!)) }),
})

export const ListRoles = operation<ListRolesRequest, ListRolesResponse>({
  authorize: ({ PathPrefix = '/' }, call) => [roleArn(call.account, PathPrefix, '')],
  run({ PathPrefix = '/', ...request }, { db, account }) {
    const { items, answer } = page(
      request,
      (after, limit) => listRoles(db, account, { pathPrefix: PathPrefix, after, limit }),
      ({ name }) => name,
    )
    return { Roles: items.map(describe), ...answer }
  },
})

export const UpdateRole = operation<UpdateRoleRequest, {}>({
  authorize: ({ RoleName }, call) => [onRole(call, RoleName!)],
  run({ RoleName, Description, MaxSessionDuration }, call) {
    const role = requireRole(call, RoleName!)
    // Of a service-linked role, the description is all that can be edited.
    if (role.linkedService !== null && MaxSessionDuration !== undefined) {
      throw protectedRole(role.name)
    }
    updateRole(call.db, {
      ...role,
      description: Description ?? role.description,
      // "If you do not specify a value for this setting, the default value of one hour is applied."
      maxSession: MaxSessionDuration ?? defaultMaxSession,
    })
    return {}
  },
})

export const UpdateRoleDescription = operation<
  UpdateRoleDescriptionRequest,
  UpdateRoleDescriptionResponse
>({
  authorize: ({ RoleName }, call) => [onRole(call, RoleName!)],
  run({ RoleName, Description }, call) {
    const role: Role = { ...requireRole(call, RoleName!), description: Description! }
    updateRole(call.db, role)
    return { Role: describeWhole(call, role) }
  },
})

export const UpdateAssumeRolePolicy = operation<UpdateAssumeRolePolicyRequest, {}>({
  authorize: ({ RoleName }, call) => [onRole(call, RoleName!)],
  run({ RoleName, PolicyDocument }, call) {
    const role = requireOwnRole(call, RoleName!)
    checkTrustPolicy(call.db, PolicyDocument!)
    updateRole(call.db, { ...role, trustPolicy: PolicyDocument! })
    return {}
  },
})

export const DeleteRole = operation<DeleteRoleRequest, {}>({
  authorize: ({ RoleName }, call) => [onRole(call, RoleName!)],
  run({ RoleName }, call) {
    const { db, account } = call
    const role = requireOwnRole(call, RoleName!)
    if (instanceProfilesOf(db, role, { after: '', limit: 1 }).length > 0) {
      throw mustFirst('remove roles from instance profile')
    }
    const holds = holdsPolicies(db, { account, kind: 'role', id: role.id })
    if (holds.managed) throw mustFirst('detach all policies')
    if (holds.inline) throw mustFirst('delete policies')
    deleteRole(db, role)
    renamePrincipal(db, arnOfRole(role), role.id)
    return {}
  },
})

/** A role as lists show it: without its tags, boundary and last use. */
export const describe = (role: Role): RoleShape => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: arnOfRole(role),
  CreateDate: date(role.createdAt),
  AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
  ...(role.description !== null && { Description: role.description }),
  MaxSessionDuration: role.maxSession,
})

export const describeWhole = (call: Call, role: Role): RoleShape => ({
  ...describe(role),
  ...describeBoundary(call, role),
  ...(Object.keys(role.tags).length > 0 && { Tags: tagList(role.tags) }),
  RoleLastUsed:
    role.lastUsedAt === null
      ? {}
      : { LastUsedDate: date(role.lastUsedAt), Region: role.lastUsedRegion! },
})
