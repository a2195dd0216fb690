import { setTimeout as delay } from 'node:timers/promises'
import type {
  CreateDBClusterEndpointMessage,
  DBClusterEndpoint,
  DBClusterEndpointMessage,
  DeleteDBClusterEndpointMessage,
  DescribeDBClusterEndpointsMessage,
  ModifyDBClusterEndpointMessage,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, nameIn } from '../arns.ts'
import { describeCluster } from '../clusters/describe.ts'
import {
  customEndpoints,
  describeCustomEndpoint,
  endpointsOf,
  type CustomEndpoint,
} from '../clusters/endpoints.ts'
import {
  endpointExists,
  endpointNotFound,
  endpointQuotaExceeded,
  wrongClusterState,
} from '../clusters/errors.ts'
import { membersOf, requireCluster } from '../clusters/members.ts'
import { instanceNotFound, invalidParameterCombination, invalidParameterValue } from '../errors.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { newIdentifier } from '../instances/limits.ts'
import { newResourceId } from '../instances/new-instance.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import { listClusters, type Cluster } from '../rows/clusters.ts'
import { deleteTags, putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'
import { settledCluster } from './clusters.ts'

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/CHAP_Limits.html */
const mostEndpoints = 5

export const CreateDBClusterEndpoint = operation<CreateDBClusterEndpointMessage, DBClusterEndpoint>(
  {
    authorize: (input, call) => {
      const use = {
        tags: input.Tags,
        ...(input.EndpointType && { context: { 'rds:EndpointType': input.EndpointType } }),
      }
      return [
        on(call, 'cluster', nameIn('cluster', input.DBClusterIdentifier ?? ''), use),
        on(call, 'cluster-endpoint', (input.DBClusterEndpointIdentifier ?? '').toLowerCase(), use),
      ]
    },
    prepare: ({ DBClusterIdentifier }, call) => settledCluster(call, DBClusterIdentifier),
    run(input, call) {
      const id = newIdentifier('DBClusterEndpointIdentifier', input.DBClusterEndpointIdentifier)
      const cluster = requireCluster(call, input.DBClusterIdentifier!)
      checkTags(input.Tags)
      if (customEndpoints.find(call.db, call, id)) throw endpointExists()
      if (cluster.status !== 'available') throw wrongClusterState(cluster.id)
      if (endpointsOf(call.db, call, cluster.resourceId).length >= mostEndpoints) {
        throw endpointQuotaExceeded()
      }
      const endpoint: CustomEndpoint = {
        id,
        resourceId: newResourceId(call, 'cluster-endpoint'),
        cluster: cluster.resourceId,
        type: typeOf(input.EndpointType),
        ...chosenMembers(call, cluster, input),
      }
      put(call, cluster, endpoint)
      putTags(call, arnOf('cluster-endpoint', call, id), input.Tags)
      return { ...describe(call, cluster, endpoint), Status: 'creating' }
    },
  },
)

function typeOf(type: string | undefined): CustomEndpoint['type'] {
  const wanted = type?.toUpperCase()
  if (wanted === 'READER' || wanted === 'ANY') return wanted
  throw invalidParameterValue(
    `Invalid endpoint type: ${type}. A custom endpoint is of the type READER or ANY.`,
  )
}

/** @throws DBInstanceNotFound for what is no instance of the cluster */
function chosenMembers(
  call: Call,
  cluster: Cluster,
  { StaticMembers = [], ExcludedMembers = [] }: ModifyDBClusterEndpointMessage,
): Pick<CustomEndpoint, 'staticMembers' | 'excludedMembers'> {
  if (StaticMembers.length > 0 && ExcludedMembers.length > 0) {
    throw invalidParameterCombination(
      "You can't specify both StaticMembers and ExcludedMembers for a custom endpoint.",
    )
  }
  const members = membersOf(call, cluster.id)
  const idsOf = (names: readonly string[]) =>
    names.map((name) => {
      const id = nameIn('db', name)
      const member = members.find((one) => one.id === id)
      if (!member) throw instanceNotFound(id)
      return member.resourceId
    })
  return { staticMembers: idsOf(StaticMembers), excludedMembers: idsOf(ExcludedMembers) }
}

function put(call: Call, cluster: Cluster, endpoint: CustomEndpoint): void {
  customEndpoints.put(call.db, call, endpoint.id, endpoint)
  call.ports.databases?.clusterChanged(call.db, call, cluster.id)
}

const describe = (call: Call, cluster: Cluster, endpoint: CustomEndpoint): DBClusterEndpoint =>
  describeCustomEndpoint(call, cluster, endpoint, isByName(call, cluster))

/** Whether the cluster's endpoints are reported by names. */
const isByName = (call: Call, cluster: Cluster): boolean =>
  describeCluster(call, cluster).Endpoint !== '127.0.0.1'

/** @throws DBClusterEndpointNotFoundFault */
function requireEndpoint(call: Call, name: string): { cluster: Cluster; endpoint: CustomEndpoint } {
  const id = nameIn('cluster-endpoint', name)
  const endpoint = customEndpoints.find(call.db, call, id)
  const cluster = listClusters(call.db, call).find(
    ({ resourceId }) => resourceId === endpoint?.cluster,
  )
  if (!endpoint || !cluster) throw endpointNotFound(id)
  return { cluster, endpoint }
}

export const ModifyDBClusterEndpoint = operation<ModifyDBClusterEndpointMessage, DBClusterEndpoint>(
  {
    authorize: ({ DBClusterEndpointIdentifier = '' }, call) => [
      on(call, 'cluster-endpoint', nameIn('cluster-endpoint', DBClusterEndpointIdentifier)),
    ],
    run(input, call) {
      const { cluster, endpoint } = requireEndpoint(call, input.DBClusterEndpointIdentifier!)
      const changed: CustomEndpoint = {
        ...endpoint,
        ...(input.EndpointType !== undefined && { type: typeOf(input.EndpointType) }),
        ...((input.StaticMembers ?? input.ExcludedMembers) && chosenMembers(call, cluster, input)),
      }
      put(call, cluster, changed)
      return { ...describe(call, cluster, changed), Status: 'modifying' }
    },
  },
)

export const DeleteDBClusterEndpoint = operation<DeleteDBClusterEndpointMessage, DBClusterEndpoint>(
  {
    authorize: ({ DBClusterEndpointIdentifier = '' }, call) => [
      on(call, 'cluster-endpoint', nameIn('cluster-endpoint', DBClusterEndpointIdentifier)),
    ],
    run({ DBClusterEndpointIdentifier }, call) {
      const { cluster, endpoint } = requireEndpoint(call, DBClusterEndpointIdentifier!)
      const answer = describe(call, cluster, endpoint)
      customEndpoints.delete(call.db, call, endpoint.id)
      deleteTags(call, arnOf('cluster-endpoint', call, endpoint.id))
      call.ports.databases?.clusterChanged(call.db, call, cluster.id)
      return { ...answer, Status: 'deleting' }
    },
  },
)

export const DescribeDBClusterEndpoints = operation<
  DescribeDBClusterEndpointsMessage,
  DBClusterEndpointMessage
>({
  authorize: ({ DBClusterIdentifier, DBClusterEndpointIdentifier }, call) => [
    on(
      call,
      'cluster-endpoint',
      DBClusterEndpointIdentifier ? nameIn('cluster-endpoint', DBClusterEndpointIdentifier) : '*',
    ),
    ...(DBClusterIdentifier ? [on(call, 'cluster', nameIn('cluster', DBClusterIdentifier))] : []),
  ],
  async prepare({ DBClusterIdentifier }, call) {
    await settledCluster(call, DBClusterIdentifier)
    const { databases } = call.ports
    if (databases && !databases.strict) await untilOpen(call)
    return undefined
  },
  run({ DBClusterIdentifier, DBClusterEndpointIdentifier: name, Filters, ...request }, call) {
    const clusters = DBClusterIdentifier
      ? [requireCluster(call, DBClusterIdentifier)]
      : listClusters(call.db, call)
    const id = name && nameIn('cluster-endpoint', name)
    const all = clusters
      .flatMap((cluster) => [
        ...builtIn(call, cluster),
        ...endpointsOf(call.db, call, cluster.resourceId).map((one) =>
          describe(call, cluster, one),
        ),
      ])
      .filter((one) => !id || one.DBClusterEndpointIdentifier === id)
    // One that is not there is no error of this operation's: Terraform's provider waits for the empty list.
    const { records, Marker } = page(request, filtered(all, Filters, filters), keyOf)
    return { DBClusterEndpoints: [...records], ...(Marker && { Marker }) }
  },
})

/** How long a look waits for endpoints that are being opened, in ms. */
const patience = 10_000

/** Those of clusters that are available are open a moment after they are made. */
async function untilOpen(call: Call): Promise<void> {
  const isOpening = () =>
    listClusters(call.db, call).some(
      ({ status, resourceId }) =>
        status === 'available' &&
        endpointsOf(call.db, call, resourceId).some(({ place }) => place === undefined),
    )
  for (const end = performance.now() + patience; isOpening() && performance.now() < end;) {
    await delay(20)
  }
}

const keyOf = (one: DBClusterEndpoint): string =>
  one.DBClusterEndpointIdentifier ?? `${one.DBClusterIdentifier}/${one.EndpointType}`

/** Every cluster has two from the start. */
function builtIn(call: Call, cluster: Cluster): DBClusterEndpoint[] {
  const { Endpoint, ReaderEndpoint } = describeCluster(call, cluster)
  const common = { DBClusterIdentifier: cluster.id, Status: 'available' }
  return [
    { ...common, Endpoint, EndpointType: 'WRITER' },
    { ...common, Endpoint: ReaderEndpoint, EndpointType: 'READER' },
  ]
}

const filters: Record<string, FilterDefinition<DBClusterEndpoint>> = {
  'db-cluster-endpoint-type': {
    values: 'DB Cluster Endpoint Types',
    of: ({ EndpointType }) => EndpointType?.toLowerCase(),
    read: (value) => value.toLowerCase(),
  },
  'db-cluster-endpoint-custom-type': {
    values: 'DB Cluster Endpoint Custom Types',
    of: ({ CustomEndpointType }) => CustomEndpointType?.toLowerCase(),
    read: (value) => value.toLowerCase(),
  },
  'db-cluster-endpoint-id': {
    values: 'DB Cluster Endpoint Identifiers',
    of: ({ DBClusterEndpointIdentifier: id }) => id,
    read: (value) => nameIn('cluster-endpoint', value),
  },
  'db-cluster-endpoint-status': {
    values: 'DB Cluster Endpoint Statuses',
    of: ({ Status }) => Status,
  },
}
