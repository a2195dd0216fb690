import type { DBCluster, DBClusterMember, DBClusterSnapshot } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { endpointName, hostedZone } from '../hosting/endpoint.ts'
import type { Cluster } from '../rows/clusters.ts'
import { customName, endpointsOf, shownAddress } from './endpoints.ts'
import type { ClusterSnapshot } from '../rows/cluster-snapshots.ts'
import { listInstances } from '../rows/instances.ts'
import { tagsOf } from '../rows/tags.ts'

type Scope = Pick<Call, 'db' | 'now'>

const day = 24 * 3600 * 1000

/** A cluster as RDS shows it. */
export function describeCluster({ db, now }: Scope, cluster: Cluster): DBCluster {
  const { account, region, id, configuration, private: hidden } = cluster
  const scope = { db, account, region }
  const members = listInstances(db, cluster).filter((one) => one.clusterId === id)
  // Endpoints are reported as those of instances are: by names, where they resolve.
  const shown = members.find((one) => one.configuration.Endpoint)?.configuration.Endpoint?.Address
  const isByName = shown !== '127.0.0.1'
  const writerName = endpointName(cluster, id, 'cluster-')
  const custom = endpointsOf(db, cluster, cluster.resourceId)
  const arn = arnOf('cluster', cluster, id)
  return {
    ...configuration,
    DBClusterIdentifier: id,
    DBClusterArn: arn,
    DbClusterResourceId: cluster.resourceId,
    Engine: cluster.engine,
    EngineVersion: cluster.engineVersion,
    Status: cluster.status,
    ClusterCreateTime: new Date(cluster.createdAt),
    DBClusterParameterGroup: cluster.parameterGroup,
    ...(cluster.subnetGroup !== null && { DBSubnetGroup: cluster.subnetGroup }),
    Endpoint: isByName ? writerName : shown,
    ReaderEndpoint: readerEndpoint(cluster, isByName),
    ...(custom.length > 0 && {
      CustomEndpoints: custom.map((one) =>
        shownAddress(cluster, customName(cluster, one.id), one.place, isByName),
      ),
    }),
    HostedZoneId: hostedZone(region),
    Port: hidden.port ?? configuration.Port ?? 5432,
    DBClusterMembers: members.map((one): DBClusterMember => ({
      DBInstanceIdentifier: one.id,
      IsClusterWriter: one.id === hidden.writer,
      DBClusterParameterGroupStatus: 'in-sync',
      PromotionTier: one.configuration.PromotionTier ?? 1,
    })),
    MultiAZ: members.length > 1,
    EarliestRestorableTime: new Date(
      Math.max(cluster.createdAt, now - (configuration.BackupRetentionPeriod ?? 1) * day),
    ),
    LatestRestorableTime: new Date(Math.trunc(now / 1000) * 1000),
    TagList: tagsOf(scope, arn),
  }
}

/** Where the cluster's instances that read are reached; by its name, that has the writer's port in AWS and another one here. */
export const readerEndpoint = (cluster: Cluster, isByName: boolean): string =>
  isByName
    ? endpointName(cluster, cluster.id, 'cluster-ro-')
    : (cluster.private.readerAddress ?? '127.0.0.1')

/** A cluster's snapshot as RDS shows it. */
export function describeClusterSnapshot(
  { db }: Pick<Call, 'db'>,
  snapshot: ClusterSnapshot,
): DBClusterSnapshot {
  const { account, region, id } = snapshot
  const arn = arnOf('cluster-snapshot', snapshot, id)
  const { ClusterCreateTime } = snapshot.configuration
  return {
    ...snapshot.configuration,
    ...(ClusterCreateTime && { ClusterCreateTime: new Date(ClusterCreateTime) }),
    DBClusterSnapshotIdentifier: id,
    DBClusterSnapshotArn: arn,
    DBClusterIdentifier: snapshot.clusterId,
    DbClusterResourceId: snapshot.resourceId,
    SnapshotType: snapshot.type,
    Engine: snapshot.engine,
    EngineVersion: snapshot.engineVersion,
    Status: snapshot.status,
    SnapshotCreateTime: new Date(snapshot.createdAt),
    TagList: tagsOf({ db, account, region }, arn),
  }
}
