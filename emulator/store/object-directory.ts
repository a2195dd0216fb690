import {
  closeSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
} from 'node:fs'
import { readdir, rm, unlink } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomBytes } from '../random.ts'
import { decrypted } from './content-cipher.ts'
import type { Database } from './database.ts'
import type { FileSlice, ObjectBytes, ObjectFiles, ReceivedFile } from './object-files.ts'
import { SliceStream } from './slice-stream.ts'
import * as small from './small-objects.ts'
import { errorCode } from './system-error.ts'

/** The form of an object file's id. */
export const objectId = /^[0-9a-f]{32}$/

/**
 * Object files in a directory: `objects/<2 hex>/<id>`, and `incoming/` for what is not an object's yet or no longer.
 *
 * The table `object_file` has a row for each, written in the same transaction as the row that names the id: what the
 * table does not know is an orphan. Changes to files are synchronous and inside transactions, so that at any moment
 * between two of them the table and the directory agree.
 */
export class ObjectDirectory implements ObjectFiles, ObjectBytes {
  readonly #db: Database
  readonly #objects: string
  readonly #incoming: string
  readonly #background = new Set<Promise<unknown>>()
  readonly #holds = new Set<{ readonly directories: string[] }>()
  /** How many streams will still open a file. */
  readonly #readers = new Map<string, number>()
  #waiting: (() => void)[] = []
  #closed = false

