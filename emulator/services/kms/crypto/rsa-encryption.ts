import {
  constants,
  createPrivateKey,
  createPublicKey,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto'
import type { Material } from '../rows/materials.ts'
import type { EncryptionAlgorithm } from '../specs.ts'

type KeyPair = Pick<Material, 'secret' | 'publicKey'>

const padding = constants.RSA_PKCS1_OAEP_PADDING
const oaepHash = (algorithm: EncryptionAlgorithm) =>
  algorithm === 'RSAES_OAEP_SHA_1' ? 'sha1' : 'sha256'

/** How many bytes OAEP leaves of the modulus: https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html */
export function largestPlaintext(modulusBits: number, algorithm: EncryptionAlgorithm): number {
  const hashBytes = oaepHash(algorithm) === 'sha1' ? 20 : 32
  return modulusBits / 8 - 2 * hashBytes - 2
}

export function encryptRsa(
  { publicKey }: KeyPair,
  algorithm: EncryptionAlgorithm,
  plaintext: Uint8Array,
): Buffer {
  const key = createPublicKey({ key: publicKey!, format: 'der', type: 'spki' })
  return publicEncrypt({ key, padding, oaepHash: oaepHash(algorithm) }, plaintext)
}

/** @returns undefined for what was not encrypted with this key and algorithm */
export function decryptRsa(
  { secret }: KeyPair,
  algorithm: EncryptionAlgorithm,
  ciphertext: Uint8Array,
): Buffer | undefined {
  const key = createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' })
  try {
    return privateDecrypt({ key, padding, oaepHash: oaepHash(algorithm) }, ciphertext)
  } catch {
    return undefined
  }
}
