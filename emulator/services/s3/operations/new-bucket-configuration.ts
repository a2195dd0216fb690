import { operation } from '../../../operation.ts'
import { onBucket, requireBucket, type BucketInput } from '../find-bucket.ts'
import type { Bucket } from '../rows/buckets.ts'

// What AWS answers of a bucket that nobody configured. Nothing here can be configured yet, so it is true of every
// bucket; an operation moves to its own file when its Put is built.

/** Answers by the bucket alone. */
const reading = <Output>(action: string, answer: (bucket: Bucket) => Output) =>
  operation<BucketInput, Output>({
    authorize: (input, call) => [onBucket(action, input, call)],
    run: (input, call) => answer(requireBucket(input, call)),
  })

export const GetBucketLogging = reading('s3:GetBucketLogging', () => ({}))
