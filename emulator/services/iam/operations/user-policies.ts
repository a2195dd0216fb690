import type {
  AttachUserPolicyRequest,
  DeleteUserPolicyRequest,
  DetachUserPolicyRequest,
  GetUserPolicyRequest,
  GetUserPolicyResponse,
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse,
  ListUserPoliciesRequest,
  ListUserPoliciesResponse,
  PutUserPolicyRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { onBoundedUser } from '../boundaries.ts'
import {
  attach,
  deleteInline,
  detach,
  getInline,
  listAttached,
  listInline,
  putInline,
} from '../held-policies.ts'
import type { Holder } from '../rows/held-policies.ts'
import type { User } from '../rows/users.ts'
import { onUser, requireUser } from '../subjects.ts'

export const AttachUserPolicy = operation<AttachUserPolicyRequest, {}>({
  authorize: ({ UserName, PolicyArn }, call) => [
    onBoundedUser(call, UserName!, { 'iam:PolicyARN': PolicyArn! }),
  ],
  run({ UserName, PolicyArn }, call) {
    attach(call, asHolder(requireUser(call, UserName!)), PolicyArn!)
    return {}
  },
})

export const DetachUserPolicy = operation<DetachUserPolicyRequest, {}>({
  authorize: ({ UserName, PolicyArn }, call) => [
    onBoundedUser(call, UserName!, { 'iam:PolicyARN': PolicyArn! }),
  ],
  run({ UserName, PolicyArn }, call) {
    detach(call, asHolder(requireUser(call, UserName!)), PolicyArn!)
    return {}
  },
})

export const ListAttachedUserPolicies = operation<
  ListAttachedUserPoliciesRequest,
  ListAttachedUserPoliciesResponse
>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run: ({ UserName, ...request }, call) =>
    listAttached(call, asHolder(requireUser(call, UserName!)), request),
})

export const PutUserPolicy = operation<PutUserPolicyRequest, {}>({
  authorize: ({ UserName }, call) => [onBoundedUser(call, UserName!)],
  run({ UserName, PolicyName, PolicyDocument }, call) {
    const user = requireUser(call, UserName!)
    putInline(call, asHolder(user), {
      owner: user.name,
      name: PolicyName!,
      document: PolicyDocument!,
    })
    return {}
  },
})

export const GetUserPolicy = operation<GetUserPolicyRequest, GetUserPolicyResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run({ UserName, PolicyName }, call) {
    const user = requireUser(call, UserName!)
    return { UserName: user.name, ...getInline(call, asHolder(user), PolicyName!) }
  },
})

export const ListUserPolicies = operation<ListUserPoliciesRequest, ListUserPoliciesResponse>({
  authorize: ({ UserName }, call) => [onUser(call, UserName)],
  run: ({ UserName, ...request }, call) =>
    listInline(call, asHolder(requireUser(call, UserName!)), request),
})

export const DeleteUserPolicy = operation<DeleteUserPolicyRequest, {}>({
  authorize: ({ UserName }, call) => [onBoundedUser(call, UserName!)],
  run({ UserName, PolicyName }, call) {
    deleteInline(call, asHolder(requireUser(call, UserName!)), PolicyName!)
    return {}
  },
})

const asHolder = ({ account, id }: User): Holder => ({ account, kind: 'user', id })
