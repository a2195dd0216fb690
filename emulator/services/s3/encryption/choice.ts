import type { Call } from '../../../operation.ts'
import type { EncryptionContext } from '../../../ports.ts'
import { objectArn, bucketArn } from '../arns.ts'
import { accessDenied } from '../errors.ts'
import type { Bucket } from '../rows/buckets.ts'
import { bucketDefault } from './bucket-default.ts'
import { customerKeyOf, type CustomerKey, type CustomerKeyInput } from './customer-keys.ts'
import * as errors from './errors.ts'

/** What every request that makes an object may say of its encryption. */
export interface EncryptionInput extends CustomerKeyInput {
  readonly Key?: string | undefined
  readonly ServerSideEncryption?: string | undefined
  readonly SSEKMSKeyId?: string | undefined
  readonly SSEKMSEncryptionContext?: string | undefined
  readonly BucketKeyEnabled?: boolean | undefined
}

export type KmsAlgorithm = 'aws:kms' | 'aws:kms:dsse'

/** How a new object is to be encrypted. */
export type ChosenEncryption =
  | { readonly kind: 'AES256' }
  | { readonly kind: 'customer'; readonly customer: CustomerKey }
  | {
      readonly kind: 'kms'
      readonly algorithm: KmsAlgorithm
      /** Undefined for the key `aws/s3`. */
      readonly keyId: string | undefined
      readonly bucketKey: boolean
      readonly context: EncryptionContext
      /** The context as the request gave it, base64. */
      readonly ownContext: string | undefined
    }

/**
 * What the request says, and where it says nothing, the bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
 *
 * @throws AwsError `InvalidArgument`, `InvalidEncryptionAlgorithmError`, `AccessDenied` for what the bucket blocks
 */
export function chooseEncryption(
  input: EncryptionInput,
  bucket: Bucket,
  { db }: Pick<Call, 'db'>,
): ChosenEncryption {
  const { ServerSideEncryption: ownAlgorithm } = input
  if (ownAlgorithm !== undefined && input.SSECustomerAlgorithm !== undefined) {
    throw errors.twoEncryptions(ownAlgorithm)
  }
  const customer = customerKeyOf(input)
  const rule = bucketDefault(db, bucket)
  if (customer) {
    if (rule.BlockedEncryptionTypes?.EncryptionType?.includes('SSE-C')) throw accessDenied()
    return { kind: 'customer', customer }
  }
  const { SSEAlgorithm, KMSMasterKeyID } = rule.ApplyServerSideEncryptionByDefault ?? {}
  const algorithm = input.ServerSideEncryption ?? SSEAlgorithm ?? 'AES256'
  if (algorithm === 'AES256') {
    if (input.SSEKMSKeyId !== undefined) throw errors.keyWithoutKms(algorithm)
    return { kind: 'AES256' }
  }
  if (algorithm !== 'aws:kms' && algorithm !== 'aws:kms:dsse') {
    throw errors.unsupportedMethod(algorithm)
  }
  if (input.ServerSideEncryption === undefined && input.SSEKMSKeyId !== undefined) {
    throw errors.keyWithoutKms('')
  }
  // Two layers need a data key of the object's own.
  const bucketKey =
    algorithm === 'aws:kms' && (input.BucketKeyEnabled ?? rule.BucketKeyEnabled ?? false)
  return {
    kind: 'kms',
    algorithm,
    keyId: input.ServerSideEncryption === undefined ? KMSMasterKeyID : input.SSEKMSKeyId,
    bucketKey,
    context: contextOf(input, bucket, bucketKey),
    ownContext: input.SSEKMSEncryptionContext,
  }
}

/**
 * The caller's pairs, and the object's ARN; with a bucket key, the bucket's.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
 */
function contextOf(
  { Key: key = '', SSEKMSEncryptionContext: header }: EncryptionInput,
  { name }: Bucket,
  bucketKey: boolean,
): EncryptionContext {
  const own = header === undefined ? {} : readContext(header)
  return { 'aws:s3:arn': bucketKey ? bucketArn(name) : objectArn(name, key), ...own }
}

function readContext(header: string): EncryptionContext {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(header, 'base64').toString('utf8'))
  } catch {
    throw errors.malformedContext(header)
  }
  const isMap =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => typeof one === 'string')
  if (!isMap) throw errors.malformedContext(header)
  return value as EncryptionContext
}
