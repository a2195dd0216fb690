import type {
  ListPartsOutput,
  ListPartsRequest,
  UploadPartCopyOutput,
  UploadPartCopyRequest,
  UploadPartOutput,
  UploadPartRequest,
} from '@aws-sdk/client-s3'
import { operation, type Call } from '../../../operation.ts'
import type { ReceivedFile } from '../../../store/object-files.ts'
import type { ByteRange } from '../byte-ranges.ts'
import { checksumValue, receivedChecksum, sentAlgorithm } from '../checksums.ts'
import { copySourceKeys, requireSource, toReadSource } from '../copy-source.ts'
import {
  customerKeyOf,
  requireUploadKey,
  type CustomerKey,
  type CustomerKeyInput,
} from '../encryption/customer-keys.ts'
import { hasMd5, newETag, objectKeyOf, opaqueETag, openedFile } from '../encryption/object-keys.ts'
import { toUseKey } from '../encryption/permissions.ts'
import { seal } from '../encryption/seals.ts'
import { entityTooLarge, invalidArgument, invalidRequest, operationAborted } from '../errors.ts'
import { onObject, requireBucket } from '../find-bucket.ts'
import { initiatorOf } from '../initiators.ts'
import { abortOf } from '../lifecycle/headers.ts'
import { partAlgorithm } from '../multipart-checksums.ts'
import { withoutAbsent } from '../object-settings.ts'
import { canonicalUserId } from '../owners.ts'
import type { ObjectVersion } from '../rows/object-versions.ts'
import { listUploadParts, type UploadPart as Row } from '../rows/upload-parts.ts'
import type { Upload } from '../rows/uploads.ts'
import { slicesOf } from '../segments.ts'
import { discardOnRollback, spool } from '../spool.ts'
import { replacePart, requirePartNumber, requireUpload, uploadNamed } from '../uploads.ts'
import { shownVersionId, wholeSeconds } from '../versions.ts'

const maxPartBytes = 5 * 1024 ** 3

export const UploadPart = operation<UploadPartRequest, UploadPartOutput>({
  streamsInput: true,
  quotesMd5: true,
  authorize: (input, call) => [
    onObject('s3:PutObject', input, call),
    ...toUseKey('GenerateDataKey', uploadNamed(input, call), call),
  ],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const number = requirePartNumber(input.PartNumber)
    const upload = requireUpload(call, bucket, input)
    const sealed = sealedPart(input, call, upload, call.received!)
    const received = call.received!
    if (received.size > maxPartBytes) throw entityTooLarge(received.size, maxPartBytes)
    const algorithm = partAlgorithm(upload, sentAlgorithm(call.http))
    const { value } = receivedChecksum(received, algorithm)
    const etag = newETag(call, upload.encryption, received.digests.md5!)
    replacePart(call, {
      seal: sealed,
      upload: upload.id,
      number,
      etag,
      checksum: { algorithm, value },
      file: call.objects.keep(received),
      size: received.size,
      lastModified: wholeSeconds(call.now),
    })
    return { ETag: `"${etag}"`, ...checksumValue(algorithm, value), ...upload.encryption }
  },
})

/** The copied bytes, and of which version they are; none where the part is a second name for that version's. */
interface CopiedPart {
  readonly version: number
  readonly file: ReceivedFile | undefined
}

export const UploadPartCopy = operation<UploadPartCopyRequest, UploadPartCopyOutput, CopiedPart>({
  authorize: (input, call) => [
    ...toReadSource(input, call, false),
    onObject('s3:PutObject', input, call, copySourceKeys(input)),
    ...toUseKey('GenerateDataKey', uploadNamed(input, call), call),
  ],
  async prepare(input, call) {
    requirePartNumber(input.PartNumber)
    const upload = requireUpload(call, requireBucket(input, call), input)
    const { version, customer } = requireSource(input, call)
    requireUploadKey(upload.encryption, customerKeyOf(input))
    const range = sourceRange(input.CopySourceRange, version.size)
    const size = range.end - range.start
    if (size > maxPartBytes) throw entityTooLarge(size, maxPartBytes)
    if (size === version.size && canBeLinked(version, upload)) {
      return { version: version.id, file: undefined }
    }
    const slices = slicesOf(call, version, range, customer)
    return { version: version.id, file: await spool(call, slices, algorithmOf(upload)) }
  },
  run(input, call, { version: copied, file }) {
    if (file) discardOnRollback(call, file)
    const bucket = requireBucket(input, call)
    const upload = requireUpload(call, bucket, input)
    const { bucket: source, version, customer } = requireSource(input, call)
    // The source was replaced while its bytes were read.
    if (version.id !== copied) throw operationAborted()
    const algorithm = algorithmOf(upload)
    const part = file
      ? keptPart(input, call, upload, file)
      : linkedPart(input, call, upload, version, customer)
    const { etag } = part
    const { value } = part.checksum
    const lastModified = wholeSeconds(call.now)
    const number = requirePartNumber(input.PartNumber)
    replacePart(call, { upload: upload.id, number, lastModified, ...part })
    return {
      CopyPartResult: {
        ETag: `"${etag}"`,
        LastModified: new Date(lastModified),
        ...(upload.checksumAlgorithm !== null && checksumValue(algorithm, value)),
      },
      ...withoutAbsent({ CopySourceVersionId: shownVersionId(source, version.versionId) }),
      ...upload.encryption,
    }
  },
})

