import { setTimeout as delay } from 'node:timers/promises'
import { makeAuthority, type CertifiedKey } from '../../../engines/certificates.ts'
import type { Engine, StopMode } from '../../../engines/engine.ts'
import { virtualTimeOf } from '../../../clock/wall-time.ts'
import { readMeta, writeMeta } from '../../../store/meta.ts'
import type { Database } from '../../../store/database.ts'
import { followedBy } from '../clusters/members.ts'
import { allClusters } from '../rows/clusters.ts'
import {
  allInstances,
  findInstance,
  findInstanceByResource,
  type Instance,
  type Place,
} from '../rows/instances.ts'
import { engineOfResource } from '../rows/automated-backups.ts'
import { nameIn, parseArn } from '../arns.ts'
import { isRetainedClusterData } from '../clusters/automated.ts'
import { collectBackups } from './backups.ts'
import { ClusterFronts } from './cluster-fronts.ts'
import type { Context, HostingOptions } from './context.ts'
import { endpointName, reportsNames } from './endpoint.ts'
import {
  certificateFor,
  type InstanceFront,
  instanceGate,
  listenFor,
  shut,
} from './instance-front.ts'
import { kindOf } from './kinds.ts'
import { makePlaces, placesOf } from './places.ts'
import { placeDatabases, saveDatabases } from './saved-states.ts'
import { isPassing } from './passing.ts'
import { settle, steps, wantedNow } from './steps.ts'

type Target = Pick<Instance, 'account' | 'region' | 'resourceId'>

/** How long what is under way may take to notice that the emulator ends, in ms. */
const longestEnd = 20_000

interface Host {
  readonly engine: Engine
  front?: Promise<InstanceFront> | undefined
  /** What is being done; one thing after another. */
  work: Promise<void>
  /** Looked at again when what is being done is done. */
  dirty: boolean
  busy: boolean
}

/**
 * What runs behind the rows of instances and clusters: it brings about what their statuses say, whenever they change, and after a
 * restart. The rows are the truth; whatever is interrupted begins again.
 */
export class Hosting {
  readonly #context: Context
  readonly #hosts = new Map<string, Host>()
  readonly #clusters: ClusterFronts
  /** What is done besides the work of the hosts. */
  readonly #tasks = new Set<Promise<unknown>>()
  #saves = 0
  #isClosed = false

  private constructor(context: Omit<Context, keyof HostedParts>) {
    this.#context = { ...context, ...this.#parts(context.db) }
    this.#clusters = new ClusterFronts(this.#context)
  }

  static async open(options: HostingOptions): Promise<Hosting> {
    const places = await makePlaces(options.directory, options.isKept)
    const authority = await keptAuthority(options.db)
    return new Hosting({
      ...options,
      places,
      authority,
      names: await reportsNames(),
      write: (place, work) => options.db.transaction(() => work(options.callFor(place))),
      virtualTime: (wall) => virtualTimeOf(options.db, wall),
    })
  }

  /** What databases' certificates verify against, PEM. */
  get authority(): string {
    return this.#context.authority.certificate
  }

  /** Brings about what the rows say: after a start, and when others have taken the place of the rows. */
  async resume(): Promise<void> {
    const { db } = this.#context
    const instances = allInstances(db)
    // Those that others follow come first.
    for (const instance of instances) this.again(instance)
    await Promise.all(instances.map(({ resourceId }) => this.settled(resourceId)))
    for (const cluster of allClusters(db)) await this.#clusters.match(cluster)
  }

  /**
   * Other rows have taken the place of those that were here: nothing of the old ones' is kept.
   *
   * @param attached the folder with what came with the new rows
   * @param isCurrent whether they are still the rows
   */
  async replaced(attached: string | undefined, isCurrent: () => boolean): Promise<void> {
    await this.#stopAll('immediate')
    await this.#context.places.empty()
    if (isCurrent()) await placeDatabases(this.#context, attached)
  }

  /** Writes what belongs to saved rows into a folder. */
  async save(saved: Database, directory: string): Promise<void> {
    this.#saves += 1
    try {
      await this.#task(
        saveDatabases(this.#context, saved, directory, (resourceId, work) =>
          this.#between(resourceId, work),
        ),
      )
    } finally {
      this.#saves -= 1
      if (!this.#isClosed) await this.collect()
    }
  }

  /** Looks at an instance, soon. */
  again({ account, region, resourceId }: Target): void {
    const host = this.#host(resourceId)
    host.dirty = true
    if (host.busy || host.engine.isAbandoned || this.#isClosed) return
    host.busy = true
    host.work = this.#work(host, { account, region, resourceId }).finally(() => {
      host.busy = false
      if (host.dirty && !this.#isClosed) this.again({ account, region, resourceId })
    })
  }

  /** Runs `work` while nothing else is done with an instance; what comes meanwhile is done afterwards. */
  async #between<Result>(resourceId: string, work: () => Promise<Result>): Promise<Result> {
    await this.settled(resourceId)
    const host = this.#host(resourceId)
    if (host.engine.isAbandoned) throw new Error('the database is not hosted any more')
    host.busy = true
    const result = work()
    host.work = result
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        host.busy = false
        if (!host.dirty || this.#isClosed) return
        const instance = allInstances(this.#context.db).find((one) => one.resourceId === resourceId)
        if (instance) this.again(instance)
      })
    return result
  }

