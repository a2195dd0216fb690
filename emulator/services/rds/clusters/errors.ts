import { AwsError } from '../../../errors.ts'
import { invalidParameterCombination } from '../errors.ts'

// Of clusters and their snapshots.

export const clusterNotFound = (id: string) =>
  new AwsError('DBClusterNotFoundFault', `DBCluster ${id} not found.`, { status: 404 })

/** Of what names a cluster besides what is done with it: its new instance, a failover. */
export const clusterUnreachable = (id: string) =>
  new AwsError(
    'DBClusterNotFoundFault',
    `The source cluster could not be found or cannot be accessed: ${id}`,
    { status: 404 },
  )

/** @param members how many instances it has, in any state */
export const nothingToFailOverTo = (id: string, members: number) =>
  invalidClusterState(
    members < 2
      ? `Database cluster:${id} should have at least two database instances for failover`
      : `Database cluster:${id} should have at least two database instances in valid states or a valid target instance for failover.`,
  )

export const clusterExists = () =>
  new AwsError('DBClusterAlreadyExistsFault', 'DB Cluster already exists')

export const wrongClusterState = (id: string, state = 'available') =>
  new AwsError('InvalidDBClusterStateFault', `DbCluster ${id} is not in ${state} state.`)

export const invalidClusterState = (message: string) =>
  new AwsError('InvalidDBClusterStateFault', message)

export const clusterHasInstances = () =>
  new AwsError(
    'InvalidDBClusterStateFault',
    'Cluster cannot be deleted, it still contains DB instances in non-deleting state.',
  )

export const clusterQuotaExceeded = () =>
  new AwsError(
    'DBClusterQuotaExceededFault',
    'The request would result in the user exceeding the allowed number of DB clusters.',
    { status: 403 },
  )

export const clusterProtected = () =>
  invalidParameterCombination(
    'Cannot delete protected Cluster, please disable deletion protection and try again.',
  )

export const clusterSnapshotNotFound = (id: string) =>
  new AwsError('DBClusterSnapshotNotFoundFault', `DBClusterSnapshot ${id} not found.`, {
    status: 404,
  })

export const clusterSnapshotExists = (id: string) =>
  new AwsError(
    'DBClusterSnapshotAlreadyExistsFault',
    `Cannot create the cluster snapshot because one with the identifier ${id} already exists.`,
  )

export const wrongClusterSnapshotState = (id: string) =>
  new AwsError(
    'InvalidDBClusterSnapshotStateFault',
    `The DB cluster snapshot ${id} is not in the available state.`,
  )

export const automatedClusterSnapshotStays = (id: string) =>
  new AwsError(
    'InvalidDBClusterSnapshotStateFault',
    `Only manual snapshots may be deleted, and ${id} is not a manual snapshot.`,
  )

export const clusterBackupNotFound = (id: string) =>
  new AwsError(
    'DBClusterAutomatedBackupNotFoundFault',
    `DBClusterAutomatedBackup ${id} not found.`,
    {
      status: 404,
    },
  )

export const clusterBackupInUse = () =>
  new AwsError(
    'InvalidDBClusterAutomatedBackupStateFault',
    'The automated backup is in an invalid state. For example, this automated backup is associated with an active cluster.',
  )

export const endpointNotFound = (id: string) =>
  new AwsError('DBClusterEndpointNotFoundFault', `DBClusterEndpoint ${id} not found.`, {
    status: 400,
  })

export const endpointExists = () =>
  new AwsError('DBClusterEndpointAlreadyExistsFault', 'DB Cluster Endpoint already exists')

export const endpointQuotaExceeded = () =>
  new AwsError(
    'DBClusterEndpointQuotaExceededFault',
    'The cluster already has the maximum number of custom endpoints.',
    { status: 403 },
  )
