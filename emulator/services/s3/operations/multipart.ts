import type {
  AbortMultipartUploadRequest,
  CompleteMultipartUploadOutput,
  CompleteMultipartUploadRequest,
  CompletedPart,
  CreateMultipartUploadOutput,
  CreateMultipartUploadRequest,
} from '@aws-sdk/client-s3'
import { operation, type Call } from '../../../operation.ts'
import { newObjectAcl, newObjectOwner } from '../access-control.ts'
import { afterWrite } from '../after-write.ts'
import { checksumMembers } from '../checksums.ts'
import { requireWritable } from '../conditions.ts'
import { answerOfCompletion, rememberCompletion } from '../completed-uploads.ts'
import { customerKeyOf, requireUploadKey } from '../encryption/customer-keys.ts'
import { newObjectKey } from '../encryption/object-keys.ts'
import { toEncrypt, toUseKey } from '../encryption/permissions.ts'
import {
  conditionalRequestConflict,
  invalidArgument,
  invalidRequest,
  malformedXml,
} from '../errors.ts'
import { entityTooSmall, invalidPart, invalidPartOrder } from '../multipart-errors.ts'
import { onObject, requireBucket } from '../find-bucket.ts'
import { abortOf } from '../lifecycle/headers.ts'
import { lockOfNew, requestedLock } from '../object-lock/locks.ts'
import { storedMetadata } from '../metadata.ts'
import {
  multipartETag,
  objectChecksum,
  requireSentChecksum,
  requireSentType,
  uploadChecksum,
} from '../multipart-checksums.ts'
import {
  refuseUnsupported,
  storageClassOf,
  systemHeaders,
  withoutAbsent,
} from '../object-settings.ts'
import {
  missingChecksums,
  requirePartChecksum,
  withChecksums,
  type PartChecksums,
} from '../part-checksums.ts'
import type { ObjectPart } from '../rows/object-parts.ts'
import { findLatest, type ObjectVersion } from '../rows/object-versions.ts'
import { listUploadParts, type UploadPart } from '../rows/upload-parts.ts'
import { insertUpload, type Upload } from '../rows/uploads.ts'
import { tagsFromHeader } from '../tags.ts'
import { endUpload, requireUpload, uploadNamed } from '../uploads.ts'
import { markOf, unlessNull, writeVersion } from '../versions.ts'
import { toWrite } from '../write-permissions.ts'

