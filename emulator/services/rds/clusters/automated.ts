import type { DBClusterAutomatedBackup } from '@aws-sdk/client-rds'
import type { TimerCall } from '../../../clock/timers.ts'
import type { Database } from '../../../store/database.ts'
import { arnOf } from '../arns.ts'
import {
  deleteClusterSnapshot,
  findClusterSnapshot,
  listClusterSnapshots,
} from '../rows/cluster-snapshots.ts'
import type { Cluster } from '../rows/clusters.ts'
import { documentsOf } from '../rows/documents.ts'
import type { BackupPlace } from '../rows/instances.ts'
import { deleteTags } from '../rows/tags.ts'
import { dayAndTime } from '../snapshots/automated.ts'
import { hasData, takeClusterSnapshot } from './snapshots.ts'

// What RDS keeps of clusters by itself:
// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Managing.Backups.html

type Scope = Pick<TimerCall, 'db' | 'account' | 'region' | 'now' | 'ids' | 'ports' | 'timers'>

const day = 24 * 3600 * 1000

/** The daily snapshot of a cluster. */
export function addAutomatedClusterSnapshot(call: Scope, cluster: Cluster): void {
  const id = `rds:${cluster.id}-${dayAndTime(call.now)}`
  if (findClusterSnapshot(call.db, call, id) || !hasData(call, cluster)) return
  takeClusterSnapshot(call, cluster, id, 'automated')
}

/** @param before in virtual ms: those from before this moment */
export function removeAutomatedClusterSnapshots(
  call: Pick<Scope, 'db' | 'account' | 'region' | 'ports'>,
  resourceId: string,
  before = Infinity,
): void {
  const old = listClusterSnapshots(call.db, call).filter(
    (one) => one.type === 'automated' && one.resourceId === resourceId && one.createdAt < before,
  )
  for (const snapshot of old) {
    deleteClusterSnapshot(call.db, snapshot)
    deleteTags(call, arnOf('cluster-snapshot', call, snapshot.id))
  }
  if (old.length > 0) call.ports.databases?.collect(call.db)
}

/** Those that are older than the retention period go. */
export const expireClusterSnapshots = (call: Scope, cluster: Cluster): void =>
  removeAutomatedClusterSnapshots(
    call,
    cluster.resourceId,
    call.now - (cluster.configuration.BackupRetentionPeriod ?? 1) * day,
  )

/** The automated backups of a cluster, which may be gone. */
export interface ClusterBackup {
  readonly resourceId: string
  readonly clusterId: string
  readonly status: 'active' | 'retained'
  readonly engine: string
  readonly engineVersion: string
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  /** The last moment that can be restored. */
  readonly latest: number
  /** What is left of the data of a cluster that is gone. */
  readonly backup?: BackupPlace
  readonly configuration: Cluster['configuration']
}

const retained = documentsOf<ClusterBackup>('cluster-auto-backup')

export const retainedClusterBackups = (
  scope: Pick<Scope, 'db' | 'account' | 'region'>,
): ClusterBackup[] => retained.list(scope.db, scope)

export const clusterBackupOf = (cluster: Cluster, latest: number): ClusterBackup => ({
  resourceId: cluster.resourceId,
  clusterId: cluster.id,
  status: 'active',
  engine: cluster.engine,
  engineVersion: cluster.engineVersion,
  createdAt: cluster.createdAt,
  latest,
  configuration: cluster.configuration,
})

/** The backups of a cluster that goes stay for its retention period: its last data can be restored, and its automated snapshots. */
export function retainClusterBackups(call: Scope, cluster: Cluster): void {
  const { backup } = cluster.private
  if (!backup) return
  const { MasterUserSecret: _, ...configuration } = cluster.configuration
  const kept: ClusterBackup = {
    ...clusterBackupOf({ ...cluster, configuration }, call.now),
    status: 'retained',
    backup,
  }
  retained.put(call.db, call, cluster.resourceId, kept)
  const { BackupRetentionPeriod: days = 1 } = cluster.configuration
  const { resourceId } = cluster
  call.timers.schedule(call.now + days * day, 'endOfClusterRetention', { resourceId }, resourceId)
}

/** They go, with the snapshots that were made with them. */
export function deleteClusterBackups(call: Scope, resourceId: string): void {
  call.timers.cancel('endOfClusterRetention', resourceId)
  retained.delete(call.db, call, resourceId)
  removeAutomatedClusterSnapshots(call, resourceId)
  call.ports.databases?.collect(call.db)
}

/** Whether a copy is what is left of a cluster that is gone, of whatever account and region. */
export const isRetainedClusterData = (db: Database, backupId: string): boolean =>
  db.get(
    `select 1 from rds_documents where type = 'cluster-auto-backup' and json_extract(document, '$.backup.id') = ?`,
    backupId,
  ) !== undefined

/** What of a cluster's automated backups is shown as the cluster has it. */
export const shownOf = ({ configuration }: ClusterBackup): Partial<DBClusterAutomatedBackup> => ({
  MasterUsername: configuration.MasterUsername,
  LicenseModel: 'postgresql-license',
  IAMDatabaseAuthenticationEnabled: configuration.IAMDatabaseAuthenticationEnabled,
  StorageEncrypted: configuration.StorageEncrypted,
  AllocatedStorage: configuration.AllocatedStorage,
  BackupRetentionPeriod: configuration.BackupRetentionPeriod,
  PreferredBackupWindow: configuration.PreferredBackupWindow,
  EngineMode: configuration.EngineMode,
  AvailabilityZones: configuration.AvailabilityZones,
  Port: configuration.Port,
  KmsKeyId: configuration.KmsKeyId,
  StorageType: configuration.StorageType,
})
