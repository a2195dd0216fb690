import type {
  GetBucketVersioningOutput,
  GetBucketVersioningRequest,
  PutBucketVersioningRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import { illegalVersioning, malformedXml, notBuilt } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { lockKeepsVersioning } from '../object-lock/errors.ts'
import { lockConfigurationOf } from '../object-lock/locks.ts'
import { setBucketVersioning } from '../rows/buckets.ts'
import { findReplication } from '../rows/replications.ts'

export const PutBucketVersioning = operation<PutBucketVersioningRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketVersioning', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const { Status, MFADelete } = input.VersioningConfiguration ?? {}
    if (Status === undefined) throw illegalVersioning()
    if (Status !== 'Enabled' && Status !== 'Suspended') throw malformedXml()
    if (MFADelete === 'Enabled') throw notBuilt('MFA delete')
    if (Status === 'Suspended' && findReplication(call.db, bucket.id)) throw isReplicated()
    if (Status === 'Suspended' && lockConfigurationOf(call.db, bucket)) throw lockKeepsVersioning()
    setBucketVersioning(call.db, bucket, Status)
    return {}
  },
})

const isReplicated = () =>
  new AwsError(
    'InvalidBucketState',
    'A replication configuration is present on this bucket, so you cannot change the versioning state. ' +
      'To change the versioning state, first delete the replication configuration.',
    { status: 409 },
  )

export const GetBucketVersioning = operation<GetBucketVersioningRequest, GetBucketVersioningOutput>(
  {
    authorize: (input, call) => [onBucket('s3:GetBucketVersioning', input, call)],
    run(input, call) {
      const { versioning } = requireBucket(input, call)
      return versioning === null ? {} : { Status: versioning }
    },
  },
)
