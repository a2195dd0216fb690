import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { IdSource } from '../../../ids.ts'
import type { EncryptionContext } from '../../../ports.ts'
import type { Material } from '../rows/materials.ts'

/** Which key and material a ciphertext was made with: its plain head says so. */
export interface CiphertextHead {
  readonly account: string
  readonly keyId: string
  readonly materialId: string
}

export interface Ciphertext extends CiphertextHead {
  readonly head: Buffer
  readonly iv: Buffer
  readonly tag: Buffer
  readonly encrypted: Buffer
}

// What AWS's begin with, too.
const magic = Buffer.from('0102020078', 'hex')
const accountBytes = 6
const materialIdBytes = 32
const ivBytes = 12
const tagBytes = 16

/** AES-256-GCM; the head and the encryption context are authenticated with it. */
export function encryptSymmetric(
  ids: IdSource,
  key: Omit<CiphertextHead, 'materialId'>,
  material: Pick<Material, 'id' | 'secret'>,
  plaintext: Uint8Array,
  context: EncryptionContext,
): Buffer {
  const head = writeHead({ ...key, materialId: material.id })
  const iv = ids.bytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', material.secret, iv)
  cipher.setAAD(authenticated(head, context))
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([head, iv, cipher.getAuthTag(), encrypted])
}

/** @returns undefined for another context than it was encrypted with, and for bytes that were changed */
export function decryptSymmetric(
  { head, iv, tag, encrypted }: Ciphertext,
  { secret }: Pick<Material, 'secret'>,
  context: EncryptionContext,
): Buffer | undefined {
  const decipher = createDecipheriv('aes-256-gcm', secret, iv, { authTagLength: tagBytes })
  decipher.setAAD(authenticated(head, context))
  decipher.setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(encrypted), decipher.final()])
  } catch {
    return undefined
  }
}

/** @returns undefined for what no symmetric key here has encrypted */
export function readCiphertext(blob: Uint8Array): Ciphertext | undefined {
  const bytes = Buffer.from(blob.buffer, blob.byteOffset, blob.byteLength)
  if (!bytes.subarray(0, magic.length).equals(magic)) return undefined
  const idAt = magic.length + accountBytes + 1
  const materialAt = idAt + (bytes[idAt - 1] ?? 0)
  const ivAt = materialAt + materialIdBytes
  const encryptedAt = ivAt + ivBytes + tagBytes
  if (bytes.length <= encryptedAt) return undefined
  const account = bytes.readUIntBE(magic.length, accountBytes)
  return {
    account: String(account).padStart(12, '0'),
    keyId: bytes.toString('latin1', idAt, materialAt),
    materialId: bytes.toString('hex', materialAt, ivAt),
    head: bytes.subarray(0, ivAt),
    iv: bytes.subarray(ivAt, ivAt + ivBytes),
    tag: bytes.subarray(ivAt + ivBytes, encryptedAt),
    encrypted: bytes.subarray(encryptedAt),
  }
}

function writeHead({ account, keyId, materialId }: CiphertextHead): Buffer {
  const accountNumber = Buffer.alloc(accountBytes)
  accountNumber.writeUIntBE(Number(account), 0, accountBytes)
  return Buffer.concat([
    magic,
    accountNumber,
    Buffer.from([keyId.length]),
    Buffer.from(keyId, 'latin1'),
    Buffer.from(materialId, 'hex'),
  ])
}

/** The order of a context's pairs does not matter: https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html */
function authenticated(head: Buffer, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.concat([head, Buffer.from(JSON.stringify(pairs))])
}
