import type { ListMultipartUploadsOutput, ListMultipartUploadsRequest } from '@aws-sdk/client-s3'
import { operation, type Call } from '../../../operation.ts'
import { invalidArgument } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { initiatorOf } from '../initiators.ts'
import { afterAllWith, justAfter } from '../keys.ts'
import { commonPrefix, listPage, type Page } from '../listing.ts'
import { encoderOf } from '../listing-encoding.ts'
import { canonicalUserId } from '../owners.ts'
import type { Bucket } from '../rows/buckets.ts'
import { wholeSeconds } from '../versions.ts'
import { findUpload, uploadsFrom, type Upload, type UploadCursor } from '../rows/uploads.ts'

export const ListMultipartUploads = operation<
  ListMultipartUploadsRequest,
  ListMultipartUploadsOutput
>({
  authorize: (input, call) => [onBucket('s3:ListBucketMultipartUploads', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const { MaxUploads = 1000, Prefix = '', Delimiter = '' } = input
    if (!Number.isInteger(MaxUploads) || MaxUploads < 0 || MaxUploads > 2_147_483_647) {
      throw invalidArgument(
        'Argument max-uploads must be an integer between 0 and 2147483647',
        'max-uploads',
        MaxUploads,
      )
    }
    const encode = encoderOf(input.EncodingType)
    const limit = Math.min(MaxUploads, 1000)
    const cursor = afterMarkers(input, call, bucket)
    const page = listPage<Upload, UploadCursor>(
      {
        readFrom: (cursor) => uploadsFrom(call.db, bucket.id, cursor),
        at: (key) => ({ key }),
        after: ({ key, initiatedAt, id }) => ({ key, after: { initiatedAt, id } }),
      },
      { prefix: Prefix, delimiter: Delimiter, from: { key: cursor.key, cursor }, limit },
    )
    const last = lastOf(page)
    return {
      Bucket: bucket.name,
      KeyMarker: encode(input.KeyMarker ?? ''),
      UploadIdMarker: input.KeyMarker ? (input.UploadIdMarker ?? '') : '',
      ...(Prefix && { Prefix: encode(Prefix) }),
      MaxUploads: limit,
      IsTruncated: page.next !== undefined,
      ...(Delimiter && { Delimiter: encode(Delimiter) }),
      ...(input.EncodingType && { EncodingType: input.EncodingType }),
      NextKeyMarker: encode(last?.key ?? ''),
      NextUploadIdMarker: last?.id ?? '',
      CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: encode(prefix) })),
      Uploads: page.rows.map((upload) => uploadEntry(upload, encode)),
    }
  },
})

/** Where the next page goes on. AWS names the last upload on a last page too, and no prefix there. */
function lastOf({
  last,
  next,
}: Page<Upload, UploadCursor>): { key: string; id: string } | undefined {
  if (!last) return undefined
  if ('row' in last) return last.row
  return next ? { key: last.commonPrefix, id: '' } : undefined
}

/** Without an upload, a key marker stands for all uploads to that key. */
function afterMarkers(
  { KeyMarker = '', UploadIdMarker = '', Prefix = '', Delimiter = '' }: ListMultipartUploadsRequest,
  { db }: Call,
  bucket: Bucket,
): UploadCursor {
  if (KeyMarker === '') return { key: '' }
  const common = KeyMarker.startsWith(Prefix)
    ? commonPrefix(KeyMarker, Prefix, Delimiter)
    : undefined
  const jump = common === undefined ? undefined : afterAllWith(common)
  if (jump !== undefined) return { key: jump }
  if (UploadIdMarker === '') return { key: justAfter(KeyMarker) }
  const upload = findUpload(db, bucket.id, UploadIdMarker)
  if (upload ? upload.key !== KeyMarker : !/^[\w.~-]+$/.test(UploadIdMarker)) {
    throw invalidArgument('Invalid uploadId marker', 'upload-id-marker', UploadIdMarker)
  }
  // Of an upload that ended meanwhile nobody knows where it stood: its key is listed once more.
  return upload?.key === KeyMarker ? { key: KeyMarker, after: upload } : { key: KeyMarker }
}

function uploadEntry(upload: Upload, encode: (text: string) => string) {
  return {
    Key: encode(upload.key),
    UploadId: upload.id,
    Initiated: new Date(wholeSeconds(upload.initiatedAt)),
    Initiator: initiatorOf(upload),
    Owner: { ID: canonicalUserId(upload.owner) },
    StorageClass: upload.storageClass as never,
    ...(upload.checksumAlgorithm && { ChecksumAlgorithm: upload.checksumAlgorithm }),
    ...(upload.checksumType && { ChecksumType: upload.checksumType }),
  }
}
