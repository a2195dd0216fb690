import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, resolve } from 'node:path'
import { PassThrough } from 'node:stream'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { RestoredAttachments, type Attachment } from './attachments.ts'
import { Database } from './database.ts'
import { lockDirectory } from './directory-lock.ts'
import type { DirectoryLock } from './directory-lock.ts'
import { migrate } from './migrations.ts'
import type { MigrationFolder } from './migrations.ts'
import { ObjectDirectory } from './object-directory.ts'
import { clearTables, replaceRows } from './tables.ts'

export interface StoreOptions {
  /** Where the state is kept. Without one it lives in memory and a temporary directory, and ends with the process. */
  readonly dataDir?: string
  /** Who saves, for the manifest of saved states. */
  readonly productVersion?: string
}

/**
 * Opens the state: the database with the base's own tables, and the object files. A data directory is made if it does not
 * exist (mode 0700) and is closed to other processes until `close`.
 *
 * @throws Error when another process has the directory, or its state was written by a newer version
 */
export function openStore(options: StoreOptions = {}): Store {
  return new Store(options)
}

/** The whole state, and what can be done with it as a whole. */
export class Store {
  readonly db: Database
  readonly objects: ObjectDirectory
  /** What came with a restored state, until it has been taken. */
  readonly attachments: RestoredAttachments
  /** The data directory, or the temporary one. */
  readonly directory: string
  readonly #productVersion: string
  readonly #lock: DirectoryLock | undefined
  readonly #removeAtExit: (() => void) | undefined
  readonly #folders: MigrationFolder[] = []
  /** What is being saved to and restored from. */
  readonly #streams = new Set<Readable>()
  readonly #work = new Set<Promise<unknown>>()
  readonly #beforeSave: (() => void)[] = []
  readonly #beforeRestore: ((restored: Database) => Promise<void>)[] = []
  readonly #afterReplace: (() => unknown)[] = []
  #attachment: Attachment | undefined
  #closing: Promise<void> | undefined

  constructor({ dataDir, productVersion = 'unknown' }: StoreOptions) {
    this.#productVersion = productVersion
    if (dataDir === undefined) {
      this.directory = mkdtempSync(`${tmpdir()}/pocketcloud-`)
      const remove = () => rmSync(this.directory, { recursive: true, force: true })
      process.once('exit', remove)
      this.#removeAtExit = remove
    } else {
      this.directory = resolve(dataDir)
      mkdirSync(this.directory, { recursive: true, mode: 0o700 })
      this.#lock = lockDirectory(this.directory)
    }
    let db: Database | undefined
    try {
      this.db = db = new Database(
        dataDir === undefined ? ':memory:' : privateFile(`${this.directory}/state.sqlite`),
      )
      this.migrate('base', new URL('./migrations/', import.meta.url))
      this.objects = new ObjectDirectory(this.db, this.directory)
      this.attachments = new RestoredAttachments(this.db, this.directory)
    } catch (error) {
      db?.close()
      this.#lock?.release()
      throw error
    }
  }

  /**
   * Brings one part's tables up to date (see `migrate`). Restored states are brought up to date by the same folders, so that all
   * are named before the first `restore`.
   */
  migrate(name: string, directory: URL | string): void {
    migrate(this.db, name, directory)
    this.#folders.push({ name, directory })
  }

  /** Runs `work` before each save: what is only in memory has to be written. */
  beforeSave(work: () => void): void {
    this.#beforeSave.push(work)
  }

  /**
   * Waits for `work` once a state to restore has been verified, with its database, before it takes the present one's place:
   * what it needs can be loaded.
   */
  beforeRestore(work: (restored: Database) => Promise<void>): void {
    this.#beforeRestore.push(work)
  }

  /**
   * Runs `work` whenever a reset or a restore has replaced the rows: what was read from them has to be read again. A restore ends
   * when the work has ended, too.
   */
  afterReplace(work: () => unknown): void {
    this.#afterReplace.push(work)
  }

  /** What is kept beside the store is saved and restored with it: see `attachments`. */
  attach(attachment: Attachment): void {
    this.#attachment = attachment
  }

  /**
   * Removes what crashes left behind, a little at a time. Call it once the server answers.
   *
   * @returns how many orphaned object files were removed
   */
  async sweep(): Promise<number> {
    await this.attachments.sweep()
    return await this.objects.sweep()
  }

