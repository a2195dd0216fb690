import type {
  GetBucketAclOutput,
  GetBucketAclRequest,
  PutBucketAclRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { aclDocument, aclOfDocument, aclOfHeaders, isPrivate, isPublicAcl } from '../acls.ts'
import { bucketArn } from '../arns.ts'
import {
  accessControlListNotSupported,
  missingSecurityHeader,
  publicAclPrevented,
  unexpectedContent,
} from '../access-errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { publicAccessBlockOf } from '../public-access.ts'
import { setBucketAcl } from '../rows/buckets.ts'
import { aclKeys } from '../write-permissions.ts'

export const GetBucketAcl = operation<GetBucketAclRequest, GetBucketAclOutput>({
  authorize: (input, call) => [onBucket('s3:GetBucketAcl', input, call)],
  run(input, call) {
    const { account, acl, objectOwnership } = requireBucket(input, call)
    return aclDocument(objectOwnership === 'BucketOwnerEnforced' ? null : acl, account)
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAcl.html */
export const PutBucketAcl = operation<PutBucketAclRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketAcl', input, call, aclKeys(input))],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const { account } = bucket
    const ofHeaders = aclOfHeaders(input, { owner: account, bucketOwner: account }, 'bucket')
    if (ofHeaders && input.AccessControlPolicy) throw unexpectedContent()
    if (!ofHeaders && !input.AccessControlPolicy) throw missingSecurityHeader('x-amz-acl')
    const acl = ofHeaders ?? aclOfDocument(input.AccessControlPolicy!, account)
    if (bucket.objectOwnership === 'BucketOwnerEnforced') throw accessControlListNotSupported()
    if (isPublicAcl(acl) && publicAccessBlockOf(call, bucket).BlockPublicAcls) {
      throw publicAclPrevented(call.caller, 's3:PutBucketAcl', bucketArn(bucket.name))
    }
    setBucketAcl(call.db, bucket, isPrivate(acl, account) ? null : acl)
    return {}
  },
})
