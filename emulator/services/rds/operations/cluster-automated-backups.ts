import type {
  DBClusterAutomatedBackup,
  DBClusterAutomatedBackupMessage,
  DeleteDBClusterAutomatedBackupMessage,
  DeleteDBClusterAutomatedBackupResult,
  DescribeDBClusterAutomatedBackupsMessage,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, autoBackupName, nameIn } from '../arns.ts'
import {
  clusterBackupOf,
  deleteClusterBackups,
  retainedClusterBackups,
  shownOf,
  type ClusterBackup,
} from '../clusters/automated.ts'
import { clusterBackupInUse, clusterBackupNotFound } from '../clusters/errors.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import { backupsOf } from '../rows/base-backups.ts'
import { listClusters } from '../rows/clusters.ts'
import { findInstance } from '../rows/instances.ts'
import { deleteTags, tagsOf } from '../rows/tags.ts'

const arnOfBackup = (call: Call, { resourceId }: ClusterBackup) =>
  arnOf('cluster-auto-backup', call, autoBackupName(resourceId))

/** Those of clusters that are there, and what was kept of those that are gone. */
const allBackups = (call: Call): ClusterBackup[] => [
  ...listClusters(call.db, call)
    .filter(({ configuration }) => (configuration.BackupRetentionPeriod ?? 1) > 0)
    .map((cluster) => clusterBackupOf(cluster, Math.trunc(call.now / 1000) * 1000)),
  ...retainedClusterBackups(call),
]

export const DescribeDBClusterAutomatedBackups = operation<
  DescribeDBClusterAutomatedBackupsMessage,
  DBClusterAutomatedBackupMessage
>({
  authorize: ({ DBClusterIdentifier }, call) => [
    DBClusterIdentifier
      ? on(call, 'cluster', nameIn('cluster', DBClusterIdentifier))
      : on(call, 'cluster-auto-backup', '*'),
  ],
  run({ DbClusterResourceId, DBClusterIdentifier, Filters, ...request }, call) {
    const chosen = allBackups(call).filter(
      (one) =>
        (DbClusterResourceId === undefined || one.resourceId === DbClusterResourceId) &&
        (DBClusterIdentifier === undefined ||
          one.clusterId === nameIn('cluster', DBClusterIdentifier)),
    )
    if (DbClusterResourceId !== undefined && chosen.length === 0) {
      throw clusterBackupNotFound(DbClusterResourceId)
    }
    const found = filtered(chosen, Filters, filters)
    const { records, Marker } = page(request, found, ({ resourceId }) => resourceId)
    return {
      DBClusterAutomatedBackups: records.map((one) => describe(call, one)),
      ...(Marker && { Marker }),
    }
  },
})

const filters: Record<string, FilterDefinition<ClusterBackup>> = {
  status: { values: 'Statuses', of: ({ status }) => status },
  'db-cluster-id': {
    values: 'DB Cluster Identifiers',
    of: ({ clusterId }) => clusterId,
    read: (value) => nameIn('cluster', value),
  },
  'db-cluster-resource-id': {
    values: 'DB Cluster Resource Identifiers',
    of: ({ resourceId }) => resourceId,
  },
}

function describe(call: Call, backup: ClusterBackup): DBClusterAutomatedBackup {
  const arn = arnOfBackup(call, backup)
  const { clusterId, status, latest } = backup
  const tags = tagsOf(call, arn)
  return {
    ...shownOf(backup),
    DBClusterIdentifier: clusterId,
    DBClusterArn: arnOf('cluster', call, clusterId),
    DbClusterResourceId: backup.resourceId,
    DBClusterAutomatedBackupsArn: arn,
    Engine: backup.engine,
    EngineVersion: backup.engineVersion,
    ClusterCreateTime: new Date(backup.createdAt),
    Region: call.region,
    Status: status,
    RestoreWindow: {
      EarliestTime: new Date(earliestOf(call, backup)),
      LatestTime: new Date(latest),
    },
    TagList: tags,
  }
}

/** Of a cluster that is gone, only its last data are kept. */
function earliestOf(call: Call, { status, clusterId, latest, createdAt }: ClusterBackup): number {
  if (status === 'retained') return latest
  const writer = listClusters(call.db, call).find(({ id }) => id === clusterId)?.private.writer
  const instance = writer === undefined ? undefined : findInstance(call.db, call, writer)
  const [first] = instance ? backupsOf(call.db, call, instance.resourceId) : []
  return first?.completedAt ?? createdAt
}

export const DeleteDBClusterAutomatedBackup = operation<
  DeleteDBClusterAutomatedBackupMessage,
  DeleteDBClusterAutomatedBackupResult
>({
  authorize: ({ DbClusterResourceId = '' }, call) => [
    on(call, 'cluster-auto-backup', autoBackupName(DbClusterResourceId)),
  ],
  run({ DbClusterResourceId }, call) {
    const id = DbClusterResourceId ?? ''
    const backup = allBackups(call).find(({ resourceId }) => resourceId === id)
    if (!backup) throw clusterBackupNotFound(id)
    if (backup.status === 'active') throw clusterBackupInUse()
    const answer = describe(call, backup)
    deleteClusterBackups(call, id)
    deleteTags(call, arnOfBackup(call, backup))
    return { DBClusterAutomatedBackup: { ...answer, Status: 'deleting' } }
  },
})