const algorithmOf = ({ checksumAlgorithm }: Upload) => checksumAlgorithm ?? 'CRC64NVME'

type PartBytes = Pick<Row, 'seal' | 'etag' | 'checksum' | 'file' | 'size'>

function keptPart(
  input: CustomerKeyInput,
  call: Call,
  upload: Upload,
  file: ReceivedFile,
): PartBytes {
  const algorithm = algorithmOf(upload)
  return {
    seal: sealedPart(input, call, upload, file),
    etag: newETag(call, upload.encryption, file.digests.md5!),
    checksum: { algorithm, value: receivedChecksum(file, algorithm).value },
    file: call.objects.keep(file),
    size: file.size,
  }
}

/** An object in one piece, with the checksum that the upload wants, needs no second writing to be a part; its file's key is sealed anew. */
const canBeLinked = (version: ObjectVersion, upload: Upload): boolean =>
  version.file !== null &&
  version.cipher?.seal !== undefined &&
  version.checksum?.algorithm === algorithmOf(upload) &&
  version.checksum.type === 'FULL_OBJECT' &&
  hasMd5(version.encryption) === hasMd5(upload.encryption)

function linkedPart(
  input: CustomerKeyInput,
  call: Call,
  upload: Upload,
  version: ObjectVersion,
  customer: CustomerKey | undefined,
): PartBytes {
  const cipher = openedFile(objectKeyOf(call, version, customer), version.cipher?.seal)
  return {
    seal: sealedPart(input, call, upload, { cipher }),
    etag: hasMd5(upload.encryption) ? version.etag : opaqueETag(call),
    checksum: { algorithm: algorithmOf(upload), value: version.checksum!.value },
    file: call.objects.link(version.file!),
    size: version.size,
  }
}

/** The key of a part's file, sealed. */
function sealedPart(
  input: CustomerKeyInput,
  call: Call,
  upload: Upload,
  { cipher }: Pick<ReceivedFile, 'cipher'>,
): string | null {
  const customer = customerKeyOf(input)
  requireUploadKey(upload.encryption, customer)
  const objectKey = objectKeyOf(call, upload, customer)
  return cipher ? seal(call, objectKey, cipher) : null
}

/** Unlike a read's, a copy's range must be whole and lie within the source. */
function sourceRange(header: string | undefined, size: number): ByteRange {
  if (header === undefined) return { start: 0, end: size }
  const match = /^bytes=(\d+)-(\d+)$/.exec(header)
  if (!match || Number(match[1]) > Number(match[2])) {
    throw invalidArgument(
      'The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based ' +
        'offsets of the first and last bytes to copy',
      'x-amz-copy-source-range',
      header,
    )
  }
  if (Number(match[1]) >= size) {
    throw invalidRequest('The specified copy range is invalid for the source object size')
  }
  const end = Number(match[2]) + 1
  if (end > size) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      'x-amz-copy-source-range',
      header,
    )
  }
  return { start: Number(match[1]), end }
}

export const ListParts = operation<ListPartsRequest, ListPartsOutput>({
  authorize: (input, call) => [onObject('s3:ListMultipartUploadParts', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const upload = requireUpload(call, bucket, input)
    const { MaxParts = 1000, PartNumberMarker } = input
    if (!Number.isInteger(MaxParts) || MaxParts < 0 || MaxParts > 2_147_483_647) {
      throw invalidArgument(
        'Argument max-parts must be an integer between 0 and 2147483647',
        'max-parts',
        MaxParts,
      )
    }
    const after = Number(PartNumberMarker ?? 0)
    if (!Number.isInteger(after)) {
      throw invalidArgument(
        'Provided part-number-marker not an integer or within integer range',
        'part-number-marker',
        PartNumberMarker,
      )
    }
    if (after < 0) {
      throw invalidArgument(
        'Argument part-number-marker must be an integer between 0 and 2147483647',
        'part-number-marker',
        PartNumberMarker,
      )
    }
    const limit = Math.min(MaxParts, 1000)
    const found = listUploadParts(call.db, upload.id, { after, limit: limit + 1 })
    const parts = found.slice(0, limit)
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.id,
      ...abortOf(call, bucket, upload),
      PartNumberMarker: String(after),
      NextPartNumberMarker: String(parts.at(-1)?.number ?? 0),
      MaxParts: limit,
      IsTruncated: limit > 0 && found.length > limit,
      Parts: parts.map((part) => partEntry(upload, part)),
      Initiator: initiatorOf(upload),
      Owner: { ID: canonicalUserId(upload.owner) },
      StorageClass: upload.storageClass as never,
      ...withoutAbsent({
        ChecksumAlgorithm: upload.checksumAlgorithm ?? undefined,
        ChecksumType: upload.checksumType ?? undefined,
      }),
    }
  },
})

function partEntry(upload: Upload, part: Row) {
  const entry = {
    PartNumber: part.number,
    LastModified: new Date(part.lastModified),
    ETag: `"${part.etag}"`,
    Size: part.size,
  }
  if (upload.checksumAlgorithm === null) return entry
  return Object.assign(entry, checksumValue(part.checksum.algorithm, part.checksum.value))
}
