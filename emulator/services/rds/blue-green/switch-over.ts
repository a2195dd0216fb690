import type { TimerCall } from '../../../clock/timers.ts'
import { arnOf, instanceArn } from '../arns.ts'
import { customEndpoints, endpointsOf } from '../clusters/endpoints.ts'
import { recordEvent } from '../events/record-event.ts'
import { findCluster, updateCluster, type Cluster } from '../rows/clusters.ts'
import { findInstance, listInstances, updateInstance, type Instance } from '../rows/instances.ts'
import { moveTags } from '../rows/tags.ts'
import { addAutomatedSnapshot } from '../snapshots/automated.ts'
import { clusterOf, instanceOf, putDeployment, type Deployment, type Pair } from './deployments.ts'

/** How the green environment comes by the blue one's names: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/blue-green-deployments-switching.html */

/** The first of `mlflow-old1`, `mlflow-old2`, … that is free. */
function oldName(name: string, isTaken: (name: string) => boolean): string {
  for (let number = 1; ; number++) {
    const suffix = `-old${number}`
    const old = `${name.slice(0, 63 - suffix.length)}${suffix}`
    if (!isTaken(old)) return old
  }
}

/**
 * The green environment takes the names and ports of the blue one, which is called `…-old1` from then on; who followed one of either
 * still does. The engines must be ready for it: what is green is written to.
 *
 * @returns the deployment as it is now
 */
export function swapRows(call: TimerCall, deployment: Deployment): Deployment {
  const names = new Map<string, string>()
  const clusterNames = new Map<string, string>()
  for (const pair of deployment.pairs) {
    if (pair.type === 'db') swapInstances(call, pair, names)
    else swapClusters(call, pair, deployment.pairs, clusterNames)
  }
  const greens = new Set(deployment.pairs.map(({ green }) => green.resourceId))
  const first = deployment.pairs[0]!.green.resourceId
  for (const one of listInstances(call.db, call)) {
    const source = one.source === null ? null : (names.get(one.source) ?? one.source)
    const clusterId =
      one.clusterId === null ? null : (clusterNames.get(one.clusterId) ?? one.clusterId)
    const isFirst = one.resourceId === first
    if (source === one.source && clusterId === one.clusterId && !isFirst) continue
    updateInstance(call.db, one, { source: isFirst ? null : source, clusterId })
  }
  for (const [, name] of clusterNames) renameWriter(call, name, names)
  const after: Deployment = { ...deployment, state: 'switched' }
  putDeployment(call, after)
  recordEvent(call, {
    sourceType: 'blue-green-deployment',
    source: deployment.id,
    id: 'RDS-EVENT-0248',
  })
  for (const instance of listInstances(call.db, call)) {
    if (!greens.has(instance.resourceId)) continue
    if ((instance.configuration.BackupRetentionPeriod ?? 0) > 0 && instance.source === null) {
      if (instance.clusterId === null) addAutomatedSnapshot(call, instance)
    }
  }
  return after
}

function swapInstances(call: TimerCall, pair: Pair, names: Map<string, string>): void {
  const blue = instanceOf(call, pair.blue)
  const green = instanceOf(call, pair.green)
  if (!blue || !green) return
  const old = oldName(blue.id, (name) => findInstance(call.db, call, name) !== undefined)
  names.set(blue.id, old).set(green.id, blue.id)
  const { task: _, ...hidden } = blue.private
  updateInstance(call.db, blue, {
    id: old,
    status: blue.status === 'modifying' ? 'available' : blue.status,
    private: portOf(hidden, green.private),
  })
  updateInstance(call.db, green, {
    id: blue.id,
    private: portOf(green.private, blue.private),
    configuration: {
      ...green.configuration,
      DeletionProtection: blue.configuration.DeletionProtection ?? false,
    },
  })
  moveTags(call, instanceArn(call, blue.id), instanceArn(call, old))
  moveTags(call, instanceArn(call, green.id), instanceArn(call, blue.id))
}

/** With the port of another. */
function portOf(own: Instance['private'], other: Instance['private']): Instance['private'] {
  const { port: _port, wantedPort: _wanted, ...rest } = own
  const { port, wantedPort } = other
  return {
    ...rest,
    ...(port !== undefined && { port }),
    ...(wantedPort !== undefined && { wantedPort }),
  }
}

function swapClusters(
  call: TimerCall,
  pair: Pair,
  pairs: readonly Pair[],
  names: Map<string, string>,
): void {
  const blue = clusterOf(call, pair.blue)
  const green = clusterOf(call, pair.green)
  if (!blue || !green) return
  const old = oldName(blue.id, (name) => findCluster(call.db, call, name) !== undefined)
  names.set(blue.id, old).set(green.id, blue.id)
  const { follows: _, ...alone } = green.private
  const { ReplicationSourceIdentifier: _source, ...configuration } = green.configuration
  updateCluster(call.db, blue, { id: old, private: withPorts(blue.private, green.private) })
  updateCluster(call.db, green, {
    id: blue.id,
    private: withPorts(alone, blue.private),
    configuration: {
      ...configuration,
      DeletionProtection: blue.configuration.DeletionProtection ?? false,
    },
  })
  moveTags(call, arnOf('cluster', call, blue.id), arnOf('cluster', call, old))
  moveTags(call, arnOf('cluster', call, green.id), arnOf('cluster', call, blue.id))
  const greenOf = new Map(pairs.map((one) => [one.blue.resourceId, one.green.resourceId]))
  const mapped = (ids: readonly string[]) => ids.map((id) => greenOf.get(id) ?? id)
  for (const endpoint of endpointsOf(call.db, call, blue.resourceId)) {
    customEndpoints.put(call.db, call, endpoint.id, {
      ...endpoint,
      cluster: green.resourceId,
      staticMembers: mapped(endpoint.staticMembers),
      excludedMembers: mapped(endpoint.excludedMembers),
    })
  }
}

function withPorts(own: Cluster['private'], other: Cluster['private']): Cluster['private'] {
  const { port: _port, readerPort: _reader, readerAddress: _address, ...rest } = own
  const { port, readerPort, readerAddress } = other
  return {
    ...rest,
    ...(port !== undefined && { port }),
    ...(readerPort !== undefined && { readerPort }),
    ...(readerAddress !== undefined && { readerAddress }),
  }
}

/** The instance that writes has another name, too. */
function renameWriter(call: TimerCall, id: string, names: ReadonlyMap<string, string>): void {
  const cluster = findCluster(call.db, call, id)
  const writer = cluster?.private.writer
  if (!cluster || writer === undefined) return
  updateCluster(call.db, cluster, {
    private: { ...cluster.private, writer: names.get(writer) ?? writer },
  })
}
