import type { KeyObject } from 'node:crypto'
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import type { Signature } from './result.ts'

/** A report that can be signed: what it says is everything but its signature. */
export interface Signable {
  readonly signature?: Signature
}

/** @throws {Error} where the text is no Ed25519 private key in PEM */
export function readPrivateKey(pem: string): KeyObject {
  const key = createPrivateKey(pem)
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('it is no Ed25519 key')
  return key
}

/** Takes a private key's file too. @throws {Error} where the text is no Ed25519 key in PEM */
export function readPublicKey(pem: string): KeyObject {
  const key = createPublicKey(pem)
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('it is no Ed25519 key')
  return key
}

/** Signs a report with Ed25519 (RFC 8032), over its canonical JSON. */
export function signed<Report extends Signable>(report: Report, key: KeyObject): Report {
  const { signature: _, ...said } = report
  const value = sign(null, Buffer.from(canonicalJson(said)), key).toString('base64')
  const signature: Signature = {
    algorithm: 'Ed25519',
    key: fingerprint(createPublicKey(key)),
    value,
  }
  return { ...report, signature }
}

/** Whether a report says what was signed with the key; false for one without a signature. */
export function isSignedBy(report: Signable, key: KeyObject): boolean {
  const { signature, ...said } = report
  if (signature?.algorithm !== 'Ed25519' || typeof signature.value !== 'string') return false
  return verify(null, Buffer.from(canonicalJson(said)), key, Buffer.from(signature.value, 'base64'))
}

export const fingerprint = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16)

/** The same value has one text: members in the order of their names, without blanks. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item)).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`
}
