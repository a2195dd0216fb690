import { encryptSymmetric, decryptSymmetric, readCiphertext } from './crypto/ciphertext.ts'
import type { EncryptionContext, KeyScope } from '../../ports.ts'
import type { Ciphertext } from './crypto/ciphertext.ts'
import { decryptRsa, encryptRsa, largestPlaintext } from './crypto/rsa-encryption.ts'
import {
  incorrectKey,
  invalidCiphertext,
  noDataKeys,
  unknownCiphertextKey,
  validation,
  wrongAlgorithm,
  wrongUsage,
} from './errors.ts'
import { keyArn } from './arns.ts'
import { lookUp, refuseUnusable, requireKey, anyName, type NamedKey } from './find-key.ts'
import { rotatedIfDue } from './rotation.ts'
import { findKey, type Key } from './rows/keys.ts'
import { currentMaterial, findMaterial } from './rows/materials.ts'
import {
  algorithmsOf,
  keyKind,
  type EncryptionAlgorithm,
  type KeySpecName,
  type KeyUsage,
} from './specs.ts'

export const symmetricAlgorithm: EncryptionAlgorithm = 'SYMMETRIC_DEFAULT'

/** @throws DisabledException, KMSInvalidStateException, InvalidKeyUsageException */
export function refuseUnfit(found: NamedKey, usage: KeyUsage, operation: string): void {
  refuseUnusable(found)
  if (found.key.usage !== usage) throw wrongUsage(found.arn, found.key.usage, operation)
}

/** @throws InvalidKeyUsageException for an algorithm that keys of the spec don't have */
export function checkAlgorithm(spec: KeySpecName, usage: KeyUsage, algorithm: string): void {
  const known: readonly string[] = algorithmsOf(spec, usage)
  if (!known.includes(algorithm)) throw wrongAlgorithm(algorithm, spec)
}

/** How something is, or is to be, encrypted. */
export interface Encryption {
  readonly algorithm?: string | undefined
  readonly context?: EncryptionContext | undefined
}

export function encrypt(
  { ids, db }: KeyScope,
  { key }: NamedKey,
  plaintext: Uint8Array,
  { algorithm = symmetricAlgorithm, context = {} }: Encryption,
): Buffer {
  const rsaAlgorithm = asymmetricAlgorithm(key, algorithm, context)
  const material = currentMaterial(db, key)
  if (!rsaAlgorithm) {
    return encryptSymmetric(
      ids,
      { account: key.account, keyId: key.id },
      material,
      plaintext,
      context,
    )
  }
  const kind = keyKind(key.spec)
  const most = largestPlaintext(kind.kind === 'rsa' ? kind.bits : 0, rsaAlgorithm)
  if (plaintext.length > most) {
    throw validation(
      `Algorithm ${algorithm} and key spec ${key.spec} cannot encrypt data larger than ${most} bytes.`,
    )
  }
  return encryptRsa(material, rsaAlgorithm, plaintext)
}

/** @returns undefined where the key is symmetric */
function asymmetricAlgorithm(
  { spec }: Key,
  algorithm: string,
  context: EncryptionContext,
): EncryptionAlgorithm | undefined {
  checkAlgorithm(spec, 'ENCRYPT_DECRYPT', algorithm)
  if (algorithm === symmetricAlgorithm) return undefined
  if (Object.keys(context).length > 0) {
    throw validation('You cannot specify an encryption context with an asymmetric KMS key.')
  }
  return algorithm as EncryptionAlgorithm
}

/** A ciphertext as a request gives it. */
export interface Encrypted extends Encryption {
  readonly blob: Uint8Array
  /** A symmetric ciphertext says it itself. */
  readonly keyId?: string | undefined
}

/**
 * The key that a ciphertext is to be decrypted with, without changing anything.
 *
 * @throws InvalidCiphertextException, AccessDeniedException where its key is not here; NotFoundException
 */
export function keyOfCiphertext(scope: KeyScope, { blob, keyId, algorithm }: Encrypted): NamedKey {
  if (keyId !== undefined) return lookUp(scope, keyId, anyName)
  if (algorithm !== undefined && algorithm !== symmetricAlgorithm) {
    throw validation('You must specify the KeyId of an asymmetric KMS key.')
  }
  return keyInHead(scope, readCiphertext(blob))
}

function keyInHead({ db, region }: KeyScope, ciphertext: Ciphertext | undefined): NamedKey {
  if (!ciphertext) throw invalidCiphertext()
  const { account, keyId } = ciphertext
  const key = findKey(db, { account, region, id: keyId })
  if (!key) throw unknownCiphertextKey()
  return { key, arn: keyArn(key, key.id) }
}

export interface Decrypted {
  readonly plaintext: Buffer
  readonly materialId: string
  readonly found: NamedKey
}

/**
 * @param operation whose key usage is checked
 * @throws IncorrectKeyException, InvalidCiphertextException, and what the key's state forbids
 */
export function decrypt(scope: KeyScope, given: Encrypted, operation: string): Decrypted {
  const { blob, algorithm = symmetricAlgorithm, context = {} } = given
  const ciphertext = algorithm === symmetricAlgorithm ? readCiphertext(blob) : undefined
  const found = workingKey(scope, given)
  const { key } = found
  if (ciphertext && (ciphertext.keyId !== key.id || ciphertext.account !== key.account)) {
    throw incorrectKey()
  }
  refuseUnfit(found, 'ENCRYPT_DECRYPT', operation)
  const rsaAlgorithm = asymmetricAlgorithm(key, algorithm, context)
  const material = rsaAlgorithm
    ? currentMaterial(scope.db, key)
    : ciphertext && findMaterial(scope.db, key, ciphertext.materialId)
  if (!material) throw invalidCiphertext()
  const plaintext = rsaAlgorithm
    ? decryptRsa(material, rsaAlgorithm, blob)
    : decryptSymmetric(ciphertext!, material, context)
  if (!plaintext) throw invalidCiphertext()
  return { plaintext, materialId: material.id, found }
}

function workingKey(scope: KeyScope, given: Encrypted): NamedKey {
  if (given.keyId !== undefined) return requireKey(scope, given.keyId)
  const found = keyOfCiphertext(scope, given)
  return { ...found, key: rotatedIfDue(scope, found.key) }
}

export interface DataKey {
  readonly plaintext: Buffer
  readonly wrapped: Buffer
  readonly materialId: string
}

/** Random bytes, plain and encrypted. @throws what the key's state or usage forbids */
export function makeDataKey(
  scope: KeyScope,
  found: NamedKey,
  {
    length,
    context,
  }: { readonly length: number; readonly context?: EncryptionContext | undefined },
): DataKey {
  return wrapped(scope, found, Buffer.from(scope.ids.bytes(length)), context)
}

/** Encrypts a key that was made for a caller. */
export function wrapped(
  scope: KeyScope,
  found: NamedKey,
  plaintext: Buffer,
  context: EncryptionContext | undefined,
): DataKey {
  return {
    plaintext,
    wrapped: encrypt(scope, found, plaintext, { context }),
    materialId: currentMaterial(scope.db, found.key).id,
  }
}

/** @throws InvalidKeyUsageException for keys that don't make data keys, and what the key's state forbids */
export function refuseNoDataKeys(found: NamedKey): void {
  refuseUnusable(found)
  if (found.key.spec !== 'SYMMETRIC_DEFAULT') throw noDataKeys()
}
