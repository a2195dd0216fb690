import type {
  DeleteBucketLifecycleRequest,
  GetBucketLifecycleConfigurationOutput,
  GetBucketLifecycleConfigurationRequest,
  PutBucketLifecycleConfigurationOutput,
  PutBucketLifecycleConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { noSuchLifecycle } from '../configuration-errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { unknownMinimumSize } from '../lifecycle/errors.ts'
import { scheduleRuns } from '../lifecycle/schedule.ts'
import { checkedRules } from '../lifecycle/validate.ts'
import { deleteLifecycle, findLifecycle, putLifecycle, rulesOf } from '../rows/lifecycles.ts'

export const PutBucketLifecycleConfiguration = operation<
  PutBucketLifecycleConfigurationRequest,
  PutBucketLifecycleConfigurationOutput
>({
  authorize: (input, call) => [onBucket('s3:PutLifecycleConfiguration', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const minimumSize = input.TransitionDefaultMinimumObjectSize ?? 'all_storage_classes_128K'
    if (minimumSize !== 'all_storage_classes_128K' && minimumSize !== 'varies_by_storage_class') {
      throw unknownMinimumSize(minimumSize)
    }
    const rules = checkedRules(input.LifecycleConfiguration?.Rules, call.ids)
    putLifecycle(call.db, bucket.id, { rules: JSON.stringify(rules), minimumSize })
    scheduleRuns(call, bucket)
    return { TransitionDefaultMinimumObjectSize: minimumSize }
  },
})

export const GetBucketLifecycleConfiguration = operation<
  GetBucketLifecycleConfigurationRequest,
  GetBucketLifecycleConfigurationOutput
>({
  authorize: (input, call) => [onBucket('s3:GetLifecycleConfiguration', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const lifecycle = findLifecycle(call.db, bucket.id)
    if (!lifecycle) throw noSuchLifecycle(bucket.name)
    return {
      Rules: rulesOf(lifecycle),
      TransitionDefaultMinimumObjectSize: lifecycle.minimumSize,
    }
  },
})

/** The permission is that of putting: AWS has none for this. */
export const DeleteBucketLifecycle = operation<DeleteBucketLifecycleRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutLifecycleConfiguration', input, call)],
  run(input, call) {
    deleteLifecycle(call.db, requireBucket(input, call).id)
    return {}
  },
})
