import type { Database } from '../../../store/database.ts'
import type { Place } from './instances.ts'

/** Instances and clusters have groups of their own kinds, whose names do not meet. */
export type GroupKind = 'instance' | 'cluster'

export interface ParameterGroup extends Place {
  readonly kind: GroupKind
  /** In lower case. */
  readonly name: string
  readonly family: string
  readonly description: string
  /** What its owner has set, by the parameters' names. */
  readonly changes: Readonly<Record<string, ParameterChange>>
}

export interface ParameterChange {
  readonly value: string
  readonly method: 'immediate' | 'pending-reboot'
}

interface GroupRow extends Place {
  kind: GroupKind
  name: string
  family: string
  description: string
  changes: string
}

const columns = 'account, region, kind, name, family, description, changes'

const toGroup = (row: GroupRow): ParameterGroup => ({
  ...row,
  changes: JSON.parse(row.changes) as Record<string, ParameterChange>,
})

export function findParameterGroup(
  db: Database,
  { account, region }: Place,
  kind: GroupKind,
  name: string,
): ParameterGroup | undefined {
  const row = db.get<GroupRow>(
    `select ${columns} from rds_parameter_groups where account = ? and region = ? and kind = ? and name = ?`,
    account,
    region,
    kind,
    name,
  )
  return row && toGroup(row)
}

/** By name; an account's quota is 50. */
export const listParameterGroups = (
  db: Database,
  { account, region }: Place,
  kind: GroupKind,
): ParameterGroup[] =>
  db
    .all<GroupRow>(
      `select ${columns} from rds_parameter_groups where account = ? and region = ? and kind = ? order by name`,
      account,
      region,
      kind,
    )
    .map(toGroup)

export function insertParameterGroup(db: Database, group: ParameterGroup): void {
  db.run(
    `insert into rds_parameter_groups (${columns}) values (?, ?, ?, ?, ?, ?, ?)`,
    group.account,
    group.region,
    group.kind,
    group.name,
    group.family,
    group.description,
    JSON.stringify(group.changes),
  )
}

export function setChanges(
  db: Database,
  { account, region, kind, name }: ParameterGroup,
  changes: ParameterGroup['changes'],
): void {
  db.run(
    `update rds_parameter_groups set changes = ? where account = ? and region = ? and kind = ? and name = ?`,
    JSON.stringify(changes),
    account,
    region,
    kind,
    name,
  )
}

export function deleteParameterGroup(
  db: Database,
  { account, region, kind, name }: ParameterGroup,
): void {
  db.run(
    'delete from rds_parameter_groups where account = ? and region = ? and kind = ? and name = ?',
    account,
    region,
    kind,
    name,
  )
}

/** Whether an instance or a cluster has the group. */
export function isParameterGroupInUse(
  db: Database,
  { account, region, kind, name }: ParameterGroup,
): boolean {
  const table = kind === 'instance' ? 'rds_instances' : 'rds_clusters'
  const found = db.get(
    `select 1 from ${table} where account = ? and region = ? and parameter_group = ?`,
    account,
    region,
    name,
  )
  return found !== undefined
}
