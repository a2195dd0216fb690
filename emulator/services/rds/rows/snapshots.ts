import type { DBSnapshot } from '@aws-sdk/client-rds'
import type { Database } from '../../../store/database.ts'
import type { BackupPlace, Place } from './instances.ts'

export interface Snapshot extends Place {
  /** In lower case; `rds:…` for automated ones. */
  readonly id: string
  readonly instanceId: string
  /** Of the instance that it was taken of, which may be gone. */
  readonly resourceId: string
  readonly type: 'manual' | 'automated' | 'awsbackup'
  readonly engine: string
  readonly engineVersion: string
  readonly status: string
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  readonly optionGroup: string
  /** Everything else that DescribeDBSnapshots shows, as it shows it. */
  readonly configuration: Partial<DBSnapshot>
  /** Accounts that may restore it, or `all`. */
  readonly sharedWith: readonly string[]
  readonly private: SnapshotPrivate
}

export interface SnapshotPrivate {
  /** Where its data are, once they are complete. */
  readonly backup?: BackupPlace
  /** What an instance that is restored from it inherits. */
  readonly parameterGroup?: string
  readonly instanceClass?: string
  readonly databaseName?: string
  /** In days. */
  readonly retention?: number
  /** The port that was asked for. */
  readonly port?: number
  /** The snapshot that it is a copy of, while it is copied. */
  readonly copyOf?: Place & { readonly id: string }
}

interface SnapshotRow extends Place {
  id: string
  instance_id: string
  resource_id: string
  type: Snapshot['type']
  engine: string
  engine_version: string
  status: string
  created_at: number
  option_group: string
  configuration: string
  shared_with: string
  private: string
}

const columns =
  'account, region, id, instance_id, resource_id, type, engine, engine_version, status, created_at, option_group, configuration, shared_with, private'

const toSnapshot = (row: SnapshotRow): Snapshot => ({
  account: row.account,
  region: row.region,
  id: row.id,
  instanceId: row.instance_id,
  resourceId: row.resource_id,
  type: row.type,
  engine: row.engine,
  engineVersion: row.engine_version,
  status: row.status,
  createdAt: row.created_at,
  optionGroup: row.option_group,
  configuration: revive(JSON.parse(row.configuration) as Partial<DBSnapshot>),
  sharedWith: JSON.parse(row.shared_with) as string[],
  private: JSON.parse(row.private) as SnapshotPrivate,
})

function revive(configuration: Partial<DBSnapshot>): Partial<DBSnapshot> {
  const { OriginalSnapshotCreateTime: original, InstanceCreateTime: instance } = configuration
  return {
    ...configuration,
    ...(original && { OriginalSnapshotCreateTime: new Date(original) }),
    ...(instance && { InstanceCreateTime: new Date(instance) }),
  }
}

export function findSnapshot(
  db: Database,
  { account, region }: Place,
  id: string,
): Snapshot | undefined {
  const row = db.get<SnapshotRow>(
    `select ${columns} from rds_snapshots where account = ? and region = ? and id = ?`,
    account,
    region,
    id,
  )
  return row && toSnapshot(row)
}

export function listSnapshots(db: Database, { account, region }: Place): Snapshot[] {
  return db
    .all<SnapshotRow>(
      `select ${columns} from rds_snapshots where account = ? and region = ? order by id`,
      account,
      region,
    )
    .map(toSnapshot)
}

/** The snapshots of every account and region in a status. */
export const snapshotsInStatus = (db: Database, status: string): Snapshot[] =>
  db
    .all<SnapshotRow>(`select ${columns} from rds_snapshots where status = ? order by id`, status)
    .map(toSnapshot)

/** What other accounts share in a region: with this account, or with all. */
export const snapshotsOfOthers = (db: Database, { account, region }: Place): Snapshot[] =>
  db
    .all<SnapshotRow>(
      `select ${columns} from rds_snapshots where account <> ? and region = ? and shared_with <> '[]' order by account, id`,
      account,
      region,
    )
    .map(toSnapshot)

/** The snapshots whose data a backup is. */
export const snapshotsOfBackup = (db: Database, id: string): Snapshot[] =>
  db
    .all<SnapshotRow>(
      `select ${columns} from rds_snapshots where json_extract(private, '$.backup.id') = ?`,
      id,
    )
    .map(toSnapshot)

export function insertSnapshot(db: Database, snapshot: Snapshot): void {
  db.run(
    `insert into rds_snapshots (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    snapshot.account,
    snapshot.region,
    snapshot.id,
    snapshot.instanceId,
    snapshot.resourceId,
    snapshot.type,
    snapshot.engine,
    snapshot.engineVersion,
    snapshot.status,
    snapshot.createdAt,
    snapshot.optionGroup,
    JSON.stringify(snapshot.configuration),
    JSON.stringify(snapshot.sharedWith),
    JSON.stringify(snapshot.private),
  )
}

export type SnapshotChange = Partial<Omit<Snapshot, keyof Place | 'id' | 'resourceId' | 'type'>>

/** @returns the snapshot as it is now */
export function updateSnapshot(db: Database, before: Snapshot, change: SnapshotChange): Snapshot {
  const after: Snapshot = { ...before, ...change }
  db.run(
    `update rds_snapshots set instance_id = ?, engine_version = ?, status = ?, created_at = ?, option_group = ?,
       configuration = ?, shared_with = ?, private = ?
     where account = ? and region = ? and id = ?`,
    after.instanceId,
    after.engineVersion,
    after.status,
    after.createdAt,
    after.optionGroup,
    JSON.stringify(after.configuration),
    JSON.stringify(after.sharedWith),
    JSON.stringify(after.private),
    before.account,
    before.region,
    before.id,
  )
  return after
}

export function deleteSnapshot(db: Database, { account, region, id }: Snapshot): void {
  db.run(
    'delete from rds_snapshots where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )
}