  /** The end waits for it. */
  #task<Result>(work: Promise<Result>): Promise<Result> {
    const ended: Promise<unknown> = work
      .catch(() => undefined)
      .finally(() => this.#tasks.delete(ended))
    this.#tasks.add(ended)
    return work
  }

  /** Looks at a cluster's endpoints. */
  clusterChanged(place: Place, id: string): Promise<void> {
    return this.#task(this.#clusters.changed(place, id))
  }

  /** Another instance of a cluster writes from now on. */
  failoverCluster(place: Place, id: string, target: string | undefined): Promise<void> {
    return this.#task(this.#clusters.failover(place, id, target))
  }

  /** Removes copies of data that nobody needs any more. */
  collect(): Promise<void> {
    return this.#task(collectBackups(this.#context))
  }

  async settled(resourceId: string): Promise<void> {
    for (;;) {
      const host = this.#hosts.get(resourceId)
      if (!host?.busy) return
      await host.work
    }
  }

  engine(resourceId: string): Engine {
    return this.#host(resourceId).engine
  }

  get places() {
    return this.#context.places
  }

  /** The clock is about to be set forward. */
  clockMoves(wallAt: number): void {
    for (const { engine } of this.#hosts.values()) engine.markLog(wallAt)
  }

  /** Stops every database in order. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#stopAll(this.#context.isKept ? 'fast' : 'immediate')
    if (!this.#context.isKept) await this.#context.places.remove()
  }

  async #stopAll(mode: StopMode): Promise<void> {
    const hosts = [...this.#hosts.values()]
    await this.#clusters.close()
    await Promise.all(
      hosts.map(async (host) => {
        await host.front?.then(({ front }) => front.close()).catch(() => undefined)
        await host.engine.abandon(mode)
      }),
    )
    // They are found until then: what is under way must meet an engine that starts nothing any more, not a new one.
    const rest = Promise.allSettled([...hosts.map(({ work }) => work), ...this.#tasks])
    await Promise.race([rest, delay(longestEnd, 0, { ref: false })])
    this.#hosts.clear()
    await this.#clusters.close()
    for (const host of hosts) {
      await host.front?.then(({ front }) => front.close()).catch(() => undefined)
      await host.engine.abandon(mode)
    }
  }

  async #work(host: Host, target: Target): Promise<void> {
    let before: string | undefined
    while (!this.#isClosed && !host.engine.isAbandoned) {
      // What changed while the last step was done may be what it did not see.
      const hasChanged = host.dirty
      host.dirty = false
      const instance = findInstanceByResource(this.#context.db, target, target.resourceId)
      const step = instance && steps[instance.status]
      if (!instance || !step) return
      if (instance.status === before && !isPassing(before) && !hasChanged) return
      before = instance.status
      try {
        await step(this.#context, instance)
      } catch (error) {
        if (this.#isClosed || host.engine.isAbandoned) return
        this.#failed(instance, error)
        return
      }
      if (instance.clusterId) await this.#clusters.changed(instance, instance.clusterId)
    }
  }

  /** What can't be brought about is told, and left as it is. */
  #failed(instance: Instance, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    process.stderr.write(`pocketcloud: the database of ${instance.id} failed: ${message}\n`)
    const isConfiguration =
      /FATAL:.*(?:parameter|configuration)|\[ERROR\] .*(?:variable|option)/s.test(message)
    const state = isConfiguration ? 'incompatible-parameters' : 'failed'
    settle(this.#context, instance, {
      change: () => ({ status: state }),
      events: ['RDS-EVENT-0035'],
      fill: { state, message: message.split('\n')[0]!.slice(0, 400) },
    })
  }

  #host(resourceId: string): Host {
    let host = this.#hosts.get(resourceId)
    if (!host) {
      host = {
        engine: this.#open(resourceId),
        work: Promise.resolve(),
        dirty: false,
        busy: false,
      }
      this.#hosts.set(resourceId, host)
    }
    return host
  }

  #open(resourceId: string): Engine {
    const { db, places } = this.#context
    const find = () => allInstances(db).find((one) => one.resourceId === resourceId)
    return kindOf(engineOfResource(db, resourceId)).open(
      placesOf(places, resourceId),
      () => {
        const instance = find()
        const names = instance ? [endpointName(instance, instance.id)] : []
        return certificateFor(this.#context, names)
      },
      () => this.#crashed(resourceId),
    )
  }

  /** A server has ended that nobody told to. */
  #crashed(resourceId: string): void {
    if (this.#isClosed || this.#hosts.get(resourceId)?.engine.isAbandoned) return
    const instance = allInstances(this.#context.db).find((one) => one.resourceId === resourceId)
    if (!instance) return
    settle(this.#context, instance, { events: ['RDS-EVENT-0020'] })
    this.again(instance)
    void this.settled(resourceId).then(() =>
      settle(this.#context, instance, { events: ['RDS-EVENT-0021', 'RDS-EVENT-0006'] }),
    )
  }

  #parts(db: Database): HostedParts {
    return {
      engine: (resourceId) => this.engine(resourceId),
      front: (instance) => this.#front(instance),
      closeFront: async (resourceId) => {
        const host = this.#host(resourceId)
        const front = host.front
        host.front = undefined
        await (await front)?.front.close()
      },
      settled: (resourceId) => this.settled(resourceId),
      again: (target) => this.again(target),
      sourceOf: (instance) => sourceOf(db, instance),
      followersOf: async (instance) => {
        for (const follower of allInstances(db)) {
          if (sourceOf(db, follower)?.resourceId !== instance.resourceId) continue
          await this.engine(follower.resourceId).configure(wantedNow(this.#context, follower))
        }
      },
      isSaving: () => this.#saves > 0,
      isClusterData: (id) =>
        allClusters(db).some((cluster) => cluster.private.backup?.id === id) ||
        isRetainedClusterData(db, id),
      beforeRemoval: (instance) => this.#clusters.beforeRemoval(instance),
      forget: (resourceId) => {
        void this.#hosts.get(resourceId)?.engine.abandon('immediate')
        this.#hosts.delete(resourceId)
      },
      endpoints: () => this.#clusters.endpoints,
      shut: async (resourceId, why) => {
        const front = await this.#host(resourceId).front
        front?.lead(shut(why))
        front?.front.endSessions()
      },
      exchangeFronts: (one, other) => this.#exchangeFronts(one, other),
      clusterChanged: (place, id) => this.#clusters.changed(place, id),
    }
  }

  async #exchangeFronts(one: Instance, other: Instance): Promise<void> {
    const [first, second] = [this.#host(one.resourceId), this.#host(other.resourceId)]
    const [front, next] = [first.front, second.front]
    first.front = next
    second.front = front
    const lead = async (host: Host, instance: Instance) =>
      (await host.front)?.lead(instanceGate(this.#context, instance))
    await lead(first, one)
    await lead(second, other)
  }

  async #front(instance: Instance): Promise<InstanceFront> {
    const { db } = this.#context
    const host = this.#host(instance.resourceId)
    if (host.engine.isAbandoned) throw new Error('the database is not hosted any more')
    const { port, greet } = kindOf(instance.engine)
    const wanted = instance.private.port ?? instance.private.wantedPort ?? port
    host.front ??= listenFor(
      this.#context,
      wanted,
      greet,
      instanceGate(this.#context, instance),
      [endpointName(instance, instance.id)],
      (port) => portsOfOthers(db, instance.resourceId).has(port),
    )
    host.front.catch(() => (host.front = undefined))
    return host.front
  }
}

type HostedParts = Pick<
  Context,
  | 'engine'
  | 'front'
  | 'closeFront'
  | 'settled'
  | 'again'
  | 'sourceOf'
  | 'followersOf'
  | 'isSaving'
  | 'isClusterData'
  | 'beforeRemoval'
  | 'forget'
  | 'endpoints'
  | 'shut'
  | 'exchangeFronts'
  | 'clusterChanged'
>

/** The instance that another follows: by its own source, or as a reader of its cluster. */
export function sourceOf(db: Database, instance: Instance): Instance | undefined {
  if (instance.clusterId !== null) {
    const cluster = allClusters(db).find(
      ({ account, region, id }) =>
        account === instance.account && region === instance.region && id === instance.clusterId,
    )
    const writer = cluster?.private.writer
    if (writer === instance.id) return followedBy({ db }, cluster!)
    return writer === undefined ? undefined : findInstance(db, instance, writer)
  }
  if (instance.source === null) return undefined
  const arn = parseArn(instance.source)
  return findInstance(db, arn ?? instance, nameIn('db', instance.source))
}

/** Stopped instances keep their ports, too. */
export function portsOfOthers(db: Database, resourceId: string): ReadonlySet<number> {
  const ports = allInstances(db)
    .filter((one) => one.resourceId !== resourceId)
    .map((one) => one.private.port)
  const ofClusters = allClusters(db)
    .filter((one) => one.resourceId !== resourceId)
    .flatMap(({ private: { port, readerPort } }) => [port, readerPort])
  return new Set([...ports, ...ofClusters].filter((port) => port !== undefined))
}

const authorityName = 'rds-certificate-authority'

/** The cloud's authority, made at the first use; it stays with the state. */
async function keptAuthority(db: Database): Promise<CertifiedKey> {
  const kept = readMeta(db, authorityName)
  if (kept !== undefined) return JSON.parse(kept) as CertifiedKey
  const authority = await makeAuthority('pocketcloud RDS root CA')
  writeMeta(db, authorityName, JSON.stringify(authority))
  return authority
}
