import type { Instance } from '../rows/instances.ts'
import type { Context } from './context.ts'
import { wantedNow } from './steps.ts'

/** More at a time would only wait for the disk, and keep the others from it. */
const mostAtOnce = 4
let going = 0
const waiting: (() => void)[] = []

/** Makes an instance's data from where they come from. Begun again after a kill, it begins anew. */
export async function buildData(context: Context, instance: Instance): Promise<void> {
  const { origin } = instance.private
  // Whom it follows is made first, and must find a place to be made in.
  if (origin?.kind === 'replica') await context.settled(origin.source.resourceId)
  if (going >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  going += 1
  try {
    await build(context, instance)
  } finally {
    going -= 1
    waiting.shift()?.()
  }
}

async function build(context: Context, instance: Instance): Promise<void> {
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
      return engine.makeFromLog(wanted, context.places.backup(backup.id), source, wallTime)
    }
    case 'replica': {
      return engine.makeReplica(wanted, context.engine(origin.source.resourceId))
    }
  }
}
