import { defineService } from '../../operation.ts'
import { managedPasswords } from './clusters/passwords.ts'
import { clusterTimers } from './clusters/timers.ts'
import { instanceTimers } from './instances/timers.ts'
import * as account from './operations/account.ts'
import * as automatedBackups from './operations/automated-backups.ts'
import * as backupReplication from './operations/backup-replication.ts'
import * as blueGreenDeployments from './operations/blue-green-deployments.ts'
import * as activityStreams from './operations/activity-streams.ts'
import * as httpEndpoints from './operations/http-endpoints.ts'
import * as integrations from './operations/integrations.ts'
import * as shardGroups from './operations/shard-groups.ts'
import * as tenantDatabases from './operations/tenant-databases.ts'
import * as customEngineVersions from './operations/custom-engine-versions.ts'
import * as clusterCapacities from './operations/cluster-capacities.ts'
import * as restoresFromS3 from './operations/restores-from-s3.ts'
import * as certificates from './operations/certificates.ts'
import * as clusterAutomatedBackups from './operations/cluster-automated-backups.ts'
import * as clusterEndpoints from './operations/cluster-endpoints.ts'
import * as clusterSnapshotSharing from './operations/cluster-snapshot-sharing.ts'
import * as clusterParameterGroups from './operations/cluster-parameter-groups.ts'
import * as clusterSnapshots from './operations/cluster-snapshots.ts'
import * as clusterStates from './operations/cluster-states.ts'
import * as clusters from './operations/clusters.ts'
import * as associatedRoles from './operations/associated-roles.ts'
import * as createInstance from './operations/create-instance.ts'
import * as engineVersions from './operations/engine-versions.ts'
import * as eventSubscriptions from './operations/event-subscriptions.ts'
import * as events from './operations/events.ts'
import * as exportTasks from './operations/export-tasks.ts'
import * as globalClusters from './operations/global-clusters.ts'
import * as instanceStates from './operations/instance-states.ts'
import * as instances from './operations/instances.ts'
import * as logs from './operations/logs.ts'
import * as maintenanceActions from './operations/maintenance-actions.ts'
import * as majorVersions from './operations/major-versions.ts'
import * as modifyInstance from './operations/modify-instance.ts'
import * as optionGroups from './operations/option-groups.ts'
import * as orderableOptions from './operations/orderable-options.ts'
import * as parameterGroups from './operations/parameter-groups.ts'
import * as parameters from './operations/parameters.ts'
import * as proxies from './operations/proxies.ts'
import * as proxyEndpoints from './operations/proxy-endpoints.ts'
import * as proxyTargets from './operations/proxy-targets.ts'
import * as readReplicas from './operations/read-replicas.ts'
import * as replicaClusters from './operations/replica-clusters.ts'
import * as reservedInstances from './operations/reserved-instances.ts'
import * as restores from './operations/restores.ts'
import * as securityGroups from './operations/security-groups.ts'
import * as snapshotCopies from './operations/snapshot-copies.ts'
import * as snapshots from './operations/snapshots.ts'
import * as subnetGroups from './operations/subnet-groups.ts'
import * as tags from './operations/tags.ts'
import * as validModifications from './operations/valid-modifications.ts'
import { unmodelled } from './whole-log.ts'

export default defineService(
  'rds',
  {
    ...createInstance,
    ...associatedRoles,
    ...clusters,
    ...clusterStates,
    ...clusterSnapshots,
    ...clusterSnapshotSharing,
    ...blueGreenDeployments,
    ...backupReplication,
    ...activityStreams,
    ...httpEndpoints,
    ...integrations,
    ...shardGroups,
    ...tenantDatabases,
    ...customEngineVersions,
    ...clusterCapacities,
    ...restoresFromS3,
    ...replicaClusters,
    ...clusterEndpoints,
    ...clusterAutomatedBackups,
    ...snapshots,
    ...snapshotCopies,
    ...restores,
    ...readReplicas,
    ...logs,
    ...automatedBackups,
    ...modifyInstance,
    ...instanceStates,
    ...instances,
    ...engineVersions,
    ...orderableOptions,
    ...parameterGroups,
    ...clusterParameterGroups,
    ...parameters,
    ...optionGroups,
    ...subnetGroups,
    ...validModifications,
    ...tags,
    ...securityGroups,
    ...reservedInstances,
    ...majorVersions,
    ...maintenanceActions,
    ...events,
    ...eventSubscriptions,
    ...certificates,
    ...account,
    ...proxyTargets,
    ...proxyEndpoints,
    ...proxies,
    ...globalClusters,
    ...exportTasks,
  },
  { timers: { ...instanceTimers, ...clusterTimers }, offers: { managedPasswords }, unmodelled },
)
