import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { copyWhatIsThere, exists } from '../../../engines/directories.ts'
import { logFiles } from '../../../engines/logs.ts'
import { packFolder, unpackFolder } from '../../../engines/tarballs.ts'
import type { Database } from '../../../store/database.ts'
import { allBackups } from '../rows/base-backups.ts'
import { allInstances, type Instance } from '../rows/instances.ts'
import type { Context } from './context.ts'
import { sourceOf } from './hosting.ts'
import { ownFolder, placesOf } from './places.ts'
import { settle } from './steps.ts'

/** What the files in a saved state are called. */
const fileOf = {
  data: (resourceId: string) => `data-${resourceId}.tar.gz`,
  log: (resourceId: string) => `log-${resourceId}.tar.gz`,
  written: (resourceId: string) => `written-${resourceId}.tar.gz`,
  backup: (id: string) => `backup-${id}.tar.gz`,
}

/** Copying more at a time would keep the databases from the disk. */
const atOnce = 2

/** Runs `work` while nothing else is done with an instance. */
type Between = <Result>(resourceId: string, work: () => Promise<Result>) => Promise<Result>

/**
 * Writes what the rows of a saved state need: the data of instances, as they are at one moment soon after the rows', the copies
 * that snapshots are made of, and the log for restores to a moment.
 *
 * @param saved the rows
 */
export async function saveDatabases(
  context: Context,
  saved: Database,
  directory: string,
  between: Between,
): Promise<void> {
  const backups = allBackups(saved)
  const instances = allInstances(saved)
  const ofInstances = new Set(instances.map(({ resourceId }) => resourceId))
  const retained = new Set(
    backups.map(({ resourceId }) => resourceId).filter((id) => !ofInstances.has(id)),
  )
  const isHere = ({ resourceId }: Instance) =>
    allInstances(context.db).some(
      (one) => one.resourceId === resourceId && one.status !== 'deleting',
    )
  await each([...retained], (resourceId) => packLog(context, resourceId, directory))
  await each(backups, ({ id }) => packAll(context.places.backup(id), directory, fileOf.backup(id)))
  await each(instances, (instance) => packWritten(context, instance, directory))
  await each(instances, async (instance) => {
    // It is made anew: from nothing, from a backup, or from whom it follows.
    if (instance.private.origin || isFollowing(saved, instance)) return
    try {
      await between(instance.resourceId, async () => {
        const logEnd = await packData(context, instance, directory)
        await packLog(context, instance.resourceId, directory, logEnd)
      })
    } catch (error) {
      if (isHere(instance)) throw error
    }
  })
}

/** @returns where the log ends that the data need; undefined where nobody writes to them */
async function packData(
  context: Context,
  instance: Instance,
  directory: string,
): Promise<string | undefined> {
  const { resourceId, private: hidden } = instance
  const engine = context.engine(resourceId)
  const file = fileOf.data(resourceId)
  if (!engine.isRunning) {
    if (hidden.slot) engine.slot = hidden.slot
    if (await engine.hasData()) await packAll(engine.directory, directory, file)
    return undefined
  }
  const copy = context.places.backup(`saved-${context.callFor(instance).ids.uuid()}`)
  try {
    const { logEnd } = await engine.copyTo(copy)
    await packAll(copy, directory, file)
    return logEnd
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

/** It must not lead beyond the data, which are written on from where they are. */
const packLog = (context: Context, resourceId: string, directory: string, end?: string) =>
  context.engine(resourceId).packLog(join(directory, fileOf.log(resourceId)), end)

/** In bytes: what is older than this much of a server's log files stays behind. */
const mostWritten = 16 * 1024 * 1024

/** The log files that a server writes for people: as they are now, for it goes on writing. */
async function packWritten(
  { places, callFor }: Context,
  instance: Instance,
  directory: string,
): Promise<void> {
  const { resourceId } = instance
  let left = mostWritten
  const newest = (await logFiles(places.logs(resourceId))).toReversed()
  const kept = newest.filter(({ size }) => (left -= size) >= 0)
  if (kept.length === 0) return
  const folders = new Set(kept.map(({ name }) => name.split('/')[0]!))
  const copy = places.backup(`saved-${callFor(instance).ids.uuid()}`)
  try {
    await mkdir(copy, { recursive: true })
    await copyWhatIsThere(
      [...folders].map((name) => join(places.logs(resourceId), name)),
      copy,
    )
    await packAll(copy, directory, fileOf.written(resourceId))
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

async function packAll(folder: string, directory: string, file: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  if (names.length > 0) await packFolder(folder, names, join(directory, file))
}

/**
 * Puts in place what came with a restored state. Instances whose data did not come have failed, but for those that are made anew.
 *
 * @param from the folder with the files; undefined where the state came without
 */
export async function placeDatabases(context: Context, from: string | undefined): Promise<void> {
  const { db, places } = context
  const find = async (name: string) =>
    from !== undefined && (await exists(join(from, name))) ? join(from, name) : undefined
  await each(allBackups(db), async ({ id }) => {
    const file = await find(fileOf.backup(id))
    if (file !== undefined) await unpackFolder(file, places.backup(id))
  })
  const instances = allInstances(db)
  const logs = new Set([...instances, ...allBackups(db)].map(({ resourceId }) => resourceId))
  await each([...logs], async (resourceId) => {
    const file = await find(fileOf.log(resourceId))
    if (file === undefined) return
    await ownFolder(places.instance(resourceId))
    await unpackFolder(file, places.archive(resourceId))
  })
  await each(instances, async (instance) => {
    const { resourceId, private: hidden } = instance
    const file = await find(fileOf.data(resourceId))
    if (file === undefined) return withoutData(context, instance)
    const data = places.data(resourceId, hidden.slot ?? 'a')
    await placesOf(places, resourceId).make()
    await unpackFolder(file, data)
    await context.engine(resourceId).expand(data)
  })
  await each(instances, async ({ resourceId }) => {
    const file = await find(fileOf.written(resourceId))
    if (file === undefined) return
    await ownFolder(places.instance(resourceId))
    await unpackFolder(file, places.logs(resourceId))
  })
}

/** Whoever follows another is made from it again, while both run. */
const isFollowing = (db: Database, instance: Instance) =>
  sourceOf(db, instance) !== undefined && !isAtRest(instance)

const isAtRest = ({ status }: Instance) => ['stopped', 'stopping', 'deleting'].includes(status)

function withoutData(context: Context, instance: Instance): void {
  if (instance.private.origin || instance.status === 'deleting') return
  const source = isAtRest(instance) ? undefined : sourceOf(context.db, instance)
  if (source) {
    const { account, region, resourceId } = source
    settle(context, instance, {
      change: (now) => ({
        private: {
          ...now.private,
          origin: { kind: 'replica', source: { account, region, resourceId } },
        },
        status: 'creating',
      }),
    })
    return
  }
  settle(context, instance, {
    change: () => ({ status: 'failed' }),
    events: ['RDS-EVENT-0035'],
    fill: { state: 'failed', message: 'Its data are no part of the saved state' },
  })
}

async function each<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void> | void,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) await work(items[next++]!)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
}
