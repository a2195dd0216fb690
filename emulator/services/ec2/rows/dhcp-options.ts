import type { DhcpConfiguration, DhcpOptions } from '@aws-sdk/client-ec2'
import { deleteRows, hasRow } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { jsonEach } from '../describe/sql.ts'
import { tagsOf } from './tags.ts'

export interface DhcpOptionsRow {
  readonly seq: number
  readonly account: string
  readonly dhcp_options_id: string
  readonly doc: string
}

const configurations = 'DhcpConfigurations'

export const dhcpOptions = resource<DhcpOptionsRow>({
  type: 'dhcp-options',
  table: 'ec2_dhcp_options',
  id: 'dhcp_options_id',
  prefix: 'dopt',
  notFound: idDoesNotExist('InvalidDhcpOptionID.NotFound', 'dhcpOption'),
  malformed: 'InvalidDhcpOptionsId.Malformed',
  filters: {
    'dhcp-options-id': 't.dhcp_options_id',
    key: jsonEach(configurations, 'Key'),
    value: {
      elements: `json_each(t.doc, '$.${configurations}') e, json_each(e.value, '$.Values') v`,
      value: `json_extract(v.value, '$.Value')`,
    },
    'owner-id': 't.account',
  },
})

export function toDhcpOptions(rows: readonly DhcpOptionsRow[], scope: Scope): DhcpOptions[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.dhcp_options_id),
  )
  return rows.map((row) => ({
    ...(JSON.parse(row.doc) as DhcpOptions),
    DhcpOptionsId: row.dhcp_options_id,
    OwnerId: row.account,
    Tags: tags.get(row.dhcp_options_id) ?? [],
  }))
}

export const insertDhcpOptions = (
  scope: Scope,
  id: string,
  configuration: readonly DhcpConfiguration[],
): void =>
  insertRow(scope, 'ec2_dhcp_options', {
    dhcp_options_id: id,
    doc: JSON.stringify({ DhcpConfigurations: configuration }),
  })

/** The oldest set with exactly this configuration. */
export const findDhcpOptionsLike = (
  { db, account, region }: Scope,
  configuration: readonly DhcpConfiguration[],
): DhcpOptionsRow | undefined =>
  db.get<DhcpOptionsRow>(
    `select * from ec2_dhcp_options where account = ? and region = ? and doc = ?
     order by seq limit 1`,
    account,
    region,
    JSON.stringify({ DhcpConfigurations: configuration }),
  )

export const isDhcpOptionsInUse = (scope: Scope, id: string): boolean =>
  hasRow(scope, 'ec2_vpcs', 'dhcp_options_id', id)

export const deleteDhcpOptions = (scope: Scope, id: string): void => {
  deleteRows(scope, 'ec2_dhcp_options', 'dhcp_options_id', id)
}
