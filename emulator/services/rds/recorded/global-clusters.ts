import type { GlobalCluster } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { arnOf, nameIn } from '../arns.ts'
import { globalRegion } from '../resources.ts'
import { allClusters, type Cluster } from '../rows/clusters.ts'
import { documentsOf } from '../rows/documents.ts'
import { tagsOf } from '../rows/tags.ts'
import { globalClusterNotFound } from './errors.ts'

/** A global cluster; which clusters are its members, those say. */
export type Global = Omit<
  GlobalCluster,
  'GlobalClusterMembers' | 'GlobalClusterArn' | 'Status' | 'TagList'
> & {
  readonly GlobalClusterIdentifier: string
  /** The ARN of the member that is written to. */
  readonly writer: string | null
}

type Scope = Pick<Call, 'db' | 'account' | 'region'>

const documents = documentsOf<Global>('global-cluster')

/** Global clusters are in no region. */
const globally = ({ account }: Pick<Call, 'account'>) => ({ account, region: globalRegion })

export const listGlobals = (scope: Scope): Global[] => documents.list(scope.db, globally(scope))

export const findGlobal = (scope: Scope, nameOrArn: string): Global | undefined =>
  documents.find(scope.db, globally(scope), nameIn('global-cluster', nameOrArn))

/** @throws GlobalClusterNotFoundFault */
export function requireGlobal(scope: Scope, nameOrArn: string): Global {
  const found = findGlobal(scope, nameOrArn)
  if (!found) throw globalClusterNotFound(nameOrArn)
  return found
}

export const putGlobal = (scope: Scope, global: Global): void =>
  documents.put(scope.db, globally(scope), global.GlobalClusterIdentifier, global)

export const deleteGlobal = (scope: Scope, global: Global): void =>
  documents.delete(scope.db, globally(scope), global.GlobalClusterIdentifier)

export const globalArn = (scope: Pick<Call, 'account' | 'region'>, name: string): string =>
  arnOf('global-cluster', scope, name)

/** The clusters of all regions that belong to a global one. */
export const membersOf = (scope: Scope, global: Global): Cluster[] =>
  allClusters(scope.db).filter(
    ({ account, globalCluster }) =>
      account === scope.account &&
      globalCluster !== null &&
      nameIn('global-cluster', globalCluster) === global.GlobalClusterIdentifier,
  )

/** As DescribeGlobalClusters shows it: the first member writes, unless another was made the writer. */
export function describeGlobal(scope: Scope, global: Global): GlobalCluster {
  const members = membersOf(scope, global)
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .map((cluster) => arnOf('cluster', cluster, cluster.id))
  const writer = members.find((arn) => arn === global.writer) ?? members[0]
  const { writer: _writer, ...shown } = global
  const arn = globalArn(scope, global.GlobalClusterIdentifier)
  return {
    ...shown,
    GlobalClusterArn: arn,
    Status: 'available',
    GlobalClusterMembers: members
      .toSorted((a, b) => Number(b === writer) - Number(a === writer))
      .map((member) => ({
        DBClusterArn: member,
        Readers: member === writer ? members.filter((one) => one !== writer) : [],
        IsWriter: member === writer,
        GlobalWriteForwardingStatus: 'disabled',
        SynchronizationStatus: 'connected',
      })),
    TagList: tagsOf(scope, arn),
  }
}
