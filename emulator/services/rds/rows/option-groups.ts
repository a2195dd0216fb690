import type { Option } from '@aws-sdk/client-rds'
import type { Database } from '../../../store/database.ts'
import type { Place } from './instances.ts'

export interface OptionGroup extends Place {
  /** In lower case. */
  readonly name: string
  readonly engine: string
  readonly majorVersion: string
  readonly description: string
  /** As DescribeOptionGroups shows them. */
  readonly options: readonly Option[]
}

interface GroupRow extends Place {
  name: string
  engine: string
  major_version: string
  description: string
  options: string
}

const toGroup = (row: GroupRow): OptionGroup => ({
  account: row.account,
  region: row.region,
  name: row.name,
  engine: row.engine,
  majorVersion: row.major_version,
  description: row.description,
  options: JSON.parse(row.options) as Option[],
})

export function findOptionGroup(
  db: Database,
  { account, region }: Place,
  name: string,
): OptionGroup | undefined {
  const row = db.get<GroupRow>(
    'select * from rds_option_groups where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )
  return row && toGroup(row)
}

/** By name; an account's quota is 20. */
export const listOptionGroups = (db: Database, { account, region }: Place): OptionGroup[] =>
  db
    .all<GroupRow>(
      'select * from rds_option_groups where account = ? and region = ? order by name',
      account,
      region,
    )
    .map(toGroup)

/** Makes a group, or writes what of it has changed. */
export function putOptionGroup(db: Database, group: OptionGroup): void {
  db.run(
    `insert into rds_option_groups (account, region, name, engine, major_version, description, options)
     values (?, ?, ?, ?, ?, ?, ?) on conflict do update set options = excluded.options`,
    group.account,
    group.region,
    group.name,
    group.engine,
    group.majorVersion,
    group.description,
    JSON.stringify(group.options),
  )
}

export function deleteOptionGroup(db: Database, { account, region, name }: OptionGroup): void {
  db.run(
    'delete from rds_option_groups where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )
}

/** Whether an instance or a snapshot has the group. */
export const isOptionGroupInUse = (db: Database, { account, region, name }: OptionGroup): boolean =>
  db.get(
    `select 1 from rds_instances where account = ? and region = ? and option_group = ?
     union all select 1 from rds_snapshots where account = ? and region = ? and option_group = ?`,
    account,
    region,
    name,
    account,
    region,
    name,
  ) !== undefined
