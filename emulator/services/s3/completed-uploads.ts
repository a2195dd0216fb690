import type { CompletedPart, CompleteMultipartUploadOutput } from '@aws-sdk/client-s3'
import type { Call } from '../../operation.ts'
import { findCompletedUpload, insertCompletedUpload } from './rows/completed-uploads.ts'
import type { Bucket } from './rows/buckets.ts'
import { findLatest } from './rows/object-versions.ts'
import type { Upload } from './rows/uploads.ts'
import { markOf } from './versions.ts'

/** AWS does not say for how long it remembers; a day outlives every retry. */
const rememberedFor = 24 * 3_600_000

type Answer = CompleteMultipartUploadOutput

/** To be called where an upload has become the key's newest version. */
export function rememberCompletion(
  { db, now }: Call,
  upload: Upload,
  named: readonly CompletedPart[],
  answer: Answer,
): void {
  insertCompletedUpload(
    db,
    {
      id: upload.id,
      bucket: upload.bucket,
      key: upload.key,
      completedAt: now,
      parts: partList(named),
      answer: JSON.stringify(answer),
      object: markOf(findLatest(db, upload.bucket, upload.key)),
    },
    now - rememberedFor,
  )
}

/**
 * The answer to a request that completes an upload once more: that of the first, as long as the object is still the newest
 * of its key. Clients retry when they do not hear the end of a long completion.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export function answerOfCompletion(
  { db, now }: Call,
  bucket: Bucket,
  { Key = '', UploadId = '' }: { Key?: string | undefined; UploadId?: string | undefined },
  named: readonly CompletedPart[],
): Answer | undefined {
  const completed = findCompletedUpload(db, bucket.id, UploadId)
  if (!completed || completed.key !== Key || completed.parts !== partList(named)) return undefined
  if (completed.completedAt < now - rememberedFor) return undefined
  if (completed.object !== markOf(findLatest(db, bucket.id, Key))) return undefined
  return JSON.parse(completed.answer) as Answer
}

const partList = (named: readonly CompletedPart[]) =>
  JSON.stringify(named.map(({ PartNumber, ETag = '' }) => [PartNumber, ETag.replaceAll('"', '')]))
