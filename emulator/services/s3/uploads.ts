import type { Call } from '../../operation.ts'
import { invalidArgument } from './errors.ts'
import { requireBucket, type BucketInput } from './find-bucket.ts'
import { noSuchUpload } from './multipart-errors.ts'
import type { Bucket } from './rows/buckets.ts'
import {
  deleteUploadsOf,
  listUploadParts,
  putUploadPart,
  findUploadPart,
  uploadFilesOf,
  type UploadPart,
} from './rows/upload-parts.ts'
import { deleteUpload, findUpload, type Upload } from './rows/uploads.ts'

/** @throws AwsError `NoSuchUpload`, also for an upload to another key */
export function requireUpload(
  { db }: Pick<Call, 'db'>,
  bucket: Bucket,
  { Key, UploadId = '' }: { Key?: string | undefined; UploadId?: string | undefined },
): Upload {
  const upload = findUpload(db, bucket.id, UploadId)
  if (!upload || upload.key !== Key) throw noSuchUpload(UploadId)
  return upload
}

/** The upload that a request names, if it is there: what is missing is refused once the call is authorized. */
export const uploadNamed = (
  input: BucketInput & { readonly UploadId?: string | undefined },
  call: Call,
): Upload | undefined => findUpload(call.db, requireBucket(input, call).id, input.UploadId ?? '')

export function requirePartNumber(number: number | undefined): number {
  if (number === undefined || !Number.isInteger(number) || number < 1 || number > 10_000) {
    throw invalidArgument(
      'Part number must be an integer between 1 and 10000, inclusive',
      'partNumber',
      number,
    )
  }
  return number
}

/** Writes a part; the bytes of an earlier one of its number are given up. */
export function replacePart({ db, objects }: Call, part: UploadPart): void {
  const earlier = findUploadPart(db, part.upload, part.number)
  if (earlier) objects.removeAfterCommit(earlier.file)
  putUploadPart(db, part)
}

/** Ends an upload. @param kept files that live on in an object */
export function endUpload(
  { db, objects }: Pick<Call, 'db' | 'objects'>,
  upload: Upload,
  kept: ReadonlySet<string> = new Set(),
): void {
  for (const { file } of listUploadParts(db, upload.id)) {
    if (!kept.has(file)) objects.removeAfterCommit(file)
  }
  deleteUpload(db, upload.id)
}

/** Ends all uploads to a bucket. */
export function abortUploads({ db, objects }: Call, bucket: Bucket): void {
  for (const file of uploadFilesOf(db, bucket.id)) objects.removeAfterCommit(file)
  deleteUploadsOf(db, bucket.id)
}
