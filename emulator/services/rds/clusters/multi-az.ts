import type { CreateDBClusterMessage, DBCluster } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { invalidParameterCombination } from '../errors.ts'
import { isAurora } from '../instances/engines.ts'
import { cancelTimers } from '../instances/timers.ts'
import type { Cluster } from '../rows/clusters.ts'
import { updateInstance } from '../rows/instances.ts'
import { addClusterMember, membersOf, requireCluster } from './members.ts'

// Multi-AZ DB clusters of RDS: an instance that writes and two that read, which come and go with their cluster.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/multi-az-db-clusters-concepts.html

export const isMultiAzCluster = ({ engine }: Pick<Cluster, 'engine'>): boolean => !isAurora(engine)

const members = 3
const smallestStorage = 100
const usualClass = 'db.m5d.large'

type Wish = Partial<
  Pick<
    CreateDBClusterMessage,
    'AllocatedStorage' | 'DBClusterInstanceClass' | 'Iops' | 'PubliclyAccessible' | 'StorageType'
  >
>

/**
 * What such a cluster shows besides what Aurora's do. Class and storage are to be said; without `strict` they have usual values.
 *
 * @throws InvalidParameterCombination
 */
export function ofMultiAz(
  call: Call,
  given: Wish,
  inherited: Partial<DBCluster>,
): Partial<DBCluster> {
  const wish = {
    ...given,
    DBClusterInstanceClass: given.DBClusterInstanceClass ?? inherited.DBClusterInstanceClass,
    AllocatedStorage: given.AllocatedStorage ?? inherited.AllocatedStorage,
    StorageType: given.StorageType ?? inherited.StorageType,
    Iops: given.Iops ?? inherited.Iops,
  }
  const isStrict = call.ports.databases?.strict ?? false
  for (const name of ['DBClusterInstanceClass', 'AllocatedStorage'] as const) {
    if (isStrict && wish[name] === undefined) {
      throw invalidParameterCombination(
        `The parameter ${name} must be provided to create a Multi-AZ DB cluster.`,
      )
    }
  }
  const StorageType = wish.StorageType ?? 'io1'
  const Iops = wish.Iops ?? (StorageType === 'io1' ? 1000 : undefined)
  return {
    DBClusterInstanceClass: wish.DBClusterInstanceClass ?? usualClass,
    AllocatedStorage: wish.AllocatedStorage ?? smallestStorage,
    StorageType,
    ...(Iops !== undefined && { Iops }),
    ...(wish.PubliclyAccessible !== undefined && { PubliclyAccessible: wish.PubliclyAccessible }),
  }
}

/** The instances of a new cluster come with it. @returns the cluster as it is now */
export function withMembers(call: Call, cluster: Cluster): Cluster {
  if (!isMultiAzCluster(cluster)) return cluster
  const { DBClusterInstanceClass, AllocatedStorage, StorageType, Iops, PubliclyAccessible } =
    cluster.configuration
  // Sizes that RDS refuses are shown as they were asked for, and are no less than the least, unless the emulator is strict.
  const least = call.ports.databases?.strict ? 0 : smallestStorage
  for (let number = 1; number <= members; number++) {
    addClusterMember(call, {
      DBInstanceIdentifier: `${cluster.id.slice(0, 52)}-instance-${number}`,
      DBClusterIdentifier: cluster.id,
      DBInstanceClass: DBClusterInstanceClass,
      Engine: cluster.engine,
      AllocatedStorage: Math.max(AllocatedStorage ?? 0, least),
      StorageType,
      ...(StorageType === 'io1' && { Iops }),
      PubliclyAccessible,
    })
  }
  return requireCluster(call, cluster.id)
}

/** The instances go with their cluster. @param finalSnapshot the cluster's, which is taken before */
export function removeMembers(
  call: Call,
  cluster: Cluster,
  finalSnapshot: string | undefined,
): void {
  for (const member of membersOf(call, cluster.id)) {
    const isWriter = member.id === cluster.private.writer
    cancelTimers(call, member)
    const removed = updateInstance(call.db, member, {
      status: 'deleting',
      private: {
        ...member.private,
        task: { kind: 'delete', ...(isWriter && finalSnapshot !== undefined && { finalSnapshot }) },
      },
    })
    call.ports.databases?.changed(call.db, removed)
  }
}

/** All of them restart. */
export function rebootMembers(call: Call, cluster: Cluster): void {
  for (const member of membersOf(call, cluster.id)) {
    const rebooting = updateInstance(call.db, member, {
      status: 'rebooting',
      private: { ...member.private, task: { kind: 'reboot', failover: false } },
    })
    call.ports.databases?.changed(call.db, rebooting)
  }
}
