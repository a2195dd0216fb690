import { createCipheriv, createDecipheriv } from 'node:crypto'
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { IdSource } from '../ids.ts'
import type { Database } from '../store/database.ts'
import { readMeta, writeMeta } from '../store/meta.ts'

// An encoded authorization message: a version, a nonce, a tag, and the text, packed and encrypted by AES-256-GCM with a
// key of the emulator's. Only the account that the refused call was made in can read it.

const version = 1
const nonceLength = 12
const tagLength = 16
const keyName = 'authorization-message-key'
/** What DecodeAuthorizationMessage takes at most. */
const longestMessage = 10_240

/**
 * Hides what a caller who was refused must not see.
 *
 * @returns text of URL-safe characters, or undefined where it would be too long to be decoded
 */
export function encodeMessage(
  message: object,
  { db, ids, account }: { readonly db: Database; readonly ids: IdSource; readonly account: string },
): string | undefined {
  const nonce = ids.bytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', keyOf(db, ids), nonce)
  cipher.setAAD(Buffer.from(account))
  const text = Buffer.concat([
    cipher.update(deflateRawSync(JSON.stringify(message))),
    cipher.final(),
  ])
  const encoded = Buffer.concat([Buffer.of(version), nonce, cipher.getAuthTag(), text])
  const characters = encoded.toString('base64url')
  return characters.length > longestMessage ? undefined : characters
}

/** @returns the message's JSON, or undefined for what is no message of this account */
export function decodeMessage(encoded: string, db: Database, account: string): string | undefined {
  const key = readMeta(db, keyName)
  const bytes = Buffer.from(encoded, 'base64url')
  if (key === undefined || bytes[0] !== version || bytes.length <= 1 + nonceLength + tagLength) {
    return undefined
  }
  const tagAt = 1 + nonceLength
  const decipher = createDecipheriv(
    'aes-256-gcm',
    Buffer.from(key, 'base64'),
    bytes.subarray(1, tagAt),
    { authTagLength: tagLength },
  )
  decipher.setAAD(Buffer.from(account))
  decipher.setAuthTag(bytes.subarray(tagAt, tagAt + tagLength))
  try {
    const packed = Buffer.concat([
      decipher.update(bytes.subarray(tagAt + tagLength)),
      decipher.final(),
    ])
    return inflateRawSync(packed).toString('utf8')
  } catch {
    return undefined
  }
}

/** Made when it is first needed, and part of the state: messages outlive a restart. */
function keyOf(db: Database, ids: IdSource): Buffer {
  const known = readMeta(db, keyName)
  if (known !== undefined) return Buffer.from(known, 'base64')
  const key = ids.bytes(32)
  writeMeta(db, keyName, key.toString('base64'))
  return key
}
