import type { AddPrefixListEntry, ManagedPrefixList, PrefixListEntry } from '@aws-sdk/client-ec2'
import { arnOf } from '../arns.ts'
import { deleteRows, hasRow, updateRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { tagsOf } from './tags.ts'

/** AWS's own lists belong to `AWS`: they are rows of every account and region that has used EC2. */
export interface PrefixListRow {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly prefix_list_id: string
  readonly prefix_list_name: string
  readonly address_family: 'IPv4' | 'IPv6'
  readonly state: NonNullable<ManagedPrefixList['State']>
  readonly max_entries: number
  readonly version: number
}

/** AWS's lists have no version and no size; 0 stands for that. */
export const isAwsManaged = (row: PrefixListRow): boolean => row.version === 0

const owner = `iif(t.version = 0, 'AWS', t.account)`

export const prefixLists = resource<PrefixListRow>({
  type: 'prefix-list',
  table: 'ec2_prefix_lists',
  id: 'prefix_list_id',
  prefix: 'pl',
  notFound: idDoesNotExist('InvalidPrefixListID.NotFound', 'prefix list'),
  malformed: 'InvalidPrefixListId.Malformed',
  limits: { least: 1, most: 100 },
  filters: {
    'owner-id': owner,
    'prefix-list-id': 't.prefix_list_id',
    'prefix-list-name': 't.prefix_list_name',
  },
})

export function toManagedPrefixLists(
  rows: readonly PrefixListRow[],
  scope: Scope,
): ManagedPrefixList[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.prefix_list_id),
  )
  return rows.map((row) => {
    const aws = isAwsManaged(row)
    return {
      PrefixListId: row.prefix_list_id,
      PrefixListName: row.prefix_list_name,
      PrefixListArn: arnOf(
        { account: aws ? 'aws' : row.account, region: row.region },
        'prefix-list',
        row.prefix_list_id,
      ),
      AddressFamily: row.address_family,
      State: row.state,
      OwnerId: aws ? 'AWS' : row.account,
      ...(aws ? {} : { MaxEntries: row.max_entries, Version: row.version }),
      Tags: tags.get(row.prefix_list_id) ?? [],
    }
  })
}

export const insertPrefixList = (
  scope: Scope,
  list: Omit<PrefixListRow, 'seq' | 'account' | 'region'>,
): void => insertRow(scope, 'ec2_prefix_lists', { ...list })

export const updatePrefixList = (
  scope: Scope,
  id: string,
  changes: Partial<Pick<PrefixListRow, 'prefix_list_name' | 'state' | 'max_entries' | 'version'>>,
): void => updateRows(scope, 'ec2_prefix_lists', 'prefix_list_id', id, changes)

export function deletePrefixList(scope: Scope, id: string): void {
  deleteRows(scope, 'ec2_prefix_list_entries', 'prefix_list_id', id)
  deleteRows(scope, 'ec2_prefix_lists', 'prefix_list_id', id)
}

export function insertPrefixListEntries(
  scope: Scope,
  id: string,
  version: number,
  entries: readonly AddPrefixListEntry[],
): void {
  for (const { Cidr, Description } of entries) {
    insertRow(scope, 'ec2_prefix_list_entries', {
      prefix_list_id: id,
      version,
      cidr: Cidr!,
      description: Description ?? null,
    })
  }
}

/** The entries of one version, in the order they were added. */
export const entriesOf = (
  { db, account, region }: Scope,
  id: string,
  version: number,
): (PrefixListEntry & { readonly Cidr: string })[] =>
  db
    .all<{ cidr: string; description: string | null }>(
      `select cidr, description from ec2_prefix_list_entries
       where account = ? and region = ? and prefix_list_id = ? and version = ? order by seq`,
      account,
      region,
      id,
      version,
    )
    .map((row) => ({
      Cidr: row.cidr,
      ...(row.description === null ? {} : { Description: row.description }),
    }))

export const findPrefixListByName = (
  { db, account, region }: Scope,
  name: string,
): PrefixListRow | undefined =>
  db.get<PrefixListRow>(
    `select * from ec2_prefix_lists where account = ? and region = ? and prefix_list_name = ?`,
    account,
    region,
    name,
  )

/** Whether a route or a rule of a security group names the list. */
export const isPrefixListInUse = (scope: Scope, id: string): boolean =>
  hasRow(scope, 'ec2_routes', 'destination', id) ||
  hasRow(scope, 'ec2_security_group_rules', 'peer', id)
