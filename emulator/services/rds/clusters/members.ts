import type { CreateDBInstanceMessage } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { invalidParameterCombination } from '../errors.ts'
import { mustBeProvided } from '../groups/errors.ts'
import { runnableVersion } from '../instances/engines.ts'
import { addInstance } from '../instances/new-instance.ts'
import { findCluster, listClusters, updateCluster, type Cluster } from '../rows/clusters.ts'
import {
  findInstance,
  findInstanceByResource,
  listInstances,
  updateInstance,
  type Instance,
  type Origin,
} from '../rows/instances.ts'
import { clusterNotFound, clusterUnreachable } from './errors.ts'

/** @param nameOrArn in any case @throws DBClusterNotFoundFault */
export function requireCluster(
  call: Pick<Call, 'db' | 'account' | 'region'>,
  nameOrArn: string,
): Cluster {
  const id = nameIn('cluster', nameOrArn)
  const cluster = findCluster(call.db, call, id)
  if (!cluster) throw clusterNotFound(id)
  return cluster
}

/** @throws DBClusterNotFoundFault in the words of what is done with an instance of it */
export function requireReachableCluster(
  call: Pick<Call, 'db' | 'account' | 'region'>,
  nameOrArn: string,
): Cluster {
  const id = nameIn('cluster', nameOrArn)
  const cluster = findCluster(call.db, call, id)
  if (!cluster) throw clusterUnreachable(id)
  return cluster
}

/** The instances of a cluster. */
export const membersOf = (
  call: Pick<Call, 'db' | 'account' | 'region'>,
  clusterId: string,
): Instance[] => listInstances(call.db, call).filter((one) => one.clusterId === clusterId)

/** All instances of a cluster stop or start with it. */
export function changeMembers(
  call: Pick<Call, 'db' | 'account' | 'region' | 'ports'>,
  cluster: Cluster,
  status: 'stopping' | 'starting',
): void {
  for (const member of membersOf(call, cluster.id)) {
    call.ports.databases?.changed(call.db, updateInstance(call.db, member, { status }))
  }
  call.ports.databases?.clusterChanged(call.db, call, cluster.id)
}

/** What belongs to the cluster and not to its instances. */
const ofTheCluster = [
  'MasterUsername',
  'MasterUserPassword',
  'DBName',
  'BackupRetentionPeriod',
  'PreferredBackupWindow',
  'StorageEncrypted',
  'KmsKeyId',
  'Port',
] as const

/**
 * Adds an instance to a cluster: the first one writes, those that come later read.
 *
 * @throws the refusals of what it is asked to be
 */
export function addClusterMember(call: Call, input: CreateDBInstanceMessage): Instance {
  if (input.DBClusterIdentifier === undefined) throw mustBeProvided('DBClusterIdentifier')
  const cluster = requireReachableCluster(call, input.DBClusterIdentifier)
  if (cluster.engine !== input.Engine!.toLowerCase()) {
    throw invalidParameterCombination(
      `The engine name requested for your DB instance (${input.Engine}) doesn't match the engine name of your DB cluster (${cluster.engine}).`,
    )
  }
  for (const name of ofTheCluster) {
    if (input[name] !== undefined && name !== 'Port' && name !== 'PreferredBackupWindow') {
      throw invalidParameterCombination(
        `The requested DB Instance will be a member of a DB Cluster. Set ${memberNames[name] ?? name} for the DB Cluster.`,
      )
    }
  }
  const { configuration, private: hidden } = cluster
  const writer =
    hidden.writer === undefined ? undefined : findInstance(call.db, call, hidden.writer)
  const instance = addInstance(
    call,
    {
      ...input,
      DBSubnetGroupName: cluster.subnetGroup ?? 'default',
      VpcSecurityGroupIds: configuration.VpcSecurityGroups?.map((one) => one.VpcSecurityGroupId!),
      Port: configuration.Port ?? 5432,
      BackupRetentionPeriod: configuration.BackupRetentionPeriod ?? 1,
      StorageEncrypted: configuration.StorageEncrypted ?? true,
      ...(configuration.KmsKeyId && { KmsKeyId: configuration.KmsKeyId }),
      PubliclyAccessible: input.PubliclyAccessible ?? cluster.subnetGroup === 'default',
      EnableIAMDatabaseAuthentication: configuration.IAMDatabaseAuthenticationEnabled ?? false,
    },
    {
      version: runnableVersion(cluster.engine, cluster.engineVersion),
      clusterId: cluster.id,
      inherited: {
        MasterUsername: configuration.MasterUsername,
        ...(configuration.DatabaseName && { DBName: configuration.DatabaseName }),
      },
      hidden: {
        origin: originOf(cluster, writer, followedBy(call, cluster)),
        ...(!writer && hidden.newPassword !== undefined && { newPassword: hidden.newPassword }),
      },
    },
  )
  if (!writer) {
    updateCluster(call.db, cluster, { private: { ...hidden, writer: instance.id } })
    call.ports.databases?.clusterChanged(call.db, call, cluster.id)
  }
  return instance
}

const memberNames: Readonly<Partial<Record<(typeof ofTheCluster)[number], string>>> = {
  MasterUsername: 'master user name',
  MasterUserPassword: 'master user password',
  DBName: 'database name',
  BackupRetentionPeriod: 'backup retention period',
}

/** What the writer of a cluster follows, where the cluster is a replica: an instance, or another cluster's writer. */
export function followedBy(
  { db }: Pick<Call, 'db'>,
  { private: { follows } }: Pick<Cluster, 'private'>,
): Instance | undefined {
  if (!follows) return undefined
  const source = listClusters(db, follows).find((one) => one.resourceId === follows.resourceId)
  if (!source) return findInstanceByResource(db, follows, follows.resourceId)
  const { writer } = source.private
  return writer === undefined ? undefined : findInstance(db, source, writer)
}

function originOf(
  { configuration, private: hidden }: Cluster,
  writer: Instance | undefined,
  followed: Instance | undefined,
): Origin {
  if (writer) {
    const { account, region, resourceId } = writer
    return { kind: 'replica', source: { account, region, resourceId } }
  }
  if (followed) {
    const { account, region, resourceId } = followed
    return { kind: 'replica', source: { account, region, resourceId } }
  }
  const { backup, moment } = hidden
  if (backup && moment) return { kind: 'moment', backup, ...moment }
  if (backup) return { kind: 'backup', backup }
  const { DatabaseName } = configuration
  return { kind: 'new', ...(DatabaseName !== undefined && { databaseName: DatabaseName }) }
}
