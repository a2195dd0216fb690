import type { Engine } from '../../../engines/engine.ts'
import type { Gate } from '../../../engines/front.ts'
import {
  customEndpoints,
  customName,
  endpointsOf,
  reachedBy,
  type CustomEndpoint,
  type EndpointPlace,
} from '../clusters/endpoints.ts'
import { allClusters, updateCluster, type Cluster } from '../rows/clusters.ts'
import { findInstance, listInstances, type Instance } from '../rows/instances.ts'
import type { Context } from './context.ts'
import { endpointName } from './endpoint.ts'
import { portsOfOthers } from './hosting.ts'
import { instanceGate, listenAt, listenFor, shut, type InstanceFront } from './instance-front.ts'
import { kindOf } from './kinds.ts'

/** One of a cluster's endpoints: where it is wanted to listen, and to whom it leads. */
interface Wanted {
  /** What it is called here: `writer`, `reader`, a custom endpoint's id. */
  readonly key: string
  readonly name: string
  readonly port: number
  /** An address of its own, at which it has the cluster's port. */
  readonly address: string | undefined
  /** @param turn which session it is: they are led to one instance after another */
  readonly choose: (turn: number) => Instance | undefined
}

interface Open extends InstanceFront {
  readonly address: string
}

/** A cluster's reader endpoint has this address, its custom ones those after it: all of the loopback network are this machine's. */
const readerAddress = '127.0.0.2'

function freeAddress(taken: ReadonlySet<string | undefined>): string {
  for (let last = 3; ; last++) if (!taken.has(`127.0.0.${last}`)) return `127.0.0.${last}`
}

/** The endpoints of clusters: one for the instance that writes, one for those that read, and custom ones. */
export class ClusterEndpoints {
  readonly #context: Context
  /** By the cluster's resource id. */
  readonly #open = new Map<string, Map<string, Promise<Open>>>()

  constructor(context: Context) {
    this.#context = context
  }

  /** What there is to be listens, and what is gone does not; the rows say where. */
  async match(cluster: Cluster): Promise<void> {
    const { db } = this.#context
    const { resourceId } = cluster
    const custom = endpointsOf(db, cluster, resourceId)
    const writer = await this.#listening(cluster, this.#writerEndpoint(cluster))
    const reader = await this.#listening(cluster, this.#readerEndpoint(cluster, writer.port))
    const kept = new Set(['writer', 'reader', ...custom.map(({ id }) => id)])
    for (const [key, front] of this.#open.get(resourceId) ?? []) {
      if (kept.has(key)) continue
      this.#open.get(resourceId)?.delete(key)
      await front.then((one) => one.front.close()).catch(() => undefined)
    }
    const places = new Map<string, EndpointPlace>()
    const taken = new Set(custom.map(({ place }) => place?.address))
    for (const one of custom) {
      const own = one.place?.address ?? freeAddress(taken)
      taken.add(own)
      const wanted = this.#customEndpoint(cluster, one, writer.port, own)
      const { address, port } = await this.#listening(cluster, wanted)
      places.set(one.id, { address, port })
    }
    this.#note(cluster, writer, reader, places)
  }

  async endSessions(resourceId: string): Promise<void> {
    for (const front of this.#open.get(resourceId)?.values() ?? []) {
      await front.then((one) => one.front.endSessions()).catch(() => undefined)
    }
  }

  /** Sessions end, and nobody is let in. */
  async shut(resourceId: string, why: string): Promise<void> {
    for (const front of this.#open.get(resourceId)?.values() ?? []) {
      await front.then((one) => one.lead(shut(why))).catch(() => undefined)
    }
    await this.endSessions(resourceId)
  }

