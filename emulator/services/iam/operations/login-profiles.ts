import type {
  ChangePasswordRequest,
  CreateLoginProfileRequest,
  CreateLoginProfileResponse,
  DeleteLoginProfileRequest,
  GetLoginProfileRequest,
  GetLoginProfileResponse,
  LoginProfile as LoginProfileShape,
  UpdateLoginProfileRequest,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import {
  nameTaken,
  noLoginProfile,
  oldPasswordIncorrect,
  onlyUsersHavePasswords,
  passwordReused,
  passwordUnchanged,
  temporarilyUnmodifiable,
} from '../credential-errors.ts'
import { validationError } from '../errors.ts'
import { grantOfPasswordPolicy } from '../password-policy-grant.ts'
import { checkPassword, hashPassword, isPassword } from '../passwords.ts'
import {
  deleteLoginProfile,
  findLoginProfile,
  putLoginProfile,
  type LoginProfile,
} from '../rows/login-profiles.ts'
import { findPasswordPolicy } from '../rows/password-policies.ts'
import { findUser, type User } from '../rows/users.ts'
import { callingUser, date, namedOrCallingUser, onUser } from '../subjects.ts'

/** IAM compares a new password with at most this many old ones. */
const mostReusePrevention = 24

/** What hashing found out beforehand: it takes too long for a transaction. */
interface HashedPassword {
  /** The new password's hash. */
  readonly hash: string
  /** The profile that the answers below are about. */
  readonly profile?: LoginProfile
  /** Whether the old password that was sent is the profile's. */
  readonly oldIsRight: boolean
  /** How many passwords ago the new one was in use; 0 for the present one. */
  readonly usedAgo: number
}

export const CreateLoginProfile = operation<
  CreateLoginProfileRequest,
  CreateLoginProfileResponse,
  HashedPassword | undefined
>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  prepare: async ({ Password }, call) =>
    Password === undefined ? undefined : hashed(call, Password),
  run({ UserName, Password, PasswordResetRequired = false }, call, prepared) {
    const user = namedOrCallingUser(call, UserName)
    const { db, account, now } = call
    if (!prepared) throw validationError('Must specify password for an IAM user.')
    if (findLoginProfile(db, account, user.id)) throw nameTaken('Login Profile for user', user.name)
    checkPassword(findPasswordPolicy(db, account), Password!, account)
    const profile: LoginProfile = {
      account,
      userId: user.id,
      password: prepared.hash,
      previous: [],
      resetRequired: PasswordResetRequired,
      createdAt: now,
      changedAt: now,
    }
    putLoginProfile(db, profile)
    return { LoginProfile: describe(user, profile) }
  },
})

export const GetLoginProfile = operation<GetLoginProfileRequest, GetLoginProfileResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName }, call) {
    const user = namedOrCallingUser(call, UserName)
    return { LoginProfile: describe(user, requireProfile(call, user)) }
  },
})

export const UpdateLoginProfile = operation<
  UpdateLoginProfileRequest,
  {},
  HashedPassword | undefined
>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  prepare: async ({ UserName, Password }, call) =>
    Password === undefined
      ? undefined
      : hashed(call, Password, { user: findUser(call.db, call.account, UserName!) }),
  run({ UserName, Password, PasswordResetRequired }, call, prepared) {
    const user = namedOrCallingUser(call, UserName)
    let profile = requireProfile(call, user)
    if (prepared) profile = withPassword(call, user, Password!, prepared)
    putLoginProfile(call.db, {
      ...profile,
      resetRequired: PasswordResetRequired ?? profile.resetRequired,
    })
    return {}
  },
})

export const DeleteLoginProfile = operation<DeleteLoginProfileRequest, {}>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName }, call) {
    deleteLoginProfile(call.db, requireProfile(call, namedOrCallingUser(call, UserName)))
    return {}
  },
})

export const ChangePassword = operation<ChangePasswordRequest, {}, HashedPassword>({
  authorize: (_, call) => [{ ...onUser(call, undefined), ...grantOfPasswordPolicy(call) }],
  prepare: async ({ OldPassword, NewPassword }, call) =>
    hashed(call, NewPassword!, { user: callingUser(call), oldPassword: OldPassword! }),
  run({ NewPassword }, call, prepared) {
    const user = callingUser(call)
    if (!user) throw onlyUsersHavePasswords()
    requireProfile(call, user)
    const profile = withPassword(call, user, NewPassword!, prepared, { checkOld: true })
    putLoginProfile(call.db, { ...profile, resetRequired: false })
    return {}
  },
})

/** Hashes a new password, and compares it, and an old one, with what the user has and had. */
async function hashed(
  { db, account, ids }: Call,
  password: string,
  { user, oldPassword }: { user?: User | undefined; oldPassword?: string } = {},
): Promise<HashedPassword> {
  const hash = await hashPassword(password, ids.bytes(16))
  const profile = user && findLoginProfile(db, account, user.id)
  if (!profile) return { hash, oldIsRight: false, usedAgo: -1 }
  const remembered = findPasswordPolicy(db, account)?.reusePrevention ?? 1
  const former = [profile.password, ...profile.previous].slice(0, remembered)
  const matches = await Promise.all(former.map((old) => isPassword(password, old)))
  const oldIsRight = oldPassword !== undefined && (await isPassword(oldPassword, profile.password))
  return { hash, profile, oldIsRight, usedAgo: matches.indexOf(true) }
}

/** The user's profile with the new password, if that is allowed. */
function withPassword(
  call: Call,
  user: User,
  password: string,
  { hash, profile: compared, oldIsRight, usedAgo }: HashedPassword,
  { checkOld = false } = {},
): LoginProfile {
  const profile = requireProfile(call, user)
  // Another call was quicker: what was compared is not the present password any more.
  if (compared?.password !== profile.password) throw temporarilyUnmodifiable(user.name)
  if (checkOld && !oldIsRight) throw oldPasswordIncorrect()
  if (checkOld && usedAgo === 0) throw passwordUnchanged()
  const policy = findPasswordPolicy(call.db, call.account)
  checkPassword(policy, password, call.account)
  if (policy?.reusePrevention && usedAgo >= 0) throw passwordReused()
  return {
    ...profile,
    password: hash,
    previous: [profile.password, ...profile.previous].slice(0, mostReusePrevention),
    changedAt: call.now,
  }
}

function requireProfile({ db, account }: Call, user: User): LoginProfile {
  const profile = findLoginProfile(db, account, user.id)
  if (!profile) throw noLoginProfile(user.name)
  return profile
}

const describe = (user: User, profile: LoginProfile): LoginProfileShape => ({
  UserName: user.name,
  CreateDate: date(profile.createdAt),
  PasswordResetRequired: profile.resetRequired,
})
