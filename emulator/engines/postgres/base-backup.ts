import { chown, copyFile, constants, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { engineAccount } from '../account.ts'
import type { BackupFacts } from '../engine.ts'
import { copyTree, copyWhatIsThere, exists, packWhatIsThere, runToEnd } from '../directories.ts'
import type { PostgresServer } from './server.ts'
import { openSession } from './session.ts'

/** What a copy leaves out: https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP-DATA */
const contentsLeftOut = new Set([
  'pg_wal',
  'pg_replslot',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_dynshmem',
])
const filesLeftOut = new Set([
  'postmaster.pid',
  'postmaster.opts',
  'backup_label',
  'standby.signal',
  'recovery.signal',
  'postgresql.conf',
  'postgresql.auto.conf',
])

export type BackupForm = 'directory' | 'packed'

/** What a packed backup has nearly everything in. */
const packed = 'base.tar'

/**
 * Copies a server's data directory while it is written to, with the log that makes the copy consistent.
 *
 * @param directory must not be there yet
 * @param form a directory that a server can be started on, or one that `unpackBackup` makes such a one of: most of it is one file
 * then, and written in a tenth of the time
 * @param signal ends it with an error
 */
export async function takeBaseBackup(
  server: PostgresServer,
  directory: string,
  form: BackupForm,
  signal?: AbortSignal,
): Promise<BackupFacts> {
  const session = await openSession(server)
  try {
    const isOld = server.installation.major < 15
    await session.query(
      isOld
        ? "select pg_start_backup('pocketcloud', true, false)"
        : "select pg_backup_start('pocketcloud', true)",
    )
    await copyLive(server.directory, directory, form, signal)
    const [stopped] = await session.query<{ labelfile: string; lsn: string }>(
      isOld
        ? 'select labelfile, lsn from pg_stop_backup(false, false)'
        : 'select labelfile, lsn from pg_backup_stop(false)',
    )
    const [facts] = await session.query<{ now: number; timeline: number; size: number }>(
      `select (extract(epoch from clock_timestamp()) * 1000)::float8 as now,
         (select timeline_id from pg_control_checkpoint()) as timeline,
         (select bytes_per_wal_segment from pg_control_init()) as size`,
    )
    const first = firstSegment(stopped!.labelfile)
    await copySegments(join(server.directory, 'pg_wal'), join(directory, 'pg_wal'), first)
    const label = join(directory, 'backup_label')
    await writeFile(label, stopped!.labelfile, { mode: 0o600 })
    await own(label)
    const { timeline, size } = facts!
    const logEnd = segmentOf(stopped!.lsn, timeline, size)
    return { completedAt: Math.ceil(facts!.now), timeline, logEnd }
  } finally {
    await session.end()
  }
}

/** The file that a place in the log is in. A server that follows another cannot be asked. */
function segmentOf(lsn: string, timeline: number, size: number): string {
  const [high, low] = lsn.split('/').map((part) => Number.parseInt(part, 16)) as [number, number]
  const hex = (number: number) => number.toString(16).toUpperCase().padStart(8, '0')
  return `${hex(timeline)}${hex(high)}${hex(Math.trunc(low / size))}`
}

/** The first file of the log that a backup needs, by its label. */
export const firstSegment = (label: string): string =>
  /^START WAL LOCATION: .*\(file ([0-9A-F]{24})\)/m.exec(label)?.[1] ?? ''

/** A new data directory from a backup, which stays as it is. */
export async function unpackBackup(
  backup: string,
  directory: string,
  signal?: AbortSignal,
): Promise<void> {
  await copyTree(backup, directory, signal)
  await expandBackup(directory, signal)
}

/** Makes a data directory of a packed backup, in its place. */
export async function expandBackup(directory: string, signal?: AbortSignal): Promise<void> {
  const file = join(directory, packed)
  if (await exists(file)) {
    await runToEnd('tar', ['-xpf', file, '-C', directory], { signal, asEngine: true, cwd: '/' })
    await rm(file)
    await makeLeftOut(directory)
  }
  for (const name of notTakenOver) await rm(join(directory, name), { force: true })
}

/** Of the server that was there, or settings that no configuration here writes. */
const notTakenOver = ['postmaster.pid', 'postmaster.opts', 'postgresql.auto.conf']

/** A program of the system copies a thousand small files in a fraction of the time that it takes here. */
async function copyLive(
  from: string,
  to: string,
  form: BackupForm,
  signal: AbortSignal | undefined,
): Promise<void> {
  await makeDirectory(to)
  const entries = await readdir(from, { withFileTypes: true })
  const copied: string[] = []
  for (const entry of entries) {
    const { name } = entry
    if (contentsLeftOut.has(name) || filesLeftOut.has(name)) continue
    if (entry.isDirectory() || entry.isFile()) copied.push(name)
  }
  if (form === 'packed') {
    await makeDirectory(join(to, 'pg_wal'))
    return packWhatIsThere(from, copied, join(to, packed), signal)
  }
  await makeLeftOut(to)
  await copyWhatIsThere(
    copied.map((name) => join(from, name)),
    to,
    signal,
  )
}

async function makeLeftOut(directory: string): Promise<void> {
  for (const name of [...contentsLeftOut, join('pg_wal', 'archive_status')]) {
    await makeDirectory(join(directory, name))
  }
}

/** Segments before the first, and those that are only kept to be written over, are no part of the backup. */
async function copySegments(from: string, to: string, first: string): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && (entry.name.length !== 24 || entry.name >= first))
    .map(({ name }) => name)
  await inParallel(files, (name) => copyOne(join(from, name), join(to, name)))
}

async function copyOne(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE)
    await own(to)
  } catch (error) {
    ignoreVanished(error)
    await rm(to, { force: true })
  }
}

const width = 8

async function inParallel<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) await work(items[next++]!)
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker))
}

/** The server goes on meanwhile: tables are dropped, files of the log are used again. */
function ignoreVanished(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  return undefined
}

async function makeDirectory(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700, recursive: true })
  await own(path)
}

async function own(path: string): Promise<void> {
  const account = engineAccount()
  if (account) await chown(path, account.uid, account.gid)
}
