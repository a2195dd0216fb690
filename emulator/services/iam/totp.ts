import { createHmac } from 'node:crypto'

// Time-based one-time passwords as authenticator apps make them: six digits, SHA-1, steps of 30 seconds.
// https://www.rfc-editor.org/rfc/rfc6238, https://www.rfc-editor.org/rfc/rfc4226#section-5.3

const stepLength = 30_000
const digits = 6

/** @param time in ms since the epoch @returns how many steps have passed by then */
export const stepAt = (time: number): number => Math.floor(time / stepLength)

/** The code of one step. */
export function codeOf(seed: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', seed).update(counter).digest()
  const offset = digest[digest.length - 1]! & 0x0f
  const number = digest.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Base 32 without padding, as authenticator apps take it: https://www.rfc-editor.org/rfc/rfc4648#section-6 */
export function base32(bytes: Buffer): string {
  let text = ''
  let value = 0
  let bits = 0
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(value >>> bits) & 31]
    }
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text
}

/**
 * What an authenticator app reads from a device's QR code, in the form that AWS documents:
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html
 *
 * @param label the device and the account: `alice@123456789012`
 * @param secret in base 32
 */
export const otpauthUri = (label: string, secret: string): string =>
  `otpauth://totp/${encodeURI(label)}?secret=${secret}`
