import type {
  DeleteObjectOutput,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  DeletedObject,
  ObjectIdentifier,
} from '@aws-sdk/client-s3'
import { authorize } from '../../../authorize/index.ts'
import { AwsError } from '../../../errors.ts'
import { operation, type Call, type HttpFacts } from '../../../operation.ts'
import { matches } from '../conditions.ts'
import {
  headerNotImplemented,
  invalidArgument,
  invalidRequest,
  malformedXml,
  noSuchKey,
  preconditionFailed,
} from '../errors.ts'
import { onObject, requireBucket } from '../find-bucket.ts'
import { saysItsIntegrity } from '../integrity.ts'
import { requireKey } from '../keys.ts'
import { lookAgainAt } from '../lifecycle/schedule.ts'
import { markerETag, notify } from '../notifications/notify.ts'
import { nothingToBypass } from '../object-lock/errors.ts'
import { lockConfigurationOf, requireUnlocked } from '../object-lock/locks.ts'
import { withoutAbsent } from '../object-settings.ts'
import { replicateNewest } from '../replication/schedule.ts'
import type { Bucket } from '../rows/buckets.ts'
import { findLatest, findVersion } from '../rows/object-versions.ts'
import { isVersionId, removeVersion, shownVersionId, writeDeleteMarker } from '../versions.ts'

export const DeleteObject = operation<DeleteObjectRequest, DeleteObjectOutput>({
  authorize: (input, call) => [toDelete(input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const { Key = '', VersionId, IfMatch } = input
    refuseDirectoryConditions(input)
    const bypass = bypassing(input, bucket, call)
    return deleteOne(call, bucket, { Key, VersionId, ETag: IfMatch }, bypass)
  },
})

export const DeleteObjects = operation<DeleteObjectsRequest, DeleteObjectsOutput>({
  // Each key is authorized by itself in `run`: those that are refused stand among the errors of a successful answer.
  authorize(input, call) {
    requireBucket(input, call)
    return []
  },
  run(input, call) {
    const bucket = requireBucket(input, call)
    requireIntegrity(call.http)
    const objects = input.Delete?.Objects ?? []
    if (objects.length < 1 || objects.length > 1000) throw malformedXml()
    // Of the conditions in the model, those that only directory buckets know are not in the schema that S3 validates by.
    if (objects.some(({ Size, LastModifiedTime }) => Size !== undefined || LastModifiedTime)) {
      throw malformedXml()
    }
    if (objects.some(({ Key }) => !Key)) throw userKeyMissing()
    const bypass = bypassing(input, bucket, call)
    const Deleted: DeletedObject[] = []
    const Errors: NonNullable<DeleteObjectsOutput['Errors']> = []
    for (const object of objects) {
      const { Key = '', VersionId } = object
      const named = withoutAbsent({ Key, VersionId })
      try {
        authorize([toDelete({ Bucket: input.Bucket, Key, VersionId }, call)], call)
        const outcome = deleteOne(call, bucket, object, bypass)
        Deleted.push({ ...named, ...deletedEntry(outcome, VersionId) })
      } catch (error) {
        if (!(error instanceof AwsError)) throw error
        Errors.push({ ...named, ...errorEntry(error) })
      }
    }
    return { ...(input.Delete?.Quiet ? {} : { Deleted }), Errors }
  },
})

/** Conditions that only directory buckets know. */
function refuseDirectoryConditions({
  IfMatchLastModifiedTime,
  IfMatchSize,
}: Pick<DeleteObjectRequest, 'IfMatchLastModifiedTime' | 'IfMatchSize'>): void {
  if (IfMatchLastModifiedTime !== undefined) {
    throw headerNotImplemented('x-amz-if-match-last-modified-time')
  }
  if (IfMatchSize !== undefined) throw headerNotImplemented('x-amz-if-match-size')
}

/** @throws AwsError `InvalidArgument` where there is no retention to bypass, whatever the header says */
function bypassing(
  { BypassGovernanceRetention: bypass }: { BypassGovernanceRetention?: boolean | undefined },
  bucket: Bucket,
  { db }: Call,
): boolean {
  if (bypass !== undefined && !lockConfigurationOf(db, bucket)) throw nothingToBypass()
  return bypass === true
}

function toDelete(
  input: Pick<
    DeleteObjectRequest,
    'Bucket' | 'Key' | 'VersionId' | 'ExpectedBucketOwner' | 'IfMatch'
  >,
  call: Call,
) {
  const context = withoutAbsent({ 's3:VersionId': input.VersionId, 's3:if-match': input.IfMatch })
  const action = input.VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion'
  return onObject(action, input, call, context)
}

/**
 * Deletes a version for good, or puts a delete marker before all versions. What is not there is as good as deleted.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html
 */
function deleteOne(
  call: Call,
  bucket: Bucket,
  { Key = '', VersionId, ETag }: ObjectIdentifier,
  bypass: boolean,
): DeleteObjectOutput {
  const key = requireKey(Key)
  const latest = findLatest(call.db, bucket.id, key)
  if (ETag !== undefined) {
    if (!latest || latest.deleteMarker) throw noSuchKey(key)
    if (!matches(ETag, latest.etag)) throw preconditionFailed('If-Match')
  }
  if (VersionId !== undefined) {
    const version =
      latest?.versionId === VersionId ? latest : findVersion(call.db, bucket.id, key, VersionId)
    if (!version && !isVersionId(VersionId)) throw invalidVersion(VersionId)
    if (version) {
      requireUnlocked(call, bucket, version, bypass)
      removeVersion(call, version)
      lookAgainAt(call, bucket.id, key)
      const shown = shownVersionId(bucket, VersionId)
      notify(call, bucket, { event: 'ObjectRemoved:Delete', key, versionId: shown })
    }
    return { VersionId, ...(version?.deleteMarker && { DeleteMarker: true }) }
  }
  if (bucket.versioning === null) {
    if (latest) {
      removeVersion(call, latest)
      notify(call, bucket, { event: 'ObjectRemoved:Delete', key })
    }
    return {}
  }
  const marker = writeDeleteMarker(call, bucket, key)
  replicateNewest(call, bucket, key)
  notify(call, bucket, {
    event: 'ObjectRemoved:DeleteMarkerCreated',
    key,
    etag: markerETag,
    versionId: marker,
  })
  return { DeleteMarker: true, VersionId: marker }
}

const invalidVersion = (id: string) =>
  invalidArgument('Invalid version id specified', 'versionId', id)

const userKeyMissing = () => new AwsError('UserKeyMustBeSpecified', 'User key must be specified.')

/** In the answer for many, an id that is none is a version that is not there. */
function errorEntry({ code, message, fields }: AwsError) {
  return code === 'InvalidArgument' && fields['ArgumentName'] === 'versionId'
    ? { Code: 'NoSuchVersion', Message: 'The specified version does not exist.' }
    : { Code: code, Message: message }
}

/** In the answer for many, a marker that was made is named apart from the version that was asked for. */
function deletedEntry(
  { DeleteMarker, VersionId }: DeleteObjectOutput,
  asked: string | undefined,
): DeletedObject {
  if (!DeleteMarker) return {}
  return withoutAbsent({ DeleteMarker, DeleteMarkerVersionId: asked ?? VersionId })
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html: the list must be protected by a checksum. */
function requireIntegrity(http: HttpFacts): void {
  if (!saysItsIntegrity(http)) {
    throw invalidRequest(
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    )
  }
}
