import type { Call } from '../../../operation.ts'
import { nameIn, parseArn } from '../arns.ts'
import { snapshotExists, snapshotNotFound, snapshotQuotaExceeded } from '../instances/errors.ts'
import { findSnapshot, listSnapshots, type Snapshot } from '../rows/snapshots.ts'
import { isUsableBy } from './sharing.ts'

type Scope = Pick<Call, 'db' | 'account' | 'region'>

const mostManualSnapshots = 100

/** @throws DBSnapshotAlreadyExists, SnapshotQuotaExceeded */
export function requireNewSnapshot(call: Scope, id: string): void {
  if (findSnapshot(call.db, call, id)) throw snapshotExists(id)
  const manual = listSnapshots(call.db, call).filter(({ type }) => type === 'manual')
  if (manual.length >= mostManualSnapshots) throw snapshotQuotaExceeded(mostManualSnapshots)
}

/** One of the account's own. @throws DBSnapshotNotFound */
export function requireSnapshot(call: Scope, nameOrArn: string): Snapshot {
  const id = nameIn('snapshot', nameOrArn)
  const snapshot = findSnapshot(call.db, call, id)
  if (!snapshot) throw snapshotNotFound(id)
  return snapshot
}

/** One of the account's own, of another region by its ARN, or one that another account shares. @throws DBSnapshotNotFound */
export function requireUsableSnapshot(call: Scope, nameOrArn: string): Snapshot {
  const arn = parseArn(nameOrArn)
  if (!arn) return requireSnapshot(call, nameOrArn)
  const snapshot = findSnapshot(call.db, arn, arn.name.toLowerCase())
  if (!snapshot || !isUsableBy(snapshot, call.account)) throw snapshotNotFound(nameOrArn)
  return snapshot
}
