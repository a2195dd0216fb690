import type { SubnetFacts } from '../../../ports.ts'
import type { Database } from '../../../store/database.ts'
import type { Place } from './instances.ts'

export interface SubnetGroup extends Place {
  /** In lower case. */
  readonly name: string
  readonly description: string
  readonly vpcId: string
  readonly subnets: readonly Pick<SubnetFacts, 'id' | 'zone'>[]
}

interface GroupRow extends Place {
  name: string
  description: string
  vpc_id: string
  subnets: string
}

const toGroup = (row: GroupRow): SubnetGroup => ({
  account: row.account,
  region: row.region,
  name: row.name,
  description: row.description,
  vpcId: row.vpc_id,
  subnets: JSON.parse(row.subnets) as SubnetGroup['subnets'],
})

export function findSubnetGroup(
  db: Database,
  { account, region }: Place,
  name: string,
): SubnetGroup | undefined {
  const row = db.get<GroupRow>(
    'select * from rds_subnet_groups where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )
  return row && toGroup(row)
}

/** By name; an account's quota is 50. */
export const listSubnetGroups = (db: Database, { account, region }: Place): SubnetGroup[] =>
  db
    .all<GroupRow>(
      'select * from rds_subnet_groups where account = ? and region = ? order by name',
      account,
      region,
    )
    .map(toGroup)

/** Makes a group, or writes what of it has changed. */
export function putSubnetGroup(db: Database, group: SubnetGroup): void {
  db.run(
    `insert into rds_subnet_groups (account, region, name, description, vpc_id, subnets)
     values (?, ?, ?, ?, ?, ?)
     on conflict do update set description = excluded.description, vpc_id = excluded.vpc_id, subnets = excluded.subnets`,
    group.account,
    group.region,
    group.name,
    group.description,
    group.vpcId,
    JSON.stringify(group.subnets),
  )
}

export function deleteSubnetGroup(db: Database, { account, region, name }: SubnetGroup): void {
  db.run(
    'delete from rds_subnet_groups where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )
}

/** An instance or a cluster that is in the group: its identifier. */
export const memberOfSubnetGroup = (
  db: Database,
  { account, region, name }: SubnetGroup,
): string | undefined =>
  db.get<{ id: string }>(
    `select id from rds_instances where account = ? and region = ? and subnet_group = ?
     union all select id from rds_clusters where account = ? and region = ? and subnet_group = ? limit 1`,
    account,
    region,
    name,
    account,
    region,
    name,
  )?.id
