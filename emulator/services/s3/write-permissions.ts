import type { Call, Permission } from '../../operation.ts'
import { namesAcl, type AclInput } from './acls.ts'
import { requireBucket, type ObjectInput } from './find-bucket.ts'
import { requireKey } from './keys.ts'
import { lockKeys, type LockInput } from './object-lock/locks.ts'
import { withoutAbsent } from './object-settings.ts'
import { newObjectPermission } from './permissions.ts'
import { requestTagKeys } from './request-keys.ts'
import { tagsFromHeader } from './tags.ts'

export interface WriteInput extends ObjectInput, AclInput, LockInput {
  readonly StorageClass?: string | undefined
  readonly Tagging?: string | undefined
  readonly ServerSideEncryption?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  readonly SSECustomerAlgorithm?: string | undefined
  readonly WebsiteRedirectLocation?: string | undefined
  readonly IfMatch?: string | undefined
  readonly IfNoneMatch?: string | undefined
}

/**
 * What writing an object needs: the object itself, and the actions of what comes with it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export function toWrite(
  input: WriteInput,
  call: Call,
  extra: Permission['context'] = {},
): Permission[] {
  const tags = input.Tagging ? requestTagKeys(tagsFromHeader(input.Tagging)) : undefined
  const context = () => ({
    ...withoutAbsent({
      ...aclKeys(input),
      's3:x-amz-storage-class': input.StorageClass,
      's3:x-amz-server-side-encryption': input.ServerSideEncryption,
      's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
      's3:x-amz-server-side-encryption-customer-algorithm': input.SSECustomerAlgorithm,
      's3:x-amz-website-redirect-location': input.WebsiteRedirectLocation,
      ...lockKeys(input, call.now),
      's3:if-match': input.IfMatch,
      's3:if-none-match': input.IfNoneMatch,
    }),
    ...tags,
    ...extra,
  })
  const bucket = requireBucket(input, call)
  const on = (action: string) =>
    newObjectPermission(action, bucket, requireKey(input.Key), call, context)
  const permissions = [on('s3:PutObject')]
  if (namesAcl(input)) permissions.push(on('s3:PutObjectAcl'))
  if (input.Tagging) permissions.push(on('s3:PutObjectTagging'))
  if (input.ObjectLockMode !== undefined) permissions.push(on('s3:PutObjectRetention'))
  if (input.ObjectLockLegalHoldStatus !== undefined) permissions.push(on('s3:PutObjectLegalHold'))
  return permissions
}

/** What a request's headers say of access, as conditions see it. */
export const aclKeys = (input: AclInput) =>
  withoutAbsent({
    's3:x-amz-acl': input.ACL,
    's3:x-amz-grant-full-control': input.GrantFullControl,
    's3:x-amz-grant-read': input.GrantRead,
    's3:x-amz-grant-read-acp': input.GrantReadACP,
    's3:x-amz-grant-write': input.GrantWrite,
    's3:x-amz-grant-write-acp': input.GrantWriteACP,
  })
