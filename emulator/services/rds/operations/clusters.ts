import type {
  CreateDBClusterMessage,
  CreateDBClusterResult,
  DBClusterMessage,
  DeleteDBClusterMessage,
  DeleteDBClusterResult,
  DescribeDBClustersMessage,
  ModifyDBClusterMessage,
  ModifyDBClusterResult,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, nameIn } from '../arns.ts'
import { describeCluster } from '../clusters/describe.ts'
import { isMultiAzCluster, removeMembers, withMembers } from '../clusters/multi-az.ts'
import { deleteEndpoints } from '../clusters/endpoints.ts'
import {
  clusterExists,
  clusterHasInstances,
  clusterProtected,
  wrongClusterState,
} from '../clusters/errors.ts'
import { membersOf, requireCluster } from '../clusters/members.ts'
import { giveClusterPassword, keepClusterPassword, passwordHolder } from '../clusters/passwords.ts'
import { removeAutomatedClusterSnapshots, retainClusterBackups } from '../clusters/automated.ts'
import { cancelClusterTimers, scheduleClusterBackup } from '../clusters/timers.ts'
import { addCluster } from '../clusters/new-cluster.ts'
import { replicationSource, sourceArn } from '../clusters/replicas.ts'
import { addClusterSnapshot } from '../clusters/snapshots.ts'
import type { EngineVersion } from '../engine-versions.ts'
import { invalidParameterCombination } from '../errors.ts'
import { recordEvent } from '../events/record-event.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { mustBeProvided } from '../groups/errors.ts'
import { requireParameterGroup } from '../groups/parameter-groups.ts'
import { isAurora, isPostgres, requireKnownEngine, runnableVersion } from '../instances/engines.ts'
import { noEngine } from '../instances/errors.ts'
import { checkPassword, checkRetention, checkWindows, newIdentifier } from '../instances/limits.ts'
import {
  changePassword,
  changing,
  checkManagedPassword,
  forgetSecret,
  generatedPassword,
} from '../instances/managed-password.ts'
import { securityGroups } from '../instances/new-instance.ts'
import { untilSettled } from '../instances/settled.ts'
import { page } from '../pages.ts'
import { on, requestContext } from '../permissions.ts'
import {
  deleteCluster,
  findCluster,
  listClusters,
  updateCluster,
  type Cluster,
} from '../rows/clusters.ts'
import { findInstance, listInstances, updateInstance, type Instance } from '../rows/instances.ts'
import { deleteTags, moveTags } from '../rows/tags.ts'
import { findSubnetGroup } from '../rows/subnet-groups.ts'
import { checkMasterUsername, databaseName } from './create-instance.ts'

export const CreateDBCluster = operation<CreateDBClusterMessage, CreateDBClusterResult>({
  authorize: (input, call) => [
    on(call, 'cluster', (input.DBClusterIdentifier ?? '').toLowerCase(), {
      tags: input.Tags,
      context: {
        ...(input.Engine && { 'rds:DatabaseEngine': input.Engine }),
        ...(input.DatabaseName && { 'rds:DatabaseName': input.DatabaseName }),
        ...requestContext({ ManageMasterUserPassword: input.ManageMasterUserPassword }),
        ...(input.StorageEncrypted !== undefined && {
          'rds:StorageEncrypted': String(input.StorageEncrypted),
        }),
      },
    }),
    ...(input.DBClusterParameterGroupName
      ? [on(call, 'cluster-pg', nameIn('cluster-pg', input.DBClusterParameterGroupName))]
      : []),
    ...(input.DBSubnetGroupName
      ? [on(call, 'subgrp', nameIn('subgrp', input.DBSubnetGroupName))]
      : []),
  ],
  run(input, call) {
    const engine = (input.Engine ?? '').toLowerCase()
    requireKnownEngine(engine)
    if (!isAurora(engine) && !isPostgres(engine)) {
      throw noEngine(
        `a Multi-AZ DB cluster of ${engine}`,
        'Clusters of postgres and aurora-postgresql, and Multi-AZ DB instances, run for real.',
      )
    }
    const version = runnableVersion(engine, input.EngineVersion)
    if (input.ReplicationSourceIdentifier) {
      return { DBCluster: describeCluster(call, addReplica(call, input, version)) }
    }
    if (!input.MasterUsername) throw mustBeProvided('MasterUsername')
    checkMasterUsername(call, input.MasterUsername)
    if (input.DatabaseName !== undefined) databaseName(input.DatabaseName)
    checkManagedPassword(input)
    if (!input.ManageMasterUserPassword) checkPassword(input.MasterUserPassword)
    const newPassword = input.MasterUserPassword ?? generatedPassword(call)
    const cluster = withMembers(call, addCluster(call, input, version, { newPassword }))
    if (!input.ManageMasterUserPassword) return { DBCluster: describeCluster(call, cluster) }
    const key = input.MasterUserSecretKmsKeyId
    const managed = describeCluster(call, keepClusterPassword(call, cluster, newPassword, key))
    return { DBCluster: { ...managed, ...changing(managed.MasterUserSecret, 'creating') } }
  },
})

