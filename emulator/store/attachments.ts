import { readdir, rm } from 'node:fs/promises'
import { renameSync } from 'node:fs'
import type { Database } from './database.ts'
import { readMeta, writeMeta } from './meta.ts'

/** What a part of the emulator keeps beside the store; in a saved state it is a folder of files. */
export interface Attachment {
  /** Whether there is anything to save. */
  isNeeded(): boolean
  /**
   * Writes the files that belong to a state into an empty folder.
   *
   * @param saved the rows of the state: a copy that nobody changes
   */
  save(saved: Database, directory: string): Promise<void>
}

const key = 'attached'
const folderName = /^attached-[\w-]+$/

/**
 * The files that came with a restored state, until who they belong to has taken them. The rows say which folder is theirs: a
 * crash in between leaves the old state or the new one, never rows with the files of the other.
 */
export class RestoredAttachments {
  readonly #db: Database
  readonly #directory: string

  constructor(db: Database, directory: string) {
    this.#db = db
    this.#directory = directory
  }

  /** The folder that waits to be taken. */
  get waiting(): string | undefined {
    const name = readMeta(this.#db, key)
    return name !== undefined && folderName.test(name) ? `${this.#directory}/${name}` : undefined
  }

  /** Names the folder in a state that is to be restored; undefined where it has none. */
  announce(restored: Database, id: string | undefined): void {
    if (id !== undefined) writeMeta(restored, key, `attached-${id}`)
    else restored.run('delete from meta where key = ?', key)
  }

  /** Puts a folder to where it has been announced. */
  place(folder: string, id: string): void {
    renameSync(folder, `${this.#directory}/attached-${id}`)
  }

  /** The folder that waits has been taken. */
  async taken(): Promise<void> {
    this.#db.run('delete from meta where key = ?', key)
    await this.sweep()
  }

  /** Removes the folders that no rows name any more. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      const path = `${this.#directory}/${name}`
      if (folderName.test(name) && path !== this.waiting) {
        await rm(path, { recursive: true, force: true })
      }
    }
  }
}
