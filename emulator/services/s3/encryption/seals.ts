import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Call } from '../../../operation.ts'
import type { ContentCipher } from '../../../store/content-cipher.ts'
import { readMeta, writeMeta } from '../../../store/meta.ts'

// Every file is encrypted with a key of its own (a content key), which is kept sealed: encrypted with the object's key. That
// is the emulator's own for SSE-S3, a data key of KMS's, or the customer's. So an object can change its encryption, and a copy
// can have another, without its bytes being written again.

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
const keyBytes = 32

/** Seals a file's key. @param objectKey 32 bytes @returns base64 */
export function seal({ ids }: Pick<Call, 'ids'>, objectKey: Buffer, file: ContentCipher): string {
  const nonce = ids.bytes(nonceBytes)
  const cipher = createCipheriv(algorithm, objectKey, nonce)
  const sealed = [cipher.update(file.key), cipher.update(file.iv), cipher.final()]
  return Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]).toString('base64')
}

/** @throws Error for another key than it was sealed with */
export function unseal(objectKey: Buffer, sealed: string): ContentCipher {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv(algorithm, objectKey, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const opened = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
  decipher.final()
  return { key: opened.subarray(0, keyBytes), iv: opened.subarray(keyBytes) }
}

const metaKey = 's3-master-key'

/** The emulator's own key, with which SSE-S3 seals. It is made at its first use, and goes where the state goes. */
export function masterKey({ db, ids }: Pick<Call, 'db' | 'ids'>): Buffer {
  const known = readMeta(db, metaKey)
  if (known !== undefined) return Buffer.from(known, 'base64')
  const key = ids.bytes(keyBytes)
  writeMeta(db, metaKey, key.toString('base64'))
  return key
}
