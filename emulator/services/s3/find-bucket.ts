import type { Call, HttpFacts, Permission } from '../../operation.ts'
import { bucketThroughAccessPoint } from './access-points.ts'
import { couldBeBucketName } from './bucket-names.ts'
import {
  accessDenied,
  invalidBucketName,
  invalidBucketOwner,
  noSuchBucket,
  permanentRedirect,
} from './errors.ts'
import { requireKey } from './keys.ts'
import { bucketPermission, objectPermission } from './permissions.ts'
import { findBucket, type Bucket } from './rows/buckets.ts'

/** What nearly every input of S3 has. */
export interface BucketInput {
  readonly Bucket?: string | undefined
  readonly ExpectedBucketOwner?: string | undefined
}

export interface ObjectInput extends BucketInput {
  readonly Key?: string | undefined
  readonly VersionId?: string | undefined
}

/**
 * The bucket that a request is about, itself or by an access point. The bucket is looked for before anything is authorized, as on AWS, where even an
 * anonymous caller learns that a bucket does not exist or is elsewhere.
 *
 * @throws AwsError `NoSuchBucket`, `PermanentRedirect` for one of another region, `AccessDenied` when it is not owned
 *   by the account that the request expects
 */
export function requireBucket(
  { Bucket: name = '', ExpectedBucketOwner }: BucketInput,
  call: Call,
): Bucket {
  const bucket = findBucket(call.db, name) ?? bucketThroughAccessPoint(name, call)
  if (!bucket) throw couldBeBucketName(name) ? noSuchBucket(name) : invalidBucketName(name)
  if (bucket.region !== call.region && namesRegion(call.http)) {
    throw permanentRedirect(name, bucket.region, call.http.host)
  }
  requireOwner(bucket, ExpectedBucketOwner)
  return bucket
}

/**
 * Only signatures of version 4 name a region. Without one, and with the older presigned URLs, on AWS the host name leads to
 * the bucket's region.
 */
const namesRegion = ({ headers, query }: HttpFacts): boolean =>
  headers.authorization?.startsWith('AWS4-') === true || /(?:^|&)X-Amz-Credential=/.test(query)

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html */
export function requireOwner(bucket: Bucket, expected: string | undefined): void {
  if (expected === undefined || expected === bucket.account) return
  throw /^\d{12}$/.test(expected) ? accessDenied() : invalidBucketOwner(expected)
}

/** The permission for an action on the request's bucket. */
export const onBucket = (
  action: string,
  input: BucketInput,
  call: Call,
  context: Permission['context'] = {},
): Permission => bucketPermission(action, requireBucket(input, call), call, context)

/** The permission for an action on the request's object. */
export const onObject = (
  action: string,
  input: ObjectInput,
  call: Call,
  context: Permission['context'] = {},
): Permission => {
  const bucket = requireBucket(input, call)
  const object = { key: requireKey(input.Key), versionId: input.VersionId }
  return objectPermission(action, bucket, object, call, context)
}
