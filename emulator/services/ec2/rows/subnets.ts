import type { Subnet, SubnetIpv6CidrBlockAssociation } from '@aws-sdk/client-ec2'
import { parseIpv4Block, reservedAddresses } from '../addresses.ts'
import { arnOf } from '../arns.ts'
import { deleteRows, hasRow, updateRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { flag, json, jsonEach, never } from '../describe/sql.ts'
import { tagsOf } from './tags.ts'

export interface SubnetRow {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly subnet_id: string
  readonly vpc_id: string
  readonly availability_zone: string
  readonly availability_zone_id: string
  readonly cidr_block: string
  readonly state: string
  readonly default_for_az: number
  readonly map_public_ip_on_launch: number
  readonly doc: string
}

const ipv6Associations = 'Ipv6CidrBlockAssociationSet'
const prefixLength = `cast(substr(t.cidr_block, instr(t.cidr_block, '/') + 1) as integer)`

export const subnets = resource<SubnetRow>({
  type: 'subnet',
  table: 'ec2_subnets',
  id: 'subnet_id',
  prefix: 'subnet',
  notFound: idDoesNotExist('InvalidSubnetID.NotFound', 'subnet'),
  malformed: 'InvalidSubnetID.Malformed',
  filters: {
    'availability-zone': 't.availability_zone',
    availabilityZone: 't.availability_zone',
    'availability-zone-id': 't.availability_zone_id',
    availabilityZoneId: 't.availability_zone_id',
    'available-ip-address-count': `cast((1 << (32 - ${prefixLength})) - ${reservedAddresses} - (
      select count(*) from ec2_private_addresses a
      where a.account = t.account and a.region = t.region and a.subnet_id = t.subnet_id) as text)`,
    'cidr-block': 't.cidr_block',
    cidr: 't.cidr_block',
    cidrBlock: 't.cidr_block',
    'customer-owned-ipv4-pool': never,
    'default-for-az': flag('t.default_for_az'),
    defaultForAz: flag('t.default_for_az'),
    'enable-dns64': json('EnableDns64'),
    'enable-lni-at-device-index': never,
    'ipv6-cidr-block-association.association-id': jsonEach(ipv6Associations, 'AssociationId'),
    'ipv6-cidr-block-association.ipv6-cidr-block': jsonEach(ipv6Associations, 'Ipv6CidrBlock'),
    'ipv6-cidr-block-association.state': jsonEach(ipv6Associations, 'Ipv6CidrBlockState.State'),
    'ipv6-native': json('Ipv6Native'),
    'map-customer-owned-ip-on-launch': json('MapCustomerOwnedIpOnLaunch'),
    'map-public-ip-on-launch': flag('t.map_public_ip_on_launch'),
    'outpost-arn': never,
    'owner-id': 't.account',
    'private-dns-name-options-on-launch.hostname-type': json(
      'PrivateDnsNameOptionsOnLaunch.HostnameType',
    ),
    'private-dns-name-options-on-launch.enable-resource-name-dns-a-record': json(
      'PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsARecord',
    ),
    'private-dns-name-options-on-launch.enable-resource-name-dns-aaaa-record': json(
      'PrivateDnsNameOptionsOnLaunch.EnableResourceNameDnsAAAARecord',
    ),
    state: 't.state',
    'subnet-arn': `'arn:aws:ec2:' || t.region || ':' || t.account || ':subnet/' || t.subnet_id`,
    'subnet-id': 't.subnet_id',
    'vpc-id': 't.vpc_id',
  },
})

export function toSubnets(rows: readonly SubnetRow[], scope: Scope): Subnet[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.subnet_id),
  )
  return rows.map((row) => ({
    ...(JSON.parse(row.doc) as Partial<Subnet>),
    SubnetId: row.subnet_id,
    SubnetArn: arnOf(row, 'subnet', row.subnet_id),
    VpcId: row.vpc_id,
    OwnerId: row.account,
    AvailabilityZone: row.availability_zone,
    AvailabilityZoneId: row.availability_zone_id,
    CidrBlock: row.cidr_block,
    AvailableIpAddressCount: availableAddresses(scope, row),
    State: row.state as NonNullable<Subnet['State']>,
    DefaultForAz: row.default_for_az === 1,
    MapPublicIpOnLaunch: row.map_public_ip_on_launch === 1,
    BlockPublicAccessStates: { InternetGatewayBlockMode: 'off' },
    Tags: tags.get(row.subnet_id),
  }))
}

