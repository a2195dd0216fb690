import type { DBInstanceAutomatedBackup } from '@aws-sdk/client-rds'
import type { Database } from '../../../store/database.ts'
import type { Place } from './instances.ts'

export interface AutomatedBackup extends Place {
  /** Of the instance, which may be gone. */
  readonly resourceId: string
  readonly instanceId: string
  readonly status: 'creating' | 'active' | 'retained' | 'replicating'
  /** What DescribeDBInstanceAutomatedBackups shows of an instance that is gone, or in another region, which is `Region` then. */
  readonly configuration: Partial<DBInstanceAutomatedBackup>
}

interface Row extends Place {
  resource_id: string
  instance_id: string
  status: AutomatedBackup['status']
  configuration: string
}

const columns = 'account, region, resource_id, instance_id, status, configuration'

const toBackup = (row: Row): AutomatedBackup => ({
  account: row.account,
  region: row.region,
  resourceId: row.resource_id,
  instanceId: row.instance_id,
  status: row.status,
  configuration: JSON.parse(row.configuration) as Partial<DBInstanceAutomatedBackup>,
})

export const listAutomatedBackups = (db: Database, { account, region }: Place): AutomatedBackup[] =>
  db
    .all<Row>(
      `select ${columns} from rds_automated_backups where account = ? and region = ? order by instance_id, resource_id`,
      account,
      region,
    )
    .map(toBackup)

/** The backups of an instance that are in other regions than its own. */
export const replicatedBackups = (
  db: Database,
  { account, region, resourceId }: Pick<AutomatedBackup, 'account' | 'region' | 'resourceId'>,
): AutomatedBackup[] =>
  db
    .all<Row>(
      `select ${columns} from rds_automated_backups where account = ? and region <> ? and resource_id = ? order by region`,
      account,
      region,
      resourceId,
    )
    .map(toBackup)

/** For how many days any region keeps the backups of an instance that is gone, or in another region; 0 where none does. */
export const retentionOf = (db: Database, account: string, resourceId: string): number =>
  db.get<{ days: number | null }>(
    `select max(json_extract(configuration, '$.BackupRetentionPeriod')) as days
     from rds_automated_backups where account = ? and resource_id = ?`,
    account,
    resourceId,
  )?.days ?? 0

export function findAutomatedBackup(
  db: Database,
  { account, region }: Place,
  resourceId: string,
): AutomatedBackup | undefined {
  const row = db.get<Row>(
    `select ${columns} from rds_automated_backups where account = ? and region = ? and resource_id = ?`,
    account,
    region,
    resourceId,
  )
  return row && toBackup(row)
}

/** The engine of an instance that is there, or of which backups are. */
export function engineOfResource(db: Database, resourceId: string): string {
  const row = db.get<{ engine: string | null }>(
    `select engine from rds_instances where resource_id = ?
     union all
     select configuration ->> '$.Engine' from rds_automated_backups where resource_id = ?
     limit 1`,
    resourceId,
    resourceId,
  )
  return row?.engine ?? 'postgres'
}

export function putAutomatedBackup(db: Database, backup: AutomatedBackup): void {
  db.run(
    `insert into rds_automated_backups (${columns}) values (?, ?, ?, ?, ?, ?)
     on conflict do update set instance_id = excluded.instance_id, status = excluded.status, configuration = excluded.configuration`,
    backup.account,
    backup.region,
    backup.resourceId,
    backup.instanceId,
    backup.status,
    JSON.stringify(backup.configuration),
  )
}

export function deleteAutomatedBackup(
  db: Database,
  { account, region, resourceId }: Pick<AutomatedBackup, 'account' | 'region' | 'resourceId'>,
): void {
  db.run(
    'delete from rds_automated_backups where account = ? and region = ? and resource_id = ?',
    account,
    region,
    resourceId,
  )
}
