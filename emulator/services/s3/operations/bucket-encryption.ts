import type {
  DeleteBucketEncryptionRequest,
  GetBucketEncryptionOutput,
  GetBucketEncryptionRequest,
  PutBucketEncryptionRequest,
  ServerSideEncryptionRule,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { bucketDefault } from '../encryption/bucket-default.ts'
import { bucketKeyWithoutKms, kmsKeyWithoutKms } from '../encryption/errors.ts'
import { malformedXml } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import { withoutAbsent } from '../object-settings.ts'
import { deleteConfiguration, putConfiguration } from '../rows/bucket-configurations.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html */
export const PutBucketEncryption = operation<PutBucketEncryptionRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutEncryptionConfiguration', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const rules = input.ServerSideEncryptionConfiguration?.Rules ?? []
    const [rule] = rules
    if (!rule || rules.length > 1) throw malformedXml()
    putConfiguration(call.db, bucket, 'encryption', checkedRule(rule))
    return {}
  },
})

/** As on AWS, a key is not looked for before an object needs it. */
function checkedRule(rule: ServerSideEncryptionRule): ServerSideEncryptionRule {
  const { ApplyServerSideEncryptionByDefault: given, BucketKeyEnabled = false } = rule
  const { SSEAlgorithm, KMSMasterKeyID } = given ?? { SSEAlgorithm: 'AES256' }
  if (!['AES256', 'aws:kms', 'aws:kms:dsse'].includes(SSEAlgorithm ?? '')) throw malformedXml()
  if (SSEAlgorithm === 'AES256' && KMSMasterKeyID !== undefined) {
    throw kmsKeyWithoutKms()
  }
  if (SSEAlgorithm === 'aws:kms:dsse' && BucketKeyEnabled) throw bucketKeyWithoutKms()
  const blocked = rule.BlockedEncryptionTypes?.EncryptionType
  if (blocked?.some((type) => type !== 'NONE' && type !== 'SSE-C')) throw malformedXml()
  return {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...withoutAbsent({ KMSMasterKeyID }) },
    BucketKeyEnabled,
    ...(blocked && { BlockedEncryptionTypes: { EncryptionType: blocked } }),
  }
}

export const GetBucketEncryption = operation<GetBucketEncryptionRequest, GetBucketEncryptionOutput>(
  {
    authorize: (input, call) => [onBucket('s3:GetEncryptionConfiguration', input, call)],
    run: (input, call) => ({
      ServerSideEncryptionConfiguration: {
        Rules: [bucketDefault(call.db, requireBucket(input, call))],
      },
    }),
  },
)

/** The bucket encrypts with SSE-S3 again: there is no bucket that does not. */
export const DeleteBucketEncryption = operation<DeleteBucketEncryptionRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutEncryptionConfiguration', input, call)],
  run(input, call) {
    deleteConfiguration(call.db, requireBucket(input, call), 'encryption')
    return {}
  },
})
