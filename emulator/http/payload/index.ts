import type { Readable } from 'node:stream'
import type { ContentCipher } from '../../store/content-cipher.ts'
import { planPayload } from './plan.ts'
import type { PlanOptions } from './plan.ts'
import { receiveFile, verifyBody } from './receive.ts'
import type { ReceivedPayload } from './receive.ts'

export type { ReceivedPayload } from './receive.ts'
export type { PlanOptions } from './plan.ts'

type Headers = Readonly<Record<string, string | undefined>>

/** What S3 takes in one request. */
const largestUpload = 5 * 1024 ** 3

/**
 * Receives an upload into a temporary file and verifies all that its headers, chunks and trailers say of it.
 * Without a checksum of the client's, a CRC64NVME is computed, as S3 does.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 *
 * @param headers names in lower case
 * @param options.path of the file, which does not exist yet, and does not exist when this fails
 * @param options.cipher what its bytes are encrypted with; without one they stay as they arrive
 * @param options.payloadHash `Authentication.payloadHash`; by default the header `x-amz-content-sha256`
 * @throws AwsError what S3 says of such a body: `IncompleteBody`, `BadDigest`, `XAmzContentSHA256Mismatch`, …
 */
export async function receivePayload(
  source: Readable,
  headers: Headers,
  {
    path,
    cipher,
    ...options
  }: PlanOptions & { readonly path: string; readonly cipher?: ContentCipher },
): Promise<ReceivedPayload> {
  const plan = planPayload(headers, {
    also: ['CRC64NVME'],
    lengthRequired: true,
    maximumLength: largestUpload,
    ...options,
  })
  return receiveFile(source, path, plan, cipher)
}

/**
 * Verifies the body of a request whose operation does not stream.
 *
 * @returns the body
 * @throws AwsError as `receivePayload`
 */
export async function verifyBuffer(
  body: Buffer,
  headers: Headers,
  options: PlanOptions = {},
): Promise<Buffer> {
  await verifyBody(body, planPayload(headers, { quotesMd5: true, ...options }))
  return body
}
