import { AwsError } from '../../../errors.ts'
import { invalidArgument, invalidRequest } from '../errors.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html

const header = 'x-amz-server-side-encryption'
const customerKeys =
  'Requests specifying Server Side Encryption with Customer provided keys must provide'

/** Whatever of the three headers is wrong, AWS names the one for all encryption. */
const wrongCustomerKeyHeader = (message: string) => invalidArgument(message, header, undefined)

export const missingCustomerAlgorithm = () =>
  wrongCustomerKeyHeader(`${customerKeys} a valid encryption algorithm.`)

export const missingCustomerKey = () =>
  wrongCustomerKeyHeader(`${customerKeys} an appropriate secret key.`)

export const missingCustomerKeyMd5 = () =>
  wrongCustomerKeyHeader(`${customerKeys} the client calculated MD5 of the secret key.`)

export const invalidCustomerKey = () =>
  wrongCustomerKeyHeader('The secret key was invalid for the specified algorithm.')

export const customerKeyMd5Mismatch = () =>
  wrongCustomerKeyHeader(
    'The calculated MD5 hash of the key did not match the hash that was provided.',
  )

export const invalidCustomerAlgorithm = (algorithm: string) =>
  new AwsError(
    'InvalidEncryptionAlgorithmError',
    'The Encryption request you specified is not valid. Supported value: AES256.',
    { fields: { ArgumentName: header, ArgumentValue: algorithm } },
  )

/** Of a read. */
export const wrongCustomerKey = () =>
  new AwsError('AccessDenied', `${customerKeys} the correct secret key.`, { status: 403 })

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

export const malformedContext = (context: string) =>
  invalidArgument(
    "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map",
    'x-amz-server-side-encryption-context',
    context,
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

export const kmsKeyWithoutKms = () =>
  new AwsError(
    'InvalidArgument',
    'a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse',
    { fields: { ArgumentName: 'ApplyServerSideEncryptionByDefault' } },
  )
