import type { IdSource } from '../../ids.ts'

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/**
 * An access key id as AWS makes them: a prefix (`AKIA`, `ASIA`) and 80 bits in base 32, of which 40 are the account's number,
 * so that the account can be read from the id alone (GetAccessKeyInfo, and tools that look for leaked keys).
 */
export function accessKeyId(prefix: string, account: string, ids: IdSource): string {
  const random = ids.bytes(5)
  const head = (1n << 47n) | (BigInt(account) << 7n) | BigInt(random[0]! & 0x7f)
  let bits = (head << 32n) | BigInt(random.readUInt32BE(1))
  let text = ''
  for (let digit = 0; digit < 16; digit++) {
    text = base32[Number(bits & 31n)]! + text
    bits >>= 5n
  }
  return prefix + text
}

/** A secret access key: 40 characters of base 64. */
export const secretAccessKey = (ids: IdSource): string => ids.bytes(30).toString('base64')
