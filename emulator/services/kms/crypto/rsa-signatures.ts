import { constants, hash, privateEncrypt, publicDecrypt, type KeyObject } from 'node:crypto'
import { digestLengths, type Digest } from '../specs.ts'

// RSA signatures over digests that somebody else made: Node signs only messages. https://www.rfc-editor.org/rfc/rfc8017

/** What stands before the digest in a PKCS #1 v1.5 signature: its algorithm, in DER. */
const digestInfo: Partial<Record<Digest, Buffer>> = {
  sha256: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
  sha384: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
  sha512: Buffer.from('3051300d060960864801650304020305000440', 'hex'),
}

export const signPkcs1 = (key: KeyObject, name: Digest, digest: Buffer): Buffer =>
  privateEncrypt(
    { key, padding: constants.RSA_PKCS1_PADDING },
    Buffer.concat([digestInfo[name]!, digest]),
  )

export function verifyPkcs1(
  key: KeyObject,
  name: Digest,
  digest: Buffer,
  signature: Uint8Array,
): boolean {
  const signed = opened(key, signature, constants.RSA_PKCS1_PADDING)
  return signed !== undefined && signed.equals(Buffer.concat([digestInfo[name]!, digest]))
}

/** @param salt as long as the digest, as AWS's are */
export function signPss(key: KeyObject, name: Digest, digest: Buffer, salt: Buffer): Buffer {
  const length = modulusBytes(key)
  const hashed = hashOf(name, Buffer.concat([Buffer.alloc(8), digest, salt]))
  const block = Buffer.alloc(length - hashed.length - 1)
  block[block.length - salt.length - 1] = 1
  salt.copy(block, block.length - salt.length)
  const masked = xor(block, mask(name, hashed, block.length))
  // The number has to be below the modulus, whose highest bit is set.
  masked[0]! &= 0x7f
  const encoded = Buffer.concat([masked, hashed, Buffer.from([0xbc])])
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded)
}

export function verifyPss(
  key: KeyObject,
  name: Digest,
  digest: Buffer,
  signature: Uint8Array,
): boolean {
  const encoded = opened(key, signature, constants.RSA_NO_PADDING)
  if (encoded?.at(-1) !== 0xbc || encoded[0]! & 0x80) return false
  const saltLength = digestLengths[name]
  const masked = encoded.subarray(0, encoded.length - saltLength - 1)
  const hashed = encoded.subarray(masked.length, -1)
  const block = xor(masked, mask(name, hashed, masked.length))
  block[0]! &= 0x7f
  const saltAt = block.length - saltLength
  const padding = block.subarray(0, saltAt)
  if (padding.at(-1) !== 1 || padding.subarray(0, -1).some((byte) => byte !== 0)) return false
  const salt = block.subarray(saltAt)
  return hashOf(name, Buffer.concat([Buffer.alloc(8), digest, salt])).equals(hashed)
}

const modulusBytes = (key: KeyObject) => key.asymmetricKeyDetails!.modulusLength! / 8

function opened(key: KeyObject, signature: Uint8Array, padding: number): Buffer | undefined {
  try {
    return publicDecrypt({ key, padding }, signature)
  } catch {
    return undefined
  }
}

const hashOf = (name: Digest, bytes: Buffer): Buffer => hash(name, bytes, 'buffer')

/** MGF1 */
function mask(name: Digest, seed: Buffer, length: number): Buffer {
  const blocks: Buffer[] = []
  for (let counter = 0; blocks.length * digestLengths[name] < length; counter += 1) {
    const count = Buffer.alloc(4)
    count.writeUInt32BE(counter)
    blocks.push(hashOf(name, Buffer.concat([seed, count])))
  }
  return Buffer.concat(blocks).subarray(0, length)
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ b[index]!))
}
