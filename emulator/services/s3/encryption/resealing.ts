import type { ObjectPart } from '../rows/object-parts.ts'
import type { ObjectVersion } from '../rows/object-versions.ts'
import { objectKeyOf, type KeyCall, type ObjectKey, type StoredCipher } from './object-keys.ts'
import { seal, unseal } from './seals.ts'

/** An object's files under another object key: the bytes stay as they are. */
export interface Resealed {
  readonly encryption: ObjectVersion['encryption']
  readonly cipher: StoredCipher
  readonly parts: readonly ObjectPart[]
}

/**
 * Seals the keys of an object's files by another object key.
 *
 * @param version not of a customer's key, which nobody has here
 * @throws AwsError KMS's refusals: `KMS.DisabledException`, …
 */
export function resealed(
  call: KeyCall,
  version: ObjectVersion,
  parts: readonly ObjectPart[],
  { key, encryption, cipher }: ObjectKey,
): Resealed {
  const before = objectKeyOf(call, version, undefined)
  const again = (sealed: string): string => seal(call, key, unseal(before, sealed))
  const sealed = version.cipher?.seal
  return {
    encryption,
    cipher: sealed === undefined ? cipher : { ...cipher, seal: again(sealed) },
    parts: parts.map((part) => ({ ...part, seal: part.seal && again(part.seal) })),
  }
}