  /**
   * Everything empty again, and then `firstState`, in a transaction of its own, makes what exists from the start.
   * Takes no longer for large objects or many: their files are put aside, and removed later.
   */
  reset(firstState?: () => void): void {
    clearTables(this.db)
    this.objects.discardAll()
    for (const work of this.#afterReplace) void work()
    if (firstState) this.db.transaction(firstState)
  }

  /**
   * The whole state as one tar archive (see `archive-format.ts`), as it is at one moment soon after the call. Requests go on;
   * the bytes of objects that they delete are kept until the archive has been read.
   */
  save(): Readable {
    const output = new PassThrough()
    // A reader who leaves early destroys the stream and no longer listens: that must not end the process.
    output.on('error', () => undefined)
    if (this.#closing) return output.destroy(new Error('the store is closed'))
    this.#streams.add(output)
    this.#track(this.#writeTo(output).finally(() => this.#streams.delete(output)))
    return output
  }

  /**
   * Replaces the state by a saved one. All of it is read and verified first; then the rows change in one transaction, with
   * the object files in place before it commits: a crash leaves the old state or the new one.
   *
   * @throws InvalidArchive when it can't be restored; the present state is untouched then
   */
  async restore(archive: Readable): Promise<void> {
    this.#streams.add(archive)
    const work = this.#restore(archive).finally(() => this.#streams.delete(archive))
    this.#track(work)
    await work
  }

  /** Ends saves and restores under way, waits for the removal of files, and lets go of the directory. */
  async close(): Promise<void> {
    this.#closing ??= this.#close()
    await this.#closing
  }

  async #writeTo(output: PassThrough): Promise<void> {
    const copy = `${this.objects.incomingPath()}.sqlite`
    const hold = this.objects.hold()
    try {
      for (const work of this.#beforeSave) work()
      await this.db.backup(privateFile(copy))
      const attached = await this.#saveAttached(copy)
      const { writeArchive } = await import('./write-archive.ts')
      const state = {
        databaseFile: copy,
        productVersion: this.#productVersion,
        openObject: (id: string) => hold.open(id),
        attached,
      }
      await pipeline(writeArchive(state), output)
    } catch (error) {
      output.destroy(error instanceof Error ? error : new Error(String(error)))
    } finally {
      hold.release()
      await rm(copy, { force: true })
      await rm(`${copy}-attached`, { recursive: true, force: true })
    }
  }

  async #saveAttached(copy: string): Promise<string | undefined> {
    if (!this.#attachment?.isNeeded()) return undefined
    const directory = `${copy}-attached`
    mkdirSync(directory, { mode: 0o700 })
    const saved = new Database(copy, { journal: 'delete' })
    try {
      await this.#attachment.save(saved, directory)
    } finally {
      saved.close()
    }
    return directory
  }

  async #restore(archive: Readable): Promise<void> {
    const { readArchive } = await import('./read-archive.ts')
    const staging = this.objects.incomingPath()
    mkdirSync(staging, { mode: 0o700 })
    try {
      const state = await readArchive(archive, staging, this.#folders)
      const folder = state.attached === undefined ? undefined : basename(staging)
      await this.#prepareFor(state.databaseFile, folder)
      if (this.#closing) throw new Error('the store is closed')
      // Nothing can come in between from here on: the files' new names and the rows change in one go.
      replaceRows(this.db, state.databaseFile, () => {
        for (const id of state.objects)
          this.objects.putInPlace(id, `${state.objectDirectory}/${id}`)
        if (state.attached !== undefined) this.attachments.place(state.attached, folder!)
      })
      await Promise.all(this.#afterReplace.map(async (work) => work()))
    } finally {
      await rm(staging, { recursive: true, force: true })
      // The old state's files on success, what was put in place on failure: either way no row names them.
      if (!this.#closing) this.#track(this.sweep())
    }
  }

  async #prepareFor(databaseFile: string, attached: string | undefined): Promise<void> {
    const restored = new Database(databaseFile, { journal: 'delete' })
    try {
      this.attachments.announce(restored, attached)
      for (const work of this.#beforeRestore) await work(restored)
    } finally {
      restored.close()
    }
  }

  async #close(): Promise<void> {
    for (const stream of this.#streams) stream.destroy(new Error('the store is closed'))
    while (this.#work.size > 0) await Promise.allSettled(this.#work)
    await this.objects.close()
    this.db.close()
    this.#lock?.release()
    if (!this.#removeAtExit) return
    process.off('exit', this.#removeAtExit)
    // What still copies for a database makes files as others are removed.
    await rm(this.directory, { recursive: true, force: true, maxRetries: 8, retryDelay: 50 })
  }

  #track(work: Promise<unknown>): void {
    const settled: Promise<unknown> = work
      .catch(() => undefined)
      .finally(() => this.#work.delete(settled))
    this.#work.add(settled)
  }
}

/** The state has secret keys in it: whatever the directory's mode, its files are the owner's only. */
function privateFile(path: string): string {
  closeSync(openSync(path, 'a', 0o600))
  return path
}
