import type { Call } from '../../operation.ts'
import { expirationOf } from './lifecycle/headers.ts'
import type { FilteredObject } from './object-filters.ts'
import { replicateNewest } from './replication/schedule.ts'
import type { Bucket } from './rows/buckets.ts'
import { wholeSeconds } from './versions.ts'

/**
 * To be called where a request has written a key's newest version: it is replicated, if the bucket's rules say so.
 *
 * @returns what the answer says of its expiration
 */
export function afterWrite(
  call: Pick<Call, 'db' | 'timers' | 'now'>,
  bucket: Bucket,
  object: FilteredObject,
): { Expiration?: string } {
  replicateNewest(call, bucket, object.key)
  const expiration = expirationOf(call, bucket, { ...object, lastModified: wholeSeconds(call.now) })
  return expiration === undefined ? {} : { Expiration: expiration }
}
