import { createCipheriv, createDecipheriv, type Cipher, type Decipher } from 'node:crypto'
import type { IdSource } from '../ids.ts'

/**
 * What the bytes of one file are encrypted with: AES-256 in counter mode, so that they can be read from any offset. A key
 * is of one file only, and no file but its own is ever encrypted with it.
 */
export interface ContentCipher {
  /** 32 bytes. */
  readonly key: Buffer
  /** The counter's start, 16 bytes. */
  readonly iv: Buffer
}

const algorithm = 'aes-256-ctr'
const keyBytes = 32
const blockBytes = 16

export function newContentCipher(ids: IdSource): ContentCipher {
  const bytes = ids.bytes(keyBytes + blockBytes)
  return { key: bytes.subarray(0, keyBytes), iv: bytes.subarray(keyBytes) }
}

/** Encrypts a file's bytes from its first on: what `update` gives is as long as what it is given. */
export const encrypting = ({ key, iv }: ContentCipher): Cipher => createCipheriv(algorithm, key, iv)

/** Decrypts bytes that are in memory. @param offset where in the file they begin */
export const decrypted = (cipher: ContentCipher, bytes: Buffer, offset: number): Buffer =>
  decipherAt(cipher, offset).update(bytes)

/** Decrypts a file's bytes from an offset on. */
export function decipherAt({ key, iv }: ContentCipher, offset: number): Decipher {
  const decipher = createDecipheriv(algorithm, key, counterAt(iv, Math.floor(offset / blockBytes)))
  // The key stream of the block's bytes before the offset is used up.
  if (offset % blockBytes > 0) decipher.update(Buffer.alloc(offset % blockBytes))
  return decipher
}

/** The counter is one number of 128 bits, which wraps around. */
function counterAt(iv: Buffer, blocks: number): Buffer {
  if (blocks === 0) return iv
  const sum = BigInt.asUintN(128, BigInt(`0x${iv.toString('hex')}`) + BigInt(blocks))
  return Buffer.from(sum.toString(16).padStart(2 * blockBytes, '0'), 'hex')
}
