import type {
  CreateUserRequest,
  CreateUserResponse,
  DeleteUserRequest,
  GetUserRequest,
  GetUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  UpdateUserRequest,
  User as UserShape,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import { userArn } from '../arns.ts'
import { describeBoundary, setBoundary } from '../boundaries.ts'
import { mustFirst, quotaExceeded, userExists, userNameRequired } from '../errors.ts'
import { page } from '../pages.ts'
import { accessKeysOf } from '../rows/access-keys.ts'
import { groupsOf } from '../rows/groups.ts'
import { holdsPolicies } from '../rows/held-policies.ts'
import {
  countUsers,
  deleteUser,
  findUser,
  insertUser,
  listUsers,
  oldestUser,
  updateUser,
  type User,
} from '../rows/users.ts'
import { callingUser, date, onUser, requireUser } from '../subjects.ts'
import { requestTagContext, tagList, withTags } from '../tags.ts'
import { renamePrincipal } from '../trust-principals.ts'
import { refuseWithCredentials } from '../user-credentials.ts'

const usersPerAccount = 5000

export const CreateUser = operation<CreateUserRequest, CreateUserResponse>({
  authorize: ({ UserName, Path = '/', Tags, PermissionsBoundary }, call) => [
    {
      resource: userArn(call.account, Path, UserName!),
      context: {
        ...requestTagContext(Tags),
        ...(PermissionsBoundary !== undefined && {
          'iam:PermissionsBoundary': PermissionsBoundary,
        }),
      },
    },
  ],
  run({ UserName, Path = '/', Tags, PermissionsBoundary }, call) {
    if (findUser(call.db, call.account, UserName!)) throw userExists(UserName!)
    if (countUsers(call.db, call.account) >= usersPerAccount) {
      throw quotaExceeded('UsersPerAccount', usersPerAccount)
    }
    const user = insertUser(call.db, {
      account: call.account,
      id: call.ids.iam('AIDA'),
      name: UserName!,
      path: Path,
      createdAt: call.now,
      tags: withTags({}, Tags),
    })
    if (PermissionsBoundary !== undefined) {
      setBoundary(call, { account: call.account, kind: 'user', id: user.id }, PermissionsBoundary)
    }
    return { User: { ...describe(user), ...describeBoundary(call, user) } }
  },
})

export const GetUser = operation<GetUserRequest, GetUserResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName }, call) {
    if (UserName === undefined && call.caller.type === 'Root') return { User: describeRoot(call) }
    const user = UserName === undefined ? callingUser(call) : requireUser(call, UserName)
    if (!user) throw userNameRequired()
    return { User: { ...describe(user), ...describeBoundary(call, user) } }
  },
})

export const ListUsers = operation<ListUsersRequest, ListUsersResponse>({
  authorize: ({ PathPrefix = '/' }, call) => [userArn(call.account, PathPrefix, '')],
  run({ PathPrefix = '/', ...request }, { db, account }) {
    const { items, answer } = page(
      request,
      (after, limit) => listUsers(db, account, { pathPrefix: PathPrefix, after, limit }),
      ({ name }) => name,
    )
    // A list leaves out tags: "to view all of the information for a user, see GetUser".
    return { Users: items.map((user) => describe({ ...user, tags: {} })), ...answer }
  },
})

export const UpdateUser = operation<UpdateUserRequest, {}>({
  // AWS wants the permission on the user as it is and as it will be.
  authorize: ({ UserName, NewUserName, NewPath }, call) => {
    const user = findUser(call.db, call.account, UserName!)
    const name = NewUserName ?? user?.name ?? UserName!
    return [onUser(call, UserName), userArn(call.account, NewPath ?? user?.path ?? '/', name)]
  },
  run({ UserName, NewUserName, NewPath }, call) {
    const user = requireUser(call, UserName!)
    // The user's own name counts as taken, also in another case.
    if (NewUserName !== undefined && findUser(call.db, call.account, NewUserName)) {
      throw userExists(NewUserName)
    }
    const renamed = { ...user, name: NewUserName ?? user.name, path: NewPath ?? user.path }
    updateUser(call.db, renamed)
    renamePrincipal(call.db, arnOf(user), arnOf(renamed))
    return {}
  },
})

export const DeleteUser = operation<DeleteUserRequest, {}>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName }, call) {
    const user = requireUser(call, UserName!)
    const { db, account } = call
    const holds = holdsPolicies(db, { account, kind: 'user', id: user.id })
    if (accessKeysOf(db, account, user.id).length > 0) throw mustFirst('delete access keys')
    refuseWithCredentials(call, user)
    if (holds.managed) throw mustFirst('detach all policies')
    if (holds.inline) throw mustFirst('delete policies')
    if (groupsOf(db, account, user.id, { after: '', limit: 1 }).length > 0) {
      throw mustFirst('remove users from group')
    }
    deleteUser(db, user)
    renamePrincipal(db, arnOf(user), user.id)
    return {}
  },
})

const arnOf = ({ account, path, name }: User) => userArn(account, path, name)

/** A user as IAM shows it; also for the members of a group. */
export function describe(user: User): UserShape {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: arnOf(user),
    CreateDate: date(user.createdAt),
    ...(Object.keys(user.tags).length > 0 && { Tags: tagList(user.tags) }),
  }
}

/** The account's root has neither name nor path; it is as old as the account, which is as old as its first user. */
function describeRoot({ account, caller, db, now }: Call): UserShape {
  return {
    UserId: account,
    Arn: caller.arn!,
    CreateDate: date(oldestUser(db, account)?.createdAt ?? now),
  } as UserShape
}
