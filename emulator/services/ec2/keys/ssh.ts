import { createHash, createHmac, createPublicKey, generateKeyPair } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { promisify } from 'node:util'

// Key pairs in the forms that SSH clients read.
// https://datatracker.ietf.org/doc/html/rfc4253#section-6.6, https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key

export type KeyType = 'rsa' | 'ed25519'
export type KeyFormat = 'pem' | 'ppk'

/** A key pair that was just made; the private half is given out once and kept nowhere. */
export interface MadeKeyPair {
  readonly type: KeyType
  /** OpenSSH's one line, without a comment. */
  readonly publicKey: string
  readonly privateKey: string
  readonly fingerprint: string
}

const generate = promisify(generateKeyPair)

/** Makes a key pair off the main thread. `bytes` are 4 random bytes, for the form of ED25519 that wants them. */
export async function makeKeyPair(
  type: KeyType,
  format: KeyFormat,
  name: string,
  bytes: Buffer,
): Promise<MadeKeyPair> {
  const { publicKey, privateKey } =
    type === 'rsa'
      ? await generate('rsa', { modulusLength: 2048 })
      : await generate('ed25519', undefined)
  const line = `${algorithms[type]} ${publicBlob(publicKey).toString('base64')}`
  return {
    type,
    publicKey: line,
    privateKey:
      format === 'ppk' ? ppk(type, privateKey, name) : pem(type, privateKey, publicKey, bytes),
    fingerprint: type === 'rsa' ? createdRsaFingerprint(privateKey) : ed25519Fingerprint(publicKey),
  }
}

const algorithms = { rsa: 'ssh-rsa', ed25519: 'ssh-ed25519' } as const

/** What EC2 shows for an RSA key that it made: SHA-1 over the private key as PKCS #8 in DER. */
export const createdRsaFingerprint = (privateKey: KeyObject): string =>
  colons(
    createHash('sha1')
      .update(privateKey.export({ type: 'pkcs8', format: 'der' }))
      .digest(),
  )

/** For an RSA key that was imported: MD5 over the public key in DER. */
export const importedRsaFingerprint = (publicKey: KeyObject): string =>
  colons(
    createHash('md5')
      .update(publicKey.export({ type: 'spki', format: 'der' }))
      .digest(),
  )

/** For ED25519, made or imported: SHA-256 as OpenSSH has it, in base64. */
export const ed25519Fingerprint = (publicKey: KeyObject): string =>
  createHash('sha256').update(publicBlob(publicKey)).digest('base64')

/** The public key of an OpenSSH line, an RFC 4716 block or bare base64; undefined for anything else. */
export function readPublicKey(text: string): { type: KeyType; key: KeyObject } | undefined {
  const blob = Buffer.from(base64Of(text.trim()), 'base64')
  const fields = readFields(blob)
  const algorithm = fields[0]?.toString('latin1')
  try {
    if (algorithm === 'ssh-rsa' && fields.length === 3) {
      const [, e, n] = fields as [Buffer, Buffer, Buffer]
      const key = createPublicKey({
        key: { kty: 'RSA', e: base64url(e), n: base64url(n) },
        format: 'jwk',
      })
      return { type: 'rsa', key }
    }
    if (algorithm === 'ssh-ed25519' && fields[1]?.length === 32) {
      const x = fields[1].toString('base64url')
      return {
        type: 'ed25519',
        key: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
      }
    }
  } catch {
    // Numbers that are no key.
  }
  return undefined
}

/** How long an RSA key is, in bits. */
export const rsaLength = (key: KeyObject): number => key.asymmetricKeyDetails?.modulusLength ?? 0

function base64Of(text: string): string {
  if (text.startsWith('---- BEGIN SSH2 PUBLIC KEY ----')) {
    const lines = text.split(/\r?\n/).slice(1, -1)
    return lines.filter((line) => !line.includes(':')).join('')
  }
  const parts = text.split(/\s+/)
  return parts.length > 1 ? parts[1]! : text
}

