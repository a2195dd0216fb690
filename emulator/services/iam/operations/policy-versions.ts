import type {
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyVersionRequest,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  SetDefaultPolicyVersionRequest,
} from '@aws-sdk/client-iam'
import { operation, type Call } from '../../../operation.ts'
import { defaultVersion, noSuchPolicyVersion, quotaExceeded, tooManyVersions } from '../errors.ts'
import {
  describeVersion,
  onPolicy,
  ownPolicy,
  requireManagedPolicy,
  requireOwnPolicy,
  versionsOf,
  type ManagedPolicy,
} from '../managed-policies.ts'
import { pageOf } from '../pages.ts'
import { checkPolicyDocument, documentSize, encodeDocument } from '../policy-documents.ts'
import {
  deleteVersion,
  insertVersion,
  policyVersions,
  updatePolicy,
  type PolicyVersion,
} from '../rows/policies.ts'
import { maxPolicySize } from './policies.ts'

const maxVersions = 5

export const CreatePolicyVersion = operation<
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse
>({
  authorize: ({ PolicyArn }, call) => [onPolicy(call, PolicyArn!)],
  run({ PolicyArn, PolicyDocument, SetAsDefault = false }, call) {
    const policy = requireOwnPolicy(call, PolicyArn!)
    checkPolicyDocument(PolicyDocument!, 'managed')
    if (documentSize(PolicyDocument!) > maxPolicySize) {
      throw quotaExceeded('PolicySize', maxPolicySize)
    }
    if (policyVersions(call.db, policy).length >= maxVersions) throw tooManyVersions()
    const created: PolicyVersion = {
      version: policy.latestVersion + 1,
      document: PolicyDocument!,
      createdAt: call.now,
    }
    insertVersion(call.db, policy, created)
    const changed = {
      ...policy,
      latestVersion: created.version,
      updatedAt: call.now,
      ...(SetAsDefault && { defaultVersion: created.version, document: created.document }),
    }
    updatePolicy(call.db, changed)
    return { PolicyVersion: describeVersion(ownPolicy(changed)!, created) }
  },
})

export const GetPolicyVersion = operation<GetPolicyVersionRequest, GetPolicyVersionResponse>({
  authorize: ({ PolicyArn }, call) => [onPolicy(call, PolicyArn!)],
  run({ PolicyArn, VersionId }, call) {
    const policy = requireManagedPolicy(call, PolicyArn!)
    const version = requireVersion(call, policy, VersionId!)
    return {
      PolicyVersion: {
        Document: encodeDocument(version.document),
        ...describeVersion(policy, version),
      },
    }
  },
})

export const ListPolicyVersions = operation<ListPolicyVersionsRequest, ListPolicyVersionsResponse>({
  authorize: ({ PolicyArn }, call) => [onPolicy(call, PolicyArn!)],
  run({ PolicyArn, ...request }, call) {
    const policy = requireManagedPolicy(call, PolicyArn!)
    const versions = versionsOf(call, policy)
    const { items, answer } = pageOf(request, versions, ({ version }) => String(version))
    return { Versions: items.map((version) => describeVersion(policy, version)), ...answer }
  },
})

export const SetDefaultPolicyVersion = operation<SetDefaultPolicyVersionRequest, {}>({
  authorize: ({ PolicyArn }, call) => [onPolicy(call, PolicyArn!)],
  run({ PolicyArn, VersionId }, call) {
    const policy = requireOwnPolicy(call, PolicyArn!)
    const { version, document } = requireVersion(call, ownPolicy(policy)!, VersionId!)
    updatePolicy(call.db, {
      ...policy,
      defaultVersion: version,
      document,
      updatedAt: call.now,
    })
    return {}
  },
})

export const DeletePolicyVersion = operation<DeletePolicyVersionRequest, {}>({
  authorize: ({ PolicyArn }, call) => [onPolicy(call, PolicyArn!)],
  run({ PolicyArn, VersionId }, call) {
    const policy = requireOwnPolicy(call, PolicyArn!)
    const { version } = requireVersion(call, ownPolicy(policy)!, VersionId!)
    if (version === policy.defaultVersion) throw defaultVersion()
    deleteVersion(call.db, policy, version)
    return {}
  },
})

function requireVersion(call: Call, policy: ManagedPolicy, id: string): PolicyVersion {
  const found = versionsOf(call, policy).find(({ version }) => `v${version}` === id)
  if (!found) throw noSuchPolicyVersion(policy.arn, id)
  return found
}