/** All parts but the last: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const minPartBytes = 5 * 1024 ** 2

export const CreateMultipartUpload = operation<
  CreateMultipartUploadRequest,
  CreateMultipartUploadOutput
>({
  authorize: (input, call) => [
    ...toWrite(input, call),
    ...toEncrypt(input, requireBucket(input, call), call),
  ],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const { Key: key = '' } = input
    refuseUnsupported(input)
    const acl = newObjectAcl(input, bucket, call)
    const { encryption, cipher, echo } = newObjectKey(input, bucket, call)
    const upload: Upload = {
      // Never a hyphen in front, which a command line would take for an option.
      id: call.ids.bytes(96).toString('base64url').replaceAll('-', '.'),
      bucket: bucket.id,
      key,
      initiatedAt: call.now,
      initiator: call.caller.arn ?? '',
      owner: newObjectOwner(bucket, call.caller, input),
      storageClass: storageClassOf(input),
      ...uploadChecksum(input.ChecksumAlgorithm, input.ChecksumType),
      headers: systemHeaders(input, call.http),
      metadata: storedMetadata(input.Metadata),
      tags: tagsFromHeader(input.Tagging),
      encryption,
      cipher,
      lock: requestedLock(input, bucket, call),
      acl,
      newestAtStart: markOf(findLatest(call.db, bucket.id, key)),
    }
    insertUpload(call.db, upload)
    return {
      Bucket: bucket.name,
      Key: key,
      UploadId: upload.id,
      ...withoutAbsent({
        ChecksumAlgorithm: upload.checksumAlgorithm ?? undefined,
        ChecksumType: upload.checksumType ?? undefined,
      }),
      ...upload.encryption,
      ...echo,
      ...abortOf(call, bucket, upload),
    }
  },
})

export const CompleteMultipartUpload = operation<
  CompleteMultipartUploadRequest,
  CompleteMultipartUploadOutput,
  PartChecksums
>({
  checksumsOfBody: false,
  // What the parts are is read before they become an object.
  authorize: (input, call) => [
    ...toWrite({ ...input, ACL: undefined }, call),
    ...toUseKey('Decrypt', uploadNamed(input, call), call),
  ],
  async prepare(input, call) {
    const upload = uploadNamed(input, call)
    return upload ? missingChecksums(call, upload, customerKeyOf(input)) : new Map()
  },
  run(input, call, checksums) {
    const bucket = requireBucket(input, call)
    const named = input.MultipartUpload?.Parts ?? []
    const earlier = answerOfCompletion(call, bucket, input, named)
    if (earlier) return earlier
    const upload = requireUpload(call, bucket, input)
    if (!input.MultipartUpload) throw invalidRequest('You must specify at least one part')
    const customer = customerKeyOf(input)
    if (customer) requireUploadKey(upload.encryption, customer)
    const { key } = upload
    requireSentType(call.http, upload)
    const parts = withChecksums(completedParts(call, upload, named), checksums)
    const size = parts.reduce((sum, part) => sum + part.size, 0)
    if (input.MpuObjectSize !== undefined && input.MpuObjectSize < 0) {
      throw invalidRequest(
        `Value for x-amz-mp-object-size header is less than zero: '${input.MpuObjectSize}'`,
      )
    }
    if (input.MpuObjectSize !== undefined && input.MpuObjectSize !== size) {
      throw invalidRequest(
        `The provided 'x-amz-mp-object-size' header value ${input.MpuObjectSize} does not match what was computed: ${size}`,
      )
    }
    const checksum = objectChecksum(upload, parts)
    requireSentChecksum(call.http, upload, checksum)
    const latest = findLatest(call.db, bucket.id, key)
    requireWritable(input, key, latest)
    requireNoConflict(input, upload, latest)
    const etag = multipartETag(parts)
    const { owner, storageClass, headers, metadata, tags, encryption, cipher, acl } = upload
    endUpload(call, upload, new Set(parts.map(({ file }) => file)))
    const versionId = writeVersion(
      call,
      bucket,
      {
        key,
        owner,
        size,
        etag,
        storageClass,
        checksum,
        headers,
        metadata,
        tags,
        encryption,
        cipher,
        lock: lockOfNew(upload.lock, bucket, call),
        acl,
        file: null,
        partCount: parts.length,
      },
      placed(parts),
    )
    const answer = {
      Location: `${call.http.secure ? 'https' : 'http'}://${call.http.host}${call.http.path}`,
      Bucket: bucket.name,
      Key: key,
      ETag: `"${etag}"`,
      // The checksum that AWS computes for an upload that asked for none is not told where KMS has its key; reads have it.
      ...(upload.checksumAlgorithm === null && encryption.SSEKMSKeyId !== undefined
        ? {}
        : checksumMembers(checksum)),
      ...encryption,
      ...withoutAbsent({ VersionId: unlessNull(versionId) }),
      ...afterWrite(call, bucket, { key, size, tags }),
    }
    rememberCompletion(call, upload, named, answer)
    return answer
  },
})

/**
 * A condition is on what the key was when the upload began: a write or a deletion since then conflicts with it, even
 * where the condition holds again. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
function requireNoConflict(
  { IfMatch, IfNoneMatch }: CompleteMultipartUploadRequest,
  { key, newestAtStart }: Upload,
  latest: ObjectVersion | undefined,
): void {
  if (markOf(latest) === newestAtStart) return
  if (IfMatch !== undefined) throw conditionalRequestConflict('If-Match', key)
  if (IfNoneMatch !== undefined) throw conditionalRequestConflict('If-None-Match', key)
}

/** The uploaded parts that the request names, each checked. */
function completedParts(
  { db }: Call,
  upload: Upload,
  named: readonly CompletedPart[],
): UploadPart[] {
  if (named.length < 1 || named.length > 10_000) throw malformedXml()
  const uploaded = new Map(listUploadParts(db, upload.id).map((part) => [part.number, part]))
  let previous = 0
  const parts = named.map((wanted) => {
    const { PartNumber: number, ETag = '' } = wanted
    if (number === undefined) throw malformedXml()
    if (number < 1) {
      throw invalidArgument('PartNumber must be >= 1', 'PartNumber', String(number))
    }
    if (number <= previous) throw invalidPartOrder(upload.id)
    previous = number
    const part = uploaded.get(number)
    const etag = ETag.replaceAll('"', '')
    if (!part || part.etag !== etag) throw invalidPart(upload.id, number, etag)
    requirePartChecksum(upload, wanted, part)
    return part
  })
  const tooSmall = parts.slice(0, -1).find(({ size }) => size < minPartBytes)
  if (tooSmall) throw entityTooSmall(tooSmall.size, tooSmall.number, tooSmall.etag)
  return parts
}

function placed(parts: readonly UploadPart[]): ObjectPart[] {
  let start = 0
  return parts.map(({ number, size, file, checksum, seal }) => {
    const part = { number, start, size, file, checksumValue: checksum.value, seal }
    start += size
    return part
  })
}

export const AbortMultipartUpload = operation<AbortMultipartUploadRequest, {}>({
  authorize: (input, call) => [onObject('s3:AbortMultipartUpload', input, call)],
  run(input, call) {
    endUpload(call, requireUpload(call, requireBucket(input, call), input))
    return {}
  },
})
