import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

// IMDSv2's session tokens. They say themselves until when and for which instance they are good, under a key that is part
// of the cloud's state: nothing is kept for each of them, and a script goes on with its token when the emulator starts anew.

/** As AWS's begin: `AQAE…`. */
const header = Buffer.from([1, 0, 4])
const nonceLength = 7
const sealLength = 24
const bodyLength = header.length + 6 + nonceLength

/** The longest life of a token, in seconds. */
export const longestTtl = 21_600

/** @param expiresAt virtual time in ms since the epoch */
export function makeToken(key: Buffer, instanceId: string, expiresAt: number): string {
  const expiry = Buffer.alloc(6)
  expiry.writeUIntBE(expiresAt, 0, 6)
  // Not from the state's ids: polling for tokens would make a seeded cloud's ids differ from run to run.
  const body = Buffer.concat([header, expiry, randomBytes(nonceLength)])
  return Buffer.concat([body, seal(key, instanceId, body)]).toString('base64')
}

/** How long a token is still good for, in ms of virtual time; undefined for one that is no good. */
export function tokenLifeLeft(
  key: Buffer,
  instanceId: string,
  token: string,
  now: number,
): number | undefined {
  const bytes = Buffer.from(token, 'base64')
  if (bytes.length !== bodyLength + sealLength) return undefined
  const body = bytes.subarray(0, bodyLength)
  if (!timingSafeEqual(bytes.subarray(bodyLength), seal(key, instanceId, body))) return undefined
  const left = body.readUIntBE(header.length, 6) - now
  return left > 0 ? left : undefined
}

const seal = (key: Buffer, instanceId: string, body: Buffer): Buffer =>
  createHmac('sha256', key).update(instanceId).update(body).digest().subarray(0, sealLength)
