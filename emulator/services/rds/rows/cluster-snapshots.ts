import type { DBCluster, DBClusterSnapshot } from '@aws-sdk/client-rds'
import type { Database } from '../../../store/database.ts'
import type { BackupPlace, Place } from './instances.ts'

export interface ClusterSnapshot extends Place {
  /** In lower case. */
  readonly id: string
  readonly clusterId: string
  readonly resourceId: string
  readonly type: 'manual' | 'automated'
  readonly engine: string
  readonly engineVersion: string
  readonly status: string
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  /** Everything else that DescribeDBClusterSnapshots shows. */
  readonly configuration: Partial<DBClusterSnapshot>
  /** Accounts that may restore it, or `all`. */
  readonly sharedWith: readonly string[]
  readonly private: {
    readonly backup?: BackupPlace
    /** Of a cluster that has had no instance yet, whose data are empty: what its master user gets with the first one. */
    readonly newPassword?: string
    readonly databaseName?: string
    readonly parameterGroup?: string
    /** Of a Multi-AZ DB cluster: what its instances are. */
    readonly instances?: Pick<
      DBCluster,
      'AllocatedStorage' | 'DBClusterInstanceClass' | 'Iops' | 'StorageType'
    >
  }
}

interface Row extends Place {
  id: string
  cluster_id: string
  resource_id: string
  type: ClusterSnapshot['type']
  engine: string
  engine_version: string
  status: string
  created_at: number
  configuration: string
  shared_with: string
  private: string
}

const columns =
  'account, region, id, cluster_id, resource_id, type, engine, engine_version, status, created_at, configuration, shared_with, private'

const toSnapshot = (row: Row): ClusterSnapshot => ({
  account: row.account,
  region: row.region,
  id: row.id,
  clusterId: row.cluster_id,
  resourceId: row.resource_id,
  type: row.type,
  engine: row.engine,
  engineVersion: row.engine_version,
  status: row.status,
  createdAt: row.created_at,
  configuration: JSON.parse(row.configuration) as Partial<DBClusterSnapshot>,
  sharedWith: JSON.parse(row.shared_with) as string[],
  private: JSON.parse(row.private) as ClusterSnapshot['private'],
})

export function findClusterSnapshot(
  db: Database,
  { account, region }: Place,
  id: string,
): ClusterSnapshot | undefined {
  const row = db.get<Row>(
    `select ${columns} from rds_cluster_snapshots where account = ? and region = ? and id = ?`,
    account,
    region,
    id,
  )
  return row && toSnapshot(row)
}

export const listClusterSnapshots = (db: Database, { account, region }: Place): ClusterSnapshot[] =>
  db
    .all<Row>(
      `select ${columns} from rds_cluster_snapshots where account = ? and region = ? order by id`,
      account,
      region,
    )
    .map(toSnapshot)

/** What other accounts share in a region: with this account, or with all. */
export const clusterSnapshotsOfOthers = (
  db: Database,
  { account, region }: Place,
): ClusterSnapshot[] =>
  db
    .all<Row>(
      `select ${columns} from rds_cluster_snapshots where account <> ? and region = ? and shared_with <> '[]' order by account, id`,
      account,
      region,
    )
    .map(toSnapshot)

/** Those that are still to be taken, of every account and region. */
export const waitingClusterSnapshots = (db: Database): ClusterSnapshot[] =>
  db
    .all<Row>(`select ${columns} from rds_cluster_snapshots where status = 'creating'`)
    .map(toSnapshot)

/** Whether a backup is the data of any. */
export const isInClusterSnapshot = (db: Database, backupId: string): boolean =>
  db.get(
    `select 1 from rds_cluster_snapshots where json_extract(private, '$.backup.id') = ?`,
    backupId,
  ) !== undefined

export function putClusterSnapshot(db: Database, snapshot: ClusterSnapshot): void {
  db.run(
    `insert into rds_cluster_snapshots (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict do update set status = excluded.status, configuration = excluded.configuration,
       shared_with = excluded.shared_with, private = excluded.private`,
    snapshot.account,
    snapshot.region,
    snapshot.id,
    snapshot.clusterId,
    snapshot.resourceId,
    snapshot.type,
    snapshot.engine,
    snapshot.engineVersion,
    snapshot.status,
    snapshot.createdAt,
    JSON.stringify(snapshot.configuration),
    JSON.stringify(snapshot.sharedWith),
    JSON.stringify(snapshot.private),
  )
}

export function deleteClusterSnapshot(
  db: Database,
  { account, region, id }: ClusterSnapshot,
): void {
  db.run(
    'delete from rds_cluster_snapshots where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )
}
