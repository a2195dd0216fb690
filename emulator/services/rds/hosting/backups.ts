import { rm } from 'node:fs/promises'
import { recordEvent } from '../events/record-event.ts'
import {
  allBackups,
  backupsOf,
  deleteBackup,
  insertBackup,
  type BaseBackup,
} from '../rows/base-backups.ts'
import { findInstanceByResource, type Instance } from '../rows/instances.ts'
import {
  findSnapshot,
  snapshotsInStatus,
  snapshotsOfBackup,
  updateSnapshot,
  type Snapshot,
} from '../rows/snapshots.ts'
import {
  isInClusterSnapshot,
  putClusterSnapshot,
  waitingClusterSnapshots,
} from '../rows/cluster-snapshots.ts'
import type { Context } from './context.ts'
import { retentionOf } from '../rows/automated-backups.ts'

/** Takes the snapshots of an instance that are waited for: one copy of its data is all of theirs. */
export async function takeSnapshots(context: Context, instance: Instance): Promise<void> {
  const waiting = snapshotsInStatus(context.db, 'creating').filter(
    (one) =>
      one.resourceId === instance.resourceId &&
      one.account === instance.account &&
      one.region === instance.region &&
      !one.private.copyOf,
  )
  const ofCluster = waitingClusterSnapshots(context.db).filter(
    (one) =>
      one.clusterId === instance.clusterId &&
      one.account === instance.account &&
      one.region === instance.region,
  )
  if (waiting.length + ofCluster.length === 0) return
  const backup = await backUpNow(context, instance)
  const { account, region, id: backupId } = backup
  context.write(instance, (call) => {
    insertBackup(call.db, backup)
    for (const { id } of waiting) {
      const snapshot = findSnapshot(call.db, call, id)
      if (snapshot) complete(snapshot)
    }
    for (const snapshot of ofCluster) {
      putClusterSnapshot(call.db, {
        ...snapshot,
        status: 'available',
        configuration: { ...snapshot.configuration, PercentProgress: 100 },
        private: { ...snapshot.private, backup: { account, region, id: backupId } },
      })
      recordEvent(call, {
        sourceType: 'db-cluster-snapshot',
        source: snapshot.id,
        id: snapshot.type === 'manual' ? 'RDS-EVENT-0075' : 'RDS-EVENT-0169',
      })
    }
    function complete(snapshot: Snapshot): void {
      updateSnapshot(call.db, snapshot, {
        status: 'available',
        configuration: { ...snapshot.configuration, PercentProgress: 100 },
        private: { ...snapshot.private, backup: { account, region, id: backupId } },
      })
      const isManual = snapshot.type === 'manual'
      recordEvent(call, {
        sourceType: 'db-snapshot',
        source: snapshot.id,
        id: isManual ? 'RDS-EVENT-0042' : 'RDS-EVENT-0091',
      })
      recordEvent(call, {
        sourceType: 'db-instance',
        source: instance.id,
        id: 'RDS-EVENT-0002',
      })
    }
  })
  await collectBackups(context)
}

/** A copy of an instance's data as they are now, and with its folder in place. */
export async function backUpNow(context: Context, instance: Instance): Promise<BaseBackup> {
  const { account, region, resourceId } = instance
  const id = context.callFor(instance).ids.bytes(16).toString('hex')
  const { completedAt, timeline } = await context
    .engine(resourceId)
    .copyTo(context.places.backup(id))
  return {
    account,
    region,
    id,
    resourceId,
    completedAt: context.virtualTime(completedAt),
    wallCompletedAt: completedAt,
    timeline,
  }
}

/**
 * Removes copies that nobody needs: those of snapshots that are gone, unless a restore to a moment could begin with them; and with them
 * the log before the oldest that is left.
 */
export async function collectBackups(context: Context): Promise<void> {
  if (context.isSaving()) return
  const gone = context.write({ account: '', region: '' }, (call) => {
    const unneeded = allBackups(call.db).filter((backup) => !isNeeded(context, backup))
    for (const backup of unneeded) deleteBackup(call.db, backup)
    return unneeded
  })
  for (const { id } of gone) await rm(context.places.backup(id), { recursive: true, force: true })
  const touched = new Map(gone.map((backup) => [backup.resourceId, backup]))
  for (const backup of touched.values()) await trimLog(context, backup)
}

function isNeeded(context: Context, backup: BaseBackup): boolean {
  const { db } = context
  if (snapshotsOfBackup(db, backup.id).length > 0) return true
  if (context.isClusterData(backup.id) || isInClusterSnapshot(db, backup.id)) return true
  const instance = findInstanceByResource(db, backup, backup.resourceId)
  const retention = Math.max(
    instance?.configuration.BackupRetentionPeriod ?? 0,
    retentionOf(db, backup.account, backup.resourceId),
  )
  if (retention === 0) return false
  // The newest of those before the window's begin is where a restore to its begin starts.
  const begin = context.now() - retention * 24 * 3600 * 1000
  const later = backupsOf(db, backup, backup.resourceId).filter(
    ({ completedAt }) => completedAt > backup.completedAt,
  )
  return backup.completedAt >= begin || !later.some(({ completedAt }) => completedAt <= begin)
}

async function trimLog(
  context: Context,
  { account, region, resourceId }: BaseBackup,
): Promise<void> {
  const { db, places } = context
  const [oldest] = backupsOf(db, { account, region }, resourceId)
  if (!oldest) {
    if (!findInstanceByResource(db, { account, region }, resourceId)) {
      await rm(places.instance(resourceId), { recursive: true, force: true })
    }
    return
  }
  await context.engine(resourceId).trimLog(places.backup(oldest.id))
}
