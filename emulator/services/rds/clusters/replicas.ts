import type { Call } from '../../../operation.ts'
import { arnOf, instanceArn, nameIn, parseArn } from '../arns.ts'
import { instanceNotFound, invalidParameterCombination } from '../errors.ts'
import { recordEvent } from '../events/record-event.ts'
import { findCluster, updateCluster, type Cluster } from '../rows/clusters.ts'
import { findInstance, updateInstance, type Instance } from '../rows/instances.ts'
import { clusterNotFound } from './errors.ts'

type Scope = Pick<Call, 'db' | 'account' | 'region' | 'now' | 'ids' | 'ports'>

/** A replica cluster is one of its own: its writer is written to. @returns the cluster as it is now */
export function promoteCluster(call: Scope, cluster: Cluster): Cluster {
  const { follows: _, ...alone } = cluster.private
  const { ReplicationSourceIdentifier: _source, ...configuration } = cluster.configuration
  const promoted = updateCluster(call.db, cluster, { private: alone, configuration })
  const writer = alone.writer === undefined ? undefined : findInstance(call.db, call, alone.writer)
  if (writer) {
    const changed = updateInstance(call.db, writer, {
      status: writer.status === 'available' ? 'modifying' : writer.status,
      private: { ...writer.private, task: { kind: 'promote' } },
    })
    recordEvent(call, { sourceType: 'db-instance', source: writer.id, id: 'RDS-EVENT-0062' })
    call.ports.databases?.changed(call.db, changed)
  }
  return promoted
}

/**
 * What a new cluster is to be a replica of: an instance or a cluster of the account, in the same region.
 *
 * @throws DBInstanceNotFound, DBClusterNotFoundFault, InvalidParameterCombination for other regions
 */
export function replicationSource(call: Scope, nameOrArn: string): Instance | Cluster {
  const arn = parseArn(nameOrArn)
  if (arn && (arn.region !== call.region || arn.account !== call.account)) {
    throw invalidParameterCombination(
      `A replica of ${nameOrArn} would be in another region: pocketcloud replicates clusters within a region only.`,
    )
  }
  const cluster =
    arn?.type === 'db' ? undefined : findCluster(call.db, call, nameIn('cluster', nameOrArn))
  if (cluster) return cluster
  const instance =
    arn?.type === 'cluster' ? undefined : findInstance(call.db, call, nameIn('db', nameOrArn))
  if (instance) return instance
  throw arn?.type === 'db' ? instanceNotFound(nameOrArn) : clusterNotFound(nameOrArn)
}

/** The ARN by which a replica shows its source. */
export const sourceArn = (source: Instance | Cluster): string =>
  'clusterId' in source ? instanceArn(source, source.id) : arnOf('cluster', source, source.id)
