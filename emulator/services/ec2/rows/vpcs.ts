import type { Vpc, VpcCidrBlockAssociation, VpcIpv6CidrBlockAssociation } from '@aws-sdk/client-ec2'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { deleteRows, hasRow, updateRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { flag, jsonEach } from '../describe/sql.ts'
import { tagsOf } from './tags.ts'

export interface VpcRow {
  readonly seq: number
  readonly account: string
  readonly vpc_id: string
  readonly cidr_block: string
  readonly state: string
  readonly is_default: number
  readonly dhcp_options_id: string
  readonly instance_tenancy: string
  readonly enable_dns_support: number
  readonly enable_dns_hostnames: number
  readonly network_address_usage_metrics: number
  readonly doc: string
}

const associations = 'CidrBlockAssociationSet'
const ipv6Associations = 'Ipv6CidrBlockAssociationSet'

export const vpcs = resource<VpcRow>({
  type: 'vpc',
  table: 'ec2_vpcs',
  id: 'vpc_id',
  prefix: 'vpc',
  notFound: idDoesNotExist('InvalidVpcID.NotFound', 'vpc'),
  malformed: 'InvalidVpcID.Malformed',
  filters: {
    cidr: 't.cidr_block',
    cidrBlock: 't.cidr_block',
    'cidr-block': 't.cidr_block',
    'cidr-block-association.association-id': jsonEach(associations, 'AssociationId'),
    'cidr-block-association.cidr-block': jsonEach(associations, 'CidrBlock'),
    'cidr-block-association.state': jsonEach(associations, 'CidrBlockState.State'),
    'dhcp-options-id': 't.dhcp_options_id',
    dhcpOptionsId: 't.dhcp_options_id',
    'ipv6-cidr-block-association.association-id': jsonEach(ipv6Associations, 'AssociationId'),
    'ipv6-cidr-block-association.ipv6-cidr-block': jsonEach(ipv6Associations, 'Ipv6CidrBlock'),
    'ipv6-cidr-block-association.ipv6-pool': jsonEach(ipv6Associations, 'Ipv6Pool'),
    'ipv6-cidr-block-association.state': jsonEach(ipv6Associations, 'Ipv6CidrBlockState.State'),
    'is-default': flag('t.is_default'),
    isDefault: flag('t.is_default'),
    'owner-id': 't.account',
    state: 't.state',
    'vpc-id': 't.vpc_id',
  },
})

export function toVpcs(rows: readonly VpcRow[], scope: Scope): Vpc[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.vpc_id),
  )
  return rows.map((row) => ({
    ...(JSON.parse(row.doc) as Partial<Vpc>),
    VpcId: row.vpc_id,
    OwnerId: row.account,
    CidrBlock: row.cidr_block,
    State: row.state as NonNullable<Vpc['State']>,
    IsDefault: row.is_default === 1,
    DhcpOptionsId: row.dhcp_options_id,
    InstanceTenancy: row.instance_tenancy as NonNullable<Vpc['InstanceTenancy']>,
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    Tags: tags.get(row.vpc_id),
  }))
}

export const defaultVpc = ({ db, account, region }: Scope): VpcRow | undefined =>
  db.get<VpcRow>(
    'select * from ec2_vpcs where account = ? and region = ? and is_default = 1',
    account,
    region,
  )

export interface NewVpc {
  readonly vpcId: string
  readonly cidrBlock: string
  readonly associationId: string
  readonly isDefault: boolean
  readonly dhcpOptionsId: string
  readonly instanceTenancy: 'default' | 'dedicated' | 'host'
  readonly dnsHostnames: boolean
  readonly ipv6?: VpcIpv6CidrBlockAssociation | undefined
}