/** How many addresses an interface could still get. */
export function availableAddresses(scope: Scope, subnet: SubnetRow): number {
  const used = scope.db.get<{ count: number }>(
    'select count(*) as count from ec2_private_addresses where account = ? and region = ? and subnet_id = ?',
    scope.account,
    scope.region,
    subnet.subnet_id,
  )!.count
  return parseIpv4Block(subnet.cidr_block)!.size - reservedAddresses - used
}

/** The default subnets of the default VPC, one in each zone. */
export const defaultSubnets = ({ db, account, region }: Scope): SubnetRow[] =>
  db.all<SubnetRow>(
    `select * from ec2_subnets where account = ? and region = ? and default_for_az = 1
     order by availability_zone`,
    account,
    region,
  )

export interface NewSubnet {
  readonly subnetId: string
  readonly vpcId: string
  readonly zone: { readonly name: string; readonly id: string }
  readonly cidrBlock: string
  readonly defaultForAz: boolean
  readonly mapPublicIpOnLaunch: boolean
  readonly ipv6?: SubnetIpv6CidrBlockAssociation | undefined
}

export function insertSubnet(scope: Scope, subnet: NewSubnet): void {
  insertRow(scope, 'ec2_subnets', {
    subnet_id: subnet.subnetId,
    vpc_id: subnet.vpcId,
    availability_zone: subnet.zone.name,
    availability_zone_id: subnet.zone.id,
    cidr_block: subnet.cidrBlock,
    state: 'available',
    default_for_az: Number(subnet.defaultForAz),
    map_public_ip_on_launch: Number(subnet.mapPublicIpOnLaunch),
    doc: JSON.stringify({
      AssignIpv6AddressOnCreation: false,
      EnableDns64: false,
      Ipv6CidrBlockAssociationSet: subnet.ipv6 ? [subnet.ipv6] : [],
      Ipv6Native: false,
      MapCustomerOwnedIpOnLaunch: false,
      PrivateDnsNameOptionsOnLaunch: {
        HostnameType: 'ip-name',
        EnableResourceNameDnsARecord: false,
        EnableResourceNameDnsAAAARecord: false,
      },
    } satisfies Partial<Subnet>),
  })
}

export const subnetsOfVpc = ({ db, account, region }: Scope, vpcId: string): SubnetRow[] =>
  db.all<SubnetRow>(
    'select * from ec2_subnets where account = ? and region = ? and vpc_id = ? order by seq',
    account,
    region,
    vpcId,
  )

/** What of a subnet stands in its document. */
export const subnetDocument = (row: SubnetRow): Partial<Subnet> =>
  JSON.parse(row.doc) as Partial<Subnet>

export const ipv6BlocksOf = (row: SubnetRow): SubnetIpv6CidrBlockAssociation[] =>
  subnetDocument(row).Ipv6CidrBlockAssociationSet ?? []

export const updateSubnetDocument = (scope: Scope, row: SubnetRow, changes: Partial<Subnet>) =>
  updateRows(scope, 'ec2_subnets', 'subnet_id', row.subnet_id, {
    doc: JSON.stringify({ ...subnetDocument(row), ...changes }),
  })

export const setMapPublicIp = (scope: Scope, id: string, value: boolean): void =>
  updateRows(scope, 'ec2_subnets', 'subnet_id', id, { map_public_ip_on_launch: Number(value) })

export const hasInterfaces = (scope: Scope, id: string): boolean =>
  hasRow(scope, 'ec2_network_interfaces', 'subnet_id', id)

export const deleteSubnet = (scope: Scope, id: string): void => {
  deleteRows(scope, 'ec2_subnets', 'subnet_id', id)
}
