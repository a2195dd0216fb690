import type { Call } from '../../../operation.ts'
import { arnOf, nameIn, parseArn } from '../arns.ts'
import { recordEvent } from '../events/record-event.ts'
import { snapshotQuotaExceeded } from '../instances/errors.ts'
import { newIdentifier } from '../instances/limits.ts'
import {
  findClusterSnapshot,
  listClusterSnapshots,
  putClusterSnapshot,
  type ClusterSnapshot,
} from '../rows/cluster-snapshots.ts'
import type { Cluster, ClusterPrivate } from '../rows/clusters.ts'
import { findInstance, updateInstance } from '../rows/instances.ts'
import { putTags, tagsOf } from '../rows/tags.ts'
import { isUsableBy } from '../snapshots/sharing.ts'
import { clusterSnapshotExists, clusterSnapshotNotFound, invalidClusterState } from './errors.ts'

/**
 * A manual snapshot of a cluster: of the data of the instance that writes, or of those that the cluster has kept without one. They are empty
 * where there never was one.
 *
 * @throws DBClusterSnapshotAlreadyExistsFault, InvalidDBClusterStateFault for a replica that never had an instance
 */
export function addClusterSnapshot(
  call: Call,
  cluster: Cluster,
  parameter: string,
  name: string | undefined,
): ClusterSnapshot {
  const id = newIdentifier(parameter, name, 255)
  requireNewClusterSnapshot(call, id)
  if (!hasData(call, cluster) && cluster.private.newPassword === undefined) {
    throw invalidClusterState(
      `The DB cluster ${cluster.id} has had no DB instance yet: it has no data to take a snapshot of.`,
    )
  }
  return takeClusterSnapshot(call, cluster, id, 'manual')
}

/** What a cluster without an instance has. */
export const originOf = ({
  backup,
  newPassword,
}: ClusterPrivate): Pick<ClusterPrivate, 'backup' | 'newPassword'> =>
  backup ? { backup } : newPassword === undefined ? {} : { newPassword }

const writerOf = (call: Pick<Call, 'db' | 'account' | 'region'>, { private: hidden }: Cluster) =>
  hidden.writer === undefined ? undefined : findInstance(call.db, call, hidden.writer)

const mostManualSnapshots = 100

/** @throws DBClusterSnapshotAlreadyExistsFault, SnapshotQuotaExceeded */
export function requireNewClusterSnapshot(
  call: Pick<Call, 'db' | 'account' | 'region'>,
  id: string,
): void {
  if (findClusterSnapshot(call.db, call, id)) throw clusterSnapshotExists(id)
  const manual = listClusterSnapshots(call.db, call).filter(({ type }) => type === 'manual')
  if (manual.length >= mostManualSnapshots) throw snapshotQuotaExceeded(mostManualSnapshots)
}

/** Whether there is anything to take a snapshot of. */
export const hasData = (call: Pick<Call, 'db' | 'account' | 'region'>, cluster: Cluster) =>
  writerOf(call, cluster) !== undefined || cluster.private.backup !== undefined

/** Takes a snapshot of the true data, as soon as the engine gets to it. */
export function takeClusterSnapshot(
  call: Pick<Call, 'db' | 'account' | 'region' | 'now' | 'ids' | 'ports'>,
  cluster: Cluster,
  id: string,
  type: ClusterSnapshot['type'],
): ClusterSnapshot {
  const { configuration, private: hidden } = cluster
  const writer = writerOf(call, cluster)
  const snapshot: ClusterSnapshot = {
    account: cluster.account,
    region: cluster.region,
    id,
    clusterId: cluster.id,
    resourceId: cluster.resourceId,
    type,
    engine: cluster.engine,
    engineVersion: cluster.engineVersion,
    status: writer ? 'creating' : 'available',
    createdAt: call.now,
    sharedWith: [],
    private: {
      ...(!writer && originOf(hidden)),
      ...(configuration.DatabaseName !== undefined && { databaseName: configuration.DatabaseName }),
      parameterGroup: cluster.parameterGroup,
      ...(configuration.DBClusterInstanceClass !== undefined && {
        instances: {
          DBClusterInstanceClass: configuration.DBClusterInstanceClass,
          AllocatedStorage: configuration.AllocatedStorage,
          StorageType: configuration.StorageType,
          Iops: configuration.Iops,
        },
      }),
    },
    configuration: {
      AvailabilityZones: configuration.AvailabilityZones,
      AllocatedStorage: configuration.AllocatedStorage,
      VpcId: writer?.configuration.DBSubnetGroup?.VpcId,
      ClusterCreateTime: new Date(cluster.createdAt),
      MasterUsername: configuration.MasterUsername,
      Port: 0,
      LicenseModel: 'postgresql-license',
      PercentProgress: writer ? 0 : 100,
      StorageEncrypted: configuration.StorageEncrypted,
      KmsKeyId: configuration.KmsKeyId,
      IAMDatabaseAuthenticationEnabled: configuration.IAMDatabaseAuthenticationEnabled,
      EngineMode: 'provisioned',
      StorageType: configuration.StorageType,
    },
  }
  putClusterSnapshot(call.db, snapshot)
  if (configuration.CopyTagsToSnapshot) {
    putTags(
      call,
      arnOf('cluster-snapshot', call, id),
      tagsOf(call, arnOf('cluster', call, cluster.id)),
    )
  }
  recordEvent(call, {
    sourceType: 'db-cluster-snapshot',
    source: id,
    id: type === 'manual' ? 'RDS-EVENT-0074' : 'RDS-EVENT-0168',
  })
  if (writer) {
    if (writer.status === 'available') updateInstance(call.db, writer, { status: 'backing-up' })
    call.ports.databases?.changed(call.db, writer)
  }
  return snapshot
}

/** @throws DBClusterSnapshotNotFoundFault */
export function requireClusterSnapshot(
  call: Pick<Call, 'db' | 'account' | 'region'>,
  nameOrArn: string,
): ClusterSnapshot {
  const id = nameIn('cluster-snapshot', nameOrArn)
  const snapshot = findClusterSnapshot(call.db, call, id)
  if (!snapshot) throw clusterSnapshotNotFound(id)
  return snapshot
}

/** One of the account's own, of another region by its ARN, or one that another account shares. @throws DBClusterSnapshotNotFoundFault */
export function requireUsableClusterSnapshot(
  call: Pick<Call, 'db' | 'account' | 'region'>,
  nameOrArn: string,
): ClusterSnapshot {
  const arn = parseArn(nameOrArn)
  if (!arn) return requireClusterSnapshot(call, nameOrArn)
  const snapshot = findClusterSnapshot(call.db, arn, arn.name.toLowerCase())
  if (!snapshot || !isUsableBy(snapshot, call.account)) throw clusterSnapshotNotFound(nameOrArn)
  return snapshot
}