export function insertVpc(scope: Scope, vpc: NewVpc): void {
  insertRow(scope, 'ec2_vpcs', {
    vpc_id: vpc.vpcId,
    cidr_block: vpc.cidrBlock,
    state: 'available',
    is_default: Number(vpc.isDefault),
    dhcp_options_id: vpc.dhcpOptionsId,
    instance_tenancy: vpc.instanceTenancy,
    enable_dns_support: 1,
    enable_dns_hostnames: Number(vpc.dnsHostnames),
    doc: JSON.stringify({
      CidrBlockAssociationSet: [
        {
          AssociationId: vpc.associationId,
          CidrBlock: vpc.cidrBlock,
          CidrBlockState: { State: 'associated' },
        },
      ],
      Ipv6CidrBlockAssociationSet: vpc.ipv6 ? [vpc.ipv6] : [],
    } satisfies Partial<Vpc>),
  })
}

/** The blocks of a VPC, with their associations. */
export interface VpcBlocks {
  readonly CidrBlockAssociationSet: readonly VpcCidrBlockAssociation[]
  readonly Ipv6CidrBlockAssociationSet: readonly VpcIpv6CidrBlockAssociation[]
}

export const blocksOf = (row: VpcRow): VpcBlocks => JSON.parse(row.doc) as VpcBlocks

/** Every block of both families, the primary first. */
export function blockTexts(row: VpcRow): string[] {
  const { CidrBlockAssociationSet: v4, Ipv6CidrBlockAssociationSet: v6 } = blocksOf(row)
  return [
    ...v4.map(({ CidrBlock }) => CidrBlock!),
    ...v6.map(({ Ipv6CidrBlock }) => Ipv6CidrBlock!),
  ]
}

export const setBlocks = (scope: Scope, id: string, blocks: VpcBlocks): void =>
  updateRows(scope, 'ec2_vpcs', 'vpc_id', id, { doc: JSON.stringify(blocks) })

/** @param changes columns of the row */
export const updateVpc = (
  scope: Scope,
  id: string,
  changes: Partial<
    Pick<
      VpcRow,
      | 'dhcp_options_id'
      | 'instance_tenancy'
      | 'enable_dns_support'
      | 'enable_dns_hostnames'
      | 'network_address_usage_metrics'
    >
  >,
): void => updateRows(scope, 'ec2_vpcs', 'vpc_id', id, changes)

export const deleteVpc = (scope: Scope, id: string): void => {
  deleteRows(scope, 'ec2_vpcs', 'vpc_id', id)
}

/** Whether something stands in the VPC that its owner put there. */
export const hasDependents = (scope: Scope, vpcId: string): boolean =>
  hasRow(scope, 'ec2_subnets', 'vpc_id', vpcId) ||
  hasRow(scope, 'ec2_internet_gateways', 'vpc_id', vpcId) ||
  hasRow(scope, 'ec2_egress_only_gateways', 'vpc_id', vpcId) ||
  hasRow(scope, 'ec2_network_interfaces', 'vpc_id', vpcId) ||
  hasRow(scope, 'ec2_vpc_endpoints', 'vpc_id', vpcId, `and state <> 'deleted'`) ||
  hasRow(scope, 'ec2_network_acls', 'vpc_id', vpcId, 'and is_default = 0') ||
  hasRow(scope, 'ec2_security_groups', 'vpc_id', vpcId, `and group_name <> 'default'`) ||
  hasRecordedParts(scope, vpcId) ||
  hasRow(
    scope,
    'ec2_route_tables',
    'vpc_id',
    vpcId,
    `and route_table_id not in (
       select route_table_id from ec2_route_table_associations a
       where a.account = ec2_route_tables.account and a.region = ec2_route_tables.region and a.main = 1)`,
  )

/** A VPN gateway on the VPC, a transit gateway's attachment in it, a carrier gateway of it. */
const hasRecordedParts = ({ db, account, region }: Scope, vpcId: string): boolean =>
  db.get(
    `select 1 from ec2_recorded where account = ? and region = ?
     and kind in ('cagw', 'tgw-attach') and state <> 'deleted' and json_extract(doc, '$.VpcId') = ?
     union all
     select 1 from ec2_recorded g, json_each(g.doc, '$.VpcAttachments') e
     where g.account = ? and g.region = ? and g.kind = 'vgw' and g.state <> 'deleted'
     and json_extract(e.value, '$.VpcId') = ? and json_extract(e.value, '$.State') = 'attached'
     limit 1`,
    account,
    region,
    vpcId,
    account,
    region,
    vpcId,
  ) !== undefined
