import { createHmac } from 'node:crypto'
import { checkCredential } from './authenticate.ts'
import type { AuthenticatedRequest, Authentication, AuthenticationOptions } from './authenticate.ts'
import {
  s3InvalidExpiresV2,
  s3MissingQueryParametersV2,
  s3PresignedV2Expired,
  s3SignatureDoesNotMatch,
} from './s3-refusals.ts'
import { sameSignature, unsignedPayload } from './sigv4.ts'

/** A URL as version 2 presigns it. S3 goes on taking them: `aws s3 presign` and boto3 make them for us-east-1 by default. */
export interface PresignedV2 {
  readonly accessKeyId: string
  readonly signature: string
  /** Wall time in seconds since the epoch. */
  readonly expires: number
  readonly sessionToken: string | undefined
}

/** The query parameters that are part of the resource: https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html */
const subresources = new Set(
  (
    'accelerate acl analytics cors defaultObjectAcl delete encryption intelligent-tiering inventory legal-hold lifecycle location ' +
    'logging metrics notification object-lock ownershipControls partNumber policy policyStatus publicAccessBlock replication ' +
    'requestPayment response-cache-control response-content-disposition response-content-encoding response-content-language ' +
    'response-content-type response-expires restore retention select select-type storageClass tagging torrent uploadId uploads ' +
    'versionId versioning versions website'
  ).split(' '),
)

/**
 * @returns undefined when the URL is not one of version 2
 * @throws AwsError `AccessDenied` for one that lacks a part, or expires at no time
 */
export function readPresignedV2(query: string): PresignedV2 | undefined {
  if (!/(?:^|&)(?:AWSAccessKeyId|Signature)=/.test(query)) return undefined
  const parameters = new URLSearchParams(query)
  const accessKeyId = parameters.get('AWSAccessKeyId')
  const signature = parameters.get('Signature')
  const expires = parameters.get('Expires')
  if (!accessKeyId || !signature || !expires) throw s3MissingQueryParametersV2()
  if (!/^\d{1,12}$/.test(expires)) throw s3InvalidExpiresV2(expires)
  const sessionToken = parameters.get('x-amz-security-token') || undefined
  return { accessKeyId, signature, expires: Number(expires), sessionToken }
}

/**
 * The text that version 2 signs: method, MD5, type, expiry, `x-amz-` headers and the resource.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/RESTAuthentication.html#RESTAuthenticationQueryStringAuth
 */
function stringToSignV2(request: AuthenticatedRequest): string {
  const parameters = [...new URLSearchParams(request.query)]
  // Presigners put headers into the query, and sign them as headers.
  const signed = new Map<string, string>()
  for (const [name, value] of [...Object.entries(request.headers), ...parameters]) {
    if (value !== undefined) signed.set(name.toLowerCase(), value.trim())
  }
  const amzHeaders = [...signed.keys()]
    .filter((name) => name.startsWith('x-amz-'))
    .toSorted()
    .map((name) => `${name}:${signed.get(name)!}\n`)
  const resource = parameters
    .filter(([name]) => subresources.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => (value === '' ? name : `${name}=${value}`))
  // The host is not signed: a bucket that it names counts as part of the path, so that a URL is good for one bucket only.
  const path = request.bucket === undefined ? request.path : `/${request.bucket}${request.path}`
  return [
    request.method,
    request.headers['content-md5'] ?? signed.get('content-md5') ?? '',
    request.headers['content-type'] ?? signed.get('content-type') ?? '',
    signed.get('expires') ?? '',
    `${amzHeaders.join('')}${path}${resource.length > 0 ? `?${resource.join('&')}` : ''}`,
  ].join('\n')
}

/**
 * Verifies a URL of version 2 under a key that the emulator issued.
 *
 * @throws AwsError as for version 4
 */
export function authenticateV2(
  request: AuthenticatedRequest,
  url: PresignedV2,
  options: AuthenticationOptions,
): Authentication | undefined {
  const { accessKeyId, signature } = url
  const credential = options.findCredential(accessKeyId)
  checkExpiry(url, options)
  if (!credential) return undefined
  checkCredential(credential, url, 's3', options.virtualNow)
  const stringToSign = stringToSignV2(request)
  const hmac = createHmac('sha1', credential.secretAccessKey).update(stringToSign, 'utf8')
  if (!sameSignature(hmac.digest('base64'), signature)) {
    throw s3SignatureDoesNotMatch(accessKeyId, signature, { stringToSign })
  }
  return {
    caller: credential.caller,
    region: 'us-east-1',
    signingService: 's3',
    signing: undefined,
    payloadHash: unsignedPayload,
  }
}

/** The URL names the end of its time on the wall clock; advances of the virtual clock since it was made bring the end nearer. */
function checkExpiry({ expires }: PresignedV2, options: AuthenticationOptions): void {
  const { wallNow, advancedSince } = options
  const now = wallNow + (advancedSince?.(wallNow) ?? 0)
  const end = expires * 1000
  if (now > end) throw s3PresignedV2Expired(end, now)
}
