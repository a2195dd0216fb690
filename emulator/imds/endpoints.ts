import { randomBytes } from 'node:crypto'
import { readMeta, writeMeta } from '../store/meta.ts'
import type { Store } from '../store/store.ts'
import type { Database } from '../store/database.ts'
import { answerMetadata, type MetadataRequest } from './answer.ts'
import {
  allEndpoints,
  endpointAt,
  findEndpoint,
  forgetEndpoint,
  keepEndpoint,
} from './endpoint-rows.ts'
import type { InstancePlace, InstanceSource } from './facts.ts'
import { documentSigners, type DocumentSigner } from './identity/signer.ts'
import { listen, preferredPort, type Listener } from './listener.ts'
import { RoleCredentials, type CredentialSource } from './role-credentials.ts'

interface EndpointsOptions extends Omit<CredentialSource, 'db'> {
  readonly store: Store
  /** Loaded when the first endpoint is opened: starting must not pay for EC2. */
  readonly instances: () => Promise<InstanceSource>
  /** Lets happen what is due: an instance that was just launched runs at the next look. */
  readonly settle: () => void
}

/** Where an instance's metadata is. */
export interface InstanceEndpoint {
  readonly instanceId: string
  /** `http://127.0.0.1:23456`, what `AWS_EC2_METADATA_SERVICE_ENDPOINT` takes. */
  readonly url: string
  readonly port: number
  /** What the signatures of identity documents verify against, PEM. */
  readonly certificate: string
}

const tokenKeyName = 'imds-token-key'

/**
 * The metadata services of instances, each on a port of its own: the SDK for JavaScript drops a path from the endpoint it
 * is given.
 *
 * A port is opened when somebody asks for it, so that a thousand instances whose metadata nobody reads are not a thousand
 * sockets. From then on it belongs to the instance until that is terminated: it is closed while the instance is stopped,
 * and open again when the instance, or the emulator, is started again.
 */
export class InstanceEndpoints {
  readonly #options: EndpointsOptions
  readonly #signer: () => Promise<DocumentSigner>
  readonly #listeners = new Map<string, Listener>()
  /** One change after another: opening and closing take their time. */
  #work: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(options: EndpointsOptions) {
    this.#options = options
    this.#signer = documentSigners(options.store)
    options.store.afterReplace(() => this.#later(() => this.#replaced()))
  }

  /** Opens what was open when the emulator was stopped. */
  async resume(): Promise<void> {
    await this.#queue(() => this.#replaced())
  }

  /** Opens an instance's endpoint, if it is not open yet. */
  async open(instanceId: string): Promise<InstanceEndpoint | 'no such instance' | 'not running'> {
    const { store, settle } = this.#options
    const instances = await this.#options.instances()
    settle()
    const place = instances.locate(store.db, instanceId)
    const isRunning = place && instances.isRunning(store.db, place)
    if (isRunning === undefined) return 'no such instance'
    if (!isRunning) return 'not running'
    const { port } = await this.#queue(() => this.#open(place))
    const { certificate } = await this.#signer()
    return { instanceId, url: `http://127.0.0.1:${port}`, port, certificate }
  }

  /** Closes and opens what has to be, once the change that EC2 is making is in the database. */
  changed(db: Database, places: readonly InstancePlace[]): void {
    const known = places.filter((place) => findEndpoint(db, place) !== undefined)
    if (known.length === 0) return
    db.afterCommit(() =>
      this.#later(async () => {
        for (const place of known) await this.#reconcile(place)
      }),
    )
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#queue(async () => {
      await Promise.all([...this.#listeners.keys()].map((id) => this.#shut(id)))
    })
  }

  async #replaced(): Promise<void> {
    const rows = allEndpoints(this.#options.store.db)
    // Another state's instances may have the same ids and other roles: nothing of the old ones' is kept.
    await Promise.all([...this.#listeners.keys()].map((id) => this.#shut(id)))
    for (const row of rows) await this.#reconcile(row)
  }

  async #reconcile(place: InstancePlace): Promise<void> {
    const { store } = this.#options
    const instances = await this.#options.instances()
    const isRunning = instances.isRunning(store.db, place)
    if (isRunning) return void (await this.#open(place))
    await this.#shut(place.instanceId)
    if (isRunning === undefined) forgetEndpoint(store.db, place)
  }

  async #open(place: InstancePlace): Promise<Listener> {
    const open = this.#listeners.get(place.instanceId)
    if (open) return open
    if (this.#isClosed) throw new Error('the emulator is closed')
    const { store } = this.#options
    const isTaken = (port: number) => {
      const owner = endpointAt(store.db, port)
      return owner !== undefined && owner.instanceId !== place.instanceId
    }
    const wanted = findEndpoint(store.db, place)?.port ?? preferredPort(place.instanceId)
    const listener = await listen(wanted, isTaken, this.#answering(place))
    this.#listeners.set(place.instanceId, listener)
    keepEndpoint(store.db, place, listener.port)
    return listener
  }

  #answering(place: InstancePlace) {
    const { store, instances, settle, ...rest } = this.#options
    const credentials = new RoleCredentials({ db: store.db, ...rest })
    return async (request: MetadataRequest) => {
      const source = await instances()
      settle()
      return answerMetadata(request, {
        facts: source.facts(store.db, place),
        credentials,
        signer: this.#signer,
        tokenKey: () => this.#tokenKey(),
        now: rest.clock.now(),
      })
    }
  }

  #tokenKey(): Buffer {
    const { store } = this.#options
    const kept = readMeta(store.db, tokenKeyName)
    if (kept !== undefined) return Buffer.from(kept, 'base64')
    // Not from the state's ids either: when the first token is asked for must not decide what a seeded cloud's ids are.
    const key = randomBytes(32)
    writeMeta(store.db, tokenKeyName, key.toString('base64'))
    return key
  }

  async #shut(instanceId: string): Promise<void> {
    const listener = this.#listeners.get(instanceId)
    this.#listeners.delete(instanceId)
    await listener?.close()
  }

  #queue<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#work.then(work)
    this.#work = done.catch(() => undefined)
    return done
  }

  /** For those who cannot wait: a failure is told, since nobody hears of it otherwise. */
  #later(work: () => Promise<void>): void {
    this.#queue(async () => {
      if (!this.#isClosed) await work()
    }).catch((error: unknown) => process.emitWarning(String(error)))
  }
}
