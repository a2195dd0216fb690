import type { FileSlice } from '../../store/object-files.ts'
import type { ByteRange } from './byte-ranges.ts'
import type { CustomerKey } from './encryption/customer-keys.ts'
import { objectKeyOf, openedFile, type KeyCall } from './encryption/object-keys.ts'
import { partsWithin } from './rows/object-parts.ts'
import type { ObjectVersion } from './rows/object-versions.ts'

/**
 * Where an object's bytes are, in order, and what decrypts them.
 *
 * @param range the wanted ones; all by default
 * @param customer the request's key, checked to be the object's
 * @throws AwsError KMS's refusals: `KMS.DisabledException`, …
 */
export function slicesOf(
  call: KeyCall,
  version: ObjectVersion,
  range?: ByteRange,
  customer?: CustomerKey,
): FileSlice[] {
  const { start, end } = range ?? { start: 0, end: version.size }
  const objectKey = objectKeyOf(call, version, customer)
  if (version.file !== null) {
    return [{ id: version.file, start, end, cipher: openedFile(objectKey, version.cipher?.seal) }]
  }
  return partsWithin(call.db, version.id, start, end).map((part) => ({
    id: part.file,
    start: Math.max(start - part.start, 0),
    end: Math.min(end - part.start, part.size),
    cipher: openedFile(objectKey, part.seal),
  }))
}
