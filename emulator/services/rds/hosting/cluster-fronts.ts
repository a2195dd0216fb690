import type { Engine } from '../../../engines/engine.ts'
import {
  allClusters,
  findCluster,
  updateCluster,
  type Cluster,
  type ClusterChange,
} from '../rows/clusters.ts'
import {
  findInstance,
  listInstances,
  updateInstance,
  type Instance,
  type Place,
} from '../rows/instances.ts'
import { backUpNow } from './backups.ts'
import type { Context } from './context.ts'
import { endpointName } from './endpoint.ts'
import { portsOfOthers } from './hosting.ts'
import { instanceGate, listenFor, type InstanceFront } from './instance-front.ts'
import { kindOf } from './kinds.ts'
import { wantedNow } from './steps.ts'
import { insertBackup } from '../rows/base-backups.ts'

interface Fronts {
  readonly writer: InstanceFront
  readonly reader: InstanceFront
}

/** The endpoints of clusters: one for the instance that writes, one for those that read. */
export class ClusterFronts {
  readonly #context: Context
  readonly #fronts = new Map<string, Promise<Fronts>>()
  #turn = 0

  constructor(context: Context) {
    this.#context = context
  }

  async changed(place: Place, id: string): Promise<void> {
    const { db } = this.#context
    const cluster = findCluster(db, place, id)
    if (cluster) return this.match(cluster)
    for (const [resourceId] of this.#fronts) {
      if (!allClusters(db).some((one) => one.resourceId === resourceId))
        await this.#close(resourceId)
    }
  }

