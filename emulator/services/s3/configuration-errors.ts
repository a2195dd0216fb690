import { AwsError } from '../../errors.ts'

/** What AWS answers for a configuration that a bucket does not have. */
const notConfigured = (code: string, sentence: string) => (bucket: string) =>
  new AwsError(code, sentence, { status: 404, fields: { BucketName: bucket } })

export const noSuchBucketPolicy = notConfigured(
  'NoSuchBucketPolicy',
  'The bucket policy does not exist',
)

export const noSuchCors = notConfigured(
  'NoSuchCORSConfiguration',
  'The CORS configuration does not exist',
)

export const noSuchWebsite = notConfigured(
  'NoSuchWebsiteConfiguration',
  'The specified bucket does not have a website configuration',
)

export const noSuchLifecycle = notConfigured(
  'NoSuchLifecycleConfiguration',
  'The lifecycle configuration does not exist',
)

export const noSuchReplication = notConfigured(
  'ReplicationConfigurationNotFoundError',
  'The replication configuration was not found',
)

export const noSuchObjectLock = notConfigured(
  'ObjectLockConfigurationNotFoundError',
  'Object Lock configuration does not exist for this bucket',
)

export const noSuchPublicAccessBlock = notConfigured(
  'NoSuchPublicAccessBlockConfiguration',
  'The public access block configuration was not found',
)

export const noSuchOwnershipControls = notConfigured(
  'OwnershipControlsNotFoundError',
  'The bucket ownership controls were not found',
)
