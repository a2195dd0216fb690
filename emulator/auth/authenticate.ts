import type { AwsError } from '../errors.ts'
import { allowedSkew } from './amz-date.ts'
import type { Caller, Credential } from './caller.ts'
import type { SignedRequest } from './canonical-request.ts'
import {
  anonymousSignedChunks,
  missingContentSha256,
  payloadKind,
  sigV4ANotSupported,
} from './content-sha256.ts'
import { authenticateV2, readPresignedV2 } from './presigned-v2.ts'
import type { PresignedV2 } from './presigned-v2.ts'
import { refusals } from './refusals.ts'
import type { Dialect } from './refusals.ts'
import { readSignatureClaim } from './signature-claim.ts'
import type { DatedClaim } from './signature-claim.ts'
import { SigningKeys } from './signing-key.ts'
import { emptyHash, sameSignature, sign, unsignedPayload } from './sigv4.ts'
import type { ChunkSigning } from './sigv4.ts'

/** A request to authenticate. */
export interface AuthenticatedRequest extends SignedRequest {
  /** Hexadecimal SHA-256 of the body. Not for S3, whose bodies are checked when they arrive; empty if absent. */
  readonly bodyHash?: string
  /** S3's bucket where the host names it: signatures of version 2 are over it. */
  readonly bucket?: string
}

/** What the request's route says of the service it is for. */
export interface AuthenticationTarget {
  readonly dialect: Dialect
  /** The service's name in credential scopes (`s3`, `monitoring`), where the route does not follow from the scope itself. */
  readonly signingName?: string
  /** Where only one region's signatures are good. */
  readonly region?: string
}

export interface AuthenticationOptions {
  readonly findCredential: (accessKeyId: string) => Credential | undefined
  /** Real time in ms since the epoch: clients sign with it. */
  readonly wallNow: number
  /** Virtual time in ms since the epoch: sessions and presigned URLs expire by it. */
  readonly virtualNow: number
  /**
   * How far the virtual clock was set forward since a moment of real time, in ms. A presigned URL says when it was signed only in
   * real time. Without it, no advance is taken to lie between signing and use.
   */
  readonly advancedSince?: (wallTime: number) => number
  /** Refuses access keys that the emulator did not issue. */
  readonly strict: boolean
  readonly defaultAccount: string
}

export interface Authentication {
  readonly caller: Caller
  readonly region: string
  /** The service of the credential scope; empty without a signature. */
  readonly signingService: string
  /** For the signatures of a payload's chunks; absent where there is no secret to verify them with. */
  readonly signing: ChunkSigning | undefined
  /** What the signature says of the payload: a hash still to be compared (S3), or what stands for one. */
  readonly payloadHash: string | undefined
}

export const signingKeys = new SigningKeys()
const anonymous: Caller = { type: 'Anonymous', accountId: '', arn: null, userId: 'anonymous' }
const accountNumber = /^\d{12}$/
const regionName = /^[a-z0-9-]{1,32}$/

/**
 * Finds out who makes a request. A key that the emulator issued is always verified; one that it does not know is
 * the root of the default account (12 digits: the root of that account) unless `strict`.
 *
 * @throws AwsError the refusal that the service itself would give
 */
export function authenticate(
  request: AuthenticatedRequest,
  target: AuthenticationTarget,
  options: AuthenticationOptions,
): Authentication {
  const versionTwo = target.dialect === 's3' ? readPresignedV2(request.query) : undefined
  if (versionTwo) return presignedByVersionTwo(request, versionTwo, options)
  const claim = readSignatureClaim(request, target.dialect)
  if (!claim) return unsigned(request, target)
  checkScope(claim, target)
  checkSignedHeaders(request, claim, target.dialect)
  const payloadHash = signedPayloadHash(request, claim, target.dialect)
  checkTime(claim, target.dialect, options)
  const credential = options.findCredential(claim.accessKeyId)
  const common = { region: claim.region, signingService: claim.service, payloadHash }
  if (!credential) {
    if (options.strict) throw refusals[target.dialect].unknownKey(claim.accessKeyId)
    const caller = rootOf(claim.accessKeyId, options.defaultAccount)
    return { caller, signing: undefined, ...common }
  }
  checkCredential(credential, claim, target.dialect, options.virtualNow)
  const key = signingKeys.get(credential.accessKeyId, credential.secretAccessKey, claim.scope)
  const pathRule = target.dialect === 's3' ? 'verbatim' : 'normalized'
  const steps = sign(request, claim, key, payloadHash, pathRule)
  if (!sameSignature(steps.signature, claim.signature)) {
    throw refusals[target.dialect].signatureMismatch(claim, steps)
  }
  const { accessKeyId, amzDate, scope, signature } = claim
  const signing = { accessKeyId, key, seedSignature: signature, amzDate, scope }
  return { caller: credential.caller, signing, ...common }
}

function presignedByVersionTwo(
  request: AuthenticatedRequest,
  url: PresignedV2,
  options: AuthenticationOptions,
): Authentication {
  const verified = authenticateV2(request, url, options)
  if (verified) return verified
  if (options.strict) throw refusals.s3.unknownKey(url.accessKeyId)
  return {
    caller: rootOf(url.accessKeyId, options.defaultAccount),
    region: 'us-east-1',
    signingService: 's3',
    signing: undefined,
    payloadHash: unsignedPayload,
  }
}