/** Its instances follow an RDS for PostgreSQL instance, or the instance that writes in another cluster, until it is promoted. */
function addReplica(call: Call, input: CreateDBClusterMessage, version: EngineVersion): Cluster {
  if (input.MasterUsername !== undefined || input.MasterUserPassword !== undefined) {
    throw invalidParameterCombination(
      'MasterUsername and MasterUserPassword cannot be specified for a read replica cluster.',
    )
  }
  const source = replicationSource(call, input.ReplicationSourceIdentifier!)
  const { account, region, resourceId, configuration } = source
  if (!isPostgres(source.engine) || source.engineVersion.split('.')[0] !== version.major.major) {
    throw invalidParameterCombination(
      `The DB cluster can't be a replica of ${sourceArn(source)}, which is ${source.engine} ${source.engineVersion}.`,
    )
  }
  const { MasterUsername, StorageEncrypted } = configuration
  const inherited = {
    ...(MasterUsername && { MasterUsername }),
    ...(StorageEncrypted && { StorageEncrypted }),
  }
  const hidden = { follows: { account, region, resourceId } }
  const cluster = addCluster(call, input, version, hidden, inherited)
  return updateCluster(call.db, cluster, {
    configuration: { ...cluster.configuration, ReplicationSourceIdentifier: sourceArn(source) },
  })
}

export const DescribeDBClusters = operation<DescribeDBClustersMessage, DBClusterMessage>({
  authorize: ({ DBClusterIdentifier }, call) => [
    on(call, 'cluster', DBClusterIdentifier ? nameIn('cluster', DBClusterIdentifier) : '*'),
  ],
  async prepare({ DBClusterIdentifier }, call) {
    const id = DBClusterIdentifier && nameIn('cluster', DBClusterIdentifier)
    const members = listInstances(call.db, call).filter(
      ({ clusterId }) => clusterId !== null && (!id || clusterId === id),
    )
    await untilSettled(call, members, 'look')
    return undefined
  },
  run({ DBClusterIdentifier, Filters, ...request }, call) {
    const candidates = DBClusterIdentifier
      ? [requireCluster(call, DBClusterIdentifier)]
      : listClusters(call.db, call)
    const found = filtered(candidates, Filters, filters)
    const { records, Marker } = page(request, found, ({ id }) => id)
    return {
      DBClusters: records.map((one) => describeCluster(call, one)),
      ...(Marker && { Marker }),
    }
  },
})

const filters: Record<string, FilterDefinition<Cluster>> = {
  'db-cluster-id': {
    values: 'DB Cluster Identifiers',
    of: ({ id }) => id,
    read: (value) => nameIn('cluster', value),
  },
  'db-cluster-resource-id': {
    values: 'DB Cluster Resource Identifiers',
    of: ({ resourceId }) => resourceId,
  },
  engine: { values: 'Engine Names', of: ({ engine }) => engine },
}

