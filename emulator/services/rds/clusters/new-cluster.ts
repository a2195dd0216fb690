import type { CreateDBClusterMessage, DBCluster } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { arnOf, autoBackupName } from '../arns.ts'
import type { EngineVersion } from '../engine-versions.ts'
import { invalidParameterValue } from '../errors.ts'
import { recordEvent } from '../events/record-event.ts'
import { requireParameterGroup, useDefaultParameterGroup } from '../groups/parameter-groups.ts'
import { defaultSubnetGroup, requireSubnetGroup } from '../groups/subnet-groups.ts'
import {
  checkPort,
  checkRetention,
  checkWindows,
  chosenWindows,
  newIdentifier,
} from '../instances/limits.ts'
import { keyArn } from '../instances/encryption.ts'
import { isAurora, portOf } from '../instances/engines.ts'
import { newResourceId, securityGroups } from '../instances/new-instance.ts'
import {
  findCluster,
  insertCluster,
  listClusters,
  type Cluster,
  type ClusterPrivate,
} from '../rows/clusters.ts'
import { putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'
import { clusterExists, clusterQuotaExceeded } from './errors.ts'
import { ofMultiAz } from './multi-az.ts'
import { scheduleClusterBackup } from './timers.ts'

const mostClusters = 40

/** What every way to a new cluster is asked for. */
export type ClusterWish = Partial<Omit<CreateDBClusterMessage, 'Engine' | 'EngineVersion'>>

/** What is shown as it was asked for, and has no effect here. */
const recordedOf = (wish: ClusterWish): Partial<DBCluster> => ({
  ...(wish.PubliclyAccessible !== undefined && { PubliclyAccessible: wish.PubliclyAccessible }),
  ...(wish.MonitoringInterval !== undefined && { MonitoringInterval: wish.MonitoringInterval }),
  ...(wish.MonitoringRoleArn !== undefined && { MonitoringRoleArn: wish.MonitoringRoleArn }),
  ...(wish.EnablePerformanceInsights && {
    PerformanceInsightsEnabled: true,
    PerformanceInsightsRetentionPeriod: wish.PerformanceInsightsRetentionPeriod ?? 7,
    ...(wish.PerformanceInsightsKMSKeyId && {
      PerformanceInsightsKMSKeyId: wish.PerformanceInsightsKMSKeyId,
    }),
  }),
})

/** Backtracking is Aurora MySQL's. @throws InvalidParameterValue */
function checkBacktrack(window: number | undefined, engine: string): void {
  if (window === undefined || window === 0) return
  if (window < 0 || window > mostBacktrack) {
    throw invalidParameterValue(
      `The specified value (${window}) is not a valid Backtrack Window. Allowed values are within the range of 0 to ${mostBacktrack}`,
    )
  }
  throw invalidParameterValue(`Backtrack is not enabled for the ${engine} engine.`)
}

/** 72 hours, in seconds. */
const mostBacktrack = 259_200

/**
 * Adds a cluster. It has no data until its first instance is added.
 *
 * @throws the refusals of what it is asked to be
 */
export function addCluster(
  call: Call,
  wish: ClusterWish,
  version: EngineVersion,
  hidden: ClusterPrivate,
  inherited: Partial<DBCluster> = {},
): Cluster {
  const id = newIdentifier('DBClusterIdentifier', wish.DBClusterIdentifier)
  checkTags(wish.Tags)
  if (findCluster(call.db, call, id)) throw clusterExists()
  if (listClusters(call.db, call).length >= mostClusters) throw clusterQuotaExceeded()
  checkBacktrack(wish.BacktrackWindow, version.engine.engine)
  const retention = wish.BackupRetentionPeriod ?? inherited.BackupRetentionPeriod ?? 1
  checkRetention(retention, 1)
  const port = wish.Port ?? portOf(version.engine.engine)
  checkPort(port)
  const windows = chosenWindows(call.ids.random())
  const backup = wish.PreferredBackupWindow ?? windows.backup
  const maintenance = wish.PreferredMaintenanceWindow ?? windows.maintenance
  if (wish.PreferredBackupWindow ?? wish.PreferredMaintenanceWindow) {
    checkWindows(backup, maintenance)
  }
  const group =
    wish.DBSubnetGroupName && wish.DBSubnetGroupName !== 'default'
      ? requireSubnetGroup(call, wish.DBSubnetGroupName)
      : defaultSubnetGroup(call)
  const { family } = version.major
  const own = call.ports.networks?.defaultSecurityGroup(call, group.vpcId)
  const groups = wish.VpcSecurityGroupIds ?? (own === undefined ? [] : [own])
  const encrypted = wish.StorageEncrypted ?? inherited.StorageEncrypted ?? false
  const zones = [...new Set(group.subnets.map(({ zone }) => zone))]
  const cluster: Cluster = {
    account: call.account,
    region: call.region,
    id,
    resourceId: newResourceId(call, 'cluster'),
    engine: version.engine.engine,
    engineVersion: version.version,
    status: 'available',
    createdAt: call.now,
    parameterGroup: wish.DBClusterParameterGroupName
      ? requireParameterGroup(call, 'cluster', wish.DBClusterParameterGroupName).name
      : useDefaultParameterGroup(call, 'cluster', family),
    subnetGroup: group.name,
    globalCluster: wish.GlobalClusterIdentifier
      ? arnOf('global-cluster', call, wish.GlobalClusterIdentifier.toLowerCase())
      : null,
    pending: {},
    private: hidden,
    configuration: {
      AllocatedStorage: 1,
      AvailabilityZones: wish.AvailabilityZones ? [...wish.AvailabilityZones] : zones.slice(0, 3),
      BackupRetentionPeriod: retention,
      ...((wish.DatabaseName ?? inherited.DatabaseName) !== undefined && {
        DatabaseName: wish.DatabaseName ?? inherited.DatabaseName,
      }),
      MasterUsername: wish.MasterUsername ?? inherited.MasterUsername ?? 'postgres',
      PreferredBackupWindow: backup,
      PreferredMaintenanceWindow: maintenance.toLowerCase(),
      ReadReplicaIdentifiers: [],
      Port: port,
      VpcSecurityGroups: securityGroups(call, groups, group.vpcId),
      StorageEncrypted: encrypted,
      ...(encrypted && {
        KmsKeyId: keyArn(call, wish.KmsKeyId),
      }),
      AssociatedRoles: [],
      IAMDatabaseAuthenticationEnabled: wish.EnableIAMDatabaseAuthentication ?? false,
      EngineMode: 'provisioned',
      DeletionProtection: wish.DeletionProtection ?? false,
      HttpEndpointEnabled: false,
      ActivityStreamStatus: 'stopped',
      CopyTagsToSnapshot: wish.CopyTagsToSnapshot ?? false,
      CrossAccountClone: false,
      DomainMemberships: [],
      AutoMinorVersionUpgrade: true,
      NetworkType: wish.NetworkType ?? 'IPV4',
      DatabaseInsightsMode: wish.DatabaseInsightsMode ?? 'standard',
      StorageType: wish.StorageType === 'aurora-iopt1' ? 'aurora-iopt1' : 'aurora',
      ...(!isAurora(version.engine.engine) && ofMultiAz(call, wish, inherited)),
      EngineLifecycleSupport: wish.EngineLifecycleSupport ?? 'open-source-rds-extended-support',
      ...(wish.ServerlessV2ScalingConfiguration && {
        ServerlessV2ScalingConfiguration: { ...wish.ServerlessV2ScalingConfiguration },
      }),
      ...(wish.EnableCloudwatchLogsExports && {
        EnabledCloudwatchLogsExports: [...wish.EnableCloudwatchLogsExports],
      }),
      ...recordedOf(wish),
    },
  }
  insertCluster(call.db, cluster)
  putTags(call, arnOf('cluster', call, id), wish.Tags)
  const backups = wish.TagSpecifications?.find((one) => one.ResourceType === 'cluster-auto-backup')
  checkTags(backups?.Tags)
  const backupName = autoBackupName(cluster.resourceId)
  putTags(call, arnOf('cluster-auto-backup', call, backupName), backups?.Tags)
  scheduleClusterBackup(call, cluster)
  recordEvent(call, { sourceType: 'db-cluster', source: id, id: 'RDS-EVENT-0170' })
  call.ports.databases?.clusterChanged(call.db, call, id)
  return cluster
}
