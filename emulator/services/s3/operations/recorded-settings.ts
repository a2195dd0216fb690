import type {
  GetBucketAbacOutput,
  GetBucketAbacRequest,
  GetBucketAccelerateConfigurationOutput,
  GetBucketAccelerateConfigurationRequest,
  GetBucketRequestPaymentOutput,
  GetBucketRequestPaymentRequest,
  PutBucketAbacRequest,
  PutBucketAccelerateConfigurationRequest,
  PutBucketRequestPaymentRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { invalidRequest, malformedXml } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { findConfiguration, putConfiguration } from '../rows/bucket-configurations.ts'

// Settings without an effect here: there is nobody to bill, no edge to go through, and no tag of a bucket that decides.

export const PutBucketRequestPayment = operation<PutBucketRequestPaymentRequest, {}>({
  coverage: 'recorded',
  authorize: (input, call) => [onBucket('s3:PutBucketRequestPayment', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const { Payer } = input.RequestPaymentConfiguration ?? {}
    if (Payer !== 'Requester' && Payer !== 'BucketOwner') throw malformedXml()
    putConfiguration(call.db, bucket, 'requestPayment', { Payer })
    return {}
  },
})

export const GetBucketRequestPayment = operation<
  GetBucketRequestPaymentRequest,
  GetBucketRequestPaymentOutput
>({
  coverage: 'recorded',
  authorize: (input, call) => [onBucket('s3:GetBucketRequestPayment', input, call)],
  run: (input, call) =>
    findConfiguration(call.db, requireBucket(input, call), 'requestPayment') ?? {
      Payer: 'BucketOwner',
    },
})

export const PutBucketAccelerateConfiguration = operation<
  PutBucketAccelerateConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: (input, call) => [onBucket('s3:PutAccelerateConfiguration', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const { Status } = input.AccelerateConfiguration ?? {}
    if (bucket.name.includes('.')) {
      throw invalidRequest(
        'S3 Transfer Acceleration is not supported for buckets with periods (.) in their names',
      )
    }
    if (Status !== 'Enabled' && Status !== 'Suspended') throw malformedXml()
    // There is nothing to suspend where it was never enabled.
    const isNew = findConfiguration(call.db, bucket, 'accelerate') === undefined
    if (isNew && Status === 'Suspended') return {}
    putConfiguration(call.db, bucket, 'accelerate', { Status })
    return {}
  },
})

/** A bucket that was never accelerated says nothing. */
export const GetBucketAccelerateConfiguration = operation<
  GetBucketAccelerateConfigurationRequest,
  GetBucketAccelerateConfigurationOutput
>({
  coverage: 'recorded',
  authorize: (input, call) => [onBucket('s3:GetAccelerateConfiguration', input, call)],
  run: (input, call) => findConfiguration(call.db, requireBucket(input, call), 'accelerate') ?? {},
})

export const PutBucketAbac = operation<PutBucketAbacRequest, {}>({
  coverage: 'recorded',
  authorize: (input, call) => [onBucket('s3:PutBucketAbac', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const { Status } = input.AbacStatus ?? {}
    if (Status !== 'Enabled' && Status !== 'Disabled') throw malformedXml()
    putConfiguration(call.db, bucket, 'abac', { Status })
    return {}
  },
})

export const GetBucketAbac = operation<GetBucketAbacRequest, GetBucketAbacOutput>({
  coverage: 'recorded',
  authorize: (input, call) => [onBucket('s3:GetBucketAbac', input, call)],
  run: (input, call) => ({
    AbacStatus: findConfiguration<{ Status: 'Enabled' | 'Disabled' }>(
      call.db,
      requireBucket(input, call),
      'abac',
    ) ?? { Status: 'Disabled' },
  }),
})
