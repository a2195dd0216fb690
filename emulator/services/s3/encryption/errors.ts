import { AwsError } from '../../../errors.ts'
import { invalidArgument, invalidRequest } from '../errors.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html

const customerHeader = 'x-amz-server-side-encryption-customer-algorithm'
const customerKeys =
  'Requests specifying Server Side Encryption with Customer provided keys must provide'

export const missingCustomerAlgorithm = () =>
  invalidArgument(`${customerKeys} a valid encryption algorithm.`, customerHeader, undefined)

export const missingCustomerKey = () =>
  invalidArgument(
    `${customerKeys} an appropriate secret key.`,
    'x-amz-server-side-encryption-customer-key',
    undefined,
  )

export const missingCustomerKeyMd5 = () =>
  invalidArgument(
    `${customerKeys} the client calculated MD5 of the secret key.`,
    'x-amz-server-side-encryption-customer-key-MD5',
    undefined,
  )

export const invalidCustomerAlgorithm = () =>
  new AwsError(
    'InvalidEncryptionAlgorithmError',
    'The encryption request you specified is not valid. The valid value is AES256.',
  )

export const invalidCustomerKey = () =>
  invalidArgument(
    'The secret key was invalid for the specified algorithm.',
    'x-amz-server-side-encryption-customer-key',
    undefined,
  )

export const customerKeyMd5Mismatch = (md5: string) =>
  invalidArgument(
    'The calculated MD5 hash of the key did not match the hash that was provided.',
    'x-amz-server-side-encryption-customer-key-MD5',
    md5,
  )

export const twoEncryptions = (algorithm: string) =>
  invalidArgument(
    'Server Side Encryption with Customer provided key is incompatible with the encryption method specified',
    'x-amz-server-side-encryption',
    algorithm,
  )

export const customerKeyRequired = () =>
  invalidRequest(
    'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
  )

export const customerKeyNotApplicable = () =>
  invalidRequest('The encryption parameters are not applicable to this object.')

export const partNeedsCustomerKey = () =>
  invalidRequest(
    'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
  )

export const partCustomerKeyDiffers = () =>
  invalidRequest('The provided encryption parameters did not match the ones used originally.')

export const encryptionHeaderOnRead = (algorithm: string) =>
  invalidArgument(
    'x-amz-server-side-encryption header is not supported for this operation.',
    'x-amz-server-side-encryption',
    algorithm,
  )

export const unsupportedMethod = (algorithm: string) =>
  invalidArgument(
    'The encryption method specified is not supported',
    'x-amz-server-side-encryption',
    algorithm,
  )

export const keyWithoutKms = (algorithm: string) =>
  invalidArgument(
    'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
    'x-amz-server-side-encryption',
    algorithm,
  )

export const malformedContext = (header: string) =>
  invalidArgument(
    "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map",
    'x-amz-server-side-encryption-context',
    header,
  )

export const bucketKeyWithoutKms = () =>
  invalidArgument(
    'BucketKeyEnabled is not applicable to this encryption method',
    'x-amz-server-side-encryption-bucket-key-enabled',
    'true',
  )

/** S3 passes on what KMS says, under its own prefix and always as 400. */
export function asS3Error<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof AwsError && error.code.endsWith('Exception')) {
      throw new AwsError(`KMS.${error.code}`, error.message)
    }
    throw error
  }
}
