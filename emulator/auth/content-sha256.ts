import { AwsError } from '../errors.ts'

/** What `x-amz-content-sha256` says of a body. */
export type PayloadKind =
  | 'hashed'
  | 'unsigned'
  | 'unsigned chunks'
  | 'signed chunks'
  | 'signed chunks and trailer'
  | 'sigv4a'

const payloadKinds = new Map<string, PayloadKind>([
  ['UNSIGNED-PAYLOAD', 'unsigned'],
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'unsigned chunks'],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'signed chunks'],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 'signed chunks and trailer'],
  ['STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD', 'sigv4a'],
  ['STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER', 'sigv4a'],
])

const sha256Hex = /^[0-9a-f]{64}$/i

/**
 * @param value of the header `x-amz-content-sha256`
 * @throws AwsError `InvalidArgument`
 */
export function payloadKind(value: string): PayloadKind {
  const kind = payloadKinds.get(value)
  if (kind) return kind
  if (sha256Hex.test(value)) return 'hashed'
  throw invalidContentSha256(value)
}

const invalidContentSha256 = (value: string) =>
  new AwsError(
    'InvalidArgument',
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, ' +
      'STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, ' +
      'STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER ' +
      'or a valid sha256 value.',
    { fields: { ArgumentName: 'x-amz-content-sha256', ArgumentValue: value } },
  )

export const missingContentSha256 = () =>
  new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256')

export const anonymousSignedChunks = () =>
  new AwsError(
    'InvalidRequest',
    "Anonymous requests don't support this x-amz-content-sha256 value. Please use UNSIGNED-PAYLOAD or " +
      'STREAMING-UNSIGNED-PAYLOAD-TRAILER.',
  )

/** SigV4A is signed with elliptic curves, for requests that any region may answer (multi-region access points). */
export const sigV4ANotSupported = () =>
  new AwsError(
    'NotImplemented',
    'pocketcloud does not verify AWS4-ECDSA-P256-SHA256 (SigV4A) signatures: sign with AWS4-HMAC-SHA256',
    { status: 501 },
  )
