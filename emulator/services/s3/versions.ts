import { crc32 } from 'node:zlib'
import type { Call } from '../../operation.ts'
import { notificationsOf } from './notifications/configuration.ts'
import { isArchived } from './object-settings.ts'
import { insertParts, listParts, type ObjectPart } from './rows/object-parts.ts'
import type { Bucket } from './rows/buckets.ts'
import {
  deleteVersion,
  findLatest,
  findVersion,
  insertLatest,
  nextId,
  overwriteVersion,
  setLatest,
  type NewVersion,
  type ObjectVersion,
} from './rows/object-versions.ts'

/** S3 keeps whole seconds. */
export const wholeSeconds = (time: number) => Math.floor(time / 1000) * 1000

/** What writing a version takes: of a request, or of a timer. */
export type WriteCall = Pick<Call, 'db' | 'objects' | 'ids' | 'now'>

export type VersionDraft = Omit<
  NewVersion,
  'id' | 'bucket' | 'versionId' | 'lastModified' | 'deleteMarker'
>

/**
 * Writes a key's newest version, as the bucket's versioning has it: beside the older ones, or in the place of the null
 * version. https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
 *
 * @param parts the segments of an object that is not in one file
 * @returns the version id as answers show it: none in a bucket that never had versioning
 */
export function writeVersion(
  call: WriteCall,
  bucket: Bucket,
  draft: VersionDraft,
  parts: readonly ObjectPart[] = [],
): string | undefined {
  const replaced = findReplaceable(call, bucket, draft.key)
  if (!replaced) makeWay(call, bucket, draft.key)
  const { id, versionId } = replaced ?? nextVersion(call, bucket)
  const version = {
    id,
    bucket: bucket.id,
    versionId,
    lastModified: wholeSeconds(call.now),
    deleteMarker: false,
    ...draft,
  }
  if (replaced) {
    overwriteVersion(call.db, version)
    if (replaced.file !== null) call.objects.removeAfterCommit(replaced.file)
  } else insertLatest(call.db, version)
  insertParts(call.db, id, parts)
  return shownVersionId(bucket, versionId)
}

/** Writes a delete marker. @returns its version id */
export function writeDeleteMarker(call: WriteCall, bucket: Bucket, key: string): string {
  makeWay(call, bucket, key)
  const { id, versionId } = nextVersion(call, bucket)
  insertLatest(call.db, {
    id,
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
    cipher: null,
    lock: null,
    acl: null,
  })
  return versionId
}

/**
 * The one version of a key whose row the next version can take, at half the cost of another row: nothing else refers to it,
 * because it came in one piece, was never replicated and needs no restoring. Notifications number events by the rows.
 */
function findReplaceable(
  { db }: WriteCall,
  bucket: Bucket,
  key: string,
): ObjectVersion | undefined {
  if (bucket.versioning !== null || notificationsOf(db, bucket)) return undefined
  const latest = findLatest(db, bucket.id, key)
  return latest?.partCount === null && !isArchived(latest.storageClass) ? latest : undefined
}

/** Takes the place of the newest version for another. */
function makeWay({ db, objects }: WriteCall, bucket: Bucket, key: string): void {
  const latest = findLatest(db, bucket.id, key)
  if (bucket.versioning === 'Enabled') {
    if (latest) setLatest(db, latest.id, false)
    return
  }
  const replaced =
    latest?.versionId === 'null' ? latest : latest && findVersion(db, bucket.id, key, 'null')
  if (replaced) dropVersion({ db, objects }, replaced)
  if (latest && latest !== replaced) setLatest(db, latest.id, false)
}

function nextVersion({ db, ids }: WriteCall, bucket: Bucket): { id: number; versionId: string } {
  const id = nextId(db)
  const versionId = bucket.versioning === 'Enabled' ? newVersionId(id, ids.bytes(16)) : 'null'
  return { id, versionId }
}

/**
 * 32 characters, as AWS's. They carry the row's id, so that a listing can go on after a version that was deleted
 * meanwhile, and a check, since AWS tells an id that it never gave from one that is gone. Never a hyphen, which a
 * command line would take for an option.
 */
function newVersionId(id: number, random: Buffer): string {
  const bytes = Buffer.alloc(24)
  random.copy(bytes, 8)
  bytes.writeBigUInt64BE(BigInt(id) ^ random.readBigUInt64BE())
  bytes.writeUInt32BE(crc32(bytes.subarray(0, checkAt)), checkAt)
  return bytes.toString('base64url').replaceAll('-', '.')
}

/** Where a version stood among those of its key; undefined for the null version, which may stand anywhere. */
export function placeOfVersion(versionId: string): number | undefined {
  if (versionId === 'null') return undefined
  const bytes = Buffer.from(versionId.replaceAll('.', '-'), 'base64url')
  return Number(bytes.readBigUInt64BE() ^ bytes.readBigUInt64BE(8))
}

const checkAt = 20

/** Whether this is, or was, a version's id. */
export function isVersionId(id: string): boolean {
  if (id === 'null') return true
  if (!/^[A-Za-z0-9._]{32}$/.test(id)) return false
  const bytes = Buffer.from(id.replaceAll('.', '-'), 'base64url')
  return bytes.readUInt32BE(checkAt) === crc32(bytes.subarray(0, checkAt))
}

/** Removes one version for good; the one before it becomes the newest. */
export function removeVersion(call: Pick<Call, 'db' | 'objects'>, version: ObjectVersion): void {
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

/** Tells what is written from what was there before; a row's number, and a null version's id, come again. */
export function markOf(version: ObjectVersion | undefined): string {
  if (!version) return ''
  const { versionId, cipher, file, etag, lastModified } = version
  if (versionId !== 'null') return versionId
  return `null ${cipher?.seal ?? file ?? `${etag} ${lastModified}`}`
}

/** A null version is named by few answers: not by those to uploads, nor as the source of a copy. */
export const unlessNull = (versionId: string | undefined) =>
  versionId === 'null' ? undefined : versionId

/** Answers name versions only in a bucket that has, or once had, versioning. */
export const shownVersionId = (bucket: Bucket, versionId: string) =>
  bucket.versioning === null ? undefined : versionId
