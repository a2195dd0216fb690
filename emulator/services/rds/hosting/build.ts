import type { Instance } from '../rows/instances.ts'
import type { Context } from './context.ts'
import { wantedNow } from './steps.ts'

/** Makes an instance's data from where they come from. Begun again after a kill, it begins anew. */
export async function buildData(context: Context, instance: Instance): Promise<void> {
  const { origin, newPassword } = instance.private
  const engine = context.engine(instance.resourceId)
  const wanted = wantedNow(context, instance)
  if (!origin) return engine.start(wanted)
  await engine.stop()
  switch (origin.kind) {
    case 'new': {
      const name = instance.configuration.MasterUsername ?? 'postgres'
      const password = newPassword ?? context.callFor(instance).ids.bytes(24).toString('base64url')
      return engine.makeNew(wanted, { name, password }, origin.databaseName)
    }
    case 'backup':
      return engine.makeFromBackup(wanted, context.places.backup(origin.backup.id))
    case 'moment': {
      const { backup, resourceId, wallTime } = origin
      const source = context.engine(resourceId)
      await source.flushLog()
      const { places } = context
      const log = [places.archive(resourceId), `${places.data(resourceId, source.slot)}/pg_wal`]
      return engine.makeFromLog(wanted, places.backup(backup.id), log, wallTime)
    }
    case 'replica': {
      await context.settled(origin.source.resourceId)
      return engine.makeReplica(wanted, context.engine(origin.source.resourceId))
    }
  }
}
