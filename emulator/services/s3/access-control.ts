import type { Caller } from '../../auth/caller.ts'
import type { Call } from '../../operation.ts'
import { aclOfHeaders, isPrivate, isPublicAcl, type Acl, type AclInput } from './acls.ts'
import {
  accessControlListNotSupported,
  bucketAclWithOwnershipEnforced,
  publicAclPrevented,
  publicAclWithPublicAccessBlocked,
} from './access-errors.ts'
import { objectArn } from './arns.ts'
import { publicAccessBlockOf } from './public-access.ts'
import type { Bucket, ObjectOwnership } from './rows/buckets.ts'

/**
 * The access control of a new bucket. ACLs are disabled and public access is blocked unless asked otherwise:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export function newBucketAcl(
  input: AclInput,
  ownership: ObjectOwnership,
  account: string,
): Acl | null {
  const acl = aclOfHeaders(input, { owner: account, bucketOwner: account }, 'bucket')
  if (!acl || isPrivate(acl, account)) return null
  if (ownership === 'BucketOwnerEnforced') throw bucketAclWithOwnershipEnforced()
  // A new bucket blocks public ACLs until somebody turns that off.
  if (isPublicAcl(acl)) throw publicAclWithPublicAccessBlocked()
  return acl
}

/**
 * The access control of a new object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export function newObjectAcl(
  input: AclInput & { Key?: string | undefined },
  bucket: Bucket,
  call: Call,
): Acl | null {
  const owner = newObjectOwner(bucket, call.caller, input)
  const acl = aclOfHeaders(input, { owner, bucketOwner: bucket.account }, 'object')
  if (!acl) return null
  if (bucket.objectOwnership === 'BucketOwnerEnforced') {
    if (!meansBucketOwner(input, acl, bucket)) throw accessControlListNotSupported()
    return null
  }
  if (isPublicAcl(acl) && publicAccessBlockOf(call, bucket).BlockPublicAcls) {
    throw publicAclPrevented(call.caller, 's3:PutObject', objectArn(bucket.name, input.Key ?? ''))
  }
  return isPrivate(acl, owner) ? null : acl
}

/** The one ACL that a bucket without ACLs takes: it says what is so anyway. */
export const meansBucketOwner = (input: AclInput, acl: Acl, bucket: Bucket): boolean =>
  input.ACL === 'bucket-owner-full-control' ||
  (input.ACL === undefined && isPrivate(acl, bucket.account))

/** The account that owns a new object; empty for the anonymous caller. */
export function newObjectOwner(bucket: Bucket, caller: Caller, { ACL }: AclInput): string {
  const bucketOwns =
    bucket.objectOwnership === 'BucketOwnerEnforced' ||
    (bucket.objectOwnership === 'BucketOwnerPreferred' && ACL === 'bucket-owner-full-control')
  return bucketOwns ? bucket.account : caller.accountId
}

/** Where ACLs are disabled the bucket's owner owns what others wrote before, too. */
export const ownerOf = (bucket: Bucket, { owner }: { readonly owner: string }): string =>
  bucket.objectOwnership === 'BucketOwnerEnforced' ? bucket.account : owner
