import { createHash, createPublicKey, type KeyObject } from 'node:crypto'
import { invalidPublicKey, unrecognizedPublicKey } from './credential-errors.ts'

// RSA keys in the forms that SSH has for them: https://www.rfc-editor.org/rfc/rfc4253#section-6.6

const smallestModulus = 2048
const largestModulus = 16_384

/**
 * Reads a public key in OpenSSH's or PEM form.
 *
 * @returns the key as SSH sends it
 * @throws UnrecognizedPublicKeyEncoding for what is no such form, InvalidPublicKey for a key that is not RSA or too short
 */
export function parsePublicKey(text: string): Buffer {
  const key = text.includes('-----BEGIN') ? pemKey(text) : sshKey(text)
  const { modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
  const isRsa = key.asymmetricKeyType === 'rsa'
  if (!isRsa || modulusLength < smallestModulus || modulusLength > largestModulus) {
    throw invalidPublicKey()
  }
  return toWire(key)
}

/** The key in OpenSSH's form, without a comment. */
export const asSsh = (wire: Buffer): string => `ssh-rsa ${wire.toString('base64')}`

/** The key as a SubjectPublicKeyInfo in PEM. */
export const asPem = (wire: Buffer): string =>
  fromWire(wire).export({ type: 'spki', format: 'pem' }).toString()

/** The MD5 digest of the key in pairs of digits: `60:34:…`. */
export const fingerprint = (wire: Buffer): string =>
  createHash('md5').update(wire).digest('hex').match(/../g)!.join(':')

function pemKey(text: string): KeyObject {
  if (!/^\s*-----BEGIN (?:RSA )?PUBLIC KEY-----/.test(text)) throw unrecognizedPublicKey()
  try {
    return createPublicKey(text)
  } catch {
    throw unrecognizedPublicKey()
  }
}

function sshKey(text: string): KeyObject {
  const [, type, base64] = /^\s*([a-z0-9@.-]+) +([A-Za-z0-9+/]+={0,2})(?: |\s*$)/.exec(text) ?? []
  if (base64 === undefined) throw unrecognizedPublicKey()
  if (type !== 'ssh-rsa') throw invalidPublicKey()
  return fromWire(Buffer.from(base64, 'base64'))
}

function toWire(key: KeyObject): Buffer {
  const { e, n } = key.export({ format: 'jwk' })
  return Buffer.concat([
    field(Buffer.from('ssh-rsa')),
    field(positive(Buffer.from(e!, 'base64url'))),
    field(positive(Buffer.from(n!, 'base64url'))),
  ])
}

function fromWire(wire: Buffer): KeyObject {
  const [type, e, n, ...rest] = fields(wire)
  if (type?.toString() !== 'ssh-rsa' || !e || !n || rest.length > 0) throw unrecognizedPublicKey()
  try {
    return createPublicKey({
      key: { kty: 'RSA', e: base64url(e), n: base64url(n) },
      format: 'jwk',
    })
  } catch {
    throw invalidPublicKey()
  }
}

function field(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}

function fields(wire: Buffer): Buffer[] {
  const found: Buffer[] = []
  let at = 0
  while (at + 4 <= wire.length) {
    const end = at + 4 + wire.readUInt32BE(at)
    if (end > wire.length) throw unrecognizedPublicKey()
    found.push(wire.subarray(at + 4, end))
    at = end
  }
  if (at !== wire.length) throw unrecognizedPublicKey()
  return found
}

/** SSH's numbers are signed: a first bit of 1 needs a byte of 0 before it. */
const positive = (bytes: Buffer): Buffer =>
  bytes[0]! & 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes

const base64url = (bytes: Buffer): string =>
  (bytes[0] === 0 ? bytes.subarray(1) : bytes).toString('base64url')
