import type {
  DeleteBucketPolicyRequest,
  GetBucketPolicyOutput,
  GetBucketPolicyRequest,
  GetBucketPolicyStatusOutput,
  GetBucketPolicyStatusRequest,
  PutBucketPolicyRequest,
} from '@aws-sdk/client-s3'
import { answerStatus, operation, type Call } from '../../../operation.ts'
import { isPublicPolicy } from '../../../policy/public-policy.ts'
import { bucketArn } from '../arns.ts'
import { acceptedPolicy } from '../bucket-policies.ts'
import { noSuchBucketPolicy } from '../configuration-errors.ts'
import { publicPolicyPrevented } from '../access-errors.ts'
import { methodNotAllowed } from '../errors.ts'
import { onBucket, requireBucket, type BucketInput } from '../find-bucket.ts'
import { publicAccessBlockOf } from '../public-access.ts'
import { setBucketPolicy, type Bucket } from '../rows/buckets.ts'

export const PutBucketPolicy = operation<
  PutBucketPolicyRequest,
  { readonly [answerStatus]: number }
>({
  authorize: (input, call) => [onBucket('s3:PutBucketPolicy', input, call)],
  run(input, call) {
    const bucket = ownBucket(input, call)
    const text = acceptedPolicy(input.Policy ?? '', bucket, call)
    const isPublic = isPublicPolicy(text)
    if (isPublic && publicAccessBlockOf(call, bucket).BlockPublicPolicy) {
      throw publicPolicyPrevented(call.caller, 's3:PutBucketPolicy', bucketArn(bucket.name))
    }
    setBucketPolicy(call.db, bucket, { text, isPublic })
    return { [answerStatus]: 204 }
  },
})

export const GetBucketPolicy = operation<GetBucketPolicyRequest, GetBucketPolicyOutput>({
  authorize: (input, call) => [onBucket('s3:GetBucketPolicy', input, call)],
  run(input, call) {
    const { name, policy } = ownBucket(input, call)
    if (policy === null) throw noSuchBucketPolicy(name)
    return { Policy: policy }
  },
})

export const DeleteBucketPolicy = operation<DeleteBucketPolicyRequest, {}>({
  authorize: (input, call) => [onBucket('s3:DeleteBucketPolicy', input, call)],
  run(input, call) {
    setBucketPolicy(call.db, ownBucket(input, call), null)
    return {}
  },
})

export const GetBucketPolicyStatus = operation<
  GetBucketPolicyStatusRequest,
  GetBucketPolicyStatusOutput
>({
  authorize: (input, call) => [onBucket('s3:GetBucketPolicyStatus', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    if (bucket.policy === null) throw noSuchBucketPolicy(bucket.name)
    return { PolicyStatus: { IsPublic: bucket.policyIsPublic } }
  },
})

/** The policy itself is for the account that owns the bucket alone, whomever it allows to change it. */
function ownBucket(input: BucketInput, call: Call): Bucket {
  const bucket = requireBucket(input, call)
  if (call.caller.accountId !== bucket.account) {
    throw methodNotAllowed(call.http.method, 'BUCKETPOLICY')
  }
  return bucket
}
