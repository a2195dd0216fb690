import type { Call } from '../../operation.ts'
import { insertParts, listParts, type ObjectPart } from './rows/object-parts.ts'
import type { Bucket } from './rows/buckets.ts'
import {
  deleteVersion,
  findLatest,
  findVersion,
  insertLatest,
  setLatest,
  type NewVersion,
  type ObjectVersion,
} from './rows/object-versions.ts'

/** S3 keeps whole seconds. */
export const wholeSeconds = (time: number) => Math.floor(time / 1000) * 1000

export type VersionDraft = Omit<
  NewVersion,
  'bucket' | 'versionId' | 'lastModified' | 'deleteMarker'
>

/**
 * Writes a key's newest version, as the bucket's versioning has it: beside the older ones, or in the place of the null
 * version. https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
 *
 * @param parts the segments of an object that is not in one file
 * @returns the version id as answers show it: none in a bucket that never had versioning
 */
export function writeVersion(
  call: Call,
  bucket: Bucket,
  draft: VersionDraft,
  parts: readonly ObjectPart[] = [],
): string | undefined {
  const versionId = makeWay(call, bucket, draft.key)
  const id = insertLatest(call.db, {
    ...draft,
    bucket: bucket.id,
    versionId,
    lastModified: wholeSeconds(call.now),
    deleteMarker: false,
  })
  insertParts(call.db, id, parts)
  return shownVersionId(bucket, versionId)
}

/** Writes a delete marker. @returns its version id */
export function writeDeleteMarker(call: Call, bucket: Bucket, key: string): string {
  const versionId = makeWay(call, bucket, key)
  insertLatest(call.db, {
    bucket: bucket.id,
    key,
    versionId,
    deleteMarker: true,
    lastModified: wholeSeconds(call.now),
    owner: bucket.account,
    size: 0,
    etag: '',
    file: null,
    partCount: null,
    storageClass: 'STANDARD',
    checksum: null,
    headers: {},
    metadata: {},
    tags: {},
    encryption: {},
    acl: null,
  })
  return versionId
}

/** Takes the place of the newest version for another. @returns the new one's id */
function makeWay({ db, ids, objects }: Call, bucket: Bucket, key: string): string {
  const latest = findLatest(db, bucket.id, key)
  if (bucket.versioning === 'Enabled') {
    if (latest) setLatest(db, latest.id, false)
    return newVersionId(ids.bytes(24))
  }
  const replaced =
    latest?.versionId === 'null' ? latest : latest && findVersion(db, bucket.id, key, 'null')
  if (replaced) dropVersion({ db, objects }, replaced)
  if (latest && latest !== replaced) setLatest(db, latest.id, false)
  return 'null'
}

/** 32 characters, as AWS's; never a hyphen, which a command line would take for an option. */
const newVersionId = (bytes: Buffer) => bytes.toString('base64url').replaceAll('-', '.')

/** Whether this could be a version's id at all. */
export const isVersionId = (id: string) => id === 'null' || /^[A-Za-z0-9._]{32}$/.test(id)

/** Removes one version for good; the one before it becomes the newest. */
export function removeVersion(call: Call, version: ObjectVersion): void {
  dropVersion(call, version)
  if (!version.latest) return
  const newest = findLatest(call.db, version.bucket, version.key)
  if (newest) setLatest(call.db, newest.id, true)
}

function dropVersion({ db, objects }: Pick<Call, 'db' | 'objects'>, version: ObjectVersion): void {
  if (version.file !== null) objects.removeAfterCommit(version.file)
  if (version.partCount !== null) {
    for (const { file } of listParts(db, version.id)) objects.removeAfterCommit(file)
  }
  deleteVersion(db, version.id)
}

/** Answers name versions only in a bucket that has, or once had, versioning. */
export const shownVersionId = (bucket: Bucket, versionId: string) =>
  bucket.versioning === null ? undefined : versionId
