import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  sign,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'
import { readMeta, writeMeta } from '../../store/meta.ts'
import type { Store } from '../../store/store.ts'
import {
  bits,
  context,
  generalizedTime,
  integer,
  none,
  objectId,
  octets,
  sequence,
  set,
  utcTime,
  utf8,
} from './der.ts'

const sha256 = sequence(objectId('2.16.840.1.101.3.4.2.1'), none)
const rsa = sequence(objectId('1.2.840.113549.1.1.1'), none)
const sha256WithRsa = sequence(objectId('1.2.840.113549.1.1.11'), none)
const data = objectId('1.2.840.113549.1.7.1')
const signedData = objectId('1.2.840.113549.1.7.2')

/** Signs instances' identity documents, as AWS does for each region. */
export interface DocumentSigner {
  /** What the signatures verify against: a self-signed certificate, PEM. */
  readonly certificate: string
  /** RSA with SHA-256 over the document's bytes: base 64, in lines. */
  signature(document: string): string
  /** The document in a signed message (PKCS #7, RFC 2315): base 64, in lines, without the lines of PEM around it. */
  signedMessage(document: string): string
}

const keyName = 'imds-identity-key'

/** The cloud's signer, whose key is made at the first use and stays with the state. */
export function documentSigners(store: Store): () => Promise<DocumentSigner> {
  let signer: Promise<DocumentSigner> | undefined
  store.afterReplace(() => (signer = undefined))
  return () => (signer ??= keptKey(store).then(signerWith))
}

async function keptKey({ db }: Store): Promise<KeyObject> {
  const kept = readMeta(db, keyName)
  if (kept !== undefined) return createPrivateKey(kept)
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  writeMeta(db, keyName, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string)
  return privateKey
}

export function signerWith(key: KeyObject): DocumentSigner {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const serial = createHash('sha256').update(publicKey).digest().subarray(0, 8)
  // DER has one form for a number: neither a sign nor a zero may come first.
  serial[0] = (serial[0]! & 0x3f) | 0x40
  const name = sequence(
    attribute('2.5.4.10', 'pocketcloud'),
    attribute('2.5.4.3', 'EC2 instance identity'),
  )
  const signed = (bytes: Buffer) => sign('sha256', bytes, key)
  const body = sequence(
    context(0, integer(2)),
    integer(serial),
    sha256WithRsa,
    name,
    sequence(utcTime('000101000000Z'), generalizedTime('21991231235959Z')),
    name,
    publicKey,
  )
  const certificate = sequence(body, sha256WithRsa, bits(signed(body)))
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${inLines(certificate, 64)}\n-----END CERTIFICATE-----\n`,
    signature: (document) => inLines(signed(Buffer.from(document)), 76),
    signedMessage(document) {
      const content = Buffer.from(document)
      const signer = sequence(
        integer(1),
        sequence(name, integer(serial)),
        sha256,
        rsa,
        octets(signed(content)),
      )
      const message = sequence(
        integer(1),
        set(sha256),
        sequence(data, context(0, octets(content))),
        set(signer),
      )
      return inLines(sequence(signedData, context(0, message)), 64)
    },
  }
}

const attribute = (type: string, value: string) => set(sequence(objectId(type), utf8(value)))

const inLines = (bytes: Buffer, width: number) =>
  bytes
    .toString('base64')
    .match(new RegExp(`.{1,${width}}`, 'g'))!
    .join('\n')