  /** The endpoints answer as long as the cluster is there and not stopped. */
  async match(cluster: Cluster): Promise<void> {
    if (cluster.status === 'stopped') return this.#close(cluster.resourceId)
    const fronts = await this.#open(cluster)
    if (
      cluster.private.port === fronts.writer.port &&
      cluster.private.readerPort === fronts.reader.port
    ) {
      return
    }
    this.#update(cluster, (now) => ({
      private: { ...now.private, port: fronts.writer.port, readerPort: fronts.reader.port },
    }))
  }

  /** A reader takes over: it has everything that was committed, and the others follow it. */
  async failover(place: Place, id: string, target: string | undefined): Promise<void> {
    const { db } = this.#context
    const cluster = findCluster(db, place, id)
    const writer = cluster?.private.writer
    if (!cluster || writer === undefined) return
    const members = listInstances(db, place).filter((one) => one.clusterId === id)
    const next = members.find((one) => one.id === target) ?? nextWriter(members, writer)
    const old = members.find((one) => one.id === writer)
    if (!next || next.id === writer) return
    // One that is being removed is stopped already, and waits for this.
    if (old && old.status !== 'deleting') {
      await this.#context.settled(old.resourceId)
      await this.#context.engine(old.resourceId).stop()
    }
    await this.#context.engine(next.resourceId).promote(wantedNow(this.#context, next))
    this.#update(cluster, (now) => ({ private: { ...now.private, writer: next.id } }))
    await this.#context.followersOf(next)
    if (old && old.status !== 'deleting') await this.#followAnew(old)
    const fronts = await this.#fronts.get(cluster.resourceId)
    fronts?.writer.front.endSessions()
    fronts?.reader.front.endSessions()
  }

  /** A cluster keeps its data when its last instance goes; another takes over where the one that writes goes. */
  async beforeRemoval(instance: Instance): Promise<void> {
    const { db } = this.#context
    const cluster = instance.clusterId ? findCluster(db, instance, instance.clusterId) : undefined
    if (!cluster || cluster.private.writer !== instance.id) return
    const others = listInstances(db, instance).filter(
      (one) => one.clusterId === cluster.id && one.id !== instance.id && one.status === 'available',
    )
    if (others.length > 0) return this.failover(instance, cluster.id, undefined)
    const engine = this.#context.engine(instance.resourceId)
    if (cluster.status === 'deleting' || !(await engine.hasData())) return
    await engine.start(wantedNow(this.#context, instance))
    const backup = await backUpNow(this.#context, instance)
    await engine.stop()
    this.#context.write(instance, (call) => insertBackup(call.db, backup))
    this.#update(cluster, (now) => {
      const { writer: _, ...rest } = now.private
      const { account, region, id } = backup
      return { private: { ...rest, backup: { account, region, id }, hasData: false } }
    })
  }

  async close(): Promise<void> {
    for (const resourceId of this.#fronts.keys()) await this.#close(resourceId)
  }

  /** It has written what the new writer may not have: its data are taken from that one again. */
  async #followAnew(old: Instance): Promise<void> {
    this.#context.write(old, (call) => {
      const now = findInstance(call.db, call, old.id)
      const source = now && this.#context.sourceOf(now)
      if (!now || !source || now.status === 'deleting') return
      const { account, region, resourceId } = source
      updateInstance(call.db, now, {
        private: {
          ...now.private,
          origin: { kind: 'replica', source: { account, region, resourceId } },
        },
        status: 'creating',
      })
    })
    this.#context.again(old)
  }

  #open(cluster: Cluster): Promise<Fronts> {
    let fronts = this.#fronts.get(cluster.resourceId)
    if (!fronts) {
      fronts = this.#listen(cluster)
      this.#fronts.set(cluster.resourceId, fronts)
      fronts.catch(() => this.#fronts.delete(cluster.resourceId))
    }
    return fronts
  }

  async #listen(cluster: Cluster): Promise<Fronts> {
    const { db } = this.#context
    const wanted = cluster.configuration.Port ?? 5432
    const names = [
      endpointName(cluster, cluster.id, 'cluster-'),
      endpointName(cluster, cluster.id, 'cluster-ro-'),
    ]
    const isTaken = (port: number) => portsOfOthers(db, cluster.resourceId).has(port)
    const writer = await listenFor(
      this.#context,
      cluster.private.port ?? wanted,
      kindOf(cluster.engine).greet,
      this.#gate(cluster, () => this.#writer(cluster)),
      names,
      isTaken,
    )
    const reader = await listenFor(
      this.#context,
      cluster.private.readerPort ?? wanted,
      kindOf(cluster.engine).greet,
      this.#gate(cluster, () => this.#reader(cluster)),
      names,
      isTaken,
    )
    return { writer, reader }
  }

  /** As the instance that it leads to lets clients in. */
  #gate(cluster: Cluster, choose: () => Instance | undefined) {
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
        const instance = choose()
        return instance && gateOf(instance).closed()
      },
      requiresTls: () => gateOf(choose()).requiresTls(),
      loginOf: (user: string) => gateOf(choose()).loginOf(user),
      isTokenRight: (user: string, token: string) => gateOf(choose()).isTokenRight(user, token),
    }
  }

  #running(instance: Instance | undefined): Engine | undefined {
    const engine = instance && this.#context.engine(instance.resourceId)
    return engine?.isRunning ? engine : undefined
  }

  #writer({ account, region, id }: Cluster): Instance | undefined {
    const { db } = this.#context
    const writer = findCluster(db, { account, region }, id)?.private.writer
    return writer === undefined ? undefined : findInstance(db, { account, region }, writer)
  }

  /** One after another; the one that writes, where there is no other. */
  #reader(cluster: Cluster): Instance | undefined {
    const { db } = this.#context
    const writer = this.#writer(cluster)
    const readers = listInstances(db, cluster).filter(
      (one) => one.clusterId === cluster.id && one.id !== writer?.id && this.#running(one),
    )
    this.#turn += 1
    return readers[this.#turn % readers.length] ?? writer
  }

  async #close(resourceId: string): Promise<void> {
    const fronts = await this.#fronts.get(resourceId)?.catch(() => undefined)
    this.#fronts.delete(resourceId)
    await fronts?.writer.front.close()
    await fronts?.reader.front.close()
  }

  #update(cluster: Cluster, change: (now: Cluster) => ClusterChange): void {
    this.#context.write(cluster, (call) => {
      const now = findCluster(call.db, call, cluster.id)
      if (now) updateCluster(call.db, now, change(now))
    })
  }
}

/** The one of the best tier: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html */
function nextWriter(members: readonly Instance[], writer: string): Instance | undefined {
  const tier = (one: Instance) => one.configuration.PromotionTier ?? 1
  return members
    .filter((one) => one.id !== writer && one.status === 'available')
    .toSorted((a, b) => tier(a) - tier(b))[0]
}
