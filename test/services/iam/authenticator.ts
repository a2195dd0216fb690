import { createHmac } from 'node:crypto'
import type { VirtualMFADevice } from '@aws-sdk/client-iam'

/** An authenticator app that has scanned a device's seed. */
export interface Authenticator {
  readonly serial: string
  /** The code that it shows that many steps of 30 seconds from when it was made. */
  code(step: number): string
}

/** RFC 6238 by the book, written apart from the emulator's so that a mistake there is no mistake here. */
export function authenticator(device: VirtualMFADevice): Authenticator {
  const secret = fromBase32(Buffer.from(device.Base32StringSeed!).toString())
  const madeAt = Math.floor(Date.now() / 30_000)
  return {
    serial: device.SerialNumber!,
    code(step) {
      const counter = (madeAt + step).toString(16).padStart(16, '0')
      const hmac = createHmac('sha1', secret).update(Buffer.from(counter, 'hex')).digest('hex')
      const offset = Number.parseInt(hmac.at(-1)!, 16) * 2
      const number = BigInt(`0x${hmac.slice(offset, offset + 8)}`) & 0x7fffffffn
      return (number % 1_000_000n).toString().padStart(6, '0')
    },
  }
}

function fromBase32(text: string): Buffer {
  const bits = Array.from(text, (digit) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0'),
  ).join('')
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
}
