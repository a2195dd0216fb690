import type { Caller } from '../../auth/caller.ts'
import {
  accessControlListNotSupported,
  accessDenied,
  bucketAclWithOwnershipEnforced,
  invalidArgument,
  invalidRequest,
  publicAclWithPublicAccessBlocked,
} from './errors.ts'
import type { AclRequest, Bucket, ObjectOwnership } from './rows/buckets.ts'

/** What requests that write say of access. */
export interface AclInput {
  readonly ACL?: string | undefined
  readonly GrantFullControl?: string | undefined
  readonly GrantRead?: string | undefined
  readonly GrantReadACP?: string | undefined
  readonly GrantWrite?: string | undefined
  readonly GrantWriteACP?: string | undefined
}

const grants = [
  'GrantFullControl',
  'GrantRead',
  'GrantReadACP',
  'GrantWrite',
  'GrantWriteACP',
] as const

const publicGroups = /global\/(?:AllUsers|AuthenticatedUsers)/
const publicAcls = new Set(['public-read', 'public-read-write', 'authenticated-read'])
const bucketAcls = new Set(['private', ...publicAcls])
const objectAcls = new Set([
  ...bucketAcls,
  'aws-exec-read',
  'bucket-owner-read',
  'bucket-owner-full-control',
])

/** The request's own words, or null where it has none. */
export function requestedAcl(input: AclInput): AclRequest | null {
  const said = Object.fromEntries(
    (['ACL', ...grants] as const).flatMap((name) =>
      input[name] === undefined ? [] : [[name, input[name]]],
    ),
  ) as AclRequest
  if (Object.keys(said).length === 0) return null
  if (said.ACL !== undefined && Object.keys(said).length > 1) {
    throw invalidRequest('Specifying both Canned ACLs and Header Grants is not allowed')
  }
  return said
}

const isPublic = (acl: AclRequest) =>
  publicAcls.has(acl.ACL ?? '') || Object.values(acl).some((value) => publicGroups.test(value))

/**
 * The access control of a new bucket. ACLs are disabled and public access is blocked unless asked otherwise:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export function newBucketAcl(input: AclInput, ownership: ObjectOwnership): AclRequest | null {
  const acl = requestedAcl(input)
  if (acl?.ACL !== undefined && !bucketAcls.has(acl.ACL))
    throw invalidArgument('', 'x-amz-acl', acl.ACL)
  if (!acl || acl.ACL === 'private') return null
  if (ownership === 'BucketOwnerEnforced') throw bucketAclWithOwnershipEnforced()
  if (isPublic(acl)) throw publicAclWithPublicAccessBlocked()
  return acl
}

/**
 * The access control of a new object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export function newObjectAcl(input: AclInput, bucket: Bucket): AclRequest | null {
  const acl = requestedAcl(input)
  if (acl?.ACL !== undefined && !objectAcls.has(acl.ACL))
    throw invalidArgument('', 'x-amz-acl', acl.ACL)
  if (bucket.objectOwnership === 'BucketOwnerEnforced') {
    if (acl && acl.ACL !== 'bucket-owner-full-control') throw accessControlListNotSupported()
    return null
  }
  if (!acl || acl.ACL === 'private') return null
  // Every bucket blocks public ACLs until somebody turns that off.
  if (isPublic(acl)) throw accessDenied()
  return acl
}

/** The account that owns a new object. */
export function newObjectOwner(bucket: Bucket, caller: Caller, acl: AclRequest | null): string {
  const bucketOwns =
    bucket.objectOwnership === 'BucketOwnerEnforced' ||
    (bucket.objectOwnership === 'BucketOwnerPreferred' && acl?.ACL === 'bucket-owner-full-control')
  return bucketOwns ? bucket.account : caller.accountId
}