/** For `prepare`: the instances of a cluster are done with what they are at. */
export async function settledCluster(call: Call, name: string | undefined): Promise<undefined> {
  const id = nameIn('cluster', name ?? '')
  await untilSettled(call, membersOf(call, id), 'change')
  return undefined
}

/** What clusters have to change takes effect at once here: of what could wait, none changes more than what is shown. */
export const ModifyDBCluster = operation<ModifyDBClusterMessage, ModifyDBClusterResult>({
  authorize: (input, call) => [
    on(call, 'cluster', nameIn('cluster', input.DBClusterIdentifier ?? ''), {
      context: requestContext({ ManageMasterUserPassword: input.ManageMasterUserPassword }),
    }),
    ...(input.DBClusterParameterGroupName
      ? [on(call, 'cluster-pg', nameIn('cluster-pg', input.DBClusterParameterGroupName))]
      : []),
  ],
  prepare: ({ DBClusterIdentifier }, call) => settledCluster(call, DBClusterIdentifier),
  run(input, call) {
    const cluster = requireCluster(call, input.DBClusterIdentifier!)
    if (cluster.status !== 'available') throw wrongClusterState(cluster.id)
    const { configuration } = cluster
    if (input.MasterUserPassword !== undefined) checkPassword(input.MasterUserPassword)
    if (input.BackupRetentionPeriod !== undefined) checkRetention(input.BackupRetentionPeriod, 1)
    const backup = input.PreferredBackupWindow ?? configuration.PreferredBackupWindow!
    const maintenance =
      input.PreferredMaintenanceWindow ?? configuration.PreferredMaintenanceWindow!
    checkWindows(backup, maintenance)
    const group = cluster.subnetGroup
      ? findSubnetGroup(call.db, call, cluster.subnetGroup)
      : undefined
    const changes = {
      BackupRetentionPeriod: input.BackupRetentionPeriod,
      PreferredBackupWindow: backup,
      PreferredMaintenanceWindow: maintenance.toLowerCase(),
      DeletionProtection: input.DeletionProtection,
      CopyTagsToSnapshot: input.CopyTagsToSnapshot,
      IAMDatabaseAuthenticationEnabled: input.EnableIAMDatabaseAuthentication,
      ServerlessV2ScalingConfiguration: input.ServerlessV2ScalingConfiguration,
      DatabaseInsightsMode: input.DatabaseInsightsMode,
      NetworkType: input.NetworkType,
      VpcSecurityGroups:
        input.VpcSecurityGroupIds &&
        securityGroups(call, input.VpcSecurityGroupIds, group?.vpcId ?? ''),
    }
    const set = Object.fromEntries(
      Object.entries(changes).filter(([, value]) => value !== undefined),
    )
    const { secret, password } = changePassword(call, passwordHolder(cluster), input)
    const { MasterUserSecret: _, ...rest } = configuration
    const changed = updateCluster(call.db, cluster, {
      configuration: { ...rest, ...set, ...(secret && { MasterUserSecret: secret }) },
      ...(input.DBClusterParameterGroupName && {
        parameterGroup: requireParameterGroup(call, 'cluster', input.DBClusterParameterGroupName)
          .name,
      }),
    })
    scheduleClusterBackup(call, changed)
    passOn(call, changed)
    const newPassword = input.MasterUserPassword ?? password
    const given =
      newPassword === undefined ? changed : giveClusterPassword(call, changed, newPassword)
    const answer = describeCluster(call, renamed(call, given, input))
    if (newPassword === undefined) return { DBCluster: answer }
    const isNew = cluster.configuration.MasterUserSecret === undefined
    return {
      DBCluster: {
        ...answer,
        ...changing(secret, isNew ? 'creating' : 'rotating'),
        PendingModifiedValues: { MasterUserPassword: '****' },
      },
    }
  },
})

