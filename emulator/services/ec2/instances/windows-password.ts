import { constants, createHash, createPublicKey, publicEncrypt } from 'node:crypto'

// The password that a Windows instance makes for its administrator at its first start, and tells by the public key it
// was launched with. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789!@#%^*()-_=+?'

const bytesFor = (what: string, length: number): Buffer =>
  Buffer.concat(
    Array.from({ length: Math.ceil(length / 64) }, (_, at) =>
      createHash('sha512').update(`${what}/${at}`).digest(),
    ),
  ).subarray(0, length)

/** The same at every look, as the instance has one password. */
const passwordOf = (instanceId: string): string =>
  Array.from(
    bytesFor(`${instanceId}/password`, 32),
    (byte) => alphabet[byte % alphabet.length]!,
  ).join('')

/**
 * @param publicKey `ssh-rsa AAAA…`
 * @returns base64, to be decrypted with the private key (PKCS #1 v1.5)
 */
export function encryptedPassword(instanceId: string, publicKey: string): string {
  const key = createPublicKey({ key: { kty: 'RSA', ...rsaParts(publicKey) }, format: 'jwk' })
  const size = (key.asymmetricKeyDetails?.modulusLength ?? 2048) / 8
  const message = Buffer.from(passwordOf(instanceId), 'utf8')
  // The padding is made here, from the instance's id, so that it is the same at every look too; none of it may be zero.
  const padding = bytesFor(`${instanceId}/padding`, size - message.length - 3).map(
    (byte) => byte || 1,
  )
  const block = Buffer.concat([Buffer.from([0, 2]), padding, Buffer.from([0]), message])
  return publicEncrypt({ key, padding: constants.RSA_NO_PADDING }, block).toString('base64')
}

/** The exponent and modulus of an OpenSSH key: three strings with their lengths before them. */
function rsaParts(publicKey: string): { e: string; n: string } {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64')
  const parts: Buffer[] = []
  for (let at = 0; at + 4 <= blob.length;) {
    const length = blob.readUInt32BE(at)
    parts.push(blob.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  const number = (bytes: Buffer = Buffer.alloc(0)) =>
    (bytes[0] === 0 ? bytes.subarray(1) : bytes).toString('base64url')
  return { e: number(parts[1]), n: number(parts[2]) }
}
