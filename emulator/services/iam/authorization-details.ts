import type {
  AttachedPolicy,
  GroupDetail,
  ManagedPolicyDetail,
  PolicyDetail,
  RoleDetail,
  UserDetail,
} from '@aws-sdk/client-iam'
import type { Call } from '../../operation.ts'
import { describeBoundary } from './boundaries.ts'
import {
  describePolicy,
  describeVersion,
  requireManagedPolicy,
  versionsOf,
  type ManagedPolicy,
} from './managed-policies.ts'
import { describe as describeProfile } from './operations/instance-profiles.ts'
import { describeGroup } from './operations/groups.ts'
import { describeWhole as describeRole } from './operations/roles.ts'
import { describe as describeUser } from './operations/users.ts'
import { encodeDocument } from './policy-documents.ts'
import { groupsOf, type Group } from './rows/groups.ts'
import { attachedPolicyArns, inlinePolicies, type Holder } from './rows/held-policies.ts'
import { instanceProfilesOf } from './rows/instance-profiles.ts'
import type { Role } from './rows/roles.ts'
import type { User } from './rows/users.ts'
import { tagList } from './tags.ts'

// How GetAccountAuthorizationDetails shows users, groups, roles and policies with their permissions.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html

const all = { after: '', limit: 1_000_000 }

export function userDetail(call: Call, user: User): UserDetail {
  const { account, id } = user
  const inline = inlineOf(call, { account, kind: 'user', id })
  return {
    ...describeUser(user),
    // AWS leaves this out where it is empty, but not for groups and roles.
    ...(inline.length > 0 && { UserPolicyList: inline }),
    GroupList: groupsOf(call.db, account, id, all).map(({ name }) => name),
    AttachedManagedPolicies: attachedTo(call, { account, kind: 'user', id }),
    ...describeBoundary(call, user),
    Tags: tagList(user.tags),
  }
}

export function groupDetail(call: Call, group: Group): GroupDetail {
  const holder: Holder = { account: group.account, kind: 'group', id: group.id }
  return {
    ...describeGroup(group),
    GroupPolicyList: inlineOf(call, holder),
    AttachedManagedPolicies: attachedTo(call, holder),
  }
}

export function roleDetail(call: Call, role: Role): RoleDetail {
  const holder: Holder = { account: role.account, kind: 'role', id: role.id }
  const shape = describeRole(call, role)
  return {
    Path: shape.Path!,
    RoleName: shape.RoleName!,
    RoleId: shape.RoleId!,
    Arn: shape.Arn!,
    CreateDate: shape.CreateDate!,
    AssumeRolePolicyDocument: shape.AssumeRolePolicyDocument!,
    RoleLastUsed: shape.RoleLastUsed!,
    ...describeBoundary(call, role),
    InstanceProfileList: instanceProfilesOf(call.db, role, all).map((profile) =>
      describeProfile(call, profile),
    ),
    RolePolicyList: inlineOf(call, holder),
    AttachedManagedPolicies: attachedTo(call, holder),
    Tags: tagList(role.tags),
  }
}

export function policyDetail(call: Call, policy: ManagedPolicy): ManagedPolicyDetail {
  return {
    ...describePolicy(call, policy, { details: false }),
    PolicyVersionList: versionsOf(call, policy).map((version) => ({
      Document: encodeDocument(version.document),
      ...describeVersion(policy, version),
    })),
  }
}

const inlineOf = ({ db }: Call, holder: Holder): PolicyDetail[] =>
  inlinePolicies(db, holder).map(({ name, document }) => ({
    PolicyName: name,
    PolicyDocument: encodeDocument(document),
  }))

const attachedTo = (call: Call, holder: Holder): AttachedPolicy[] =>
  attachedPolicyArns(call.db, holder).map((arn) => {
    const { name } = requireManagedPolicy(call, arn)
    return { PolicyName: name, PolicyArn: arn }
  })
