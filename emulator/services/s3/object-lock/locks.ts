import type { ObjectLockConfiguration } from '@aws-sdk/client-s3'
import { AuthorizationDenied, authorize } from '../../../authorize/index.ts'
import { newTrail } from '../../../authorize/trail.ts'
import type { Call, Permission } from '../../../operation.ts'
import type { Database } from '../../../store/database.ts'
import { withoutAbsent } from '../object-settings.ts'
import { objectPermission } from '../permissions.ts'
import { findConfiguration } from '../rows/bucket-configurations.ts'
import type { Bucket } from '../rows/buckets.ts'
import type { ObjectVersion } from '../rows/object-versions.ts'
import * as errors from './errors.ts'

export type LockMode = 'GOVERNANCE' | 'COMPLIANCE'

/** What keeps a version from being deleted. */
export interface ObjectLock {
  readonly mode?: LockMode
  /** Virtual time in ms since the epoch; stands on after it has passed. */
  readonly retainUntil?: number
  readonly legalHold?: 'ON' | 'OFF'
}

/** What a write may say of the lock. */
export interface LockInput {
  readonly ObjectLockMode?: string | undefined
  readonly ObjectLockRetainUntilDate?: Date | undefined
  readonly ObjectLockLegalHoldStatus?: string | undefined
}

export const isMode = (mode: string | undefined): mode is LockMode =>
  mode === 'GOVERNANCE' || mode === 'COMPLIANCE'

/** The bucket's configuration; undefined for one without object lock. */
export const lockConfigurationOf = (
  db: Database,
  bucket: Bucket,
): ObjectLockConfiguration | undefined => findConfiguration(db, bucket, 'objectLock')

/** @throws AwsError `InvalidRequest` for a bucket without object lock */
export function requireLockable({ db }: Pick<Call, 'db'>, bucket: Bucket): void {
  if (!lockConfigurationOf(db, bucket)) throw errors.bucketWithoutLock()
}

/** What a request's headers say of a new version's lock; null where they say nothing. */
export function requestedLock(
  input: LockInput,
  bucket: Bucket,
  call: Pick<Call, 'db' | 'now'>,
): ObjectLock | null {
  const { ObjectLockMode: mode, ObjectLockRetainUntilDate: until } = input
  const { ObjectLockLegalHoldStatus: legalHold } = input
  if (mode === undefined && until === undefined && legalHold === undefined) return null
  if (legalHold !== undefined && !isHold(legalHold)) throw errors.unknownLegalHold(legalHold)
  const retention = requestedRetention(mode, until, call.now)
  // AWS looks at the headers before it looks at the bucket.
  if (!lockConfigurationOf(call.db, bucket)) throw errors.newObjectWithoutLock()
  return { ...(legalHold !== undefined && { legalHold }), ...retention }
}

const isHold = (status: string): status is 'ON' | 'OFF' => status === 'ON' || status === 'OFF'

function requestedRetention(
  mode: string | undefined,
  until: Date | undefined,
  now: number,
): ObjectLock {
  if (mode === undefined && until === undefined) return {}
  if (mode === undefined) throw errors.incompleteRetention('x-amz-object-lock-mode')
  if (until === undefined) {
    throw errors.incompleteRetention('x-amz-object-lock-retain-until-date')
  }
  if (!isMode(mode)) throw errors.unknownMode(mode)
  return { mode, retainUntil: futureDate(until, now) }
}

/** @param place the header or the element that says it */
export function futureDate(
  until: Date,
  now: number,
  place = 'x-amz-object-lock-retain-until-date',
): number {
  if (!(until.getTime() > now)) throw errors.retentionInThePast(until.getTime(), place)
  return until.getTime()
}

/**
 * The lock of a version that is written now: its own, and the bucket's retention where it has none.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html#object-lock-bucket-config
 */
export function lockOfNew(
  own: ObjectLock | null,
  bucket: Bucket,
  { db, now }: Pick<Call, 'db' | 'now'>,
): ObjectLock | null {
  if (own?.mode !== undefined) return own
  const { DefaultRetention } = lockConfigurationOf(db, bucket)?.Rule ?? {}
  if (!isMode(DefaultRetention?.Mode)) return own
  const until = new Date(now)
  if (DefaultRetention.Days === undefined) {
    until.setUTCFullYear(until.getUTCFullYear() + (DefaultRetention.Years ?? 0))
  } else until.setUTCDate(until.getUTCDate() + DefaultRetention.Days)
  return { ...own, mode: DefaultRetention.Mode, retainUntil: until.getTime() }
}

export const isRetained = ({ retainUntil = 0 }: ObjectLock, now: number): boolean =>
  retainUntil > now

/** Whether the lock keeps a version from being deleted, bypassing or not. */
export const isLocked = ({ lock }: Pick<ObjectVersion, 'lock'>, now: number): boolean =>
  lock !== null && (lock.legalHold === 'ON' || isRetained(lock, now))

/**
 * Refuses to delete a version that is locked.
 *
 * @param bypass whether the request asks to bypass governance retention, which takes a permission of its own
 * @throws AwsError `AccessDenied`
 */
export function requireUnlocked(
  call: Call,
  bucket: Bucket,
  version: ObjectVersion,
  bypass: boolean,
): void {
  const { lock } = version
  if (lock === null || !isLocked(version, call.now)) return
  const canBypass = lock.legalHold !== 'ON' && lock.mode === 'GOVERNANCE' && bypass
  if (!canBypass) throw errors.objectIsLocked()
  requireBypass(call, bucket, version)
}

export function requireBypass(call: Call, bucket: Bucket, version: ObjectVersion): void {
  const { key, versionId } = version
  authorize(
    [objectPermission('s3:BypassGovernanceRetention', bucket, { key, versionId }, call)],
    call,
  )
}

/**
 * What reads say of a version's lock: only to who may ask for it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
export function lockMembers(call: Call, bucket: Bucket, version: ObjectVersion) {
  const { lock, key, versionId } = version
  if (!lock) return {}
  const may = (action: string) =>
    isAllowed(objectPermission(action, bucket, { key, versionId }, call), call)
  const { mode, retainUntil, legalHold } = lock
  const isRetentionShown = mode !== undefined && may('s3:GetObjectRetention')
  return withoutAbsent({
    ...(isRetentionShown && {
      ObjectLockMode: mode,
      ObjectLockRetainUntilDate: retainUntil === undefined ? undefined : new Date(retainUntil),
    }),
    ...(legalHold !== undefined &&
      may('s3:GetObjectLegalHold') && { ObjectLockLegalHoldStatus: legalHold }),
  })
}

/** A denial here hides something, and refuses nothing: the call's own trail does not hear of it. */
function isAllowed(permission: Permission, call: Call): boolean {
  try {
    authorize([permission], { ...call, trail: newTrail() })
    return true
  } catch (error) {
    if (error instanceof AuthorizationDenied) return false
    throw error
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-retention-limits */
export const lockKeys = (
  { ObjectLockMode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus }: LockInput,
  now: number,
) =>
  withoutAbsent({
    's3:object-lock-mode': ObjectLockMode,
    's3:object-lock-retain-until-date': isDate(until) ? until.toISOString() : undefined,
    's3:object-lock-remaining-retention-days': isDate(until)
      ? String(Math.ceil((until.getTime() - now) / 86_400_000))
      : undefined,
    's3:object-lock-legal-hold': ObjectLockLegalHoldStatus,
  })

const isDate = (date: Date | undefined): date is Date =>
  date !== undefined && !Number.isNaN(date.getTime())
