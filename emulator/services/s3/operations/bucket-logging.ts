import type {
  GetBucketLoggingOutput,
  GetBucketLoggingRequest,
  LoggingEnabled,
  PutBucketLoggingRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../../../errors.ts'
import { operation, type Call } from '../../../operation.ts'
import { malformedXml } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { withoutAbsent } from '../object-settings.ts'
import {
  deleteConfiguration,
  findConfiguration,
  putConfiguration,
} from '../rows/bucket-configurations.ts'
import { findBucket, type Bucket } from '../rows/buckets.ts'

const invalidTarget = (sentence: string, bucket: string) =>
  new AwsError('InvalidTargetBucketForLogging', sentence, { fields: { TargetBucket: bucket } })

const crossLocation = (source: Bucket, target: Bucket) =>
  // AWS spells it so.
  new AwsError('CrossLocationLoggingProhibitted', 'Cross S3 location logging not allowed. ', {
    status: 403,
    fields: {
      // us-east-1 is not named.
      ...(source.region !== 'us-east-1' && { SourceBucketLocation: source.region }),
      TargetBucketLocation: target.region,
    },
  })

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLogging.html */
export const PutBucketLogging = operation<PutBucketLoggingRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketLogging', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const logging = input.BucketLoggingStatus?.LoggingEnabled
    if (logging) putConfiguration(call.db, bucket, 'logging', checked(logging, bucket, call))
    else deleteConfiguration(call.db, bucket, 'logging')
    return {}
  },
})

function checked(given: LoggingEnabled, bucket: Bucket, { db }: Call): LoggingEnabled {
  const { TargetBucket, TargetPrefix = '', TargetGrants, TargetObjectKeyFormat: format } = given
  if (TargetBucket === undefined) throw malformedXml()
  if (format?.SimplePrefix && format.PartitionedPrefix) throw malformedXml()
  const target = findBucket(db, TargetBucket)
  if (!target) throw invalidTarget('The target bucket for logging does not exist', TargetBucket)
  if (target.account !== bucket.account) {
    throw invalidTarget(
      'The owner for the bucket to be logged and the target bucket must be the same.',
      TargetBucket,
    )
  }
  if (target.region !== bucket.region) throw crossLocation(bucket, target)
  return {
    TargetBucket,
    TargetPrefix,
    ...withoutAbsent({ TargetGrants, TargetObjectKeyFormat: format }),
  }
}

export const GetBucketLogging = operation<GetBucketLoggingRequest, GetBucketLoggingOutput>({
  authorize: (input, call) => [onBucket('s3:GetBucketLogging', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const LoggingEnabled = findConfiguration<LoggingEnabled>(call.db, bucket, 'logging')
    return LoggingEnabled ? { LoggingEnabled } : {}
  },
})
