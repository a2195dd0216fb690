import type { Call, Permission } from '../../operation.ts'
import { groupArn, userArn } from './arns.ts'
import { noSuchGroup, noSuchUser, userNameRequired } from './errors.ts'
import { findGroup, type Group } from './rows/groups.ts'
import { findUser, findUserById, type User } from './rows/users.ts'
import { resourceTagContext } from './tags.ts'

/** The user with this name, whatever its case. @throws NoSuchEntity */
export function requireUser({ db, account }: Call, name: string): User {
  const user = findUser(db, account, name)
  if (!user) throw noSuchUser(name)
  return user
}

/**
 * The user that an operation is about where its `UserName` is optional: the caller, if it is a user.
 *
 * @throws NoSuchEntity, or ValidationError for a caller that is no user
 */
export function namedOrCallingUser(call: Call, name: string | undefined): User {
  if (name !== undefined) return requireUser(call, name)
  const user = callingUser(call)
  if (!user) throw userNameRequired()
  return user
}

/** Whose keys and certificates they are: a user's, or those of the account's root, whose id is the account's number. */
export interface CredentialOwner {
  readonly id: string
  /** The root has none. */
  readonly name?: string
}

/**
 * The owner that an operation on keys or certificates is about where its `UserName` is optional: "you can use this operation to
 * manage AWS account root user credentials", by the root alone and without a name.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html
 *
 * @throws NoSuchEntity, or ValidationError for a caller that is neither a user nor the root
 */
export const namedOrCallingOwner = (call: Call, name: string | undefined): CredentialOwner =>
  name === undefined && call.caller.type === 'Root'
    ? { id: call.account }
    : namedOrCallingUser(call, name)

/** The user that makes the call, if it is one. */
export const callingUser = ({ caller, db, account }: Call): User | undefined =>
  caller.type === 'IAMUser' ? findUserById(db, account, caller.userId) : undefined

/**
 * The permission on a user: its true ARN and its tags, as they stand. A name that nobody has counts as a user without
 * a path, so that a caller without permission learns nothing of who exists.
 */
export function onUser(
  call: Call,
  name: string | undefined,
  context: Permission['context'] = {},
): Permission {
  const user = name === undefined ? callingUser(call) : findUser(call.db, call.account, name)
  if (user) {
    return {
      resource: userArn(call.account, user.path, user.name),
      context: { ...resourceTagContext(user.tags), ...context },
    }
  }
  return {
    resource: name === undefined ? (call.caller.arn ?? '*') : userArn(call.account, '/', name),
    context,
  }
}

/** The group with this name, whatever its case. @throws NoSuchEntity */
export function requireGroup({ db, account }: Call, name: string): Group {
  const group = findGroup(db, account, name)
  if (!group) throw noSuchGroup(name)
  return group
}

/** The permission on a group, like `onUser`; groups have no tags. */
export function onGroup(
  { db, account }: Call,
  name: string | undefined,
  context: Permission['context'] = {},
): Permission {
  const group = name === undefined ? undefined : findGroup(db, account, name)
  return { resource: groupArn(account, group?.path ?? '/', group?.name ?? name ?? ''), context }
}

/** AWS's dates have no fraction of a second. */
export const date = (ms: number): Date => new Date(ms - (ms % 1000))
