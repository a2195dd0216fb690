import type { PutObjectOutput, PutObjectRequest } from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { newObjectAcl, newObjectOwner } from '../access-control.ts'
import { afterWrite } from '../after-write.ts'
import { checksumMembers, receivedChecksum, sentAlgorithm } from '../checksums.ts'
import { requireWritable } from '../conditions.ts'
import { entityTooLarge } from '../errors.ts'
import { requireBucket } from '../find-bucket.ts'
import { storedMetadata } from '../metadata.ts'
import {
  encryptionOf,
  refuseUnsupported,
  storageClassOf,
  systemHeaders,
  withoutAbsent,
} from '../object-settings.ts'
import { findLatest } from '../rows/object-versions.ts'
import { tagsFromHeader } from '../tags.ts'
import { writeVersion } from '../versions.ts'
import { toWrite } from '../write-permissions.ts'

/** 5 GiB; what is larger takes a multipart upload. */
const maxBytes = 5 * 1024 ** 3

export const PutObject = operation<PutObjectRequest, PutObjectOutput>({
  streamsInput: true,
  authorize: (input, call) => toWrite(input, call),
  run(input, call) {
    const bucket = requireBucket(input, call)
    const { Key: key = '' } = input
    const received = call.received!
    if (received.size > maxBytes) throw entityTooLarge(received.size, maxBytes)
    refuseUnsupported(input)
    const encryption = encryptionOf(input)
    const acl = newObjectAcl(input, bucket, call)
    const draft = {
      key,
      owner: newObjectOwner(bucket, call.caller, input),
      size: received.size,
      etag: received.digests.md5!.toString('hex'),
      partCount: null,
      storageClass: storageClassOf(input),
      checksum: receivedChecksum(received, sentAlgorithm(call.http)),
      headers: systemHeaders(input, call.http),
      metadata: storedMetadata(input.Metadata),
      tags: tagsFromHeader(input.Tagging),
      encryption,
      acl,
    }
    requireWritable(input, key, findLatest(call.db, bucket.id, key))
    const versionId = writeVersion(call, bucket, { ...draft, file: call.objects.keep(received) })
    return withoutAbsent({
      ETag: `"${draft.etag}"`,
      ...checksumMembers(draft.checksum),
      ...encryption,
      VersionId: versionId,
      ...afterWrite(call, bucket, draft),
    })
  },
})
