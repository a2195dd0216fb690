import { authorize } from '../../authorize/index.ts'
import type { Call } from '../../operation.ts'
import { httpDate } from './http-date.ts'
import {
  deleteMarkerNotAllowed,
  invalidArgument,
  keyIsDeleted,
  methodNotAllowed,
  noSuchKey,
  noSuchVersion,
} from './errors.ts'
import { bucketPermission } from './permissions.ts'
import type { Bucket } from './rows/buckets.ts'
import { findLatest, findVersion, type ObjectVersion } from './rows/object-versions.ts'
import { isVersionId, shownVersionId } from './versions.ts'

/**
 * The version that a read is about: the one it names, or the newest.
 *
 * @throws AwsError `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` for a delete marker named by its version,
 *   `AccessDenied` instead of these for a caller who may not list
 */
export function requireVersion(
  call: Call,
  bucket: Bucket,
  key: string,
  versionId?: string,
): ObjectVersion {
  if (versionId === undefined) {
    const latest = findLatest(call.db, bucket.id, key)
    if (latest && !latest.deleteMarker) return latest
    requireMayList(call, bucket, key)
    throw latest
      ? keyIsDeleted(key, shownVersionId(bucket, latest.versionId) ?? 'null')
      : noSuchKey(key)
  }
  const version = findVersion(call.db, bucket.id, key, versionId)
  if (!version && !isVersionId(versionId)) {
    throw invalidArgument('Invalid version id specified', 'versionId', versionId)
  }
  if (version && !version.deleteMarker) return version
  requireMayList(call, bucket, key)
  if (!version) throw noSuchVersion(key, versionId)
  throw deleteMarkerNotAllowed(call.http.method, versionId, httpDate(version.lastModified))
}

/** The same for what is about a version's tags or its list: a delete marker that is the newest is refused as such. */
export function requireNoMarker(
  call: Call,
  bucket: Bucket,
  key: string,
  versionId?: string,
): ObjectVersion {
  const latest = versionId === undefined ? findLatest(call.db, bucket.id, key) : undefined
  if (latest?.deleteMarker) throw methodNotAllowed(call.http.method, 'DeleteMarker')
  return requireVersion(call, bucket, key, versionId)
}

/** A caller who may not list the bucket, at least where the key is, must not learn which keys exist: 403, not 404. */
const requireMayList = (call: Call, bucket: Bucket, key: string): void =>
  authorize([bucketPermission('s3:ListBucket', bucket, call, { 's3:prefix': key })], call)