  /** Takes over what a former process left: its unfinished uploads are put aside in no time, and removed later. */
  constructor(db: Database, directory: string) {
    this.#db = db
    this.#objects = `${directory}/objects`
    this.#incoming = `${directory}/incoming`
    mkdirSync(this.#objects, { recursive: true, mode: 0o700 })
    const leftover = `${directory}/discarded-${newId()}`
    try {
      renameSync(this.#incoming, leftover)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
    mkdirSync(this.#incoming, { mode: 0o700 })
  }

  keep(file: ReceivedFile): string {
    this.#requireTransaction()
    if (file.bytes) return small.insert(this.#db, file.bytes)
    const id = newId()
    this.#record(id, file.size)
    this.#place(id, (path) => renameSync(file.path, path))
    this.#db.afterRollback(() => this.#discard(id))
    return id
  }

  link(id: string): string {
    this.#requireTransaction()
    if (small.isSmall(id)) return small.copy(this.#db, id)
    const copy = newId()
    const source = this.path(id)
    this.#record(copy, this.size(id))
    this.#place(copy, (path) => linkOrCopy(source, path))
    this.#db.afterRollback(() => this.#discard(copy))
    return copy
  }

  removeAfterCommit(id: string): void {
    if (small.isSmall(id)) return small.remove(this.#db, id)
    this.#db.run('delete from object_file where id = ?', id)
    this.#db.afterCommit(() => this.#discard(id))
  }

  incomingPath(): string {
    return `${this.#incoming}/${newId()}`
  }

  path(id: string): string {
    return `${this.#objects}/${id.slice(0, 2)}/${id}`
  }

  size(id: string): number {
    if (small.isSmall(id)) return small.bytesOf(this.#db, id).length
    const row = this.#db.get<{ size: number }>('select size from object_file where id = ?', id)
    if (!row) throw new Error(`there is no object file ${id}`)
    return row.size
  }

  read(slice: FileSlice): Readable {
    const { id, start, end, cipher } = slice
    if (small.isSmall(id)) return Readable.from(end > start ? [this.readNow(slice)] : [])
    const fd = openSync(this.path(id), 'r')
    if (end > start) return new SliceStream(fd, start, end, cipher)
    closeSync(fd)
    return Readable.from([])
  }

  readAll(slices: readonly FileSlice[]): Readable {
    const ids = slices.map(({ id }) => id).filter((id) => !small.isSmall(id))
    // A small object is no more once it is deleted: its bytes are taken now.
    const sources = slices.map((slice) => (small.isSmall(slice.id) ? this.readNow(slice) : slice))
    for (const id of ids) this.#readers.set(id, (this.#readers.get(id) ?? 0) + 1)
    return Readable.from(this.#bytesOf(sources), { objectMode: false, highWaterMark: 1 }).once(
      'close',
      () => {
        for (const id of ids) this.#leave(id)
      },
    )
  }

  async *#bytesOf(sources: readonly (FileSlice | Buffer)[]): AsyncGenerator<Buffer> {
    for (const source of sources) {
      if (Buffer.isBuffer(source)) yield source
      else yield* this.read(source) as AsyncIterable<Buffer>
    }
  }

  /** A reader has done with a file, which may have been waiting for that to be removed. */
  #leave(id: string): void {
    const others = this.#readers.get(id)! - 1
    if (others > 0) {
      this.#readers.set(id, others)
      return
    }
    this.#readers.delete(id)
    if (!this.#closed && !this.#isKnown(id)) this.#discard(id)
  }

  readNow({ id, start, end, cipher }: FileSlice): Buffer {
    if (small.isSmall(id)) {
      const slice = small.bytesOf(this.#db, id).subarray(start, end)
      if (slice.length !== end - start) throw new Error(`${id} ends before byte ${end}`)
      return cipher ? decrypted(cipher, slice, start) : slice
    }
    const bytes = Buffer.allocUnsafe(end - start)
    const fd = openSync(this.path(id), 'r')
    try {
      for (let at = 0; at < bytes.length;) {
        const count = readSync(fd, bytes, at, bytes.length - at, start + at)
        if (count === 0) throw new Error(`the object file ${id} ends before byte ${end}`)
        at += count
      }
    } finally {
      closeSync(fd)
    }
    return cipher ? decrypted(cipher, bytes, start) : bytes
  }

  /**
   * Keeps the bytes of every present object readable by `pathIn`, whatever happens to the objects, until `release`.
   */
  hold(): { open(id: string): number; release(): void } {
    const hold = { directories: [this.#objects] }
    this.#holds.add(hold)
    return {
      open: (id) => openInOneOf(hold.directories, id),
      release: () => {
        this.#holds.delete(hold)
        if (this.#holds.size > 0) return
        const waiting = this.#waiting
        this.#waiting = []
        for (const remove of waiting) remove()
      },
    }
  }

  /** Puts a restored file in its place, inside the transaction that brings its row. */
  putInPlace(id: string, source: string): void {
    this.#place(id, (path) => renameSync(source, path))
  }

  /** Takes all files out of sight at once, and removes them later. Call it when the rows are gone. */
  discardAll(): void {
    const aside = `${this.#objects}/../discarded-${newId()}`
    renameSync(this.#objects, aside)
    mkdirSync(this.#objects, { mode: 0o700 })
    for (const hold of this.#holds) hold.directories.push(aside)
    this.#whenFree(() => this.#later(rm(aside, { recursive: true, force: true })))
  }

  /**
   * Removes what crashes and replaced states left behind: unfinished uploads, and files that the table does not know.
   * Works a folder at a time, so that requests go on.
   *
   * @returns how many orphaned object files were removed
   */
  async sweep(): Promise<number> {
    const work = this.#sweep()
    this.#later(work)
    return await work
  }

  /** Waits for removals under way. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#background.size > 0) await Promise.allSettled(this.#background)
  }

  async #sweep(): Promise<number> {
    const directory = `${this.#objects}/..`
    if (this.#holds.size === 0) {
      for (const name of await readdir(directory)) {
        if (!name.startsWith('discarded-')) continue
        // A reset may be removing the same folder at the same time.
        await rm(`${directory}/${name}`, { recursive: true, force: true }).catch(() => undefined)
      }
    }
    let removed = 0
    for (const folder of await readdir(this.#objects)) {
      if (this.#closed) break
      // A file that is kept after this listing is not in it; one that is, has its row by the time of the look-up.
      const files = await readdir(`${this.#objects}/${folder}`).catch(() => [])
      for (const id of files) if (!this.#isKnown(id)) removed += this.#discard(id) ? 1 : 0
      await sleep(1, undefined, { ref: false })
    }
    return removed
  }

  #isKnown(id: string): boolean {
    return this.#db.get('select 1 from object_file where id = ?', id) !== undefined
  }

  #requireTransaction(): void {
    if (!this.#db.inTransaction) throw new Error('object files are kept inside a transaction')
  }

  #record(id: string, size: number): void {
    this.#db.run('insert into object_file (id, size) values (?, ?)', id, size)
  }

  #place(id: string, put: (path: string) => void): void {
    const path = this.path(id)
    try {
      put(path)
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
      mkdirSync(`${this.#objects}/${id.slice(0, 2)}`, { recursive: true, mode: 0o700 })
      put(path)
    }
  }

  /**
   * Takes a file out of sight at once (the rename), and removes it later: freeing the blocks of a large file takes long.
   *
   * @returns false when there was none, or while a save or a reader still needs it
   */
  #discard(id: string): boolean {
    // Its last reader discards it.
    if (this.#readers.has(id)) return false
    if (this.#holds.size > 0) {
      // A restore may have brought the object back by the time the save is over.
      this.#waiting.push(() => void (this.#isKnown(id) || this.#discard(id)))
      return false
    }
    const aside = this.incomingPath()
    try {
      renameSync(this.path(id), aside)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false
      throw error
    }
    // `rm` looks first what it removes; this is a file, and one of these follows each overwritten object.
    this.#later(unlink(aside))
    return true
  }

  #whenFree(work: () => void): void {
    if (this.#holds.size > 0) this.#waiting.push(work)
    else work()
  }

  /** What fails here is an orphan that the next start sweeps. */
  #later(work: Promise<unknown>): void {
    const settled = work.catch(() => undefined).finally(() => this.#background.delete(settled))
    this.#background.add(settled)
  }
}

function newId(): string {
  return randomBytes(16).toString('hex')
}

const noHardLinks = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'])

function linkOrCopy(source: string, path: string): void {
  try {
    linkSync(source, path)
  } catch (error) {
    if (!noHardLinks.has(errorCode(error) ?? '')) throw error
    copyFileSync(source, path)
  }
}

function openInOneOf(directories: readonly string[], id: string): number {
  for (const directory of directories) {
    try {
      return openSync(`${directory}/${id.slice(0, 2)}/${id}`, 'r')
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
  throw new Error(`the object file ${id} is missing`)
}
