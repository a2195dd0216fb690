import type { Store } from '../../../store/store.ts'
import type { Databases } from '../../../ports.ts'
import { allInstances, type Instance } from '../rows/instances.ts'
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
  #isClosed = false

  constructor(options: DatabasesOptions) {
    this.#options = options
    this.strict = options.strict
    options.store.afterReplace(() => {
      // What is asked for from now on waits until nothing of the old state's is left.
      const lost = allInstances(options.store.db)
      if (this.#hosting || lost.length > 0) this.#hosting = this.#anew(this.hosting(), lost)
    })
  }

  /** Brings back what was running when the emulator was stopped. */
  async resume(): Promise<void> {
    if (this.#hasInstances()) await (await this.hosting()).resume()
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

  logs: Databases['logs'] = async (resourceId) => (await this.hosting()).places.logs(resourceId)

  async authority(): Promise<string> {
    return (await this.hosting()).authority
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await (await this.#hosting?.catch(() => undefined))?.close()
  }

  async #anew(hosting: Promise<Hosting>, lost: readonly Instance[]): Promise<Hosting> {
    const same = await hosting
    await same.replaced(lost).catch((error: unknown) => process.emitWarning(String(error)))
    return same
  }

  async #open(): Promise<Hosting> {
    const { Hosting } = await import('./hosting.ts')
    const { store, ...rest } = this.#options
    return Hosting.open({ ...rest, db: store.db, directory: store.directory })
  }

  #hasInstances(): boolean {
    return this.#options.store.db.get('select 1 from rds_instances limit 1') !== undefined
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
