import type {
  GetAccountPasswordPolicyResponse,
  UpdateAccountPasswordPolicyRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { noPasswordPolicy, noPasswordPolicyToDelete } from '../credential-errors.ts'
import { grantOfPasswordPolicy } from '../password-policy-grant.ts'
import {
  deletePasswordPolicy,
  findPasswordPolicy,
  putPasswordPolicy,
} from '../rows/password-policies.ts'

export const UpdateAccountPasswordPolicy = operation<UpdateAccountPasswordPolicyRequest, {}>({
  authorize: () => ['*'],
  // What is left out goes back to its default: "This operation does not support partial updates".
  run(input, { db, account }) {
    putPasswordPolicy(db, {
      account,
      minimumLength: input.MinimumPasswordLength ?? 6,
      requireSymbols: input.RequireSymbols ?? false,
      requireNumbers: input.RequireNumbers ?? false,
      requireUppercase: input.RequireUppercaseCharacters ?? false,
      requireLowercase: input.RequireLowercaseCharacters ?? false,
      usersMayChange: input.AllowUsersToChangePassword ?? false,
      maxAge: input.MaxPasswordAge ?? null,
      reusePrevention: input.PasswordReusePrevention ?? null,
      hardExpiry: input.HardExpiry ?? null,
    })
    return {}
  },
})

export const GetAccountPasswordPolicy = operation<{}, GetAccountPasswordPolicyResponse>({
  authorize: (_, call) => [{ resource: '*', ...grantOfPasswordPolicy(call) }],
  run(_, { db, account }) {
    const policy = findPasswordPolicy(db, account)
    if (!policy) throw noPasswordPolicy(account)
    return {
      PasswordPolicy: {
        MinimumPasswordLength: policy.minimumLength,
        RequireSymbols: policy.requireSymbols,
        RequireNumbers: policy.requireNumbers,
        RequireUppercaseCharacters: policy.requireUppercase,
        RequireLowercaseCharacters: policy.requireLowercase,
        AllowUsersToChangePassword: policy.usersMayChange,
        ExpirePasswords: policy.maxAge !== null,
        ...(policy.maxAge !== null && { MaxPasswordAge: policy.maxAge }),
        ...(policy.reusePrevention !== null && { PasswordReusePrevention: policy.reusePrevention }),
        ...(policy.hardExpiry !== null && { HardExpiry: policy.hardExpiry }),
      },
    }
  },
})

export const DeleteAccountPasswordPolicy = operation<{}, {}>({
  authorize: () => ['*'],
  run(_, { db, account }) {
    if (!deletePasswordPolicy(db, account)) throw noPasswordPolicyToDelete()
    return {}
  },
})
