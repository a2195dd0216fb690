import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Call } from '../../../operation.ts'
import type { ContentCipher } from '../../../store/content-cipher.ts'
import type { Database } from '../../../store/database.ts'
import { writeMeta } from '../../../store/meta.ts'
import { remembered } from '../../../store/remembered.ts'

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
  const sealed = cipher.update(Buffer.concat([file.key, file.iv]))
  cipher.final()
  return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64')
}

/** What the emulator's own key has opened. What other keys open is forgotten with them. */
const opened = new WeakMap<Buffer, Map<string, ContentCipher>>()
const mostOpened = 1000

/** @throws Error for another key than it was sealed with */
export function unseal(objectKey: Buffer, sealed: string): ContentCipher {
  const known = opened.get(objectKey)
  let cipher = known?.get(sealed)
  if (cipher) return cipher
  cipher = unsealed(objectKey, sealed)
  if (!known) return cipher
  if (known.size >= mostOpened) known.clear()
  known.set(sealed, cipher)
  return cipher
}

function unsealed(objectKey: Buffer, sealed: string): ContentCipher {
  const bytes = Buffer.from(sealed, 'base64')
  const decipher = createDecipheriv(algorithm, objectKey, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  })
  decipher.setAuthTag(bytes.subarray(-tagBytes))
  const plain = decipher.update(bytes.subarray(nonceBytes, -tagBytes))
  decipher.final()
  return { key: plain.subarray(0, keyBytes), iv: plain.subarray(keyBytes) }
}

const metaKey = 's3-master-key'

/** The emulator's own key, with which SSE-S3 seals. It is made at its first use, and goes where the state goes. */
export function masterKey({ db, ids }: Pick<Call, 'db' | 'ids'>): Buffer {
  const known = knownKey(db, metaKey)
  if (known) return known
  const key = ids.bytes(keyBytes)
  writeMeta(db, metaKey, key.toString('base64'))
  return key
}

const knownKey = remembered<Buffer | undefined, string>(['meta'], (db: Database, name) => {
  const row = db.get<{ value: string }>('select value from meta where key = ?', name)
  const key = row && Buffer.from(row.value, 'base64')
  if (key) opened.set(key, new Map())
  return key
})
