import type { TimerCall } from '../../../clock/timers.ts'
import { arnOf } from '../arns.ts'
import { recordEvent } from '../events/record-event.ts'
import { updateInstance, type Instance } from '../rows/instances.ts'
import { deleteSnapshot, findSnapshot, insertSnapshot, listSnapshots } from '../rows/snapshots.ts'
import { deleteTags } from '../rows/tags.ts'
import { copyTagsToSnapshot, snapshotOf } from './new-snapshot.ts'

type Scope = Pick<TimerCall, 'db' | 'account' | 'region' | 'now' | 'ids' | 'ports'>

const day = 24 * 3600 * 1000

/** `2026-11-20-03-30`, as the names of automated snapshots end. */
export const dayAndTime = (now: number): string =>
  new Date(now).toISOString().slice(0, 16).replaceAll(/[T:]/g, '-')

/** The daily backup of an instance: taken of its true data, as soon as its engine gets to it. */
export function addAutomatedSnapshot(call: Scope, instance: Instance): void {
  const id = `rds:${instance.id}-${dayAndTime(call.now)}`
  if (findSnapshot(call.db, call, id)) return
  insertSnapshot(call.db, snapshotOf(call, instance, id, 'automated'))
  copyTagsToSnapshot(call, instance, id)
  recordEvent(call, { sourceType: 'db-instance', source: instance.id, id: 'RDS-EVENT-0001' })
  if (instance.status === 'available') updateInstance(call.db, instance, { status: 'backing-up' })
  call.ports.databases?.changed(call.db, instance)
}

/** Those that are older than the retention period go. */
export function expireAutomatedSnapshots(call: Scope, instance: Instance): void {
  const { BackupRetentionPeriod = 0 } = instance.configuration
  removeAutomatedSnapshots(call, instance, call.now - BackupRetentionPeriod * day)
}

/** @param before in virtual ms: those from before this moment */
export function removeAutomatedSnapshots(
  call: Scope,
  { resourceId }: Pick<Instance, 'resourceId'>,
  before = Infinity,
): void {
  const old = listSnapshots(call.db, call).filter(
    (one) => one.type === 'automated' && one.resourceId === resourceId && one.createdAt < before,
  )
  for (const snapshot of old) {
    deleteSnapshot(call.db, snapshot)
    deleteTags(call, arnOf('snapshot', call, snapshot.id))
  }
  if (old.length > 0) call.ports.databases?.collect(call.db)
}
