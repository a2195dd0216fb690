import type {
  DeleteBucketOwnershipControlsRequest,
  GetBucketOwnershipControlsOutput,
  GetBucketOwnershipControlsRequest,
  PutBucketOwnershipControlsRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { isPrivate } from '../acls.ts'
import { noSuchOwnershipControls } from '../configuration-errors.ts'
import { bucketAclWithOwnershipEnforced } from '../access-errors.ts'
import { malformedXml } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { setOwnership, type ObjectOwnership } from '../rows/buckets.ts'

const ownerships: readonly ObjectOwnership[] = [
  'BucketOwnerEnforced',
  'BucketOwnerPreferred',
  'ObjectWriter',
]

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export const PutBucketOwnershipControls = operation<PutBucketOwnershipControlsRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketOwnershipControls', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const rules = input.OwnershipControls?.Rules ?? []
    const ownership = ownerships.find((known) => known === rules[0]?.ObjectOwnership)
    if (rules.length !== 1 || !ownership) throw malformedXml()
    const { acl, account } = bucket
    // ACLs are disabled only once the bucket's own has nothing more to say.
    if (ownership === 'BucketOwnerEnforced' && acl && !isPrivate(acl, account)) {
      throw bucketAclWithOwnershipEnforced()
    }
    setOwnership(call.db, bucket, ownership)
    return {}
  },
})

export const GetBucketOwnershipControls = operation<
  GetBucketOwnershipControlsRequest,
  GetBucketOwnershipControlsOutput
>({
  authorize: (input, call) => [onBucket('s3:GetBucketOwnershipControls', input, call)],
  run(input, call) {
    const { name, ownershipControls, objectOwnership } = requireBucket(input, call)
    if (!ownershipControls) throw noSuchOwnershipControls(name)
    return { OwnershipControls: { Rules: [{ ObjectOwnership: objectOwnership }] } }
  },
})

export const DeleteBucketOwnershipControls = operation<DeleteBucketOwnershipControlsRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketOwnershipControls', input, call)],
  run(input, call) {
    setOwnership(call.db, requireBucket(input, call), null)
    return {}
  },
})
