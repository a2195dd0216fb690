import type { Store } from '../../../store/store.ts'
import type { Databases } from '../../../ports.ts'
import type { HostingOptions } from './context.ts'
import type { Hosting } from './hosting.ts'

interface DatabasesOptions extends Omit<HostingOptions, 'db' | 'directory'> {
  readonly store: Store
  /** Master user names that RDS reserves are refused. */
  readonly strict: boolean
}

/** The hosting of databases, loaded when there is something to host: starting must not pay for it. */
export class DatabaseHosts implements Databases {
  readonly strict: boolean
  readonly #options: DatabasesOptions
  #hosting: Promise<Hosting> | undefined
  #opened: Hosting | undefined
  /** How often the rows have been replaced. */
  #generation = 0
  #isClosed = false

  constructor(options: DatabasesOptions) {
    this.#options = options
    this.strict = options.strict
    options.store.attach({
      isNeeded: () => this.#hasData(),
      save: async (saved, directory) => (await this.hosting()).save(saved, directory),
    })
    options.store.afterReplace(async () => {
      if (!this.#hosting && !this.#hasData()) return
      // What is asked for from now on waits until nothing of the old state's is left.
      this.#hosting = this.#anew(this.hosting())
      const anew = this.#hosting
      await anew
        .then((hosting) => (this.#hosting === anew ? hosting.resume() : undefined))
        .catch((error: unknown) => process.emitWarning(String(error)))
    })
  }

  /** Brings back what was running when the emulator was stopped. */
  async resume(): Promise<void> {
    if (!this.#hasData()) return
    // A restore that the process did not survive.
    if (this.#options.store.attachments.waiting !== undefined)
      this.#hosting = this.#anew(this.hosting())
    await (await this.hosting()).resume()
  }

  hosting(): Promise<Hosting> {
    if (this.#isClosed) return Promise.reject(new Error('the emulator is closed'))
    this.#hosting ??= this.#open()
    return this.#hosting
  }

  changed: Databases['changed'] = (db, target) => {
    db.afterCommit(() => this.#later((hosting) => hosting.again(target)))
  }

  clusterChanged: Databases['clusterChanged'] = (db, place, id) => {
    db.afterCommit(() => this.#later((hosting) => hosting.clusterChanged(place, id)))
  }

  failoverCluster: Databases['failoverCluster'] = (db, place, id, target) => {
    db.afterCommit(() => this.#later((hosting) => hosting.failoverCluster(place, id, target)))
  }

  collect: Databases['collect'] = (db) => {
    db.afterCommit(() => this.#later((hosting) => hosting.collect()))
  }

  settled: Databases['settled'] = async (resourceId) => {
    await (await this.#hosting)?.settled(resourceId)
  }

  /** The clock is about to be set forward. @param wallAt of the wall, in ms since the epoch */
  clockMoves(wallAt: number): void {
    this.#opened?.clockMoves(wallAt)
  }

  logs: Databases['logs'] = async (resourceId) => (await this.hosting()).places.logs(resourceId)

  async authority(): Promise<string> {
    return (await this.hosting()).authority
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await (await this.#hosting?.catch(() => undefined))?.close()
  }

  async #anew(hosting: Promise<Hosting>): Promise<Hosting> {
    const { attachments } = this.#options.store
    const generation = (this.#generation += 1)
    const attached = attachments.waiting
    const same = await hosting
    try {
      await same.replaced(attached, () => this.#generation === generation)
      if (attached !== undefined && this.#generation === generation) await attachments.taken()
    } catch (error) {
      process.emitWarning(String(error))
    }
    return same
  }

  async #open(): Promise<Hosting> {
    const { Hosting } = await import('./hosting.ts')
    const { store, ...rest } = this.#options
    this.#opened = await Hosting.open({ ...rest, db: store.db, directory: store.directory })
    return this.#opened
  }

  #hasData(): boolean {
    const { db } = this.#options.store
    const tables = ['rds_instances', 'rds_base_backups']
    return tables.some((table) => db.get(`select 1 from ${table} limit 1`) !== undefined)
  }

  #later(work: (hosting: Hosting) => Promise<void> | void): void {
    if (this.#isClosed) return
    this.hosting()
      .then(work)
      .catch((error: unknown) => {
        if (!this.#isClosed) process.emitWarning(error instanceof Error ? error : String(error))
      })
  }
}
