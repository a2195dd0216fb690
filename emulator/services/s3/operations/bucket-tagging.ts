import type {
  DeleteBucketTaggingRequest,
  GetBucketTaggingOutput,
  GetBucketTaggingRequest,
  PutBucketTaggingRequest,
} from '@aws-sdk/client-s3'
import { answerStatus, operation } from '../../../operation.ts'
import { malformedXml, noSuchTagSet } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { setBucketTags } from '../rows/buckets.ts'
import { checkedTags, tagSet } from '../tags.ts'

const maxTags = 50

export const PutBucketTagging = operation<
  PutBucketTaggingRequest,
  { readonly [answerStatus]: number }
>({
  authorize: (input, call) => [onBucket('s3:PutBucketTagging', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    if (!input.Tagging) throw malformedXml()
    // Without a set, as with an empty one, the bucket has no tags any more.
    setBucketTags(call.db, bucket, checkedTags(input.Tagging.TagSet ?? [], maxTags))
    return { [answerStatus]: 204 }
  },
})

export const GetBucketTagging = operation<GetBucketTaggingRequest, GetBucketTaggingOutput>({
  authorize: (input, call) => [onBucket('s3:GetBucketTagging', input, call)],
  run(input, call) {
    const { name, tags } = requireBucket(input, call)
    if (Object.keys(tags).length === 0) throw noSuchTagSet(name)
    return { TagSet: tagSet(tags) }
  },
})

export const DeleteBucketTagging = operation<DeleteBucketTaggingRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketTagging', input, call)],
  run(input, call) {
    setBucketTags(call.db, requireBucket(input, call), {})
    return {}
  },
})
