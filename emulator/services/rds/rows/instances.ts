import type { DBInstance, PendingModifiedValues } from '@aws-sdk/client-rds'
import type { Database } from '../../../store/database.ts'

export interface Instance extends Place {
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
  /** Names of groups, in lower case. An option group may be none. */
  readonly parameterGroup: string
  readonly optionGroup: string
  readonly subnetGroup: string | null
  /** What it is a read replica of: an identifier, or an ARN where that is in another region. */
  readonly source: string | null
  /** Everything else that DescribeDBInstances shows, as it shows it. */
  readonly configuration: Partial<DBInstance>
  /** What waits for the maintenance window or a reboot. */
  readonly pending: Partial<PendingModifiedValues>
  readonly private: InstancePrivate
}

export interface Place {
  readonly account: string
  readonly region: string
}

/** What is never shown. */
export interface InstancePrivate {
  /** Where its endpoint listens, once it has been given a port. */
  readonly port?: number
  /** The port that was asked for: rules are about it. */
  readonly wantedPort?: number
  /** A master password that the engine has not been given yet. */
  readonly newPassword?: string
  /** What the engine is to be made from, until it is made. */
  readonly origin?: Origin
  /** What is being done now, that the status alone does not say. */
  readonly task?: Task
  /** The data directory that is in use, of two: a failover uses the other. */
  readonly slot?: 'a' | 'b'
  /** Parameters wait for a reboot. */
  readonly parametersPending?: boolean
  /** A password that waits for the maintenance window. */
  readonly pendingPassword?: string
}

/** Where the data of a new instance come from. */
export type Origin =
  | { readonly kind: 'new'; readonly databaseName?: string }
  | { readonly kind: 'backup'; readonly backup: BackupPlace }
  | {
      readonly kind: 'moment'
      readonly backup: BackupPlace
      /** Whose log leads on from the backup. */
      readonly resourceId: string
      /** Of the wall, in ms since the epoch: the last commits before it are in. Without it: all there are. */
      readonly wallTime?: number
    }
  | { readonly kind: 'replica'; readonly source: Place & { readonly resourceId: string } }

export interface BackupPlace extends Place {
  readonly id: string
}

export type Task =
  | { readonly kind: 'reboot'; readonly failover: boolean }
  | { readonly kind: 'delete'; readonly finalSnapshot?: string }
  | { readonly kind: 'stop'; readonly snapshot?: string }
  | { readonly kind: 'promote' }
  | { readonly kind: 'switch-over'; readonly deployment: string }

interface InstanceRow extends Place {
  id: string
  resource_id: string
  cluster_id: string | null
  engine: string
  engine_version: string
  status: string
  created_at: number
  parameter_group: string
  option_group: string
  subnet_group: string | null
  source: string | null
  configuration: string
  pending: string
  private: string
}

const columns =
  'account, region, id, resource_id, cluster_id, engine, engine_version, status, created_at, parameter_group, option_group, subnet_group, source, configuration, pending, private'

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
  parameterGroup: row.parameter_group,
  optionGroup: row.option_group,
  subnetGroup: row.subnet_group,
  source: row.source,
  configuration: revive(JSON.parse(row.configuration) as Partial<DBInstance>),
  pending: JSON.parse(row.pending) as Partial<PendingModifiedValues>,
  private: JSON.parse(row.private) as InstancePrivate,
})

/** Moments are text in JSON. */
function revive(configuration: Partial<DBInstance>): Partial<DBInstance> {
  const { LatestRestorableTime, AutomaticRestartTime, CertificateDetails } = configuration
  return {
    ...configuration,
    ...(LatestRestorableTime && { LatestRestorableTime: new Date(LatestRestorableTime) }),
    ...(AutomaticRestartTime && { AutomaticRestartTime: new Date(AutomaticRestartTime) }),
    ...(CertificateDetails?.ValidTill && {
      CertificateDetails: {
        ...CertificateDetails,
        ValidTill: new Date(CertificateDetails.ValidTill),
      },
    }),
  }
}

/** @param place the account and region */
export function findInstance(
  db: Database,
  { account, region }: Place,
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

/** By `db-…`, which a new name does not change. */
export function findInstanceByResource(
  db: Database,
  { account, region }: Place,
  resourceId: string,
): Instance | undefined {
  const row = db.get<InstanceRow>(
    `select ${columns} from rds_instances where account = ? and region = ? and resource_id = ?`,
    account,
    region,
    resourceId,
  )
  return row && toInstance(row)
}

/** All instances of an account in a region (its quota is 40), by identifier. */
export function listInstances(db: Database, { account, region }: Place): Instance[] {
  return db
    .all<InstanceRow>(
      `select ${columns} from rds_instances where account = ? and region = ? order by id`,
      account,
      region,
    )
    .map(toInstance)
}

/** The instances of every account and region: for what is done when the emulator starts. */
export const allInstances = (db: Database): Instance[] =>
  db
    .all<InstanceRow>(`select ${columns} from rds_instances order by account, region, id`)
    .map(toInstance)

export function insertInstance(db: Database, instance: Instance): void {
  db.run(
    `insert into rds_instances (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    instance.account,
    instance.region,
    instance.id,
    instance.resourceId,
    instance.clusterId,
    instance.engine,
    instance.engineVersion,
    instance.status,
    instance.createdAt,
    instance.parameterGroup,
    instance.optionGroup,
    instance.subnetGroup,
    instance.source,
    JSON.stringify(instance.configuration),
    JSON.stringify(instance.pending),
    JSON.stringify(instance.private),
  )
}

/** What of an instance can change; its resource id can't. */
export type InstanceChange = Partial<Omit<Instance, keyof Place | 'resourceId'>>

/** @returns the instance as it is now */
export function updateInstance(db: Database, before: Instance, change: InstanceChange): Instance {
  const after: Instance = { ...before, ...change }
  db.run(
    `update rds_instances set id = ?, cluster_id = ?, engine_version = ?, status = ?, created_at = ?,
       parameter_group = ?, option_group = ?, subnet_group = ?, source = ?, configuration = ?, pending = ?, private = ?
     where account = ? and region = ? and id = ?`,
    after.id,
    after.clusterId,
    after.engineVersion,
    after.status,
    after.createdAt,
    after.parameterGroup,
    after.optionGroup,
    after.subnetGroup,
    after.source,
    JSON.stringify(after.configuration),
    JSON.stringify(after.pending),
    JSON.stringify(after.private),
    before.account,
    before.region,
    before.id,
  )
  return after
}

export function deleteInstance(db: Database, { account, region, id }: Instance): void {
  db.run(
    'delete from rds_instances where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )
}
