import type { TimerCall, TimerHandler } from '../../../clock/timers.ts'
import type { Call } from '../../../operation.ts'
import { recordEvent } from '../events/record-event.ts'
import { findInstanceByResource, updateInstance, type Instance } from '../rows/instances.ts'
import { applyPending } from './pending.ts'
import { deleteRetainedBackups } from './retained.ts'
import { parseBackupWindow, parseMaintenanceWindow } from './limits.ts'
import { addAutomatedSnapshot, expireAutomatedSnapshots } from '../snapshots/automated.ts'

// What RDS does by itself: daily backups, maintenance windows, the end of a stop.

type Scope = Pick<Call, 'now' | 'timers'>

const day = 24 * 3600 * 1000

interface Payload {
  readonly resourceId: string
}

/** The next moment that is `minutes` after a midnight (of Sunday, for weeks). */
export function nextAt(now: number, minutes: number, period: number): number {
  // The epoch began on a Thursday, at midnight.
  const begin = period === day ? 0 : 3 * day
  const elapsed = (now - begin) % period
  const offset = (minutes * 60_000 - elapsed + period) % period
  return now + (offset === 0 ? period : offset)
}

/** Schedules an instance's next backup window and maintenance window. */
export function scheduleDaily(call: Scope, instance: Instance): void {
  const { resourceId, configuration } = instance
  const payload: Payload = { resourceId }
  call.timers.cancel('backupWindow', resourceId)
  call.timers.cancel('maintenanceWindow', resourceId)
  const { PreferredBackupWindow: backup, PreferredMaintenanceWindow: maintenance } = configuration
  if (backup !== undefined && instance.clusterId === null) {
    const at = nextAt(call.now, parseBackupWindow(backup).start, day)
    call.timers.schedule(at, 'backupWindow', payload, resourceId)
  }
  if (maintenance !== undefined) {
    const at = nextAt(call.now, parseMaintenanceWindow(maintenance).start, 7 * day)
    call.timers.schedule(at, 'maintenanceWindow', payload, resourceId)
  }
}

/** A stopped instance is started again after seven days: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_StopInstance.html */
export const longestStop = 7 * day

export function scheduleRestart(call: Scope, { resourceId }: Instance): void {
  call.timers.schedule(call.now + longestStop, 'endOfStop', { resourceId }, resourceId)
}

export function cancelTimers(call: Scope, { resourceId }: Instance): void {
  for (const kind of ['backupWindow', 'maintenanceWindow', 'endOfStop']) {
    call.timers.cancel(kind, resourceId)
  }
}

const on =
  (work: (instance: Instance, call: TimerCall) => void): TimerHandler =>
  ({ resourceId }: Payload, call) => {
    const instance = findInstanceByResource(call.db, call, resourceId)
    if (instance) work(instance, call)
  }

export const instanceTimers: Readonly<Record<string, TimerHandler>> = {
  backupWindow: on((instance, call) => {
    scheduleDaily(call, instance)
    expireAutomatedSnapshots(call, instance)
    const { BackupRetentionPeriod = 0 } = instance.configuration
    if (BackupRetentionPeriod > 0 && !['stopped', 'failed', 'deleting'].includes(instance.status)) {
      addAutomatedSnapshot(call, instance)
    }
  }),
  maintenanceWindow: on((instance, call) => {
    scheduleDaily(call, instance)
    // A backup that the clock has only just come by is no reason to wait for a week.
    if (['available', 'backing-up'].includes(instance.status)) applyPending(call, instance)
  }),
  endOfRetention: ({ resourceId, region }: Payload & { readonly region: string }, call) =>
    deleteRetainedBackups({ ...call, region }, resourceId),
  endOfStop: on((instance, call) => {
    if (instance.status !== 'stopped') return
    const { AutomaticRestartTime: _, ...configuration } = instance.configuration
    updateInstance(call.db, instance, { status: 'starting', configuration })
    recordEvent(call, { sourceType: 'db-instance', source: instance.id, id: 'RDS-EVENT-0154' })
    call.ports.databases?.changed(call.db, instance)
  }),
}
