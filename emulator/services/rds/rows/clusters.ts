import type { ClusterPendingModifiedValues, DBCluster } from '@aws-sdk/client-rds'
import type { Database } from '../../../store/database.ts'
import type { BackupPlace, Place } from './instances.ts'

export interface Cluster extends Place {
  /** In lower case. */
  readonly id: string
  /** `cluster-` and 26 letters and digits. */
  readonly resourceId: string
  readonly engine: string
  readonly engineVersion: string
  readonly status: string
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  /** Of cluster parameters, in lower case. */
  readonly parameterGroup: string
  readonly subnetGroup: string | null
  /** The ARN of the global cluster that it is a member of. */
  readonly globalCluster: string | null
  /** Everything else that DescribeDBClusters shows, but for what its members decide. */
  readonly configuration: Partial<DBCluster>
  readonly pending: Partial<ClusterPendingModifiedValues>
  readonly private: ClusterPrivate
}

/** What is never shown. */
export interface ClusterPrivate {
  /** Where the cluster's own endpoint and the reader endpoint listen. */
  readonly port?: number
  readonly readerPort?: number
  readonly readerAddress?: string
  /** What the cluster is a replica of: the resource id of an instance or a cluster. */
  readonly follows?: Place & { readonly resourceId: string }
  readonly newPassword?: string
  /** What the first instance's data are made from. */
  readonly backup?: BackupPlace
  /** Of a restore to a moment: whose log leads on from the backup, and where it ends. */
  readonly moment?: { readonly resourceId: string; readonly wallTime?: number }
  /** The instance that writes. */
  readonly writer?: string
  /** The data are made: what comes now is a reader. */
  readonly hasData?: boolean
}

interface ClusterRow extends Place {
  id: string
  resource_id: string
  engine: string
  engine_version: string
  status: string
  created_at: number
  parameter_group: string
  subnet_group: string | null
  global_cluster: string | null
  configuration: string
  pending: string
  private: string
}

const columns =
  'account, region, id, resource_id, engine, engine_version, status, created_at, parameter_group, subnet_group, global_cluster, configuration, pending, private'

const toCluster = (row: ClusterRow): Cluster => ({
  account: row.account,
  region: row.region,
  id: row.id,
  resourceId: row.resource_id,
  engine: row.engine,
  engineVersion: row.engine_version,
  status: row.status,
  createdAt: row.created_at,
  parameterGroup: row.parameter_group,
  subnetGroup: row.subnet_group,
  globalCluster: row.global_cluster,
  configuration: revive(JSON.parse(row.configuration) as Partial<DBCluster>),
  pending: JSON.parse(row.pending) as Partial<ClusterPendingModifiedValues>,
  private: JSON.parse(row.private) as ClusterPrivate,
})

/** Moments are text in JSON. */
const revive = ({ AutomaticRestartTime, ...rest }: Partial<DBCluster>): Partial<DBCluster> => ({
  ...rest,
  ...(AutomaticRestartTime && { AutomaticRestartTime: new Date(AutomaticRestartTime) }),
})

export function findCluster(
  db: Database,
  { account, region }: Place,
  id: string,
): Cluster | undefined {
  const row = db.get<ClusterRow>(
    `select ${columns} from rds_clusters where account = ? and region = ? and id = ?`,
    account,
    region,
    id,
  )
  return row && toCluster(row)
}

export const listClusters = (db: Database, { account, region }: Place): Cluster[] =>
  db
    .all<ClusterRow>(
      `select ${columns} from rds_clusters where account = ? and region = ? order by id`,
      account,
      region,
    )
    .map(toCluster)

/** The clusters of every account and region. */
export const allClusters = (db: Database): Cluster[] =>
  db
    .all<ClusterRow>(`select ${columns} from rds_clusters order by account, region, id`)
    .map(toCluster)

export function insertCluster(db: Database, cluster: Cluster): void {
  db.run(
    `insert into rds_clusters (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    cluster.account,
    cluster.region,
    cluster.id,
    cluster.resourceId,
    cluster.engine,
    cluster.engineVersion,
    cluster.status,
    cluster.createdAt,
    cluster.parameterGroup,
    cluster.subnetGroup,
    cluster.globalCluster,
    JSON.stringify(cluster.configuration),
    JSON.stringify(cluster.pending),
    JSON.stringify(cluster.private),
  )
}

export type ClusterChange = Partial<Omit<Cluster, keyof Place | 'resourceId'>>

/** @returns the cluster as it is now */
export function updateCluster(db: Database, before: Cluster, change: ClusterChange): Cluster {
  const after: Cluster = { ...before, ...change }
  db.run(
    `update rds_clusters set id = ?, engine_version = ?, status = ?, parameter_group = ?, subnet_group = ?,
       global_cluster = ?, configuration = ?, pending = ?, private = ?
     where account = ? and region = ? and id = ?`,
    after.id,
    after.engineVersion,
    after.status,
    after.parameterGroup,
    after.subnetGroup,
    after.globalCluster,
    JSON.stringify(after.configuration),
    JSON.stringify(after.pending),
    JSON.stringify(after.private),
    before.account,
    before.region,
    before.id,
  )
  return after
}

export function deleteCluster(db: Database, { account, region, id }: Cluster): void {
  db.run(
    'delete from rds_clusters where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )
}