/** The length-prefixed fields of a key; empty when the bytes are no such thing. */
function readFields(blob: Buffer): Buffer[] {
  const fields: Buffer[] = []
  let at = 0
  while (at < blob.length) {
    if (at + 4 > blob.length) return []
    const length = blob.readUInt32BE(at)
    if (at + 4 + length > blob.length) return []
    fields.push(blob.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return fields
}

const base64url = (integer: Buffer) =>
  integer.subarray(integer.findIndex((byte) => byte !== 0)).toString('base64url')

function pem(type: KeyType, privateKey: KeyObject, publicKey: KeyObject, bytes: Buffer): string {
  if (type === 'rsa')
    return privateKey.export({ type: 'pkcs1', format: 'pem' }).toString().trimEnd()
  const seed = jwkBytes(privateKey, 'd')
  const point = jwkBytes(publicKey, 'x')
  const secret = [
    bytes.subarray(0, 4),
    // Twice the same: who decrypts sees by it that the passphrase was right.
    bytes.subarray(0, 4),
    string('ssh-ed25519'),
    string(point),
    string(Buffer.concat([seed, point])),
    string(''),
  ]
  const length = secret.reduce((sum, part) => sum + part.length, 0)
  const padding = Buffer.from(Array.from({ length: (8 - (length % 8)) % 8 }, (_, at) => at + 1))
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    string('none'),
    string('none'),
    string(''),
    uint32(1),
    string(publicBlob(publicKey)),
    string(Buffer.concat([...secret, padding])),
  ])
  const lines = body.toString('base64').match(/.{1,70}/g)!
  return [
    '-----BEGIN OPENSSH PRIVATE KEY-----',
    ...lines,
    '-----END OPENSSH PRIVATE KEY-----',
  ].join('\n')
}

/** PuTTY's form, version 2, without a passphrase. https://the.earth.li/~sgtatham/putty/0.74/htmldoc/AppendixC.html */
function ppk(type: KeyType, privateKey: KeyObject, comment: string): string {
  const algorithm = algorithms[type]
  const open = publicBlob(createPublicKey(privateKey))
  const secret =
    type === 'rsa'
      ? Buffer.concat(['d', 'p', 'q', 'qi'].map((name) => mpint(jwkBytes(privateKey, name))))
      : mpint(Buffer.from(jwkBytes(privateKey, 'd').toReversed()))
  const macKey = createHash('sha1').update('putty-private-key-file-mac-key').digest()
  const mac = createHmac('sha1', macKey)
    .update(
      Buffer.concat([
        string(algorithm),
        string('none'),
        string(comment),
        string(open),
        string(secret),
      ]),
    )
    .digest('hex')
  const lines = (blob: Buffer) => blob.toString('base64').match(/.{1,64}/g)!
  return [
    `PuTTY-User-Key-File-2: ${algorithm}`,
    'Encryption: none',
    `Comment: ${comment}`,
    `Public-Lines: ${lines(open).length}`,
    ...lines(open),
    `Private-Lines: ${lines(secret).length}`,
    ...lines(secret),
    `Private-MAC: ${mac}`,
  ].join('\r\n')
}

/** The public key as it goes over the wire, which OpenSSH's line holds in base64. */
export function publicBlob(publicKey: KeyObject): Buffer {
  return publicKey.asymmetricKeyType === 'rsa'
    ? Buffer.concat([
        string('ssh-rsa'),
        mpint(jwkBytes(publicKey, 'e')),
        mpint(jwkBytes(publicKey, 'n')),
      ])
    : Buffer.concat([string('ssh-ed25519'), string(jwkBytes(publicKey, 'x'))])
}

const jwkBytes = (key: KeyObject, member: string): Buffer =>
  Buffer.from((key.export({ format: 'jwk' }) as Record<string, string>)[member]!, 'base64url')

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const string = (value: string | Buffer): Buffer =>
  Buffer.concat([uint32(Buffer.byteLength(value)), Buffer.from(value as string)])

/** A positive number: a zero byte goes before one whose first bit is set. */
function mpint(value: Buffer): Buffer {
  const first = value.findIndex((byte) => byte !== 0)
  const digits = first === -1 ? Buffer.alloc(0) : value.subarray(first)
  return string((digits[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.alloc(1), digits]) : digits)
}

const colons = (digest: Buffer) => digest.toString('hex').match(/../g)!.join(':')
