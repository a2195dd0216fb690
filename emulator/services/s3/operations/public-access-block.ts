import type {
  DeletePublicAccessBlockRequest,
  GetPublicAccessBlockOutput,
  GetPublicAccessBlockRequest,
  PutPublicAccessBlockRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import type { PublicAccessBlock } from '../../../ports.ts'
import { noSuchPublicAccessBlock } from '../configuration-errors.ts'
import { malformedXml } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { publicAccessSettings } from '../public-access.ts'
import { setPublicAccessBlock } from '../rows/buckets.ts'

/** What is not said is off. */
export const PutPublicAccessBlock = operation<PutPublicAccessBlockRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketPublicAccessBlock', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const given = input.PublicAccessBlockConfiguration
    if (!given) throw malformedXml()
    const block = Object.fromEntries(
      publicAccessSettings.map((setting) => [setting, given[setting] ?? false]),
    )
    setPublicAccessBlock(call.db, bucket, block as unknown as PublicAccessBlock)
    return {}
  },
})

/** Says what is set for the bucket, whatever holds for its account. */
export const GetPublicAccessBlock = operation<
  GetPublicAccessBlockRequest,
  GetPublicAccessBlockOutput
>({
  authorize: (input, call) => [onBucket('s3:GetBucketPublicAccessBlock', input, call)],
  run(input, call) {
    const { name, publicAccessBlock } = requireBucket(input, call)
    if (!publicAccessBlock) throw noSuchPublicAccessBlock(name)
    return { PublicAccessBlockConfiguration: publicAccessBlock }
  },
})

export const DeletePublicAccessBlock = operation<DeletePublicAccessBlockRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketPublicAccessBlock', input, call)],
  run(input, call) {
    setPublicAccessBlock(call.db, requireBucket(input, call), null)
    return {}
  },
})
