import type {
  AttachGroupPolicyRequest,
  DeleteGroupPolicyRequest,
  DetachGroupPolicyRequest,
  GetGroupPolicyRequest,
  GetGroupPolicyResponse,
  ListAttachedGroupPoliciesRequest,
  ListAttachedGroupPoliciesResponse,
  ListGroupPoliciesRequest,
  ListGroupPoliciesResponse,
  PutGroupPolicyRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
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
import type { Group } from '../rows/groups.ts'
import { onGroup, requireGroup } from '../subjects.ts'

export const AttachGroupPolicy = operation<AttachGroupPolicyRequest, {}>({
  authorize: ({ GroupName, PolicyArn }, call) => [
    onGroup(call, GroupName, { 'iam:PolicyARN': PolicyArn! }),
  ],
  run({ GroupName, PolicyArn }, call) {
    attach(call, asHolder(requireGroup(call, GroupName!)), PolicyArn!)
    return {}
  },
})

export const DetachGroupPolicy = operation<DetachGroupPolicyRequest, {}>({
  authorize: ({ GroupName, PolicyArn }, call) => [
    onGroup(call, GroupName, { 'iam:PolicyARN': PolicyArn! }),
  ],
  run({ GroupName, PolicyArn }, call) {
    detach(call, asHolder(requireGroup(call, GroupName!)), PolicyArn!)
    return {}
  },
})

export const ListAttachedGroupPolicies = operation<
  ListAttachedGroupPoliciesRequest,
  ListAttachedGroupPoliciesResponse
>({
  authorize: ({ GroupName }, call) => [onGroup(call, GroupName)],
  run: ({ GroupName, ...request }, call) =>
    listAttached(call, asHolder(requireGroup(call, GroupName!)), request),
})

export const PutGroupPolicy = operation<PutGroupPolicyRequest, {}>({
  authorize: ({ GroupName }, call) => [onGroup(call, GroupName)],
  run({ GroupName, PolicyName, PolicyDocument }, call) {
    const group = requireGroup(call, GroupName!)
    putInline(call, asHolder(group), {
      owner: group.name,
      name: PolicyName!,
      document: PolicyDocument!,
    })
    return {}
  },
})

export const GetGroupPolicy = operation<GetGroupPolicyRequest, GetGroupPolicyResponse>({
  authorize: ({ GroupName }, call) => [onGroup(call, GroupName)],
  run({ GroupName, PolicyName }, call) {
    const group = requireGroup(call, GroupName!)
    return { GroupName: group.name, ...getInline(call, asHolder(group), PolicyName!) }
  },
})

export const ListGroupPolicies = operation<ListGroupPoliciesRequest, ListGroupPoliciesResponse>({
  authorize: ({ GroupName }, call) => [onGroup(call, GroupName)],
  run: ({ GroupName, ...request }, call) =>
    listInline(call, asHolder(requireGroup(call, GroupName!)), request),
})

export const DeleteGroupPolicy = operation<DeleteGroupPolicyRequest, {}>({
  authorize: ({ GroupName }, call) => [onGroup(call, GroupName)],
  run({ GroupName, PolicyName }, call) {
    deleteInline(call, asHolder(requireGroup(call, GroupName!)), PolicyName!)
    return {}
  },
})

const asHolder = ({ account, id }: Group): Holder => ({ account, kind: 'group', id })
