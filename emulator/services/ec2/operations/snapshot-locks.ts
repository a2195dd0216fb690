import type {
  DescribeLockedSnapshotsRequest,
  DescribeLockedSnapshotsResult,
  LockedSnapshotsInfo,
  LockSnapshotRequest,
  LockSnapshotResult,
  UnlockSnapshotRequest,
  UnlockSnapshotResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidParameterCombination, invalidValue, missingParameter } from '../errors.ts'
import { anyResource } from '../permissions.ts'
import { lockedSnapshots, snapshots, updateSnapshot } from '../rows/snapshots.ts'
import type { SnapshotRow } from '../rows/snapshots.ts'
import { onSnapshot } from '../volumes/permissions.ts'
import { isLockedAt, lockOf } from '../volumes/snapshot-locks.ts'
import type { SnapshotLock } from '../volumes/snapshot-locks.ts'

// https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshot-lock.html

const hour = 60 * 60 * 1000
const day = 24 * hour
const mostDays = 36_500
const mostCoolOff = 72

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_LockSnapshot.html */
export const LockSnapshot = operation<LockSnapshotRequest, LockSnapshotResult>({
  authorize: ({ SnapshotId, LockDuration, CoolOffPeriod }, call) => [
    onSnapshot(call, SnapshotId, {
      ...(LockDuration === undefined ? {} : { 'ec2:SnapshotLockDuration': String(LockDuration) }),
      ...(CoolOffPeriod === undefined
        ? {}
        : { 'ec2:SnapshotCoolOffPeriod': String(CoolOffPeriod) }),
    }),
  ],
  run(input, call) {
    if (!input.SnapshotId) throw missingParameter('SnapshotId')
    const { LockMode: mode, CoolOffPeriod: coolOff, LockDuration: days } = input
    if (!mode) throw missingParameter('LockMode')
    if (mode !== 'compliance' && mode !== 'governance') throw invalidValue(mode, 'lockMode')
    const row = snapshots.require(input.SnapshotId, call)
    if ((days === undefined) === (input.ExpirationDate === undefined)) {
      throw invalidParameterCombination(
        'Specify either the lock duration or the expiration date, and not both.',
      )
    }
    if (days !== undefined && (days < 1 || days > mostDays)) {
      throw invalidValue(days, 'lockDuration')
    }
    if (coolOff !== undefined) {
      if (mode === 'governance') {
        throw invalidParameterCombination(
          'A cooling-off period can be specified for compliance mode only.',
        )
      }
      if (coolOff < 1 || coolOff > mostCoolOff) throw invalidValue(coolOff, 'coolOffPeriod')
    }
    const expiresAt = input.ExpirationDate?.getTime() ?? call.now + days! * day
    refuseLoosening(row, mode, expiresAt, call)
    const lock: SnapshotLock = {
      mode,
      createdAt: call.now,
      days: days ?? Math.ceil((expiresAt - call.now) / day),
      expiresAt,
      ...(coolOff === undefined
        ? {}
        : { coolOffHours: coolOff, coolOffEndsAt: call.now + coolOff * hour }),
    }
    updateSnapshot(call, row.snapshot_id, { lock: JSON.stringify(lock) })
    return toLockInfo(snapshots.require(row.snapshot_id, call), call)
  },
})

/** After its cooling-off, a lock in compliance mode can only be made longer. */
function refuseLoosening(row: SnapshotRow, mode: string, expiresAt: number, call: Call): void {
  const old = lockOf(row)
  if (!old || !isLockedAt(old, call.now) || old.mode !== 'compliance') return
  if (old.coolOffEndsAt !== undefined && call.now < old.coolOffEndsAt) return
  if (mode === 'compliance' && expiresAt >= old.expiresAt) return
  throw new AwsError(
    'OperationNotPermitted',
    `The snapshot ${row.snapshot_id} is locked in compliance mode; its lock can only be extended.`,
  )
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_UnlockSnapshot.html */
export const UnlockSnapshot = operation<UnlockSnapshotRequest, UnlockSnapshotResult>({
  authorize: ({ SnapshotId }, call) => [onSnapshot(call, SnapshotId)],
  run({ SnapshotId }, call) {
    if (!SnapshotId) throw missingParameter('SnapshotId')
    const row = snapshots.require(SnapshotId, call)
    const lock = lockOf(row)
    if (!lock) {
      throw new AwsError('IncorrectState', `The snapshot ${SnapshotId} is not locked.`)
    }
    refuseLoosening(row, 'governance', 0, call)
    updateSnapshot(call, SnapshotId, { lock: null })
    return { SnapshotId }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLockedSnapshots.html */
export const DescribeLockedSnapshots = operation<
  DescribeLockedSnapshotsRequest,
  DescribeLockedSnapshotsResult
>({
  authorize: anyResource,
  run({ SnapshotIds, ...input }, call) {
    const { rows, nextToken } = lockedSnapshots.page(input, SnapshotIds, call)
    return { Snapshots: rows.map((row) => toLockInfo(row, call)), NextToken: nextToken }
  },
})

function toLockInfo(row: SnapshotRow, { now }: Call): LockedSnapshotsInfo {
  const lock = lockOf(row)!
  const cooling = lock.coolOffEndsAt !== undefined && now < lock.coolOffEndsAt
  return {
    OwnerId: row.account,
    SnapshotId: row.snapshot_id,
    LockState: !isLockedAt(lock, now) ? 'expired' : cooling ? 'compliance-cooloff' : lock.mode,
    LockDuration: lock.days,
    ...(lock.coolOffHours === undefined
      ? {}
      : {
          CoolOffPeriod: lock.coolOffHours,
          CoolOffPeriodExpiresOn: new Date(lock.coolOffEndsAt!),
        }),
    LockCreatedOn: new Date(lock.createdAt),
    LockDurationStartTime: new Date(row.completes_at),
    LockExpiresOn: new Date(lock.expiresAt),
  }
}
