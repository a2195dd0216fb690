import type { DBInstance } from '@aws-sdk/client-rds'
import type { Database } from '../../../store/database.ts'

export interface Instance {
  readonly account: string
  readonly region: string
  /** In lower case. */
  readonly id: string
  /** `db-` and 26 letters and digits: stays when the instance is renamed. */
  readonly resourceId: string
  readonly clusterId: string | null
  readonly engine: string
  readonly engineVersion: string
  readonly status: string
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  /** Everything else that DescribeDBInstances shows, as it shows it. */
  readonly configuration: Partial<DBInstance>
}

interface InstanceRow {
  account: string
  region: string
  id: string
  resource_id: string
  cluster_id: string | null
  engine: string
  engine_version: string
  status: string
  created_at: number
  configuration: string
}

const columns =
  'account, region, id, resource_id, cluster_id, engine, engine_version, status, created_at, configuration'

const toInstance = (row: InstanceRow): Instance => ({
  account: row.account,
  region: row.region,
  id: row.id,
  resourceId: row.resource_id,
  clusterId: row.cluster_id,
  engine: row.engine,
  engineVersion: row.engine_version,
  status: row.status,
  createdAt: row.created_at,
  configuration: JSON.parse(row.configuration) as Partial<DBInstance>,
})

/** @param place the account and region */
export function findInstance(
  db: Database,
  { account, region }: Pick<Instance, 'account' | 'region'>,
  id: string,
): Instance | undefined {
  const row = db.get<InstanceRow>(
    `select ${columns} from rds_instances where account = ? and region = ? and id = ?`,
    account,
    region,
    id,
  )
  return row && toInstance(row)
}

/** All instances of an account in a region (its quota is 40), by identifier. */
export function listInstances(
  db: Database,
  { account, region }: Pick<Instance, 'account' | 'region'>,
): Instance[] {
  return db
    .all<InstanceRow>(
      `select ${columns} from rds_instances where account = ? and region = ? order by id`,
      account,
      region,
    )
    .map(toInstance)
}
