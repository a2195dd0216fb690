import type {
  DeleteBucketReplicationRequest,
  GetBucketReplicationOutput,
  GetBucketReplicationRequest,
  PutBucketReplicationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { noSuchReplication } from '../configuration-errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { checkedReplication } from '../replication/validate.ts'
import { deleteReplication, findReplication, putReplication } from '../rows/replications.ts'

export const PutBucketReplication = operation<PutBucketReplicationRequest, {}>({
  authorize(input, call) {
    const role = input.ReplicationConfiguration?.Role
    const own = onBucket('s3:PutReplicationConfiguration', input, call)
    if (role === undefined) return [own]
    return [own, call.ports.roles.passing(call.db, role, 's3.amazonaws.com')]
  },
  run(input, call) {
    const bucket = requireBucket(input, call)
    const checked = checkedReplication(input.ReplicationConfiguration, bucket, call)
    putReplication(call.db, bucket.id, checked)
    return {}
  },
})

export const GetBucketReplication = operation<
  GetBucketReplicationRequest,
  GetBucketReplicationOutput
>({
  authorize: (input, call) => [onBucket('s3:GetReplicationConfiguration', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const ReplicationConfiguration = findReplication(call.db, bucket.id)
    if (!ReplicationConfiguration) throw noSuchReplication(bucket.name)
    return { ReplicationConfiguration }
  },
})

/** The permission is that of putting: AWS has none for this. */
export const DeleteBucketReplication = operation<DeleteBucketReplicationRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutReplicationConfiguration', input, call)],
  run(input, call) {
    deleteReplication(call.db, requireBucket(input, call).id)
    return {}
  },
})
