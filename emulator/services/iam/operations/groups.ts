import type {
  CreateGroupRequest,
  CreateGroupResponse,
  DeleteGroupRequest,
  GetGroupRequest,
  GetGroupResponse,
  Group as GroupShape,
  ListGroupsRequest,
  ListGroupsResponse,
  UpdateGroupRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { groupArn } from '../arns.ts'
import { groupExists, mustFirst, quotaExceeded } from '../errors.ts'
import { page } from '../pages.ts'
import {
  countGroups,
  deleteGroup,
  findGroup,
  insertGroup,
  listGroups,
  membersOf,
  updateGroup,
  type Group,
} from '../rows/groups.ts'
import { holdsPolicies } from '../rows/held-policies.ts'
import { date, onGroup, requireGroup } from '../subjects.ts'
import { describe as describeUser } from './users.ts'

const groupsPerAccount = 300

export const CreateGroup = operation<CreateGroupRequest, CreateGroupResponse>({
  authorize: ({ GroupName, Path = '/' }, call) => [groupArn(call.account, Path, GroupName!)],
  run({ GroupName, Path = '/' }, { db, account, ids, now }) {
    if (findGroup(db, account, GroupName!)) throw groupExists(GroupName!)
    if (countGroups(db, account) >= groupsPerAccount) {
      throw quotaExceeded('GroupsPerAccount', groupsPerAccount)
    }
    const group = insertGroup(db, {
      account,
      id: ids.iam('AGPA'),
      name: GroupName!,
      path: Path,
      createdAt: now,
    })
    return { Group: describeGroup(group) }
  },
})

export const GetGroup = operation<GetGroupRequest, GetGroupResponse>({
  authorize: ({ GroupName }, call) => [onGroup(call, GroupName)],
  run({ GroupName, ...request }, call) {
    const group = requireGroup(call, GroupName!)
    const { items, answer } = page(
      request,
      (after, limit) => membersOf(call.db, group, { after, limit }),
      ({ name }) => name,
    )
    return {
      Group: describeGroup(group),
      Users: items.map((user) => describeUser({ ...user, tags: {} })),
      ...answer,
    }
  },
})

export const ListGroups = operation<ListGroupsRequest, ListGroupsResponse>({
  authorize: ({ PathPrefix = '/' }, call) => [groupArn(call.account, PathPrefix, '')],
  run({ PathPrefix = '/', ...request }, { db, account }) {
    const { items, answer } = page(
      request,
      (after, limit) => listGroups(db, account, { pathPrefix: PathPrefix, after, limit }),
      ({ name }) => name,
    )
    return { Groups: items.map(describeGroup), ...answer }
  },
})

export const UpdateGroup = operation<UpdateGroupRequest, {}>({
  // AWS wants the permission on the group as it is and as it will be.
  authorize: ({ GroupName, NewGroupName, NewPath }, call) => {
    const group = findGroup(call.db, call.account, GroupName!)
    const name = NewGroupName ?? group?.name ?? GroupName!
    return [onGroup(call, GroupName), groupArn(call.account, NewPath ?? group?.path ?? '/', name)]
  },
  run({ GroupName, NewGroupName, NewPath }, call) {
    const group = requireGroup(call, GroupName!)
    if (NewGroupName !== undefined && findGroup(call.db, call.account, NewGroupName)) {
      throw groupExists(NewGroupName)
    }
    updateGroup(call.db, {
      ...group,
      name: NewGroupName ?? group.name,
      path: NewPath ?? group.path,
    })
    return {}
  },
})

export const DeleteGroup = operation<DeleteGroupRequest, {}>({
  authorize: ({ GroupName }, call) => [onGroup(call, GroupName)],
  run({ GroupName }, call) {
    const group = requireGroup(call, GroupName!)
    const { db, account } = call
    const holds = holdsPolicies(db, { account, kind: 'group', id: group.id })
    if (membersOf(db, group, { after: '', limit: 1 }).length > 0) {
      throw mustFirst('remove users from group')
    }
    if (holds.managed) throw mustFirst('detach all policies')
    if (holds.inline) throw mustFirst('delete policies')
    deleteGroup(db, group)
    return {}
  },
})

/** A group as IAM shows it. */
export function describeGroup(group: Group): GroupShape {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: groupArn(group.account, group.path, group.name),
    CreateDate: date(group.createdAt),
  }
}