/** What the cluster decides for its instances. */
function passOn(call: Call, cluster: Cluster): void {
  for (const member of membersOf(call, cluster.id)) {
    const {
      BackupRetentionPeriod = 1,
      IAMDatabaseAuthenticationEnabled,
      VpcSecurityGroups,
    } = cluster.configuration
    const changed = updateInstance(call.db, member, {
      configuration: {
        ...member.configuration,
        BackupRetentionPeriod,
        ...(IAMDatabaseAuthenticationEnabled !== undefined && { IAMDatabaseAuthenticationEnabled }),
        ...(VpcSecurityGroups && { VpcSecurityGroups }),
      },
    })
    call.ports.databases?.changed(call.db, changed)
  }
}

function renamed(call: Call, cluster: Cluster, input: ModifyDBClusterMessage): Cluster {
  if (input.NewDBClusterIdentifier === undefined) return cluster
  const id = newIdentifier('NewDBClusterIdentifier', input.NewDBClusterIdentifier)
  if (findCluster(call.db, call, id)) throw clusterExists()
  for (const member of membersOf(call, cluster.id)) {
    updateInstance(call.db, member, { clusterId: id })
  }
  moveTags(call, arnOf('cluster', call, cluster.id), arnOf('cluster', call, id))
  recordEvent(call, {
    sourceType: 'db-cluster',
    source: id,
    id: 'RDS-EVENT-0172',
    fill: { from: cluster.id, to: id },
  })
  return updateCluster(call.db, cluster, { id })
}

export const DeleteDBCluster = operation<DeleteDBClusterMessage, DeleteDBClusterResult>({
  authorize: ({ DBClusterIdentifier = '', FinalDBSnapshotIdentifier, SkipFinalSnapshot }, call) => [
    on(call, 'cluster', nameIn('cluster', DBClusterIdentifier)),
    ...(FinalDBSnapshotIdentifier && !SkipFinalSnapshot
      ? [
          on(call, 'cluster-snapshot', FinalDBSnapshotIdentifier.toLowerCase(), {
            action: 'rds:CreateDBClusterSnapshot',
          }),
        ]
      : []),
  ],
  prepare: ({ DBClusterIdentifier }, call) => settledCluster(call, DBClusterIdentifier),
  run(input, call) {
    const { SkipFinalSnapshot: skips = false, FinalDBSnapshotIdentifier: name } = input
    const { DeleteAutomatedBackups: deletes = true } = input
    const cluster = requireCluster(call, input.DBClusterIdentifier!)
    if (cluster.configuration.DeletionProtection) throw clusterProtected()
    const members = membersOf(call, cluster.id).filter(({ status }) => status !== 'deleting')
    if (members.length > 0 && !isMultiAzCluster(cluster)) throw clusterHasInstances()
    if (!skips && name === undefined) {
      throw invalidParameterCombination(
        'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.',
      )
    }
    if (skips && name !== undefined) {
      throw invalidParameterCombination(
        'FinalDBSnapshotIdentifier can not be specified when SkipFinalSnapshot is specified.',
      )
    }
    if (name !== undefined) addClusterSnapshot(call, cluster, 'FinalDBSnapshotIdentifier', name)
    if (isMultiAzCluster(cluster)) removeMembers(call, cluster, name)
    forgetSecret(call, cluster.configuration)
    cancelClusterTimers(call, cluster)
    if (deletes) removeAutomatedClusterSnapshots(call, cluster.resourceId)
    else retainClusterBackups(call, cluster)
    deleteEndpoints(call, cluster)
    deleteCluster(call.db, cluster)
    deleteTags(call, arnOf('cluster', call, cluster.id))
    recordEvent(call, { sourceType: 'db-cluster', source: cluster.id, id: 'RDS-EVENT-0171' })
    call.ports.databases?.clusterChanged(call.db, call, cluster.id)
    call.ports.databases?.collect(call.db)
    return { DBCluster: describeCluster(call, { ...cluster, status: 'deleting' }) }
  },
})

/** The instance that writes; undefined for a cluster that has none. */
export const writerOf = (call: Call, { private: hidden }: Cluster): Instance | undefined =>
  hidden.writer === undefined ? undefined : findInstance(call.db, call, hidden.writer)
