import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import {
  brokenChain,
  certificateExpired,
  certificateNotPem,
  certificateNotYetValid,
  keyPairMismatch,
  malformedCertificate,
  privateKeyNotPem,
} from './credential-errors.ts'

const pemCertificates = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The one certificate of a text in PEM, or undefined when it is none. */
export function parseCertificate(text: string): X509Certificate | undefined {
  const all = text.match(pemCertificates)
  if (all?.length !== 1 || text.replace(all[0], '').trim() !== '') return undefined
  try {
    return new X509Certificate(all[0])
  } catch {
    return undefined
  }
}

/** @param now virtual time in ms since the epoch */
export const isInForce = ({ validFrom, validTo }: X509Certificate, now: number): boolean =>
  Date.parse(validFrom) <= now && now < Date.parse(validTo)

/** What makes up a server certificate, each in PEM. */
export interface CertificateParts {
  readonly body: string
  readonly privateKey: string
  readonly chain: string | undefined
}

/**
 * Checks that a certificate is in force, that the key is its own and that the chain leads on from it. A certificate
 * of an unknown authority may come without its chain.
 *
 * @param now virtual time in ms since the epoch
 * @throws MalformedCertificate, KeyPairMismatch
 */
export function checkServerCertificate(
  { body, privateKey, chain }: CertificateParts,
  now: number,
): X509Certificate {
  const certificate = parseCertificate(body)
  if (!certificate) throw certificateNotPem()
  if (!certificate.checkPrivateKey(parsePrivateKey(privateKey))) throw keyPairMismatch()
  if (Date.parse(certificate.validTo) <= now) throw certificateExpired()
  if (Date.parse(certificate.validFrom) > now) throw certificateNotYetValid()
  if (chain !== undefined) checkChain(certificate, chain)
  return certificate
}

function parsePrivateKey(text: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch {
    throw privateKeyNotPem()
  }
}

/** Every certificate of the chain has signed the one before it. */
function checkChain(certificate: X509Certificate, chain: string): void {
  let signed = certificate
  const texts = chain.match(pemCertificates)
  if (!texts) throw malformedCertificate('Unknown')
  for (const [index, text] of texts.entries()) {
    const signer = parseCertificate(text)
    if (!signer) throw malformedCertificate('Unknown')
    if (!signed.checkIssued(signer) || !signed.verify(signer.publicKey)) {
      throw brokenChain(index === 0 ? -1 : index)
    }
    signed = signer
  }
}
