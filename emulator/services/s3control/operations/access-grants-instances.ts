import type {
  CreateAccessGrantsInstanceRequest,
  CreateAccessGrantsInstanceResult,
  DeleteAccessGrantsInstanceRequest,
  DeleteAccessGrantsInstanceResourcePolicyRequest,
  GetAccessGrantsInstanceForPrefixRequest,
  GetAccessGrantsInstanceForPrefixResult,
  GetAccessGrantsInstanceRequest,
  GetAccessGrantsInstanceResourcePolicyRequest,
  GetAccessGrantsInstanceResourcePolicyResult,
  GetAccessGrantsInstanceResult,
  ListAccessGrantsInstancesRequest,
  ListAccessGrantsInstancesResult,
  PutAccessGrantsInstanceResourcePolicyRequest,
  PutAccessGrantsInstanceResourcePolicyResult,
} from '@aws-sdk/client-s3-control'
import { answerStatus, operation } from '../../../operation.ts'
import { readDocumentText } from '../../../policy/validation/index.ts'
import { accessGrantsArn } from '../arns.ts'
import {
  accessGrantsInstanceExists,
  accessGrantsInstanceNotEmpty,
  malformedPolicy,
  noInstancePolicy,
  notBuilt,
} from '../errors.ts'
import { onGrants, onSharedInstance, requireInstance } from '../grants/on-grants.ts'
import { bucketOfScope } from '../grants/scopes.ts'
import { onAccount } from '../on-account.ts'
import {
  deleteInstance,
  findInstance,
  listLocations,
  putInstance,
  type Instance,
} from '../rows/access-grants.ts'
import { readTags, requestTagKeys } from '../tags.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-instance.html

const shown = (instance: Instance) => ({
  AccessGrantsInstanceId: 'default',
  AccessGrantsInstanceArn: accessGrantsArn(instance),
  CreatedAt: new Date(instance.createdAt),
})

export const CreateAccessGrantsInstance = operation<
  CreateAccessGrantsInstanceRequest,
  CreateAccessGrantsInstanceResult
>({
  authorize: (input, call) => [
    onGrants('s3:CreateAccessGrantsInstance', input, call, { context: requestTagKeys(input.Tags) }),
  ],
  run(input, call) {
    const { db, account, region, now } = call
    if (input.IdentityCenterArn !== undefined) throw notBuilt('IAM Identity Center')
    if (findInstance(db, call)) throw accessGrantsInstanceExists()
    const made: Instance = {
      account,
      region,
      createdAt: now,
      policy: null,
      policyAt: null,
      organization: null,
      tags: readTags(input.Tags),
    }
    putInstance(db, made)
    return shown(made)
  },
})

export const GetAccessGrantsInstance = operation<
  GetAccessGrantsInstanceRequest,
  GetAccessGrantsInstanceResult
>({
  authorize: (input, call) => [onGrants('s3:GetAccessGrantsInstance', input, call)],
  run: (_input, call) => shown(requireInstance(call)),
})

export const ListAccessGrantsInstances = operation<
  ListAccessGrantsInstancesRequest,
  ListAccessGrantsInstancesResult
>({
  authorize: (input, call) => [onAccount('s3:ListAccessGrantsInstances', input, call)],
  run(_input, call) {
    const found = findInstance(call.db, call)
    return { AccessGrantsInstancesList: found ? [shown(found)] : [] }
  },
})

export const DeleteAccessGrantsInstance = operation<
  DeleteAccessGrantsInstanceRequest,
  { readonly [answerStatus]: number }
>({
  authorize: (input, call) => [onGrants('s3:DeleteAccessGrantsInstance', input, call)],
  run(_input, call) {
    const instance = requireInstance(call)
    if (listLocations(call.db, call).length > 0) throw accessGrantsInstanceNotEmpty()
    deleteInstance(call.db, instance)
    return { [answerStatus]: 204 }
  },
})

/** Whose data is asked about: its owner's instance is in the bucket's account. */
export const GetAccessGrantsInstanceForPrefix = operation<
  GetAccessGrantsInstanceForPrefixRequest,
  GetAccessGrantsInstanceForPrefixResult
>({
  authorize: (input, call) => [
    onSharedInstance('s3:GetAccessGrantsInstanceForPrefix', input, call),
  ],
  run(input, call) {
    const bucket = bucketOfScope(input.S3Prefix ?? '')
    const owner = bucket === undefined ? undefined : call.ports.bucketTags?.find(call.db, bucket)
    const account = owner?.account ?? input.AccountId ?? call.account
    const { AccessGrantsInstanceArn, AccessGrantsInstanceId } = shown(
      requireInstance({ db: call.db, account, region: call.region }),
    )
    return { AccessGrantsInstanceArn, AccessGrantsInstanceId }
  },
})

// Its policy, which opens it to other accounts

export const PutAccessGrantsInstanceResourcePolicy = operation<
  PutAccessGrantsInstanceResourcePolicyRequest,
  PutAccessGrantsInstanceResourcePolicyResult
>({
  authorize: (input, call) => [onGrants('s3:PutAccessGrantsInstanceResourcePolicy', input, call)],
  run(input, call) {
    const { Policy: policy = '', Organization: organization = null } = input
    const instance = requireInstance(call)
    if (!readDocumentText(policy)) throw malformedPolicy('This policy contains invalid Json')
    putInstance(call.db, { ...instance, policy, policyAt: call.now, organization })
    return {
      Policy: policy,
      CreatedAt: new Date(call.now),
      ...(organization && { Organization: organization }),
    }
  },
})

export const GetAccessGrantsInstanceResourcePolicy = operation<
  GetAccessGrantsInstanceResourcePolicyRequest,
  GetAccessGrantsInstanceResourcePolicyResult
>({
  authorize: (input, call) => [onGrants('s3:GetAccessGrantsInstanceResourcePolicy', input, call)],
  run(_input, call) {
    const { policy, policyAt, organization } = requireInstance(call)
    if (policy === null) throw noInstancePolicy()
    return {
      Policy: policy,
      CreatedAt: new Date(policyAt ?? 0),
      ...(organization !== null && { Organization: organization }),
    }
  },
})

export const DeleteAccessGrantsInstanceResourcePolicy = operation<
  DeleteAccessGrantsInstanceResourcePolicyRequest,
  { readonly [answerStatus]: number }
>({
  authorize: (input, call) => [
    onGrants('s3:DeleteAccessGrantsInstanceResourcePolicy', input, call),
  ],
  run(_input, call) {
    const instance = requireInstance(call)
    putInstance(call.db, { ...instance, policy: null, policyAt: null, organization: null })
    return { [answerStatus]: 204 }
  },
})
