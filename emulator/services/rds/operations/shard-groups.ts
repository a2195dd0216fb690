import type {
  CreateDBShardGroupMessage,
  DBShardGroup,
  DeleteDBShardGroupMessage,
  DescribeDBShardGroupsMessage,
  DescribeDBShardGroupsResponse,
  ModifyDBShardGroupMessage,
  RebootDBShardGroupMessage,
} from '@aws-sdk/client-rds'
import { AwsError } from '../../../errors.ts'
import { operation, type Call } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { invalidClusterState } from '../clusters/errors.ts'
import { requireCluster } from '../clusters/members.ts'
import { invalidParameterValue } from '../errors.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { newIdentifier } from '../instances/limits.ts'
import { page } from '../pages.ts'
import { on, requestContext } from '../permissions.ts'

// Aurora PostgreSQL Limitless Database, https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/limitless.html, shards tables over
// servers of Amazon's own: no PostgreSQL does that, so that no cluster here can have a DB shard group.

const notFound = (id: string) =>
  new AwsError('DBShardGroupNotFound', `DBShardGroup ${id} not found.`, { status: 404 })

export const CreateDBShardGroup = operation<CreateDBShardGroupMessage, DBShardGroup>({
  authorize: (input, call) => {
    const { PubliclyAccessible } = input
    const use = { tags: input.Tags, context: requestContext({ PubliclyAccessible }) }
    return [
      on(call, 'cluster', nameIn('cluster', input.DBClusterIdentifier ?? ''), use),
      on(call, 'shard-group', '*', use),
    ]
  },
  run(input, call) {
    newIdentifier('DBShardGroupIdentifier', input.DBShardGroupIdentifier)
    const { ComputeRedundancy: redundancy = 0, MinACU = 0, MaxACU = 0 } = input
    const cluster = requireCluster(call, input.DBClusterIdentifier!)
    if (![0, 1, 2].includes(redundancy)) {
      throw invalidParameterValue(
        `Invalid ComputeRedundancy value: '${redundancy}'. Valid values are 0 (no standby), 1 (1 standby AZ), 2 (2 standby AZs).`,
      )
    }
    if (MinACU > MaxACU) throw invalidParameterValue('min_acu cannot be larger than max_acu')
    throw invalidClusterState(
      `The DB cluster ${cluster.id} is no Aurora PostgreSQL Limitless Database: it can't have a DB shard group. pocketcloud has no engine for one.`,
    )
  },
})

const none: readonly DBShardGroup[] = []

export const DescribeDBShardGroups = operation<
  DescribeDBShardGroupsMessage,
  DescribeDBShardGroupsResponse
>({
  authorize: (_input, call) => [on(call, 'shard-group', '*')],
  run({ DBShardGroupIdentifier: id, Filters, ...request }) {
    if (id) throw notFound(id)
    page(request, filtered(none, Filters, filters), (one) => one.DBShardGroupIdentifier!)
    return { DBShardGroups: [] }
  },
})

const filters: Record<string, FilterDefinition<DBShardGroup>> = {
  'db-cluster-id': { values: 'DB Cluster Identifiers', of: (one) => one.DBClusterIdentifier },
  'db-shard-group-id': {
    values: 'DB Shard Group Identifiers',
    of: (one) => one.DBShardGroupIdentifier,
  },
}

interface Named {
  readonly DBShardGroupIdentifier: string | undefined
}

/** What is asked of a group that there can't be. */
const onNone = {
  authorize: (_input: Named, call: Call) => [on(call, 'shard-group', '*')],
  run({ DBShardGroupIdentifier }: Named): DBShardGroup {
    throw notFound(DBShardGroupIdentifier ?? '')
  },
}

export const ModifyDBShardGroup = operation<ModifyDBShardGroupMessage, DBShardGroup>(onNone)
export const DeleteDBShardGroup = operation<DeleteDBShardGroupMessage, DBShardGroup>(onNone)
export const RebootDBShardGroup = operation<RebootDBShardGroupMessage, DBShardGroup>(onNone)
