import { createHash, randomUUID } from 'node:crypto'
import { randomBytes } from './random.ts'

/** Where ids and secrets come from; made from a seed, the same calls give the same ids. */
export interface IdSource {
  /** EC2's form: `i-` and 17 hexadecimal digits. */
  ec2(prefix: string): string
  /** IAM's form: a four-letter prefix (`AIDA`, `AROA`, `AKIA`, …) and 17 upper-case letters and digits. */
  iam(prefix: string): string
  uuid(): string
  /** Random bytes, for secrets and tokens. */
  bytes(length: number): Buffer
  /** A number in [0, 1). */
  random(): number
}

/** An id source that a replaced state can start anew. */
export interface RestartableIds extends IdSource {
  restart(seed: string): void
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** @param seed the same seed gives the same sequence; without one, the system's randomness is used */
export function idSource(seed?: string): RestartableIds {
  let bytes = seed === undefined ? randomBytes : seededBytes(seed)
  return {
    restart(next) {
      bytes = seededBytes(next)
    },
    ec2: (prefix) => `${prefix}-0${bytes(8).toString('hex')}`,
    iam: (prefix) => prefix + Array.from(bytes(17), (byte) => base32[byte & 31]).join(''),
    // Node keeps a store of random bytes for these: a tenth of the time, and every request takes one.
    uuid: seed === undefined ? randomUUID : () => asUuid(bytes(16)),
    bytes: (length) => bytes(length),
    random: () => bytes(6).readUIntBE(0, 6) / 2 ** 48,
  }
}

/** SHA-256 over a counter: slow for a generator, quick enough for ids, and good enough for secrets of a local cloud. */
function seededBytes(seed: string): (length: number) => Buffer {
  let counter = 0
  return (length) => {
    const blocks: Buffer[] = []
    for (let have = 0; have < length; have += 32) {
      blocks.push(createHash('sha256').update(`${seed}/${counter++}`).digest())
    }
    return Buffer.concat(blocks).subarray(0, length)
  }
}

function asUuid(bytes: Buffer): string {
  const version4 = Buffer.from(bytes)
  version4[6] = (version4[6]! & 0x0f) | 0x40
  version4[8] = (version4[8]! & 0x3f) | 0x80
  const hex = version4.toString('hex')
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}
