import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import { copyFile, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { engineAccount } from '../account.ts'
import { exists, ownedDirectory, writeOwned } from '../directories.ts'
import { packFolder } from '../tarballs.ts'
import { binaryLogName } from './configuration.ts'
import type { MariadbServer } from './server.ts'

/** A place in the binary log. */
export interface LogPosition {
  readonly file: string
  /** In bytes: what is before it is in. */
  readonly position: number
  /** All that is in, as replicas name it: `0-1-42`. */
  readonly gtid: string
}

const numbered = new RegExp(`^${binaryLogName}\\.\\d+$`)

/** The files of a binary log, the oldest first. */
export const logFilesIn = async (archive: string): Promise<string[]> =>
  (await readdir(archive).catch(() => [] as string[]))
    .filter((one) => numbered.test(one))
    .toSorted()

/** The list of files that a server goes by has whole paths, and they may be elsewhere now, or trimmed. */
export async function writeIndex(archive: string): Promise<void> {
  await ownedDirectory(archive)
  const files = await logFilesIn(archive)
  await writeOwned(
    join(archive, `${binaryLogName}.index`),
    files.map((name) => `${join(archive, name)}\n`).join(''),
  )
}

/** For data that no binary log leads on from. */
export async function removeLog(archive: string): Promise<void> {
  for (const name of await readdir(archive).catch(() => [] as string[])) {
    if (name.startsWith(binaryLogName)) await rm(join(archive, name), { force: true })
  }
}

/** Packs an archive. @param end `FILE:POSITION`; what comes after it is left out */
export async function packArchive(archive: string, file: string, end?: string): Promise<void> {
  const [, last, position] = /^(.+):(\d+)$/.exec(end ?? '') ?? []
  const files = (await logFilesIn(archive)).filter((name) => last === undefined || name <= last)
  if (files.length === 0) return
  const copy = `${file}.files`
  await mkdir(copy, { recursive: true })
  try {
    for (const name of files) {
      if (name === last) {
        const bytes = createReadStream(join(archive, name), { end: Number(position) - 1 })
        await pipeline(bytes, createWriteStream(join(copy, name), { mode: 0o600 }))
      } else {
        await copyFile(join(archive, name), join(copy, name))
      }
    }
    await packFolder(copy, files, file)
  } finally {
    await rm(copy, { recursive: true, force: true })
  }
}

/** Removes the files before one. */
export async function trimArchive(
  archive: string,
  first: string,
  server: MariadbServer | undefined,
): Promise<void> {
  if (!numbered.test(first)) return
  if (server) {
    if (await exists(join(archive, first))) {
      await server.session(({ query }) => query(`PURGE BINARY LOGS TO '${first}'`))
    }
    return
  }
  for (const name of await logFilesIn(archive)) {
    if (name < first) await rm(join(archive, name), { force: true })
  }
}

/**
 * Gives a server what a binary log says from a place on.
 *
 * @param wallTime in ms since the epoch: what was begun before its second is in; without it, all is
 * @throws Error with the words of the programs
 */
export async function replay(
  server: MariadbServer,
  archive: string,
  from: LogPosition,
  wallTime: number | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { logReader, client } = server.installation
  const files = (await logFilesIn(archive)).filter((name) => name >= from.file)
  if (files.length === 0) return
  if (logReader === undefined || client === undefined) {
    throw new Error(
      'a restore to a moment needs mariadb-binlog and mariadb (Debian and Ubuntu: apt install mariadb-client)',
    )
  }
  const stop =
    wallTime === undefined
      ? []
      : [`--stop-datetime=${new Date(wallTime).toISOString().slice(0, 19).replace('T', ' ')}`]
  const begin = files[0] === from.file ? [`--start-position=${from.position}`] : []
  const options = {
    cwd: '/',
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
    signal,
    ...engineAccount(),
  }
  const reader = spawn(
    logReader,
    ['--no-defaults', '--disable-log-bin', ...begin, ...stop, ...files],
    { ...options, cwd: archive, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const writer = spawn(client, [`--defaults-file=${server.clientFile}`, '--binary-mode'], {
    ...options,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  let words = ''
  for (const program of [reader, writer]) {
    program.stderr.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)))
    program.on('error', (error) => (words += error.message))
  }
  const ended = [reader, writer].map(
    (program) => once(program, 'close') as Promise<[number | null]>,
  )
  const handed = pipeline(reader.stdout, writer.stdin).catch(() => undefined)
  const codes = await Promise.all(ended)
  await handed
  signal.throwIfAborted()
  if (codes.some(([code]) => code !== 0)) {
    throw new Error(`the binary log could not be read again: ${words.trim()}`)
  }
}
