import { AwsError } from '../../../errors.ts'
import { invalidArgument, invalidRequest } from '../errors.ts'
import { seattleDate } from '../http-date.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html

export const bucketWithoutLock = () => invalidRequest('Bucket is missing Object Lock Configuration')

/** The same of a new object, as AWS writes it there. */
export const newObjectWithoutLock = () =>
  invalidRequest('Bucket is missing ObjectLockConfiguration')

export const noSuchObjectLock = () =>
  new AwsError(
    'NoSuchObjectLockConfiguration',
    'The specified object does not have a ObjectLock configuration',
    { status: 404 },
  )

export const lockNeedsVersioning = () =>
  new AwsError(
    'InvalidBucketState',
    "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    { status: 409 },
  )

export const lockKeepsVersioning = () =>
  new AwsError(
    'InvalidBucketState',
    'An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.',
    { status: 409 },
  )

export const objectIsLocked = () =>
  new AwsError('AccessDenied', 'Access Denied because object protected by object lock.', {
    status: 403,
  })

export const lockNeedsIntegrity = () =>
  invalidRequest(
    'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  )

/** @param missing the header of the two that lacks */
export const incompleteRetention = (
  missing: 'x-amz-object-lock-mode' | 'x-amz-object-lock-retain-until-date',
) =>
  invalidArgument(
    'x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied',
    missing,
    undefined,
  )

export const unknownMode = (mode: string) =>
  invalidArgument('Unknown wormMode directive.', 'x-amz-object-lock-mode', mode)

export const unknownLegalHold = (status: string) =>
  invalidArgument(
    "Legal Hold must be either of 'ON' or 'OFF'",
    'x-amz-object-lock-legal-hold',
    status,
  )

/** @param time in ms since the epoch @param place the header or the element that says it */
export const retentionInThePast = (time: number, place: string) =>
  invalidArgument('The retain until date must be in the future!', place, seattleDate(time))

export const invalidRetentionPeriod = (unit: string, value: number) =>
  invalidArgument('Default retention period must be a positive integer value.', unit, value)

export const retentionPeriodTooLarge = (unit: string, value: number) =>
  invalidArgument('Default retention period too large.', unit, value)

export const nothingToBypass = () =>
  new AwsError(
    'InvalidArgument',
    'x-amz-bypass-governance-retention is only applicable to Object Lock enabled buckets.',
    { fields: { ArgumentName: 'x-amz-bypass-governance-retention' } },
  )
