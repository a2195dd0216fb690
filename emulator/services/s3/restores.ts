import type { RestoreStatus } from '@aws-sdk/client-s3'
import type { TimerCall } from '../../clock/timers.ts'
import type { Call } from '../../operation.ts'
import { invalidObjectState } from './errors.ts'
import { httpDate } from './http-date.ts'
import { daysAfter } from './lifecycle/midnights.ts'
import { isArchived } from './object-settings.ts'
import { restoreExpiryTimer, type RestorePayload } from './restore-timers.ts'
import { notify } from './notifications/notify.ts'
import { findBucketById } from './rows/buckets.ts'
import { findVersionById, type ObjectVersion } from './rows/object-versions.ts'
import {
  deleteRestore,
  findRestore,
  putRestore,
  type Restore,
  type RestoreTier,
} from './rows/restores.ts'
import { shownVersionId } from './versions.ts'

const minute = 60 * 1000
const hour = 60 * minute

/**
 * How long a restore takes: the longest that AWS gives. A tier that a class does not have is missing.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html
 */
const durations: Readonly<Record<string, Partial<Record<RestoreTier, number>>>> = {
  GLACIER: { Expedited: 5 * minute, Standard: 5 * hour, Bulk: 12 * hour },
  DEEP_ARCHIVE: { Standard: 12 * hour, Bulk: 48 * hour },
}

/** In ms; undefined for a tier that the class does not have. */
export const restoreDuration = (storageClass: string, tier: RestoreTier): number | undefined =>
  durations[storageClass]?.[tier]

type Reader = Pick<Call, 'db'>

/** Whether the version's bytes can be read: it is not archived, or restored for now. */
export const isReadable = ({ db }: Reader, { id, storageClass }: ObjectVersion): boolean =>
  !isArchived(storageClass) || (findRestore(db, id)?.expiresAt ?? null) !== null

/** @throws AwsError `InvalidObjectState` for an archived version that is not restored */
export function requireReadable(call: Reader, version: ObjectVersion): void {
  if (!isReadable(call, version)) throw invalidObjectState(version.storageClass)
}

/** What answers say of an archived version in `x-amz-restore`; undefined where nobody asked to restore it. */
export function restoreHeader({ db }: Reader, version: ObjectVersion): string | undefined {
  const restore = isArchived(version.storageClass) ? findRestore(db, version.id) : undefined
  if (!restore) return undefined
  return restore.expiresAt === null
    ? 'ongoing-request="true"'
    : `ongoing-request="false", expiry-date="${httpDate(restore.expiresAt)}"`
}

/**
 * What listings say of an archived version, where they are asked to; undefined for one that needs no restoring.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreStatus.html
 *
 * @param version its row
 */
export function restoreStatus(
  { db }: Reader,
  storageClass: string,
  version: number | undefined,
): RestoreStatus | undefined {
  if (!isArchived(storageClass) || version === undefined) return undefined
  const restore = findRestore(db, version)
  if (!restore || restore.expiresAt === null) return { IsRestoreInProgress: restore !== undefined }
  return { IsRestoreInProgress: false, RestoreExpiryDate: new Date(restore.expiresAt) }
}

/** Gives a copy its days from now on, rounded up to midnight UTC. */
export function keepRestored(
  { db, timers, now }: Pick<Call, 'db' | 'timers' | 'now'>,
  restore: Restore,
): void {
  const expiresAt = daysAfter(now, restore.days)
  putRestore(db, { ...restore, expiresAt })
  const payload: RestorePayload = { version: restore.version, at: expiresAt }
  timers.schedule(expiresAt, restoreExpiryTimer, payload)
}

/** The copy is there: a timer's handler. */
export function finishRestore({ version, at }: RestorePayload, call: TimerCall): void {
  const restore = findRestore(call.db, version)
  if (restore?.expiresAt !== null || restore.readyAt !== at) return
  keepRestored(call, restore)
  tell('ObjectRestore:Completed', version, call, daysAfter(call.now, restore.days))
}

/** The copy's days are over: a timer's handler. */
export function endRestore({ version, at }: RestorePayload, call: TimerCall): void {
  if (findRestore(call.db, version)?.expiresAt !== at) return
  deleteRestore(call.db, version)
  tell('ObjectRestore:Delete', version, call)
}

function tell(event: string, id: number, call: TimerCall, expiresAt?: number): void {
  const version = findVersionById(call.db, id)
  const bucket = version && findBucketById(call.db, version.bucket)
  if (!bucket) return
  const { key, size, etag, storageClass } = version
  const versionId = shownVersionId(bucket, version.versionId)
  const restore = { storageClass, expiresAt }
  notify(call, bucket, { event, key, size, etag, versionId, restore })
}
