import { createHmac, hash } from 'node:crypto'
import { canonicalRequest } from './canonical-request.ts'
import type { PathRule, SignedRequest } from './canonical-request.ts'

export const algorithm = 'AWS4-HMAC-SHA256'
export const unsignedPayload = 'UNSIGNED-PAYLOAD'
/** The SHA-256 of nothing. */
export const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** What a signature says it was made of: the parts of an `Authorization` header or of a presigned URL. */
export interface SignatureClaim {
  readonly accessKeyId: string
  /** `YYYYMMDD/region/service/aws4_request`. */
  readonly scope: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly terminator: string
  /** Names joined by `;`, as sent. */
  readonly signedHeaders: string
  readonly signature: string
  /** `20150830T123600Z`. */
  readonly amzDate: string
  readonly sessionToken: string | undefined
  /** Seconds, for a presigned URL. */
  readonly expires: number | undefined
}

/** The texts between a request and its signature: what S3 shows to one whose signature does not match. */
export interface SigningSteps {
  readonly canonicalRequest: string
  readonly stringToSign: string
  readonly signature: string
}

/** What the signatures of a streamed payload's chunks are chained from. */
export interface ChunkSigning {
  readonly accessKeyId: string
  readonly key: Buffer
  /** The request's own signature, which the first chunk's builds upon. */
  readonly seedSignature: string
  readonly amzDate: string
  readonly scope: string
}

/**
 * Makes the signature that the request should have.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 *
 * @param key the signing key of the claim's scope (`SigningKeys`)
 * @param payloadHash hexadecimal SHA-256 of the body, or what stands for it (`UNSIGNED-PAYLOAD`)
 */
export function sign(
  request: SignedRequest,
  claim: Pick<SignatureClaim, 'signedHeaders' | 'amzDate' | 'scope'>,
  key: Buffer,
  payloadHash: string,
  pathRule: PathRule,
): SigningSteps {
  const canonical = canonicalRequest(request, claim.signedHeaders, payloadHash, pathRule)
  const hashed = hash('sha256', Buffer.from(canonical, 'latin1'))
  const stringToSign = `${algorithm}\n${claim.amzDate}\n${claim.scope}\n${hashed}`
  return { canonicalRequest: canonical, stringToSign, signature: signText(key, stringToSign) }
}

/** @returns the signature of a string to sign, in hexadecimal */
export function signText(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text, 'latin1').digest('hex')
}

/** Compares in a time that says nothing about where two signatures differ. */
export function sameSignature(expected: string, provided: string): boolean {
  if (expected.length !== provided.length) return false
  let difference = 0
  for (let i = 0; i < expected.length; i++) {
    difference |= expected.charCodeAt(i) ^ provided.charCodeAt(i)
  }
  return difference === 0
}
