import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'
import {
  bits,
  context,
  generalizedTime,
  integer,
  objectId,
  octets,
  sequence,
  set,
  utcTime,
  utf8,
} from '../imds/identity/der.ts'

/** A certificate with its key, both PEM. */
export interface CertifiedKey {
  readonly certificate: string
  readonly key: string
}

const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'))

/** A new authority that databases' certificates are signed by. */
export async function makeAuthority(name: string): Promise<CertifiedKey> {
  const key = await newKey()
  const certificate = certify(key, nameOf(name), key, nameOf(name), [
    extension('2.5.29.19', true, sequence(tagged(0x01, Buffer.from([0xff])))),
    // keyCertSign and cRLSign.
    extension('2.5.29.15', true, tagged(0x03, Buffer.from([1, 0b110]))),
    extension('2.5.29.14', false, octets(keyId(key))),
  ])
  return { certificate, key: pemOf(key) }
}

/**
 * A certificate for a server, which its clients verify with the authority's.
 *
 * @param hosts names, and addresses of four numbers; the first is what the certificate is called
 */
export async function makeServerCertificate(
  authority: CertifiedKey,
  hosts: readonly string[],
): Promise<CertifiedKey> {
  const key = await newKey()
  const signer = createPrivateKey(authority.key)
  const subject = new X509Certificate(authority.certificate).subject.replace(/^CN=/, '')
  // A common name has at most 64 characters; clients go by the alternative names.
  const certificate = certify(key, nameOf(hosts[0]!.slice(0, 64)), signer, nameOf(subject), [
    extension('2.5.29.17', false, sequence(...hosts.map(alternativeName))),
    extension('2.5.29.35', false, sequence(tagged(0x80, keyId(signer)))),
    // digitalSignature, and serverAuth.
    extension('2.5.29.15', true, tagged(0x03, Buffer.from([7, 0b10000000]))),
    extension('2.5.29.37', false, sequence(objectId('1.3.6.1.5.5.7.3.1'))),
  ])
  return { certificate, key: pemOf(key) }
}

async function newKey(): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' })
  return privateKey
}

function certify(
  key: KeyObject,
  subject: Buffer,
  signer: KeyObject,
  issuer: Buffer,
  extensions: readonly Buffer[],
): string {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const serial = createHash('sha256').update(publicKey).digest().subarray(0, 16)
  // DER has one form for a number: neither a sign nor a zero may come first.
  serial[0] = (serial[0]! & 0x3f) | 0x40
  const body = sequence(
    context(0, integer(2)),
    integer(serial),
    ecdsaWithSha256,
    issuer,
    sequence(utcTime('200101000000Z'), generalizedTime('21201231235959Z')),
    subject,
    publicKey,
    context(3, sequence(...extensions)),
  )
  const certificate = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, signer)))
  const lines = certificate.toString('base64').match(/.{1,64}/g)!
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }) as string

const nameOf = (name: string) => sequence(set(sequence(objectId('2.5.4.3'), utf8(name))))

const keyId = (key: KeyObject): Buffer =>
  createHash('sha1')
    .update(createPublicKey(key).export({ type: 'spki', format: 'der' }))
    .digest()

const extension = (id: string, isCritical: boolean, value: Buffer) =>
  isCritical
    ? sequence(objectId(id), tagged(0x01, Buffer.from([0xff])), octets(value))
    : sequence(objectId(id), octets(value))

const alternativeName = (host: string): Buffer =>
  /^\d+\.\d+\.\d+\.\d+$/.test(host)
    ? tagged(0x87, Buffer.from(host.split('.').map(Number)))
    : tagged(0x82, Buffer.from(host))

/** Short values only: `octets` gives the length, another tag takes its place. */
function tagged(tag: number, content: Buffer): Buffer {
  const encoded = octets(content)
  encoded[0] = tag
  return encoded
}
