import type {
  PromoteReadReplicaDBClusterMessage,
  PromoteReadReplicaDBClusterResult,
} from '@aws-sdk/client-rds'
import { operation } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { describeCluster } from '../clusters/describe.ts'
import { invalidClusterState, wrongClusterState } from '../clusters/errors.ts'
import { requireCluster } from '../clusters/members.ts'
import { promoteCluster } from '../clusters/replicas.ts'
import { on } from '../permissions.ts'
import { settledCluster } from './clusters.ts'

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PromoteReadReplicaDBCluster.html */
export const PromoteReadReplicaDBCluster = operation<
  PromoteReadReplicaDBClusterMessage,
  PromoteReadReplicaDBClusterResult
>({
  authorize: ({ DBClusterIdentifier = '' }, call) => [
    on(call, 'cluster', nameIn('cluster', DBClusterIdentifier)),
  ],
  prepare: ({ DBClusterIdentifier }, call) => settledCluster(call, DBClusterIdentifier),
  run({ DBClusterIdentifier }, call) {
    const cluster = requireCluster(call, DBClusterIdentifier!)
    if (!cluster.private.follows) {
      throw invalidClusterState(`DB cluster ${cluster.id} is not a read replica.`)
    }
    if (cluster.status !== 'available') throw wrongClusterState(cluster.id)
    return { DBCluster: describeCluster(call, promoteCluster(call, cluster)) }
  },
})
