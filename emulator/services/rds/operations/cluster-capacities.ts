import type {
  BacktrackDBClusterMessage,
  DBClusterBacktrack,
  DBClusterBacktrackMessage,
  DBClusterCapacityInfo,
  DescribeDBClusterBacktracksMessage,
  ModifyCurrentDBClusterCapacityMessage,
} from '@aws-sdk/client-rds'
import { AwsError } from '../../../errors.ts'
import { operation, type Call } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { invalidClusterState } from '../clusters/errors.ts'
import { requireCluster } from '../clusters/members.ts'
import { invalidParameterCombination } from '../errors.ts'
import { on } from '../permissions.ts'
import type { Cluster } from '../rows/clusters.ts'

// What only some clusters of AWS's can do, and Aurora PostgreSQL's cannot.

const onCluster = (
  { DBClusterIdentifier = '' }: { DBClusterIdentifier?: string | undefined },
  call: Call,
) => [on(call, 'cluster', nameIn('cluster', DBClusterIdentifier))]

/** Aurora MySQL only: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Backtrack.html */
const noBacktrack = ({ engineVersion }: Cluster) =>
  invalidParameterCombination(
    `Aurora PostgreSQL Engine Version ${engineVersion} with mode: PROVISIONED does not support Backtrack.`,
  )

export const BacktrackDBCluster = operation<BacktrackDBClusterMessage, DBClusterBacktrack>({
  authorize: onCluster,
  run({ DBClusterIdentifier }, call) {
    throw noBacktrack(requireCluster(call, DBClusterIdentifier!))
  },
})

export const DescribeDBClusterBacktracks = operation<
  DescribeDBClusterBacktracksMessage,
  DBClusterBacktrackMessage
>({
  authorize: onCluster,
  run({ DBClusterIdentifier }, call) {
    throw noBacktrack(requireCluster(call, DBClusterIdentifier!))
  },
})

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyCurrentDBClusterCapacity.html */
const capacities: ReadonlySet<number> = new Set([2, 4, 8, 16, 32, 64, 192, 384])

/** Of Aurora Serverless v1, which has no versions any more that clusters could be made of. */
export const ModifyCurrentDBClusterCapacity = operation<
  ModifyCurrentDBClusterCapacityMessage,
  DBClusterCapacityInfo
>({
  authorize: onCluster,
  run({ DBClusterIdentifier, Capacity }, call) {
    const { id } = requireCluster(call, DBClusterIdentifier!)
    if (Capacity !== undefined && !capacities.has(Capacity)) {
      throw new AwsError(
        'InvalidDBClusterCapacityFault',
        `Capacity ${Capacity} isn't a valid Aurora Serverless DB cluster capacity. Valid capacity values are ${[...capacities].join(', ')}.`,
      )
    }
    throw invalidClusterState(`The DB cluster ${id} is not an Aurora Serverless v1 DB cluster.`)
  },
})
