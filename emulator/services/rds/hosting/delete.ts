import { recordEvent } from '../events/record-event.ts'
import { deleteInstance, findInstanceByResource, type Instance } from '../rows/instances.ts'
import { retentionOf } from '../rows/automated-backups.ts'
import { deleteTags } from '../rows/tags.ts'
import { instanceArn } from '../arns.ts'
import { collectBackups, takeSnapshots } from './backups.ts'
import type { Context } from './context.ts'
import { removeInstanceFolders } from './places.ts'
import { ensureRunning } from './steps.ts'

/** Takes the final snapshot where one is wanted, and removes an instance with its data. */
export async function deleteDatabase(context: Context, instance: Instance): Promise<void> {
  const { resourceId, private: hidden } = instance
  const engine = context.engine(resourceId)
  const finalSnapshot = hidden.task?.kind === 'delete' ? hidden.task.finalSnapshot : undefined
  if (finalSnapshot !== undefined) {
    await ensureRunning(context, instance)
    // What is written from now on is in no snapshot: nobody writes any more.
    const { front } = await context.front(instance)
    front.endSessions()
    await takeSnapshots(context, instance)
  }
  await context.closeFront(resourceId)
  const keeps = retentionOf(context.db, instance.account, resourceId) > 0
  if (keeps) await engine.flushLog().catch(() => undefined)
  await engine.stop()
  await context.beforeRemoval(instance)
  await removeInstanceFolders(context.places, resourceId, keeps)
  context.write(instance, (call) => {
    const now = findInstanceByResource(call.db, call, resourceId)
    if (!now) return
    deleteInstance(call.db, now)
    deleteTags(call, instanceArn(now, now.id))
    recordEvent(call, { sourceType: 'db-instance', source: now.id, id: 'RDS-EVENT-0003' })
  })
  context.forget(resourceId)
  await collectBackups(context)
}