  /** Two clusters have taken each other's names and ports: their endpoints lead to the other one. */
  async exchange(blue: Cluster, green: Cluster): Promise<void> {
    const [ofBlue, ofGreen] = [this.#open.get(blue.resourceId), this.#open.get(green.resourceId)]
    if (ofGreen) this.#open.set(blue.resourceId, ofGreen)
    else this.#open.delete(blue.resourceId)
    if (ofBlue) this.#open.set(green.resourceId, ofBlue)
    else this.#open.delete(green.resourceId)
    await this.#leadAgain(blue)
    await this.#leadAgain(green)
  }

  async #leadAgain(cluster: Cluster): Promise<void> {
    const choices: Record<string, Wanted['choose']> = {
      writer: this.#writerEndpoint(cluster).choose,
      reader: this.#readerEndpoint(cluster, 0).choose,
    }
    for (const one of endpointsOf(this.#context.db, cluster, cluster.resourceId)) {
      choices[one.id] = this.#customEndpoint(cluster, one, 0, '').choose
    }
    for (const [key, front] of this.#open.get(cluster.resourceId) ?? []) {
      const choose = choices[key]
      if (!choose) continue
      await front.then((one) => one.lead(this.#gate(cluster, choose))).catch(() => undefined)
    }
  }

  async close(resourceId: string): Promise<void> {
    const fronts = this.#open.get(resourceId)
    this.#open.delete(resourceId)
    for (const front of fronts?.values() ?? []) {
      await front.then((one) => one.front.close()).catch(() => undefined)
    }
  }

  /** Those of clusters that are not there any more. */
  async closeGone(): Promise<void> {
    const here = new Set(allClusters(this.#context.db).map(({ resourceId }) => resourceId))
    for (const resourceId of this.#open.keys()) {
      if (!here.has(resourceId)) await this.close(resourceId)
    }
  }

  async closeAll(): Promise<void> {
    for (const resourceId of this.#open.keys()) await this.close(resourceId)
  }

  #note(
    cluster: Cluster,
    writer: Open,
    reader: Open,
    places: ReadonlyMap<string, EndpointPlace>,
  ): void {
    const now = this.#now(cluster)
    const before = now?.private
    const isSame =
      before?.port === writer.port &&
      before.readerPort === reader.port &&
      before.readerAddress === reader.address
    const moved = endpointsOf(this.#context.db, cluster, cluster.resourceId).filter(
      ({ id, place }) =>
        places.has(id) &&
        (place?.address !== places.get(id)!.address || place.port !== places.get(id)!.port),
    )
    if (isSame && moved.length === 0) return
    this.#context.write(cluster, (call) => {
      if (now) {
        const { port } = writer
        const at = { port, readerPort: reader.port, readerAddress: reader.address }
        updateCluster(call.db, now, { private: { ...now.private, ...at } })
      }
      for (const one of moved) {
        customEndpoints.put(call.db, call, one.id, { ...one, place: places.get(one.id) })
      }
    })
  }

  #listening(cluster: Cluster, wanted: Wanted): Promise<Open> {
    const { resourceId } = cluster
    const fronts = this.#open.get(resourceId) ?? new Map<string, Promise<Open>>()
    this.#open.set(resourceId, fronts)
    let front = fronts.get(wanted.key)
    if (!front) {
      front = this.#listen(cluster, wanted)
      fronts.set(wanted.key, front)
      front.catch(() => fronts.delete(wanted.key))
    }
    return front
  }

  async #listen(cluster: Cluster, { name, port, address, choose }: Wanted): Promise<Open> {
    const context = this.#context
    const { greet } = kindOf(cluster.engine)
    const gate = this.#gate(cluster, choose)
    if (address !== undefined && context.host === '127.0.0.1' && !context.names) {
      const own = await listenAt(context, { port, address }, greet, gate, [name])
      if (own) return { ...own, address }
    }
    const isTaken = (one: number) => portsOfOthers(context.db, cluster.resourceId).has(one)
    const front = await listenFor(context, port, greet, gate, [name], isTaken)
    return { ...front, address: '127.0.0.1' }
  }

  #writerEndpoint(cluster: Cluster): Wanted {
    return {
      key: 'writer',
      name: endpointName(cluster, cluster.id, 'cluster-'),
      port: cluster.private.port ?? cluster.configuration.Port ?? kindOf(cluster.engine).port,
      address: undefined,
      choose: () => this.#writer(cluster),
    }
  }

  #readerEndpoint(cluster: Cluster, port: number): Wanted {
    return {
      key: 'reader',
      name: endpointName(cluster, cluster.id, 'cluster-ro-'),
      port,
      address: readerAddress,
      choose: (turn) => {
        const writer = this.#writer(cluster)
        const readers = this.#members(cluster).filter(({ id }) => id !== writer?.id)
        // Without one that reads, the one that writes does it.
        return readers[turn % readers.length] ?? writer
      },
    }
  }

  #customEndpoint(cluster: Cluster, { id }: CustomEndpoint, port: number, address: string): Wanted {
    return {
      key: id,
      name: customName(cluster, id),
      port,
      address,
      choose: (turn) => {
        const now = customEndpoints.find(this.#context.db, cluster, id)
        const writer = this.#writer(cluster)
        const members = now ? reachedBy(now, this.#members(cluster), writer?.id) : []
        return members[turn % members.length]
      },
    }
  }

  /** As the instance that it leads to lets clients in. */
  #gate(cluster: Cluster, chosen: Wanted['choose']): Gate {
    let turn = 0
    const choose = () => chosen(turn)
    const place = { account: cluster.account, region: cluster.region }
    const gateOf = (instance: Instance | undefined) =>
      instanceGate(
        this.#context,
        { ...place, resourceId: instance?.resourceId ?? cluster.resourceId },
        () => this.#running(choose()),
      )
    return {
      target: () => this.#running(choose())?.target,
      closed: () => {
        // Each session begins with this question, and stays with the instance that it is answered for.
        turn += 1
        const instance = choose()
        return instance && gateOf(instance).closed()
      },
      requiresTls: () => gateOf(choose()).requiresTls(),
      loginOf: (user) => gateOf(choose()).loginOf(user),
      isTokenRight: (user, token) => gateOf(choose()).isTokenRight(user, token),
    }
  }

  #running(instance: Instance | undefined): Engine | undefined {
    const engine = instance && this.#context.engine(instance.resourceId)
    return engine?.isRunning ? engine : undefined
  }

  /** By what a new name does not change. */
  #now({ resourceId }: Cluster): Cluster | undefined {
    return allClusters(this.#context.db).find((one) => one.resourceId === resourceId)
  }

  #writer(cluster: Cluster): Instance | undefined {
    const writer = this.#now(cluster)?.private.writer
    return writer === undefined ? undefined : findInstance(this.#context.db, cluster, writer)
  }

  /** Those that run. */
  #members(cluster: Cluster): Instance[] {
    const id = this.#now(cluster)?.id
    return listInstances(this.#context.db, cluster).filter(
      (one) => id !== undefined && one.clusterId === id && this.#running(one),
    )
  }
}
