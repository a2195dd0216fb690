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
import { lastMark, marksName } from './log-marks.ts'
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
    const marks = join(archive, marksName)
    const hasMarks = await exists(marks)
    if (hasMarks) await copyFile(marks, join(copy, marksName))
    await packFolder(copy, hasMarks ? [...files, marksName] : files, file)
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
 * @param wallTime in ms since the epoch: what was written before its second is in, and what was noted to be; without it, all is
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
  if (logReader === undefined || client === undefined) {
    throw new Error(
      'a restore to a moment needs mariadb-binlog and mariadb (Debian and Ubuntu: apt install mariadb-client)',
    )
  }
  const files = (await logFilesIn(archive)).filter((name) => name >= from.file)
  const readAs = async (access: string, begin: Place, end: readonly string[], last?: string) => {
    const wanted = files.filter(
      (name) => name >= begin.file && (last === undefined || name <= last),
    )
    if (wanted.length === 0) return
    const start = wanted[0] === begin.file ? [`--start-position=${begin.position}`] : []
    const given = ['--no-defaults', '--disable-log-bin', ...start, ...end, ...wanted]
    await hand(
      [logReader, given],
      [client, [`--defaults-file=${access}`, '--binary-mode']],
      archive,
      signal,
    )
  }
  await server.withPrograms('ALL PRIVILEGES', async (access) => {
    const read = (begin: Place, end: readonly string[], last?: string) =>
      readAs(access, begin, end, last)
    if (wallTime === undefined) return read(from, [])
    const noted = await lastMark(archive, wallTime)
    const isLater =
      noted &&
      (noted.file > from.file || (noted.file === from.file && noted.position > from.position))
    if (isLater) await read(from, [`--stop-position=${noted.position}`], noted.file)
    const second = new Date(wallTime).toISOString().slice(0, 19).replace('T', ' ')
    await read(isLater ? noted : from, [`--stop-datetime=${second}`])
  })
}

type Place = Pick<LogPosition, 'file' | 'position'>
type Program = readonly [path: string, args: readonly string[]]

/** Runs two programs, the second with what the first writes. */
async function hand(
  from: Program,
  to: Program,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const options = { env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' }, signal, ...engineAccount() }
  const reader = spawn(from[0], from[1], {
    ...options,
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const writer = spawn(to[0], to[1], { ...options, cwd: '/', stdio: ['pipe', 'ignore', 'pipe'] })
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
