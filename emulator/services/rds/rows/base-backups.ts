import type { Database } from '../../../store/database.ts'
import type { BackupPlace, Place } from './instances.ts'

/** A copy of a data directory: a snapshot's, or what a restore to a moment begins with. */
export interface BaseBackup extends BackupPlace {
  /** The instance's, whose write-ahead log leads on from here. */
  readonly resourceId: string
  /** When the copy was complete, in virtual time and in time of the wall, by which PostgreSQL dates its commits. In ms. */
  readonly completedAt: number
  readonly wallCompletedAt: number
  readonly timeline: number
}

const columns =
  'account, region, id, resource_id as resourceId, completed_at as completedAt, wall_completed_at as wallCompletedAt, timeline'

/** An instance's, the oldest first. */
export const backupsOf = (
  db: Database,
  { account, region }: Place,
  resourceId: string,
): BaseBackup[] =>
  db.all<BaseBackup>(
    `select ${columns} from rds_base_backups
     where account = ? and region = ? and resource_id = ? order by wall_completed_at`,
    account,
    region,
    resourceId,
  )

/** Those of every account and region. */
export const allBackups = (db: Database): BaseBackup[] =>
  db.all<BaseBackup>(`select ${columns} from rds_base_backups`)

export function insertBackup(db: Database, backup: BaseBackup): void {
  db.run(
    `insert into rds_base_backups (account, region, id, resource_id, completed_at, wall_completed_at, timeline)
     values (?, ?, ?, ?, ?, ?, ?)`,
    backup.account,
    backup.region,
    backup.id,
    backup.resourceId,
    backup.completedAt,
    backup.wallCompletedAt,
    backup.timeline,
  )
}

export function deleteBackup(db: Database, { account, region, id }: BackupPlace): void {
  db.run(
    'delete from rds_base_backups where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )
}
