import type { DBClusterEndpoint } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import type { Database } from '../../../store/database.ts'
import { arnOf } from '../arns.ts'
import { endpointName } from '../hosting/endpoint.ts'
import type { Cluster } from '../rows/clusters.ts'
import { documentsOf } from '../rows/documents.ts'
import { listInstances, type Instance, type Place } from '../rows/instances.ts'
import { deleteTags } from '../rows/tags.ts'

// https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Endpoints.Custom.html

/** A custom endpoint of a cluster. Its members are named by their resource ids, which renaming doesn't change. */
export interface CustomEndpoint {
  /** In lower case. */
  readonly id: string
  readonly resourceId: string
  /** The cluster's resource id. */
  readonly cluster: string
  readonly type: 'READER' | 'ANY'
  /** Only these; where there are none, all but those that are excluded. */
  readonly staticMembers: readonly string[]
  readonly excludedMembers: readonly string[]
  /** Where it listens. */
  readonly place?: EndpointPlace | undefined
}

/** Where an endpoint listens. A cluster's endpoints have its port, each at an address of its own, where the machine has such. */
export interface EndpointPlace {
  readonly address: string
  readonly port: number
}

export const customEndpoints = documentsOf<CustomEndpoint>('cluster-endpoint')

export const endpointsOf = (db: Database, place: Place, cluster: string): CustomEndpoint[] =>
  customEndpoints.list(db, place).filter((one) => one.cluster === cluster)

/** Those of a cluster's members that an endpoint may lead to. */
export const reachedBy = (
  { type, staticMembers, excludedMembers }: CustomEndpoint,
  members: readonly Instance[],
  writer: string | undefined,
): Instance[] =>
  members.filter(
    ({ id, resourceId }) =>
      (staticMembers.length > 0
        ? staticMembers.includes(resourceId)
        : !excludedMembers.includes(resourceId)) &&
      (type === 'ANY' || id !== writer),
  )

/**
 * How an endpoint is reported: by its address, which with the cluster's port leads to it. Where it had to take another port, that is
 * in it: AWS has no member for it.
 */
export function shownAddress(
  cluster: Cluster,
  name: string,
  place: EndpointPlace | undefined,
  isByName: boolean,
): string {
  if (place === undefined) return name
  const address = isByName ? name : place.address
  return place.port === cluster.private.port ? address : `${address}:${place.port}`
}

export const customName = (cluster: Place, id: string): string =>
  endpointName(cluster, id, 'cluster-custom-')

export function describeCustomEndpoint(
  { db }: Pick<Call, 'db'>,
  cluster: Cluster,
  endpoint: CustomEndpoint,
  isByName: boolean,
): DBClusterEndpoint {
  const names = (ids: readonly string[]) =>
    listInstances(db, cluster).flatMap((one) => (ids.includes(one.resourceId) ? [one.id] : []))
  const { id } = endpoint
  return {
    DBClusterEndpointIdentifier: id,
    DBClusterIdentifier: cluster.id,
    DBClusterEndpointResourceIdentifier: endpoint.resourceId,
    Endpoint: shownAddress(cluster, customName(cluster, id), endpoint.place, isByName),
    Status: endpoint.place || cluster.status !== 'available' ? 'available' : 'creating',
    EndpointType: 'CUSTOM',
    CustomEndpointType: endpoint.type,
    StaticMembers: names(endpoint.staticMembers),
    ExcludedMembers: names(endpoint.excludedMembers),
    DBClusterEndpointArn: arnOf('cluster-endpoint', cluster, id),
  }
}

/** A cluster that goes takes its endpoints along. */
export function deleteEndpoints(
  call: Pick<Call, 'db' | 'account' | 'region'>,
  { resourceId }: Cluster,
): void {
  for (const { id } of endpointsOf(call.db, call, resourceId)) {
    customEndpoints.delete(call.db, call, id)
    deleteTags(call, arnOf('cluster-endpoint', call, id))
  }
}
