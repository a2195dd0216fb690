import type {
  Policy as PolicyShape,
  PolicyVersion as PolicyVersionShape,
} from '@aws-sdk/client-iam'
import type { Call, Permission } from '../../operation.ts'
import { awsPolicyPrefix } from './arns.ts'
import { awsManagedPolicy } from './aws-managed-policies.ts'
import { invalidArn, unparsableArn, noSuchPolicy, notYourPolicy } from './errors.ts'
import { boundaryUsageCount } from './rows/boundaries.ts'
import { attachmentCount } from './rows/held-policies.ts'
import { findPolicy, policyVersions, type Policy, type PolicyVersion } from './rows/policies.ts'
import { date } from './subjects.ts'
import { resourceTagContext, tagList } from './tags.ts'

/** A managed policy of the account's own or of AWS's: what all operations on either need. */
export interface ManagedPolicy {
  readonly arn: string
  readonly id: string
  readonly name: string
  readonly path: string
  readonly description: string | null
  readonly defaultVersion: number
  readonly createdAt: number
  readonly updatedAt: number
  readonly tags: Readonly<Record<string, string>>
  /** The account's own policy, which can be changed; absent for one of AWS's. */
  readonly own?: Policy
}

const form = /^arn:aws[\w-]*:iam::(?:aws|\d{12}):policy\/[\w+=,.@/-]+$/

/** @throws InvalidInput for what is no policy's ARN, ValidationError for what is none at all */
export function findManagedPolicy({ db, account }: Call, arn: string): ManagedPolicy | undefined {
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:./.test(arn)) throw unparsableArn()
  if (!form.test(arn)) throw invalidArn(arn)
  return arn.startsWith(awsPolicyPrefix) ? awsPolicy(arn) : ownPolicy(findPolicy(db, account, arn))
}

export function requireManagedPolicy(call: Call, arn: string): ManagedPolicy {
  const policy = findManagedPolicy(call, arn)
  if (!policy) throw noSuchPolicy(arn)
  return policy
}

/** The account's own policy, to change it. @throws AccessDenied for one of AWS's */
export function requireOwnPolicy(call: Call, arn: string): Policy {
  const { own } = requireManagedPolicy(call, arn)
  if (!own) throw notYourPolicy(call.caller.arn!, `iam:${call.operation}`, arn)
  return own
}

export const ownPolicy = (policy: Policy | undefined): ManagedPolicy | undefined =>
  policy && { ...policy, own: policy }

export function awsPolicy(arn: string): ManagedPolicy | undefined {
  const policy = awsManagedPolicy(arn)
  return (
    policy && {
      ...policy,
      description: null,
      defaultVersion: policy.version,
      updatedAt: policy.versionCreatedAt,
      tags: {},
    }
  )
}

/** A policy's versions, the newest first; of AWS's policies, the latest is all there is here. */
export function versionsOf({ db }: Call, policy: ManagedPolicy): PolicyVersion[] {
  if (policy.own) return policyVersions(db, policy.own)
  const { version, document, versionCreatedAt } = awsManagedPolicy(policy.arn)!
  return [{ version, document, createdAt: versionCreatedAt }]
}

/** The permission on a managed policy, with its tags as condition keys. */
export function onPolicy(call: Call, arn: string): Permission {
  const policy = findPolicy(call.db, call.account, arn)
  return { resource: arn, context: policy ? resourceTagContext(policy.tags) : {} }
}

/**
 * A policy as IAM shows it.
 *
 * @param details what GetPolicy and CreatePolicy add, and lists leave out: the description and the tags
 */
export function describePolicy(
  { db, account }: Call,
  policy: ManagedPolicy,
  { details }: { details: boolean },
): PolicyShape {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: `v${policy.defaultVersion}`,
    AttachmentCount: attachmentCount(db, account, policy.arn),
    PermissionsBoundaryUsageCount: boundaryUsageCount(db, account, policy.arn),
    IsAttachable: true,
    CreateDate: date(policy.createdAt),
    UpdateDate: date(policy.updatedAt),
    ...(details && policy.description !== null && { Description: policy.description }),
    ...(details && { Tags: tagList(policy.tags) }),
  }
}

/** A version as IAM shows it; `GetPolicyVersion` alone gives the document, percent-encoded. */
export function describeVersion(
  policy: ManagedPolicy,
  { version, createdAt }: Omit<PolicyVersion, 'document'>,
): PolicyVersionShape {
  return {
    VersionId: `v${version}`,
    IsDefaultVersion: version === policy.defaultVersion,
    CreateDate: date(createdAt),
  }
}
