import type {
  JobOperation,
  S3AccessControlPolicy,
  S3CopyObjectOperation,
  S3Grant,
} from '@aws-sdk/client-s3-control'
import type { ObjectOperation } from '../../../ports.ts'
import { bucketOfArn } from '../arns.ts'
import type { Task } from '../rows/job-tasks.ts'
import { operationName, type BuiltOperation } from './validate.ts'

/** A request to S3 that a task is. */
interface TaskRequest {
  readonly name: ObjectOperation
  readonly input: object
}

type Target = Readonly<{ Bucket: string; Key: string; VersionId?: string }>

/** How the operations of jobs are S3's: https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-operations.html */
const requests: Record<BuiltOperation, (operation: JobOperation, on: Target) => TaskRequest> = {
  S3PutObjectCopy: ({ S3PutObjectCopy: copy }, on) => ({
    name: 'CopyObject',
    input: copyInput(copy!, on),
  }),
  S3PutObjectAcl: ({ S3PutObjectAcl: acl }, on) => ({
    name: 'PutObjectAcl',
    input: { ...on, ...aclInput(acl?.AccessControlPolicy) },
  }),
  S3PutObjectTagging: ({ S3PutObjectTagging: tagging }, on) => ({
    name: 'PutObjectTagging',
    input: { ...on, Tagging: { TagSet: tagging?.TagSet ?? [] } },
  }),
  S3DeleteObjectTagging: (_operation, on) => ({ name: 'DeleteObjectTagging', input: on }),
  S3InitiateRestoreObject: ({ S3InitiateRestoreObject: restore }, on) => ({
    name: 'RestoreObject',
    input: {
      ...on,
      RestoreRequest: {
        Days: restore?.ExpirationInDays,
        GlacierJobParameters: { Tier: restore?.GlacierJobTier === 'BULK' ? 'Bulk' : 'Standard' },
      },
    },
  }),
  S3PutObjectLegalHold: ({ S3PutObjectLegalHold: hold }, on) => ({
    name: 'PutObjectLegalHold',
    input: { ...on, LegalHold: hold?.LegalHold },
  }),
  S3PutObjectRetention: ({ S3PutObjectRetention: retention }, on) => ({
    name: 'PutObjectRetention',
    input: {
      ...on,
      BypassGovernanceRetention: retention?.BypassGovernanceRetention,
      Retention: {
        Mode: retention?.Retention?.Mode,
        RetainUntilDate: dateOf(retention?.Retention?.RetainUntilDate),
      },
    },
  }),
  S3UpdateObjectEncryption: ({ S3UpdateObjectEncryption: change }, on) => ({
    name: 'UpdateObjectEncryption',
    input: { ...on, ObjectEncryption: change?.ObjectEncryption },
  }),
}

/** The request that does a job's operation to one object. */
export function requestOf(operation: JobOperation, { bucket, key, versionId }: Task): TaskRequest {
  const on = { Bucket: bucket, Key: key, ...(versionId !== null && { VersionId: versionId }) }
  return requests[operationName(operation)!](operation, on)
}

/** A job is kept as JSON: its dates are text. */
const dateOf = (date: Date | string | undefined) =>
  date === undefined ? undefined : new Date(date)

function copyInput(copy: S3CopyObjectOperation, { Bucket, Key, VersionId }: Target): object {
  const { NewObjectMetadata: metadata, NewObjectTagging: tags, SSEAwsKmsKeyId: keyId } = copy
  const version = VersionId === undefined ? '' : `?versionId=${VersionId}`
  const prefix = copy.TargetKeyPrefix === undefined ? '' : `${copy.TargetKeyPrefix}/`
  const isByKey = keyId !== undefined || metadata?.SSEAlgorithm === 'KMS'
  const algorithm = isByKey ? 'aws:kms' : metadata?.SSEAlgorithm
  const given = {
    Bucket: bucketOfArn(copy.TargetResource),
    Key: prefix + Key,
    CopySource: `${Bucket}/${encodeURIComponent(Key)}${version}`,
    ACL: copy.CannedAccessControlList,
    ...grantHeaders(copy.AccessControlGrants),
    MetadataDirective: copy.MetadataDirective ?? (metadata?.UserMetadata ? 'REPLACE' : undefined),
    Metadata: metadata?.UserMetadata,
    CacheControl: metadata?.CacheControl,
    ContentDisposition: metadata?.ContentDisposition,
    ContentEncoding: metadata?.ContentEncoding,
    ContentLanguage: metadata?.ContentLanguage,
    ContentType: metadata?.ContentType,
    TaggingDirective: tags && 'REPLACE',
    Tagging: tags?.map(({ Key: name = '', Value = '' }) => queryPair(name, Value)).join('&'),
    StorageClass: copy.StorageClass,
    WebsiteRedirectLocation: copy.RedirectLocation,
    ServerSideEncryption: algorithm,
    SSEKMSKeyId: keyId,
    BucketKeyEnabled: copy.BucketKeyEnabled,
    ChecksumAlgorithm: copy.ChecksumAlgorithm,
    ObjectLockLegalHoldStatus: copy.ObjectLockLegalHoldStatus,
    ObjectLockMode: copy.ObjectLockMode,
    ObjectLockRetainUntilDate: dateOf(copy.ObjectLockRetainUntilDate),
    CopySourceIfModifiedSince: dateOf(copy.ModifiedSinceConstraint),
    CopySourceIfUnmodifiedSince: dateOf(copy.UnModifiedSinceConstraint),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

const queryPair = (key: string, value: string) =>
  `${encodeURIComponent(key)}=${encodeURIComponent(value)}`

const grantMembers = {
  FULL_CONTROL: 'GrantFullControl',
  READ: 'GrantRead',
  READ_ACP: 'GrantReadACP',
  WRITE: 'GrantWrite',
  WRITE_ACP: 'GrantWriteACP',
} as const

/** `id="…"`, as the headers of a request have grantees. */
function grantHeaders(grants: readonly S3Grant[] = []): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const { Grantee, Permission } of grants) {
    const member = grantMembers[Permission!]
    const grantee = `${Grantee?.TypeIdentifier}="${Grantee?.Identifier}"`
    headers[member] = headers[member] === undefined ? grantee : `${headers[member]}, ${grantee}`
  }
  return headers
}

const granteeTypes = {
  id: ['CanonicalUser', 'ID'],
  emailAddress: ['AmazonCustomerByEmail', 'EmailAddress'],
  uri: ['Group', 'URI'],
} as const

function aclInput(policy: S3AccessControlPolicy | undefined): object {
  const { AccessControlList: list, CannedAccessControlList: ACL } = policy ?? {}
  if (!list) return { ACL }
  const grants = list.Grants?.map(({ Grantee, Permission }) => {
    const [Type, member] = granteeTypes[Grantee?.TypeIdentifier ?? 'id']
    return { Grantee: { Type, [member]: Grantee?.Identifier }, Permission }
  })
  return { AccessControlPolicy: { Owner: { ID: list.Owner?.ID }, Grants: grants ?? [] } }
}
