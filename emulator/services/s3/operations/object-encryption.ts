import type { UpdateObjectEncryptionRequest } from '@aws-sdk/client-s3'
import { AwsError } from '../../../errors.ts'
import { operation, type Call } from '../../../operation.ts'
import { newObjectKey } from '../encryption/object-keys.ts'
import { toEncrypt, toUseKey } from '../encryption/permissions.ts'
import { resealed } from '../encryption/resealing.ts'
import { invalidRequest } from '../errors.ts'
import { onObject, requireBucket } from '../find-bucket.ts'
import { isLocked } from '../object-lock/locks.ts'
import { requireVersion } from '../read-version.ts'
import { existingTagKeys } from '../request-keys.ts'
import type { Bucket } from '../rows/buckets.ts'
import { listParts } from '../rows/object-parts.ts'
import { findLatest, findVersion, type ObjectVersion } from '../rows/object-versions.ts'
import { setVersionEncryption } from '../rows/version-encryption.ts'

// AWS's sentences: https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html

const denied = (sentence: string) => new AwsError('AccessDenied', sentence, { status: 403 })

/**
 * Changes what keeps an object's key: the bytes, the ETag and the date of its last change stay as they are.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/update-sse-encryption.html
 */
export const UpdateObjectEncryption = operation<UpdateObjectEncryptionRequest, {}>({
  authorize(input, call) {
    const bucket = requireBucket(input, call)
    const version = namedVersion(input, bucket, call)
    const wanted = wantedEncryption(input, bucket)
    const context = {
      's3:x-amz-server-side-encryption': 'aws:kms',
      's3:x-amz-server-side-encryption-aws-kms-key-id': wanted.SSEKMSKeyId,
      ...(version && existingTagKeys(version.tags)),
    }
    return [
      onObject('s3:UpdateObjectEncryption', input, call, context),
      ...toUseKey('Decrypt', version, call),
      ...toEncrypt(wanted, bucket, call),
    ]
  },
  run(input, call) {
    const bucket = requireBucket(input, call)
    const version = requireVersion(call, bucket, input.Key ?? '', input.VersionId)
    requireChangeable(version, call.now)
    const parts = version.partCount === null ? [] : listParts(call.db, version.id)
    const objectKey = newObjectKey(wantedEncryption(input, bucket), bucket, call)
    setVersionEncryption(call.db, version.id, resealed(call, version, parts, objectKey))
    return {}
  },
})

/** The version that is asked for, if it is there: what is missing is refused once the call is authorized. */
const namedVersion = (
  { Key: key = '', VersionId }: UpdateObjectEncryptionRequest,
  { id }: Bucket,
  { db }: Call,
) => (VersionId === undefined ? findLatest(db, id, key) : findVersion(db, id, key, VersionId))

/** @throws AwsError `InvalidRequest`, `AccessDenied` for a key of another account */
function wantedEncryption(input: UpdateObjectEncryptionRequest, { account }: Bucket) {
  const kms = input.ObjectEncryption?.SSEKMS
  if (!kms) {
    throw invalidRequest(
      'Requests that modify an object encryption configuration require a valid new encryption type. Valid values are ' +
        'SSEKMS. Modify the request to specify SSE-KMS for the updated encryption type, and then try again.',
    )
  }
  if (!kms.KMSKeyArn) {
    throw invalidRequest(
      "Requests that modify an object's encryption type to SSE-KMS require an AWS KMS key Amazon Resource Name (ARN). " +
        'Modify the request to specify a KMS key ARN, and then try again.',
    )
  }
  const owner = /^arn:aws[\w-]*:kms:[a-z0-9-]+:(\d{12}):key\/[\w-]+$/.exec(kms.KMSKeyArn)?.[1]
  if (owner === undefined) {
    throw invalidRequest(
      "Requests that modify an object's encryption type to SSE-KMS require a valid AWS KMS key Amazon Resource Name " +
        '(ARN). Confirm that you have a correctly formatted KMS key ARN in your request, and then try again.',
    )
  }
  if (owner !== account) {
    throw denied(
      'The AWS KMS key in the request must be owned by the same account as the bucket. Modify the request to specify a ' +
        'KMS key from the same account, and then try again.',
    )
  }
  return {
    Key: input.Key,
    ServerSideEncryption: 'aws:kms',
    SSEKMSKeyId: kms.KMSKeyArn,
    BucketKeyEnabled: kms.BucketKeyEnabled ?? false,
  }
}

function requireChangeable(version: ObjectVersion, now: number): void {
  const { ServerSideEncryption: algorithm, SSECustomerAlgorithm } = version.encryption
  if (algorithm === 'aws:kms:dsse' || SSECustomerAlgorithm !== undefined) {
    throw invalidRequest(
      "The UpdateObjectEncryption operation doesn't support source objects with the encryption type DSSE-KMS or SSE-C. " +
        'Only source objects encrypted with SSE-S3 or SSE-KMS are supported.',
    )
  }
  if (isLocked(version, now)) {
    throw denied(
      'The encryption type for the specified object can’t be updated because that object is protected by S3 Object Lock. ' +
        'If the object has a governance-mode retention period or a legal hold, you must first remove the Object Lock ' +
        "status on the object before you issue your UpdateObjectEncryption request. You can't use the " +
        'UpdateObjectEncryption operation with objects that have an Object Lock compliance mode retention period applied ' +
        'to them.',
    )
  }
}
