import type {
  GetBucketVersioningOutput,
  GetBucketVersioningRequest,
  PutBucketVersioningRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { malformedXml, notBuilt } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { setBucketVersioning } from '../rows/buckets.ts'

export const PutBucketVersioning = operation<PutBucketVersioningRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketVersioning', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const { Status, MFADelete } = input.VersioningConfiguration ?? {}
    if (Status !== 'Enabled' && Status !== 'Suspended') throw malformedXml()
    if (MFADelete === 'Enabled') throw notBuilt('MFA delete')
    setBucketVersioning(call.db, bucket, Status)
    return {}
  },
})

export const GetBucketVersioning = operation<GetBucketVersioningRequest, GetBucketVersioningOutput>(
  {
    authorize: (input, call) => [onBucket('s3:GetBucketVersioning', input, call)],
    run(input, call) {
      const { versioning } = requireBucket(input, call)
      return versioning === null ? {} : { Status: versioning }
    },
  },
)
