import type { Call, Permission } from '../../operation.ts'
import { bucketThroughAccessPoint } from './access-points.ts'
import { couldBeBucketName } from './bucket-names.ts'
import { failedCondition, type ReadConditions } from './conditions.ts'
import {
  invalidArgument,
  invalidRequest,
  noSuchBucket,
  preconditionFailed,
  sourceNotInActiveTier,
} from './errors.ts'
import { requireCustomerKey, sourceKeyOf, type CustomerKey } from './encryption/customer-keys.ts'
import { toUseKey } from './encryption/permissions.ts'
import { requireOwner } from './find-bucket.ts'
import { isReadable } from './restores.ts'
import { objectPermission } from './permissions.ts'
import { requireVersion } from './read-version.ts'
import { findBucket, type Bucket } from './rows/buckets.ts'
import { findLatest, findVersion, type ObjectVersion } from './rows/object-versions.ts'

/** What CopyObject and UploadPartCopy say of their source. */
export interface CopySourceInput {
  readonly CopySource?: string | undefined
  readonly CopySourceIfMatch?: string | undefined
  readonly CopySourceIfNoneMatch?: string | undefined
  readonly CopySourceIfModifiedSince?: Date | undefined
  readonly CopySourceIfUnmodifiedSince?: Date | undefined
  readonly CopySourceSSECustomerAlgorithm?: string | undefined
  readonly CopySourceSSECustomerKey?: string | undefined
  readonly CopySourceSSECustomerKeyMD5?: string | undefined
  readonly ExpectedSourceBucketOwner?: string | undefined
}

interface SourceName {
  readonly bucket: string
  readonly key: string
  readonly versionId: string | undefined
}

/**
 * Reads `x-amz-copy-source`: `bucket/key` or `/bucket/key`, URL-encoded, with `?versionId=` after it or not. As in a form,
 * a plus sign that is not encoded is a space. Through an access point it is `ARN/object/key`; of an object's URL the path counts. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export function readCopySource(header = ''): SourceName {
  const query = /\?versionId=([^&]*)$/.exec(header)
  if (query?.[1] === '') {
    throw invalidArgument('Version id cannot be the empty string', 'x-amz-copy-source', header)
  }
  const sent = (query ? header.slice(0, query.index) : header).replace(
    /^https?:\/\/[^/]*(?=\/)/,
    '',
  )
  const path = decoded(sent, header).replace(/^\//, '')
  const point = /^(arn:[^:]+:s3:[^:]*:\d*:accesspoint\/[^/]+)\/object\/(.+)$/s.exec(path)
  if (point) return { bucket: point[1]!, key: point[2]!, versionId: query?.[1] }
  const slash = path.indexOf('/')
  if (slash < 1 || slash === path.length - 1) {
    throw invalidArgument(
      'Invalid copy source object key',
      'x-amz-copy-source',
      'x-amz-copy-source',
    )
  }
  const bucket = path.slice(0, slash)
  if (!couldBeBucketName(bucket) || /^[\d.]+$/.test(bucket)) {
    throw invalidArgument('Invalid copy source bucket name', 'x-amz-copy-source', header)
  }
  return { bucket, key: path.slice(slash + 1), versionId: query?.[1] }
}

/** The source as conditions see it, however the header is encoded: `s3:x-amz-copy-source` is `bucket/key`. */
export function copySourceKeys({ CopySource }: CopySourceInput): Record<string, string> {
  const { bucket, key } = readCopySource(CopySource)
  return { 's3:x-amz-copy-source': `${bucket}/${key}` }
}

function decoded(text: string, header: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw invalidArgument('Invalid copy source encoding', 'x-amz-copy-source', header)
  }
}

/** The source's bucket, which may be in another region than the request. */
function sourceBucket(input: CopySourceInput, call: Call): Bucket {
  const { bucket: name } = readCopySource(input.CopySource)
  const bucket = findBucket(call.db, name) ?? bucketThroughAccessPoint(name, call)
  if (!bucket) throw noSuchBucket(name)
  requireOwner(bucket, input.ExpectedSourceBucketOwner)
  return bucket
}

/** What reading the source needs. @param tagsToo whether its tags are copied */
export function toReadSource(input: CopySourceInput, call: Call, tagsToo: boolean): Permission[] {
  const bucket = sourceBucket(input, call)
  const { key, versionId } = readCopySource(input.CopySource)
  const on = (action: string): Permission =>
    objectPermission(
      versionId === undefined ? action : action.replace('Object', 'ObjectVersion'),
      bucket,
      { key, versionId },
      call,
      versionId === undefined ? {} : { 's3:VersionId': versionId },
    )
  const permissions = [on('s3:GetObject'), ...toUseKey('Decrypt', namedSource(input, call), call)]
  if (tagsToo) permissions.push(on('s3:GetObjectTagging'))
  return permissions
}

/** The source, if it is there: what is missing is refused once the call is authorized. */
function namedSource(input: CopySourceInput, call: Call): ObjectVersion | undefined {
  const { key, versionId } = readCopySource(input.CopySource)
  const { id } = sourceBucket(input, call)
  return versionId === undefined
    ? findLatest(call.db, id, key)
    : findVersion(call.db, id, key, versionId)
}

/** Whether the source has tags that would travel with it. */
export function sourceHasTags(input: CopySourceInput, call: Call): boolean {
  const version = namedSource(input, call)
  return version !== undefined && Object.keys(version.tags).length > 0
}

const conditionNames: Record<keyof ReadConditions, string> = {
  ifMatch: 'x-amz-copy-source-If-Match',
  ifNoneMatch: 'x-amz-copy-source-If-None-Match',
  ifModifiedSince: 'x-amz-copy-source-If-Modified-Since',
  ifUnmodifiedSince: 'x-amz-copy-source-If-Unmodified-Since',
}

/**
 * The version to copy, its conditions checked.
 *
 * @throws AwsError also `PreconditionFailed`, and `ObjectNotInActiveTierError` for one that has to be restored first
 */
export function requireSource(
  input: CopySourceInput,
  call: Call,
): { bucket: Bucket; version: ObjectVersion; customer: CustomerKey | undefined } {
  const bucket = sourceBucket(input, call)
  const { key, versionId } = readCopySource(input.CopySource)
  if (versionId !== undefined && findVersion(call.db, bucket.id, key, versionId)?.deleteMarker) {
    throw invalidRequest(
      'The source of a copy request may not specifically refer to a delete marker by version id.',
    )
  }
  const version = requireVersion(call, bucket, key, versionId)
  const customer = sourceKeyOf(input)
  requireCustomerKey(version.encryption, customer)
  const failed = failedCondition(
    {
      ifMatch: input.CopySourceIfMatch,
      ifNoneMatch: input.CopySourceIfNoneMatch,
      ifModifiedSince: input.CopySourceIfModifiedSince,
      ifUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
    },
    version,
    call.now,
  )
  if (failed) throw preconditionFailed(conditionNames[failed])
  if (!isReadable(call, version)) throw sourceNotInActiveTier()
  return { bucket, version, customer }
}
