import type { Call } from '../../operation.ts'
import { expirationOf } from './lifecycle/headers.ts'
import type { FilteredObject } from './object-filters.ts'
import { notificationsOf } from './notifications/configuration.ts'
import { notify } from './notifications/notify.ts'
import { findLatest } from './rows/object-versions.ts'
import { replicateNewest } from './replication/schedule.ts'
import type { Bucket } from './rows/buckets.ts'
import { shownVersionId, wholeSeconds } from './versions.ts'

/** What notifications call the operations that write objects. */
const eventNames: Readonly<Record<string, string>> = {
  PutObject: 'Put',
  PostObject: 'Post',
  CopyObject: 'Copy',
  CompleteMultipartUpload: 'CompleteMultipartUpload',
}

/**
 * To be called where a request has written a key's newest version: it is replicated, if the bucket's rules say so, and
 * those are told of it whom the bucket's configuration names.
 *
 * @returns what the answer says of its expiration
 */
export function afterWrite(
  call: Call,
  bucket: Bucket,
  object: FilteredObject & { readonly size: number },
): { Expiration?: string } {
  const { key, size } = object
  replicateNewest(call, bucket, key)
  if (notificationsOf(call.db, bucket)) {
    const written = findLatest(call.db, bucket.id, key)!
    notify(call, bucket, {
      event: `ObjectCreated:${eventNames[call.operation] ?? 'Put'}`,
      key,
      size,
      etag: written.etag,
      versionId: shownVersionId(bucket, written.versionId),
    })
  }
  const expiration = expirationOf(call, bucket, { lastModified: wholeSeconds(call.now), ...object })
  return expiration === undefined ? {} : { Expiration: expiration }
}
