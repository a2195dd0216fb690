import type { PutObjectOutput, PutObjectRequest } from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { newObjectAcl, newObjectOwner } from '../access-control.ts'
import { afterWrite } from '../after-write.ts'
import { checksumMembers, receivedChecksum, sentAlgorithm } from '../checksums.ts'
import { requireWritable } from '../conditions.ts'
import { entityTooLarge } from '../errors.ts'
import { requireBucket } from '../find-bucket.ts'
import { newETag, newObjectKey, sealedFile } from '../encryption/object-keys.ts'
import { toEncrypt } from '../encryption/permissions.ts'
import { saysItsIntegrity } from '../integrity.ts'
import { lockNeedsIntegrity } from '../object-lock/errors.ts'
import { lockOfNew, requestedLock } from '../object-lock/locks.ts'
import { storedMetadata } from '../metadata.ts'
import {
  refuseUnsupported,
  storageClassOf,
  systemHeaders,
  withoutAbsent,
} from '../object-settings.ts'
import { findLatest } from '../rows/object-versions.ts'
import { tagsFromHeader } from '../tags.ts'
import { unlessNull, writeVersion } from '../versions.ts'
import { toWrite } from '../write-permissions.ts'

/** 5 GiB; what is larger takes a multipart upload. */
const maxBytes = 5 * 1024 ** 3

export const PutObject = operation<PutObjectRequest, PutObjectOutput>({
  streamsInput: true,
  authorize: (input, call) => [
    ...toWrite(input, call),
    ...toEncrypt(input, requireBucket(input, call), call),
  ],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const { Key: key = '' } = input
    const received = call.received!
    if (received.size > maxBytes) throw entityTooLarge(received.size, maxBytes)
    refuseUnsupported(input)
    const objectKey = newObjectKey(input, bucket, call)
    const { encryption } = objectKey
    const acl = newObjectAcl(input, bucket, call)
    const lock = lockOfNew(requestedLock(input, bucket, call), bucket, call)
    if (lock !== null && !saysItsIntegrity(call.http)) throw lockNeedsIntegrity()
    const draft = {
      key,
      owner: newObjectOwner(bucket, call.caller, input),
      size: received.size,
      etag: newETag(call, encryption, received.digests.md5!),
      partCount: null,
      storageClass: storageClassOf(input),
      checksum: receivedChecksum(received, sentAlgorithm(call.http)),
      headers: systemHeaders(input, call.http),
      metadata: storedMetadata(
        input.Metadata,
        // A form's fields are UTF-8, and stay as they are.
        call.operation === 'PostObject' ? (value) => value : undefined,
      ),
      tags: tagsFromHeader(input.Tagging),
      encryption,
      lock,
      cipher: sealedFile(call, objectKey, received.cipher),
      acl,
    }
    requireWritable(input, key, findLatest(call.db, bucket.id, key))
    const versionId = writeVersion(call, bucket, { file: call.objects.keep(received), ...draft })
    return withoutAbsent({
      ETag: `"${draft.etag}"`,
      ...checksumMembers(draft.checksum),
      ...encryption,
      ...objectKey.echo,
      VersionId: unlessNull(versionId),
      ...afterWrite(call, bucket, draft),
    })
  },
})
