import type {
  FailoverDBClusterMessage,
  FailoverDBClusterResult,
  RebootDBClusterMessage,
  RebootDBClusterResult,
  StartDBClusterMessage,
  StartDBClusterResult,
  StopDBClusterMessage,
  StopDBClusterResult,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { describeCluster } from '../clusters/describe.ts'
import { invalidClusterState, nothingToFailOverTo, wrongClusterState } from '../clusters/errors.ts'
import {
  changeMembers,
  membersOf,
  requireCluster,
  requireReachableCluster,
} from '../clusters/members.ts'
import { isMultiAzCluster, rebootMembers } from '../clusters/multi-az.ts'
import { cancelClusterRestart, scheduleClusterRestart } from '../clusters/timers.ts'
import { invalidParameterValue } from '../errors.ts'
import { recordEvent } from '../events/record-event.ts'
import { invalidInstanceState } from '../instances/errors.ts'
import { on } from '../permissions.ts'
import { updateCluster, type Cluster } from '../rows/clusters.ts'
import { findInstance } from '../rows/instances.ts'
import { settledCluster } from './clusters.ts'
import { settledInstance } from './instances.ts'

const onCluster = (
  { DBClusterIdentifier = '' }: { DBClusterIdentifier?: string | undefined },
  call: Call,
) => [on(call, 'cluster', nameIn('cluster', DBClusterIdentifier))]
const prepare = (
  { DBClusterIdentifier }: { DBClusterIdentifier?: string | undefined },
  call: Call,
) => settledCluster(call, DBClusterIdentifier)

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-failover.html */
export const FailoverDBCluster = operation<FailoverDBClusterMessage, FailoverDBClusterResult>({
  authorize: (input, call) => [
    ...onCluster(input, call),
    ...(input.TargetDBInstanceIdentifier
      ? [on(call, 'db', nameIn('db', input.TargetDBInstanceIdentifier))]
      : []),
  ],
  async prepare(input, call) {
    await settledInstance(call, input.TargetDBInstanceIdentifier)
    return prepare(input, call)
  },
  run({ DBClusterIdentifier, TargetDBInstanceIdentifier }, call) {
    const target = TargetDBInstanceIdentifier && nameIn('db', TargetDBInstanceIdentifier)
    // RDS looks at the target before it looks at the cluster.
    if (target) checkTarget(call, target)
    const cluster = requireReachableCluster(call, DBClusterIdentifier!)
    if (cluster.status !== 'available') throw wrongClusterState(cluster.id)
    const members = membersOf(call, cluster.id)
    const readers = members.filter(
      ({ id, status }) => id !== cluster.private.writer && status === 'available',
    )
    if (readers.length === 0) throw nothingToFailOverTo(cluster.id, members.length)
    if (target && !readers.some(({ id }) => id === target)) {
      throw invalidParameterValue(
        `Cannot find an eligible DB instance ${target} in the DB cluster.`,
      )
    }
    recordEvent(call, { sourceType: 'db-cluster', source: cluster.id, id: 'RDS-EVENT-0069' })
    call.ports.databases?.failoverCluster(call.db, call, cluster.id, target || undefined)
    return { DBCluster: describeCluster(call, { ...cluster, status: 'failing-over' }) }
  },
})

function checkTarget(call: Call, id: string): void {
  const instance = findInstance(call.db, call, id)
  if (!instance) throw invalidParameterValue(`Cannot find target instance: ${id}`)
  if (instance.status !== 'available') {
    throw invalidInstanceState(`Instance ${id} should be in valid state for failover.`)
  }
}

const otherThan = ({ id, status }: Cluster, expected: string) =>
  invalidClusterState(
    `DbCluster ${id} is in ${status} state but expected it to be one of ${expected}.`,
  )

export const StopDBCluster = operation<StopDBClusterMessage, StopDBClusterResult>({
  authorize: onCluster,
  prepare,
  run({ DBClusterIdentifier }, call) {
    const cluster = requireCluster(call, DBClusterIdentifier!)
    if (cluster.status !== 'available') throw otherThan(cluster, 'available')
    const AutomaticRestartTime = new Date(scheduleClusterRestart(call, cluster))
    const stopped = updateCluster(call.db, cluster, {
      status: 'stopped',
      configuration: { ...cluster.configuration, AutomaticRestartTime },
    })
    changeMembers(call, stopped, 'stopping')
    recordEvent(call, { sourceType: 'db-cluster', source: cluster.id, id: 'RDS-EVENT-0150' })
    return { DBCluster: describeCluster(call, stopped) }
  },
})

export const StartDBCluster = operation<StartDBClusterMessage, StartDBClusterResult>({
  authorize: onCluster,
  prepare,
  run({ DBClusterIdentifier }, call) {
    const cluster = requireCluster(call, DBClusterIdentifier!)
    if (cluster.status !== 'stopped') {
      throw otherThan(cluster, 'stopped,inaccessible-encryption-credentials-recoverable')
    }
    cancelClusterRestart(call, cluster)
    const { AutomaticRestartTime: _, ...configuration } = cluster.configuration
    const started = updateCluster(call.db, cluster, { status: 'available', configuration })
    changeMembers(call, started, 'starting')
    recordEvent(call, { sourceType: 'db-cluster', source: cluster.id, id: 'RDS-EVENT-0151' })
    return { DBCluster: describeCluster(call, started) }
  },
})

/** RDS has it for Multi-AZ DB clusters only. */
export const RebootDBCluster = operation<RebootDBClusterMessage, RebootDBClusterResult>({
  authorize: onCluster,
  prepare,
  run({ DBClusterIdentifier }, call) {
    const cluster = requireCluster(call, DBClusterIdentifier!)
    if (!isMultiAzCluster(cluster)) {
      throw invalidClusterState(
        `The DB cluster ${cluster.id} is no Multi-AZ DB cluster: reboot its DB instances instead.`,
      )
    }
    if (cluster.status !== 'available') throw wrongClusterState(cluster.id)
    rebootMembers(call, cluster)
    return { DBCluster: { ...describeCluster(call, cluster), Status: 'rebooting' } }
  },
})
