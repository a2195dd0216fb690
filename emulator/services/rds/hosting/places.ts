import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataSlot, EnginePlaces } from '../../../engines/engine.ts'
import {
  databaseDirectory,
  ownedDirectory,
  socketDirectory,
  sweepAbandoned,
} from '../../../engines/directories.ts'

/** Where the databases of one emulator have their files. */
export interface Places {
  /** They outlive the process. */
  readonly isKept: boolean
  /** An instance's folder. */
  instance(resourceId: string): string
  /** Two data directories: a failover goes from one to the other. */
  data(resourceId: string, slot: DataSlot): string
  logs(resourceId: string): string
  /** The write-ahead log that is kept for restores. */
  archive(resourceId: string): string
  backup(id: string): string
  sockets(resourceId: string, slot: DataSlot): string
  /** Everything that was there is gone: for a reset. */
  empty(): Promise<void>
  /** Nothing is left: for an emulator that keeps nothing. */
  remove(): Promise<void>
}

/** @param stateDirectory the store's; @param isKept whether it outlives the process */
export async function makePlaces(stateDirectory: string, isKept: boolean): Promise<Places> {
  const root = await databaseDirectory(stateDirectory, isKept)
  const sockets = await socketDirectory(root)
  const make = async () => {
    for (const folder of [root, join(root, 'instances'), join(root, 'backups')]) {
      await mkdir(folder, { recursive: true })
      await chmod(folder, 0o711)
    }
  }
  await make()
  // Copies for a saved state that the process before did not live to finish, and what it had put aside.
  for (const folder of [root, join(root, 'backups')]) {
    for (const name of await readdir(folder)) {
      if (/^(?:saved|removed)-/.test(name)) removeLater(join(folder, name))
    }
  }
  void sweepAbandoned().catch(() => undefined)
  const instance = (resourceId: string) => join(root, 'instances', resourceId)
  return {
    isKept,
    instance,
    data: (resourceId, slot) => join(instance(resourceId), `data-${slot}`),
    logs: (resourceId) => join(instance(resourceId), 'logs'),
    archive: (resourceId) => join(instance(resourceId), 'archive'),
    backup: (id) => join(root, 'backups', id),
    // The path is to be short, and 16 letters are as unlikely to meet as 26.
    sockets: (resourceId, slot) => join(sockets, `${resourceId.slice(0, 19)}-${slot}`),
    async empty() {
      // Put aside at once, and removed when nobody writes to it any more.
      const aside = join(root, `removed-${process.pid}-${Math.trunc(performance.now() * 1000)}`)
      await mkdir(aside)
      for (const folder of ['instances', 'backups']) {
        await rename(join(root, folder), join(aside, folder)).catch(() => undefined)
      }
      await make()
      removeLater(aside)
    },
    async remove() {
      await remove(root).catch(() => undefined)
      await remove(sockets).catch(() => undefined)
    },
  }
}

/** A program that still copies makes files as others are removed. */
const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 8, retryDelay: 50 })

const removeLater = (path: string): void => {
  remove(path).catch((error: unknown) => process.emitWarning(String(error)))
}

/** A folder of the account that engines run as. */
export const ownFolder = ownedDirectory

/** The files of one instance. */
export const placesOf = (places: Places, resourceId: string): EnginePlaces => ({
  isKept: places.isKept,
  data: (slot) => places.data(resourceId, slot),
  logs: places.logs(resourceId),
  archive: places.archive(resourceId),
  sockets: (slot) => places.sockets(resourceId, slot),
  async make() {
    await ownedDirectory(places.instance(resourceId))
    await ownedDirectory(places.logs(resourceId))
    await ownedDirectory(places.archive(resourceId))
    await ownedDirectory(places.sockets(resourceId, 'a'))
    await ownedDirectory(places.sockets(resourceId, 'b'))
  },
})

export async function removeInstanceFolders(
  places: Places,
  resourceId: string,
  keepsArchive: boolean,
): Promise<void> {
  const gone = keepsArchive
    ? [places.data(resourceId, 'a'), places.data(resourceId, 'b'), places.logs(resourceId)]
    : [places.instance(resourceId)]
  gone.push(places.sockets(resourceId, 'a'), places.sockets(resourceId, 'b'))
  for (const folder of gone) await remove(folder)
}
