import type { PlacementGroup } from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { arnOf } from '../arns.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { tagsOf } from './tags.ts'

export interface PlacementGroupRow {
  readonly seq: number
  readonly group_id: string
  readonly group_name: string
  readonly strategy: 'cluster' | 'partition' | 'spread'
  readonly partition_count: number | null
  readonly spread_level: 'host' | 'rack' | null
}

export const placementGroups = resource<PlacementGroupRow>({
  type: 'placement-group',
  table: 'ec2_placement_groups',
  id: 'group_id',
  prefix: 'pg',
  notFound: idDoesNotExist('InvalidPlacementGroupId.NotFound', 'placement group'),
  malformed: 'InvalidPlacementGroupId.Malformed',
  filters: {
    'group-arn': `'arn:aws:ec2:' || t.region || ':' || t.account || ':placement-group/' || t.group_name`,
    'group-name': 't.group_name',
    'spread-level': 't.spread_level',
    state: `'available'`,
    strategy: 't.strategy',
  },
})

export const findPlacementGroup = (
  { db, account, region }: Scope,
  name: string,
): PlacementGroupRow | undefined =>
  db.get<PlacementGroupRow>(
    'select * from ec2_placement_groups where account = ? and region = ? and group_name = ?',
    account,
    region,
    name,
  )

/** @throws InvalidPlacementGroup.Unknown */
export function requirePlacementGroup(scope: Scope, name: string): PlacementGroupRow {
  const row = findPlacementGroup(scope, name)
  if (row) return row
  throw new AwsError('InvalidPlacementGroup.Unknown', `The placement group '${name}' is unknown.`)
}

export function toPlacementGroups(
  rows: readonly PlacementGroupRow[],
  scope: Scope,
): PlacementGroup[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.group_id),
  )
  return rows.map((row) => ({
    GroupId: row.group_id,
    GroupName: row.group_name,
    GroupArn: arnOf(scope, 'placement-group', row.group_name),
    State: 'available',
    Strategy: row.strategy,
    ...(row.partition_count === null ? {} : { PartitionCount: row.partition_count }),
    ...(row.spread_level === null ? {} : { SpreadLevel: row.spread_level }),
    Tags: tags.get(row.group_id),
  }))
}

export const insertPlacementGroup = (scope: Scope, row: Omit<PlacementGroupRow, 'seq'>): void =>
  insertRow(scope, 'ec2_placement_groups', { ...row })

/** Whether instances that are not terminated are in the group. */
export const isPlacementGroupUsed = ({ db, account, region }: Scope, name: string): boolean =>
  db.get(
    `select 1 from ec2_instances where account = ? and region = ? and state <> 'terminated'
       and json_extract(doc, '$.Placement.GroupName') = ? limit 1`,
    account,
    region,
    name,
  ) !== undefined

export function deletePlacementGroup({ db, account, region }: Scope, id: string): void {
  db.run(
    'delete from ec2_placement_groups where account = ? and region = ? and group_id = ?',
    account,
    region,
    id,
  )
}
