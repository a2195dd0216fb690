import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

/** A log file of a server, as it stands. */
export interface LogFile {
  readonly name: string
  /** In bytes. */
  readonly size: number
  /** By the wall, in ms since the epoch. */
  readonly lastWritten: number
}

/** The log files in a directory and its folders (`error/mysql-error.log`), by name: the oldest first. */
export async function logFiles(directory: string): Promise<LogFile[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => [])
  const names: string[] = []
  for (const entry of entries) {
    if (!entry.isDirectory()) names.push(entry.name)
    else {
      const inside = await readdir(join(directory, entry.name)).catch(() => [])
      names.push(...inside.map((name) => `${entry.name}/${name}`))
    }
  }
  const files: LogFile[] = []
  for (const name of names.toSorted()) {
    const facts = await stat(join(directory, name)).catch(() => undefined)
    if (facts?.isFile()) {
      files.push({ name, size: facts.size, lastWritten: Math.trunc(facts.mtimeMs) })
    }
  }
  return files
}

/** A piece of a log file. @returns undefined where there is no such file */
export async function readLog(
  directory: string,
  name: string,
  from: number,
  length: number,
): Promise<Buffer | undefined> {
  if (!/^(?:[a-z]+\/)?[^/.][^/]*$/.test(name)) return undefined
  const file = await open(join(directory, name)).catch(() => undefined)
  if (!file) return undefined
  try {
    const buffer = Buffer.alloc(length)
    const { bytesRead } = await file.read(buffer, 0, length, from)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

/** A log file as it is now: what is written to it meanwhile is not in it. */
export const wholeLog = (directory: string, { name, size }: LogFile): Readable =>
  createReadStream(join(directory, name), { end: size - 1 })

/** The end of the newest log, for the words of a server that did not start. */
export async function newestLog(directory: string): Promise<string> {
  const newest = (await logFiles(directory)).at(-1)
  if (!newest) return ''
  const length = Math.min(newest.size, 4000)
  const text = await readLog(directory, newest.name, newest.size - length, length)
  return text?.toString() ?? ''
}
