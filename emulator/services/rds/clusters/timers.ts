import type { TimerCall, TimerHandler } from '../../../clock/timers.ts'
import type { Call } from '../../../operation.ts'
import { recordEvent } from '../events/record-event.ts'
import { parseBackupWindow } from '../instances/limits.ts'
import { longestStop, nextAt } from '../instances/timers.ts'
import { listClusters, updateCluster, type Cluster } from '../rows/clusters.ts'
import {
  addAutomatedClusterSnapshot,
  deleteClusterBackups,
  expireClusterSnapshots,
} from './automated.ts'
import { changeMembers } from './members.ts'

// What RDS does with clusters by itself: daily snapshots, the end of a stop, the end of what is kept of those that are gone.

type Scope = Pick<Call, 'now' | 'timers'>

const day = 24 * 3600 * 1000

/** Schedules a cluster's next backup window. */
export function scheduleClusterBackup(call: Scope, { resourceId, configuration }: Cluster): void {
  call.timers.cancel('clusterBackupWindow', resourceId)
  const { PreferredBackupWindow: window } = configuration
  if (window === undefined) return
  const at = nextAt(call.now, parseBackupWindow(window).start, day)
  call.timers.schedule(at, 'clusterBackupWindow', { resourceId }, resourceId)
}

/** A stopped cluster is started again after seven days: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-cluster-stop-start.html */
export function scheduleClusterRestart(call: Scope, { resourceId }: Cluster): number {
  const at = call.now + longestStop
  call.timers.schedule(at, 'endOfClusterStop', { resourceId }, resourceId)
  return at
}

export const cancelClusterRestart = (call: Scope, { resourceId }: Cluster): void =>
  call.timers.cancel('endOfClusterStop', resourceId)

export function cancelClusterTimers(call: Scope, cluster: Cluster): void {
  cancelClusterRestart(call, cluster)
  call.timers.cancel('clusterBackupWindow', cluster.resourceId)
}

const on =
  (work: (cluster: Cluster, call: TimerCall) => void): TimerHandler =>
  ({ resourceId }: { readonly resourceId: string }, call) => {
    const cluster = listClusters(call.db, call).find((one) => one.resourceId === resourceId)
    if (cluster) work(cluster, call)
  }

export const clusterTimers: Readonly<Record<string, TimerHandler>> = {
  clusterBackupWindow: on((cluster, call) => {
    scheduleClusterBackup(call, cluster)
    expireClusterSnapshots(call, cluster)
    if (cluster.status === 'available') addAutomatedClusterSnapshot(call, cluster)
  }),
  endOfClusterStop: on((cluster, call) => {
    if (cluster.status !== 'stopped') return
    const { AutomaticRestartTime: _, ...configuration } = cluster.configuration
    updateCluster(call.db, cluster, { status: 'available', configuration })
    changeMembers(call, cluster, 'starting')
    recordEvent(call, { sourceType: 'db-cluster', source: cluster.id, id: 'RDS-EVENT-0153' })
  }),
  endOfClusterRetention: ({ resourceId }: { readonly resourceId: string }, call) =>
    deleteClusterBackups(call, resourceId),
}
