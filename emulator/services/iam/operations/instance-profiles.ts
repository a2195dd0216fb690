import type {
  AddRoleToInstanceProfileRequest,
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse,
  DeleteInstanceProfileRequest,
  GetInstanceProfileRequest,
  GetInstanceProfileResponse,
  InstanceProfile as InstanceProfileShape,
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse,
  ListInstanceProfilesRequest,
  ListInstanceProfilesResponse,
  RemoveRoleFromInstanceProfileRequest,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import { instanceProfileArn } from '../arns.ts'
import { instanceProfileExists, mustFirst, quotaExceeded, roleNotInProfile } from '../errors.ts'
import { page } from '../pages.ts'
import {
  arnOfProfile,
  onInstanceProfile,
  onRole,
  requireInstanceProfile,
  requireOwnRole,
  requireRole,
  roles,
} from '../roles.ts'
import {
  countInstanceProfiles,
  deleteInstanceProfile,
  findInstanceProfile,
  insertInstanceProfile,
  instanceProfilesOf,
  listInstanceProfiles,
  updateInstanceProfile,
  type InstanceProfile,
} from '../rows/instance-profiles.ts'
import { findRoleById } from '../rows/roles.ts'
import { date } from '../subjects.ts'
import { requestTagContext, tagList, withTags } from '../tags.ts'
import { describe as describeRole } from './roles.ts'

const profilesPerAccount = 1000

export const CreateInstanceProfile = operation<
  CreateInstanceProfileRequest,
  CreateInstanceProfileResponse
>({
  authorize: ({ InstanceProfileName, Path = '/', Tags }, call) => [
    {
      resource: instanceProfileArn(call.account, Path, InstanceProfileName!),
      context: requestTagContext(Tags),
    },
  ],
  run({ InstanceProfileName, Path = '/', Tags }, call) {
    const { db, account, ids, now } = call
    if (findInstanceProfile(db, account, InstanceProfileName!)) {
      throw instanceProfileExists(InstanceProfileName!)
    }
    if (countInstanceProfiles(db, account) >= profilesPerAccount) {
      throw quotaExceeded('InstanceProfilesPerAccount', profilesPerAccount)
    }
    const profile = insertInstanceProfile(db, {
      account,
      id: ids.iam('AIPA'),
      name: InstanceProfileName!,
      path: Path,
      roleId: null,
      createdAt: now,
      tags: withTags({}, Tags),
    })
    return { InstanceProfile: describeWhole(call, profile) }
  },
})

export const GetInstanceProfile = operation<GetInstanceProfileRequest, GetInstanceProfileResponse>({
  authorize: ({ InstanceProfileName }, call) => [onInstanceProfile(call, InstanceProfileName!)],
  run: ({ InstanceProfileName }, call) => ({
    InstanceProfile: describeWhole(call, requireInstanceProfile(call, InstanceProfileName!)),
  }),
})

export const ListInstanceProfiles = operation<
  ListInstanceProfilesRequest,
  ListInstanceProfilesResponse
>({
  authorize: ({ PathPrefix = '/' }, call) => [instanceProfileArn(call.account, PathPrefix, '')],
  run({ PathPrefix = '/', ...request }, call) {
    const { items, answer } = page(
      request,
      (after, limit) =>
        listInstanceProfiles(call.db, call.account, { pathPrefix: PathPrefix, after, limit }),
      ({ name }) => name,
    )
    return { InstanceProfiles: items.map((profile) => describe(call, profile)), ...answer }
  },
})

export const ListInstanceProfilesForRole = operation<
  ListInstanceProfilesForRoleRequest,
  ListInstanceProfilesForRoleResponse
>({
  authorize: ({ RoleName }, call) => [onRole(call, RoleName!)],
  run({ RoleName, ...request }, call) {
    const role = requireRole(call, RoleName!)
    const { items, answer } = page(
      request,
      (after, limit) => instanceProfilesOf(call.db, role, { after, limit }),
      ({ name }) => name,
    )
    return { InstanceProfiles: items.map((profile) => describe(call, profile)), ...answer }
  },
})

export const AddRoleToInstanceProfile = operation<AddRoleToInstanceProfileRequest, {}>({
  // Whoever may launch with the profile gets what the role may do: the role has to be passed to EC2.
  authorize: ({ InstanceProfileName, RoleName }, call) => [
    onInstanceProfile(call, InstanceProfileName!),
    roles.passing(call.db, onRole(call, RoleName!).resource, 'ec2.amazonaws.com'),
  ],
  run({ InstanceProfileName, RoleName }, call) {
    const profile = requireInstanceProfile(call, InstanceProfileName!)
    const role = requireOwnRole(call, RoleName!)
    if (profile.roleId !== null) throw quotaExceeded('InstanceSessionsPerInstanceProfile', 1)
    updateInstanceProfile(call.db, { ...profile, roleId: role.id })
    return {}
  },
})

export const RemoveRoleFromInstanceProfile = operation<RemoveRoleFromInstanceProfileRequest, {}>({
  authorize: ({ InstanceProfileName }, call) => [onInstanceProfile(call, InstanceProfileName!)],
  run({ InstanceProfileName, RoleName }, call) {
    const profile = requireInstanceProfile(call, InstanceProfileName!)
    const role = requireRole(call, RoleName!)
    if (profile.roleId !== role.id) throw roleNotInProfile(role.name, profile.name)
    updateInstanceProfile(call.db, { ...profile, roleId: null })
    return {}
  },
})

export const DeleteInstanceProfile = operation<DeleteInstanceProfileRequest, {}>({
  authorize: ({ InstanceProfileName }, call) => [onInstanceProfile(call, InstanceProfileName!)],
  run({ InstanceProfileName }, call) {
    const profile = requireInstanceProfile(call, InstanceProfileName!)
    if (profile.roleId !== null) throw mustFirst('remove roles from instance profile')
    deleteInstanceProfile(call.db, profile)
    return {}
  },
})

/** As lists show it: without tags. */
export function describe({ db }: Call, profile: InstanceProfile): InstanceProfileShape {
  const role =
    profile.roleId === null ? undefined : findRoleById(db, profile.account, profile.roleId)
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: arnOfProfile(profile),
    CreateDate: date(profile.createdAt),
    Roles: role ? [describeRole(role)] : [],
  }
}

const describeWhole = (call: Call, profile: InstanceProfile): InstanceProfileShape => ({
  ...describe(call, profile),
  ...(Object.keys(profile.tags).length > 0 && { Tags: tagList(profile.tags) }),
})
