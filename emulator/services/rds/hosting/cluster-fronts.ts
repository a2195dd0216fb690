import type { TimerCall } from '../../../clock/timers.ts'
import { findCluster, updateCluster, type Cluster, type ClusterChange } from '../rows/clusters.ts'
import {
  findInstance,
  listInstances,
  updateInstance,
  type Instance,
  type Place,
} from '../rows/instances.ts'
import { backUpNow } from './backups.ts'
import { ClusterEndpoints } from './cluster-endpoints.ts'
import type { Context } from './context.ts'
import { wantedNow } from './steps.ts'
import { insertBackup } from '../rows/base-backups.ts'

/** What becomes of clusters' instances: one of them writes, and the endpoints lead to them. */
export class ClusterFronts {
  readonly #context: Context
  readonly #endpoints: ClusterEndpoints

  constructor(context: Context) {
    this.#context = context
    this.#endpoints = new ClusterEndpoints(context)
  }

  async changed(place: Place, id: string): Promise<void> {
    const cluster = findCluster(this.#context.db, place, id)
    return cluster ? this.match(cluster) : this.#endpoints.closeGone()
  }

  /** The endpoints answer as long as the cluster is there and not stopped. */
  match(cluster: Cluster): Promise<void> {
    return cluster.status === 'stopped'
      ? this.#endpoints.close(cluster.resourceId)
      : this.#endpoints.match(cluster)
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
    this.#context.write(cluster, (call) => {
      const now = findCluster(call.db, call, cluster.id)
      if (now) updateCluster(call.db, now, { private: { ...now.private, writer: next.id } })
      if (old) this.#followAnew(call, old)
    })
    await this.#context.followersOf(next)
    if (old) this.#context.again(old)
    await this.#endpoints.endSessions(cluster.resourceId)
    // What a restore to a moment from now on begins with.
    const backup = await backUpNow(this.#context, next)
    this.#context.write(next, (call) => insertBackup(call.db, backup))
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

  get endpoints(): ClusterEndpoints {
    return this.#endpoints
  }

  close(): Promise<void> {
    return this.#endpoints.closeAll()
  }

  /** It has written what the new writer may not have: its data are taken from that one again. */
  #followAnew(call: TimerCall, old: Instance): void {
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