/** A caller who shows nothing. @param region where the call is, without a signature that says it */
export const anonymously = (region = 'us-east-1'): Authentication => ({
  caller: anonymous,
  region,
  signingService: '',
  signing: undefined,
  payloadHash: undefined,
})

/** What a service that admits nobody without a signature answers to a request that has none. */
export const missingAuthenticationToken = (dialect: Dialect): AwsError =>
  refusals[dialect].missingToken()

/**
 * For the services that admit nobody without a signature: all but S3 and a few calls of STS.
 * @throws AwsError `MissingAuthenticationToken`
 */
export function requireSignature({ caller }: Authentication, dialect: Dialect): void {
  if (caller.type === 'Anonymous') throw missingAuthenticationToken(dialect)
}

function unsigned(request: AuthenticatedRequest, target: AuthenticationTarget): Authentication {
  const payloadHash = request.headers['x-amz-content-sha256']
  if (target.dialect === 's3' && payloadHash !== undefined) {
    const kind = payloadKind(payloadHash)
    if (kind.startsWith('signed') || kind === 'sigv4a') throw anonymousSignedChunks()
  }
  const region = target.region ?? 'us-east-1'
  return { caller: anonymous, region, signingService: '', signing: undefined, payloadHash }
}

export function rootOf(accessKeyId: string, defaultAccount: string): Caller {
  const accountId = accountNumber.test(accessKeyId) ? accessKeyId : defaultAccount
  const arn = `arn:aws:iam::${accountId}:root`
  return { type: 'Root', accountId, arn, userId: accountId, accessKeyId }
}

function checkScope(claim: DatedClaim, { dialect, signingName, region }: AuthenticationTarget) {
  const refuse = refusals[dialect]
  const presigned = claim.expires !== undefined
  if (claim.terminator !== 'aws4_request') throw refuse.wrongTerminator(claim.terminator, presigned)
  if (signingName !== undefined && claim.service !== signingName) {
    throw refuse.wrongService(signingName, claim.service, presigned)
  }
  // `aws-global` is a name of SDKs for what is nowhere: S3 takes no signature for it.
  const isNowhere = dialect === 's3' && claim.region === 'aws-global'
  if (
    region === undefined ? isNowhere || !regionName.test(claim.region) : claim.region !== region
  ) {
    throw refuse.wrongRegion(region, claim.region, presigned)
  }
  if (!claim.amzDate.startsWith(claim.date) || claim.date.length !== 8) {
    throw refuse.wrongScopeDate(claim.date, claim.amzDate, presigned)
  }
}

/** The host must be signed, and on S3 every `x-amz-` header that is there; the payload's hash is part of what a URL signs anyhow. */
function checkSignedHeaders(request: SignedRequest, claim: DatedClaim, dialect: Dialect) {
  const signed = claim.signedHeaders.split(';')
  const unsigned = signed.includes('host') ? [] : ['host']
  if (dialect === 's3') {
    for (const name in request.headers) {
      if (!name.startsWith('x-amz-') || signed.includes(name)) continue
      if (claim.expires !== undefined && name === 'x-amz-content-sha256') continue
      unsigned.push(name)
    }
  }
  if (unsigned.length > 0) throw refusals[dialect].headersNotSigned(unsigned)
}

function signedPayloadHash(
  request: AuthenticatedRequest,
  claim: DatedClaim,
  dialect: Dialect,
): string {
  const header = request.headers['x-amz-content-sha256']
  if (dialect !== 's3') {
    // The body is here already: its own hash is what the signature must be of, whatever the header says.
    return header === unsignedPayload ? header : (request.bodyHash ?? emptyHash)
  }
  const given = header ?? (claim.expires === undefined ? undefined : presignedHash(request.query))
  if (given === undefined) throw missingContentSha256()
  if (payloadKind(given) === 'sigv4a') throw sigV4ANotSupported()
  return given
}

const presignedHash = (query: string): string =>
  new URLSearchParams(query).get('X-Amz-Content-Sha256') ?? unsignedPayload

function checkTime(claim: DatedClaim, dialect: Dialect, options: AuthenticationOptions) {
  const { signedAt, amzDate, expires } = claim
  const { wallNow } = options
  const refuse = refusals[dialect]
  if (expires === undefined) {
    if (Math.abs(wallNow - signedAt) > allowedSkew) {
      throw refuse.skewed({ amzDate, signedAt, now: wallNow })
    }
    return
  }
  if (signedAt - wallNow > allowedSkew) {
    throw refuse.presignedNotYetValid({ amzDate, signedAt, now: wallNow })
  }
  const now = wallNow + (options.advancedSince?.(signedAt) ?? 0)
  if (now - signedAt > expires * 1000) {
    throw refuse.presignedExpired({ amzDate, signedAt, now }, expires)
  }
}

export function checkCredential(
  credential: Credential,
  claim: Pick<DatedClaim, 'accessKeyId' | 'sessionToken'>,
  dialect: Dialect,
  virtualNow: number,
) {
  const refuse = refusals[dialect]
  if (!credential.active) throw refuse.unknownKey(claim.accessKeyId)
  if (!sameSignature(credential.sessionToken ?? '', claim.sessionToken ?? '')) {
    throw refuse.wrongSessionToken(claim.accessKeyId, claim.sessionToken)
  }
  if (credential.expiresAt !== undefined && virtualNow >= credential.expiresAt) {
    throw refuse.expiredSessionToken(claim.sessionToken ?? '')
  }
}
