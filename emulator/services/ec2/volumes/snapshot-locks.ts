import { AwsError } from '../../../errors.ts'
import type { SnapshotRow } from '../rows/snapshots.ts'

/** Times are virtual, in ms since the epoch. */
export interface SnapshotLock {
  readonly mode: 'governance' | 'compliance'
  readonly createdAt: number
  readonly days: number
  readonly expiresAt: number
  readonly coolOffHours?: number
  readonly coolOffEndsAt?: number
}

export const lockOf = ({ lock }: SnapshotRow): SnapshotLock | undefined =>
  lock === null ? undefined : (JSON.parse(lock) as SnapshotLock)

export const isLockedAt = ({ expiresAt }: SnapshotLock, now: number): boolean => now < expiresAt

/** @throws OperationNotPermitted for a snapshot that may not be deleted yet */
export function refuseLocked(row: SnapshotRow, now: number): void {
  const lock = lockOf(row)
  if (!lock || !isLockedAt(lock, now)) return
  throw new AwsError(
    'OperationNotPermitted',
    `The snapshot ${row.snapshot_id} is locked and cannot be deleted.`,
  )
}
