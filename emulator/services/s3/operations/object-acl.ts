import type {
  GetObjectAclOutput,
  GetObjectAclRequest,
  PutObjectAclOutput,
  PutObjectAclRequest,
} from '@aws-sdk/client-s3'
import { operation, type Call } from '../../../operation.ts'
import { meansBucketOwner, ownerOf } from '../access-control.ts'
import { aclDocument, aclOfDocument, aclOfHeaders, isPrivate, isPublicAcl } from '../acls.ts'
import { objectArn } from '../arns.ts'
import {
  accessControlListNotSupported,
  missingSecurityHeader,
  publicAclPrevented,
  unexpectedContent,
} from '../access-errors.ts'
import { onObject, requireBucket, type ObjectInput } from '../find-bucket.ts'
import { publicAccessBlockOf } from '../public-access.ts'
import { notify } from '../notifications/notify.ts'
import { requireNoMarker, requireVersion } from '../read-version.ts'
import { setVersionAcl } from '../rows/object-versions.ts'
import { aclKeys } from '../write-permissions.ts'
import { shownVersionId } from '../versions.ts'

export const GetObjectAcl = operation<GetObjectAclRequest, GetObjectAclOutput>({
  authorize: (input, call) => [onAcl('Get', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const version = requireVersion(call, bucket, input.Key ?? '', input.VersionId)
    const isDisabled = bucket.objectOwnership === 'BucketOwnerEnforced'
    return aclDocument(isDisabled ? null : version.acl, ownerOf(bucket, version))
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
export const PutObjectAcl = operation<PutObjectAclRequest, PutObjectAclOutput>({
  authorize: (input, call) => [onAcl('Put', input, call, aclKeys(input))],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const key = input.Key ?? ''
    const version = requireNoMarker(call, bucket, key, input.VersionId)
    const owner = ownerOf(bucket, version)
    const ofHeaders = aclOfHeaders(input, { owner, bucketOwner: bucket.account }, 'object')
    if (ofHeaders && input.AccessControlPolicy) throw unexpectedContent()
    if (!ofHeaders && !input.AccessControlPolicy) throw missingSecurityHeader('x-amz-acl')
    const acl = ofHeaders ?? aclOfDocument(input.AccessControlPolicy!, owner)
    if (bucket.objectOwnership === 'BucketOwnerEnforced') {
      if (!meansBucketOwner(input, acl, bucket)) throw accessControlListNotSupported()
      return {}
    }
    if (isPublicAcl(acl) && publicAccessBlockOf(call, bucket).BlockPublicAcls) {
      throw publicAclPrevented(call.caller, 's3:PutObjectAcl', objectArn(bucket.name, key))
    }
    setVersionAcl(call.db, version.id, isPrivate(acl, owner) ? null : acl)
    notify(call, bucket, {
      event: 'ObjectAcl:Put',
      key,
      etag: version.etag,
      versionId: shownVersionId(bucket, version.versionId),
    })
    return {}
  },
})

function onAcl(verb: 'Get' | 'Put', input: ObjectInput, call: Call, context = {}) {
  const { VersionId } = input
  return VersionId === undefined
    ? onObject(`s3:${verb}ObjectAcl`, input, call, context)
    : onObject(`s3:${verb}ObjectVersionAcl`, input, call, { ...context, 's3:VersionId': VersionId })
}
