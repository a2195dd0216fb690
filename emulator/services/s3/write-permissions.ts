import type { Call, Permission } from '../../operation.ts'
import { requestedAcl, type AclInput } from './access-control.ts'
import { onObject, type ObjectInput } from './find-bucket.ts'
import { withoutAbsent } from './object-settings.ts'

export interface WriteInput extends ObjectInput, AclInput {
  readonly StorageClass?: string | undefined
  readonly Tagging?: string | undefined
  readonly ServerSideEncryption?: string | undefined
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
  const context = {
    ...withoutAbsent({
      's3:x-amz-acl': input.ACL,
      's3:x-amz-storage-class': input.StorageClass,
      's3:x-amz-server-side-encryption': input.ServerSideEncryption,
      's3:if-match': input.IfMatch,
      's3:if-none-match': input.IfNoneMatch,
    }),
    ...extra,
  }
  const permissions = [onObject('s3:PutObject', input, call, context)]
  if (requestedAcl(input)) permissions.push(onObject('s3:PutObjectAcl', input, call, context))
  if (input.Tagging) permissions.push(onObject('s3:PutObjectTagging', input, call, context))
  return permissions
}
