import type {
  AddUserToGroupRequest,
  ListGroupsForUserRequest,
  ListGroupsForUserResponse,
  RemoveUserFromGroupRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { quotaExceeded } from '../errors.ts'
import { page } from '../pages.ts'
import { addMember, groupsOf, removeMember } from '../rows/groups.ts'
import { onGroup, onUser, requireGroup, requireUser } from '../subjects.ts'
import { describeGroup } from './groups.ts'

const groupsPerUser = 10

export const AddUserToGroup = operation<AddUserToGroupRequest, {}>({
  authorize: ({ GroupName }, call) => [onGroup(call, GroupName)],
  run({ GroupName, UserName }, call) {
    const user = requireUser(call, UserName!)
    const group = requireGroup(call, GroupName!)
    const groups = groupsOf(call.db, call.account, user.id, { after: '', limit: groupsPerUser })
    if (groups.length >= groupsPerUser && !groups.some(({ id }) => id === group.id)) {
      throw quotaExceeded('GroupsPerUser', groupsPerUser)
    }
    addMember(call.db, group, user.id)
    return {}
  },
})

export const RemoveUserFromGroup = operation<RemoveUserFromGroupRequest, {}>({
  authorize: ({ GroupName }, call) => [onGroup(call, GroupName)],
  run({ GroupName, UserName }, call) {
    const group = requireGroup(call, GroupName!)
    removeMember(call.db, group, requireUser(call, UserName!).id)
    return {}
  },
})

export const ListGroupsForUser = operation<ListGroupsForUserRequest, ListGroupsForUserResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, ...request }, call) {
    const user = requireUser(call, UserName!)
    const { items, answer } = page(
      request,
      (after, limit) => groupsOf(call.db, call.account, user.id, { after, limit }),
      ({ name }) => name,
    )
    return { Groups: items.map(describeGroup), ...answer }
  },
})
