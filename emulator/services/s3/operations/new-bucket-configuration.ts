import type {
  GetBucketAclOutput,
  GetBucketEncryptionOutput,
  GetBucketOwnershipControlsOutput,
  GetBucketRequestPaymentOutput,
  GetPublicAccessBlockOutput,
} from '@aws-sdk/client-s3'
import type { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import {
  noSuchBucketPolicy,
  noSuchCors,
  noSuchLifecycle,
  noSuchObjectLock,
  noSuchReplication,
  noSuchWebsite,
} from '../configuration-errors.ts'
import { notBuilt } from '../errors.ts'
import { onBucket, requireBucket, type BucketInput } from '../find-bucket.ts'
import { canonicalUserId } from '../owners.ts'
import type { Bucket } from '../rows/buckets.ts'

// What AWS answers of a bucket that nobody configured. Nothing here can be configured yet, so it is true of every
// bucket; an operation moves to its own file when its Put is built.

/** Answers by the bucket alone. */
const reading = <Output>(action: string, answer: (bucket: Bucket) => Output) =>
  operation<BucketInput, Output>({
    authorize: (input, call) => [onBucket(action, input, call)],
    run: (input, call) => answer(requireBucket(input, call)),
  })

const unset = (action: string, error: (bucket: string) => AwsError) =>
  reading<never>(action, ({ name }) => {
    throw error(name)
  })

export const GetBucketPolicy = unset('s3:GetBucketPolicy', noSuchBucketPolicy)
export const GetBucketPolicyStatus = unset('s3:GetBucketPolicyStatus', noSuchBucketPolicy)
export const GetBucketCors = unset('s3:GetBucketCORS', noSuchCors)
export const GetBucketWebsite = unset('s3:GetBucketWebsite', noSuchWebsite)
export const GetBucketLifecycleConfiguration = unset(
  's3:GetLifecycleConfiguration',
  noSuchLifecycle,
)
export const GetBucketReplication = unset('s3:GetReplicationConfiguration', noSuchReplication)
export const GetObjectLockConfiguration = unset(
  's3:GetBucketObjectLockConfiguration',
  noSuchObjectLock,
)
export const GetBucketLogging = reading('s3:GetBucketLogging', () => ({}))
export const GetBucketNotificationConfiguration = reading('s3:GetBucketNotification', () => ({}))
export const GetBucketAccelerateConfiguration = reading('s3:GetAccelerateConfiguration', () => ({}))

export const GetBucketRequestPayment = reading<GetBucketRequestPaymentOutput>(
  's3:GetBucketRequestPayment',
  () => ({ Payer: 'BucketOwner' }),
)

/** Public ACLs are refused, and there are no policies yet: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export const GetPublicAccessBlock = reading<GetPublicAccessBlockOutput>(
  's3:GetBucketPublicAccessBlock',
  () => ({
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    },
  }),
)

export const GetBucketOwnershipControls = reading<GetBucketOwnershipControlsOutput>(
  's3:GetBucketOwnershipControls',
  ({ objectOwnership }) => ({
    OwnershipControls: { Rules: [{ ObjectOwnership: objectOwnership }] },
  }),
)

/** SSE-S3, as every object says of itself: see `encryptionOf`. */
export const GetBucketEncryption = reading<GetBucketEncryptionOutput>(
  's3:GetEncryptionConfiguration',
  () => ({
    ServerSideEncryptionConfiguration: {
      Rules: [
        {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
          BucketKeyEnabled: false,
        },
      ],
    },
  }),
)

export const GetBucketAcl = reading<GetBucketAclOutput>('s3:GetBucketAcl', ({ account, acl }) => {
  if (acl) throw notBuilt('access control lists with grants')
  const ID = canonicalUserId(account)
  return {
    Owner: { ID },
    Grants: [{ Grantee: { ID, Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }],
  }
})
