import { createHash } from 'node:crypto'
import type { Encryption } from '../rows/object-versions.ts'
import * as errors from './errors.ts'

/** What a request says of the customer's key, for an object or for the source of a copy. */
export interface CustomerKeyInput {
  readonly SSECustomerAlgorithm?: string | undefined
  readonly SSECustomerKey?: string | undefined
  readonly SSECustomerKeyMD5?: string | undefined
}

/** AES-256's. */
const keyBytes = 32

/** A customer's key, as a request brings it. It is never stored. */
export interface CustomerKey {
  /** 32 bytes, where it is one: see `readingKeyOf`. */
  readonly key: Buffer
  /** base64, as answers repeat it. */
  readonly md5: string
}

/**
 * The customer's key that comes with a request; undefined where none does.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-s3-c-encryption.html
 *
 * AWS takes these headers over TLS only; an emulator on the own machine has no TLS to ask for.
 */
export const customerKeyOf = (input: CustomerKeyInput): CustomerKey | undefined =>
  keyIn(input, true)

/**
 * The same for a read, where a key of the wrong length is only another key than the object's: `requireCustomerKey`
 * refuses it as such.
 */
export const readingKeyOf = (input: CustomerKeyInput): CustomerKey | undefined =>
  keyIn(input, false)

function keyIn(
  {
    SSECustomerAlgorithm: algorithm,
    SSECustomerKey: sent,
    SSECustomerKeyMD5: md5,
  }: CustomerKeyInput,
  isNew: boolean,
): CustomerKey | undefined {
  if (algorithm === undefined && sent === undefined && md5 === undefined) return undefined
  if (algorithm === undefined) throw errors.missingCustomerAlgorithm()
  if (algorithm !== 'AES256') throw errors.invalidCustomerAlgorithm(algorithm)
  if (sent === undefined) throw errors.missingCustomerKey()
  if (md5 === undefined) throw errors.missingCustomerKeyMd5()
  const key = Buffer.from(sent, 'base64')
  if (isNew && key.length !== keyBytes) throw errors.invalidCustomerKey()
  if (createHash('md5').update(key).digest('base64') !== md5) {
    throw errors.customerKeyMd5Mismatch()
  }
  return { key, md5 }
}

/** The key of an input's source: CopyObject and UploadPartCopy name it apart from their own. */
export const sourceKeyOf = (input: {
  readonly CopySourceSSECustomerAlgorithm?: string | undefined
  readonly CopySourceSSECustomerKey?: string | undefined
  readonly CopySourceSSECustomerKeyMD5?: string | undefined
}): CustomerKey | undefined =>
  customerKeyOf({
    SSECustomerAlgorithm: input.CopySourceSSECustomerAlgorithm,
    SSECustomerKey: input.CopySourceSSECustomerKey,
    SSECustomerKeyMD5: input.CopySourceSSECustomerKeyMD5,
  })

/**
 * Reads need the very key that the object was written with.
 *
 * @throws AwsError `InvalidRequest` for a key that is missing or not asked for, `AccessDenied` for another
 */
export function requireCustomerKey(
  { SSECustomerKeyMD5: wanted }: Encryption,
  given: CustomerKey | undefined,
): void {
  if (wanted === undefined && given) throw errors.customerKeyNotApplicable()
  if (wanted === undefined) return
  if (!given) throw errors.customerKeyRequired()
  if (given.md5 !== wanted) throw errors.wrongCustomerKey()
}

/** The same for the parts of an upload, whose refusals are worded otherwise. */
export function requireUploadKey(
  { SSECustomerKeyMD5: wanted }: Encryption,
  given: CustomerKey | undefined,
): void {
  if (wanted === given?.md5) return
  throw given && wanted !== undefined
    ? errors.partCustomerKeyDiffers()
    : errors.partNeedsCustomerKey()
}
