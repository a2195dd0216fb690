import type {
  GroupIdentifier,
  NetworkInterface,
  NetworkInterfaceAssociation,
} from '@aws-sdk/client-ec2'
import { numberToIpv4, privateDnsName } from '../addresses.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { flag, never, time } from '../describe/sql.ts'
import type { Children } from '../describe/sql.ts'
import { tagsOf } from './tags.ts'

export interface NetworkInterfaceRow {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly network_interface_id: string
  readonly vpc_id: string
  readonly subnet_id: string
  readonly availability_zone: string
  readonly availability_zone_id: string
  readonly private_ip_address: string
  readonly private_dns_name: string
  readonly mac_address: string
  readonly status: string
  readonly description: string
  readonly source_dest_check: number
  readonly public_ip: string | null
  readonly public_dns_name: string | null
  readonly public_ip_owner: string | null
  readonly auto_public_ip: number
  readonly attachment_id: string | null
  readonly instance_id: string | null
  readonly device_index: number | null
  readonly attachment_status: string | null
  readonly attached_at: number | null
  readonly delete_on_termination: number | null
}

const owner = { owner: 'c.network_interface_id', owned: 'network_interface_id' }

const groups = (value: string): Children => ({
  children: `ec2_network_interface_groups c join ec2_security_groups g
    on g.account = c.account and g.region = c.region and g.group_id = c.group_id`,
  ...owner,
  value,
})

const addressText = [24, 16, 8, 0]
  .map((bits) => `((c.address >> ${bits}) & 255)`)
  .join(` || '.' || `)
const addresses = (value: string): Children => ({
  children: 'ec2_private_addresses c',
  ...owner,
  value,
})

/** The filters by an interface's own columns, given what the row is called: instances have them too. */
export const interfaceFilters = (t: string): Record<string, string> => ({
  'association.allocation-id': never,
  'association.association-id': never,
  'association.ip-owner-id': `${t}.public_ip_owner`,
  'association.public-dns-name': `${t}.public_dns_name`,
  'association.public-ip': `${t}.public_ip`,
  'attachment.attach-time': time(`${t}.attached_at`),
  'attachment.attachment-id': `${t}.attachment_id`,
  'attachment.delete-on-termination': flag(`${t}.delete_on_termination`),
  'attachment.device-index': `cast(${t}.device_index as text)`,
  'attachment.instance-id': `${t}.instance_id`,
  'attachment.instance-owner-id': `iif(${t}.instance_id is null, null, ${t}.account)`,
  'attachment.network-card-index': `iif(${t}.instance_id is null, null, '0')`,
  'attachment.status': `${t}.attachment_status`,
  'availability-zone': `${t}.availability_zone`,
  description: `${t}.description`,
  'mac-address': `${t}.mac_address`,
  'network-interface-id': `${t}.network_interface_id`,
  'owner-id': `${t}.account`,
  'private-dns-name': `${t}.private_dns_name`,
  'private-ip-address': `${t}.private_ip_address`,
  'requester-id': never,
  'requester-managed': `'false'`,
  'source-dest-check': flag(`${t}.source_dest_check`),
  status: `${t}.status`,
  'subnet-id': `${t}.subnet_id`,
  'vpc-id': `${t}.vpc_id`,
})

export const networkInterfaces = resource<NetworkInterfaceRow>({
  type: 'network-interface',
  table: 'ec2_network_interfaces',
  id: 'network_interface_id',
  prefix: 'eni',
  notFound: idDoesNotExist('InvalidNetworkInterfaceID.NotFound', 'networkInterface'),
  malformedCode: 'InvalidNetworkInterfaceId.Malformed',
  limits: { least: 5, most: 1000, idsExclude: 'networkInterfaceIdsSet' },
  filters: {
    ...interfaceFilters('t'),
    'availability-zone-id': 't.availability_zone_id',
    'addresses.association.owner-id': 't.public_ip_owner',
    'addresses.association.public-ip': 't.public_ip',
    'addresses.primary': addresses(flag('c.is_primary')),
    'addresses.private-ip-address': addresses(addressText),
    'group-id': groups('g.group_id'),
    'group-name': groups('g.group_name'),
    'interface-type': `'interface'`,
    'ipv6-addresses.ipv6-address': never,
    'operator.managed': `'false'`,
    'operator.principal': never,
  },
})

export function toNetworkInterfaces(
  rows: readonly NetworkInterfaceRow[],
  scope: Scope,
): NetworkInterface[] {
  const ids = rows.map((row) => row.network_interface_id)
  const tags = tagsOf(scope, ids)
  const groups = groupsOf(scope, ids)
  const secondaries = secondaryAddressesOf(scope, ids)
  return rows.map((row) => ({
    NetworkInterfaceId: row.network_interface_id,
    OwnerId: row.account,
    VpcId: row.vpc_id,
    SubnetId: row.subnet_id,
    AvailabilityZone: row.availability_zone,
    AvailabilityZoneId: row.availability_zone_id,
    Description: row.description,
    InterfaceType: 'interface',
    MacAddress: row.mac_address,
    Status: row.status as NonNullable<NetworkInterface['Status']>,
    SourceDestCheck: row.source_dest_check === 1,
    RequesterManaged: false,
    Operator: { Managed: false },
    Groups: groups.get(row.network_interface_id) ?? [],
    PrivateIpAddress: row.private_ip_address,
    PrivateDnsName: row.private_dns_name,
    ...publicAssociation(row),
    PrivateIpAddresses: [
      {
        Primary: true,
        PrivateIpAddress: row.private_ip_address,
        PrivateDnsName: row.private_dns_name,
        ...publicAssociation(row),
      },
      ...(secondaries.get(row.network_interface_id) ?? []).map((address) => ({
        Primary: false,
        PrivateIpAddress: address,
        PrivateDnsName: privateDnsName(row.region, address),
      })),
    ],
    Ipv6Addresses: [],
    ...attachmentOf(row),
    TagSet: tags.get(row.network_interface_id) ?? [],
  }))
}

/** Nothing, or the public address in the form that interfaces and instances share. */
export const publicAssociation = (
  row: NetworkInterfaceRow,
): { Association?: NetworkInterfaceAssociation } =>
  row.public_ip === null
    ? {}
    : {
        Association: {
          IpOwnerId: row.public_ip_owner!,
          PublicDnsName: row.public_dns_name ?? '',
          PublicIp: row.public_ip,
        },
      }

function attachmentOf(row: NetworkInterfaceRow): Pick<NetworkInterface, 'Attachment'> {
  if (row.instance_id === null) return {}
  return {
    Attachment: {
      AttachmentId: row.attachment_id!,
      AttachTime: new Date(row.attached_at!),
      DeleteOnTermination: row.delete_on_termination === 1,
      DeviceIndex: row.device_index!,
      NetworkCardIndex: 0,
      InstanceId: row.instance_id,
      InstanceOwnerId: row.account,
      Status: row.attachment_status as 'attached',
    },
  }
}

/** The security groups of several interfaces, by interface. */
export function groupsOf(
  { db, account, region }: Scope,
  interfaceIds: readonly string[],
): Map<string, GroupIdentifier[]> {
  const rows = db.all<{ network_interface_id: string; group_id: string; group_name: string }>(
    `select i.network_interface_id, i.group_id, g.group_name
     from ec2_network_interface_groups i
     join ec2_security_groups g
       on g.account = i.account and g.region = i.region and g.group_id = i.group_id
     where i.account = ? and i.region = ?
       and i.network_interface_id in (select value from json_each(?)) order by i.seq`,
    account,
    region,
    JSON.stringify(interfaceIds),
  )
  const found = new Map<string, GroupIdentifier[]>()
  for (const row of rows) {
    const group = { GroupId: row.group_id, GroupName: row.group_name }
    const known = found.get(row.network_interface_id)
    if (known) known.push(group)
    else found.set(row.network_interface_id, [group])
  }
  return found
}

/** The private addresses besides the first of several interfaces, by interface. */
export function secondaryAddressesOf(
  { db, account, region }: Scope,
  interfaceIds: readonly string[],
): Map<string, string[]> {
  const rows = db.all<{ network_interface_id: string; address: number }>(
    `select network_interface_id, address
     from ec2_private_addresses indexed by ec2_private_addresses_by_interface
     where account = ? and region = ? and is_primary = 0
       and network_interface_id in (select value from json_each(?)) order by address`,
    account,
    region,
    JSON.stringify(interfaceIds),
  )
  const found = new Map<string, string[]>()
  for (const row of rows) {
    const address = numberToIpv4(row.address)
    const known = found.get(row.network_interface_id)
    if (known) known.push(address)
    else found.set(row.network_interface_id, [address])
  }
  return found
}

/** The interfaces of several instances, by instance, the first device first. */
export function interfacesOf(
  { db, account, region }: Scope,
  instanceIds: readonly string[],
): Map<string, NetworkInterfaceRow[]> {
  const rows = db.all<NetworkInterfaceRow>(
    `select * from ec2_network_interfaces where account = ? and region = ?
       and instance_id in (select value from json_each(?)) order by device_index`,
    account,
    region,
    JSON.stringify(instanceIds),
  )
  const found = new Map<string, NetworkInterfaceRow[]>()
  for (const row of rows) {
    const known = found.get(row.instance_id!)
    if (known) known.push(row)
    else found.set(row.instance_id!, [row])
  }
  return found
}

export interface NewNetworkInterface {
  readonly id: string
  readonly vpcId: string
  readonly subnetId: string
  readonly zone: { readonly name: string; readonly id: string }
  /** As numbers; the first is the primary. */
  readonly addresses: readonly number[]
  readonly macAddress: string
  readonly description: string
  readonly autoPublicIp: boolean
  readonly groupIds: readonly string[]
  readonly attachment?: {
    readonly id: string
    readonly instanceId: string
    readonly deviceIndex: number
    readonly attachedAt: number
    readonly deleteOnTermination: boolean
  }
}

export function insertNetworkInterface(scope: Scope, one: NewNetworkInterface): void {
  const address = numberToIpv4(one.addresses[0]!)
  insertRow(scope, 'ec2_network_interfaces', {
    network_interface_id: one.id,
    vpc_id: one.vpcId,
    subnet_id: one.subnetId,
    availability_zone: one.zone.name,
    availability_zone_id: one.zone.id,
    private_ip_address: address,
    private_dns_name: privateDnsName(scope.region, address),
    mac_address: one.macAddress,
    status: one.attachment ? 'in-use' : 'available',
    description: one.description,
    source_dest_check: 1,
    auto_public_ip: Number(one.autoPublicIp),
    attachment_id: one.attachment?.id ?? null,
    instance_id: one.attachment?.instanceId ?? null,
    device_index: one.attachment?.deviceIndex ?? null,
    attachment_status: one.attachment ? 'attaching' : null,
    attached_at: one.attachment?.attachedAt ?? null,
    delete_on_termination: one.attachment ? Number(one.attachment.deleteOnTermination) : null,
  })
  one.addresses.forEach((address, at) =>
    insertRow(scope, 'ec2_private_addresses', {
      subnet_id: one.subnetId,
      address,
      network_interface_id: one.id,
      is_primary: Number(at === 0),
    }),
  )
  for (const groupId of one.groupIds) {
    insertRow(scope, 'ec2_network_interface_groups', {
      network_interface_id: one.id,
      group_id: groupId,
    })
  }
}

/** The security groups of an interface, all of them. */
export function replaceGroups(
  scope: Scope,
  interfaceId: string,
  groupIds: readonly string[],
): void {
  deleteOf(scope, 'ec2_network_interface_groups', interfaceId)
  for (const groupId of groupIds) {
    insertRow(scope, 'ec2_network_interface_groups', {
      network_interface_id: interfaceId,
      group_id: groupId,
    })
  }
}

/** Deletes an interface with its addresses; its tags are the caller's to delete. */
export function deleteNetworkInterface(scope: Scope, id: string): void {
  deleteOf(scope, 'ec2_network_interface_groups', id)
  deleteOf(scope, 'ec2_private_addresses indexed by ec2_private_addresses_by_interface', id)
  deleteOf(scope, 'ec2_network_interfaces', id)
}

function deleteOf({ db, account, region }: Scope, table: string, interfaceId: string): void {
  db.run(
    `delete from ${table} where account = ? and region = ? and network_interface_id = ?`,
    account,
    region,
    interfaceId,
  )
}

/** Gives an interface a public address of Amazon's pool, or takes it away. */
export function setPublicIp(
  { db, account, region }: Scope,
  id: string,
  address: { readonly ip: string; readonly dnsName: string } | null,
): void {
  db.run(
    `update ec2_network_interfaces set public_ip = ?, public_dns_name = ?, public_ip_owner = ?
     where account = ? and region = ? and network_interface_id = ?`,
    address?.ip ?? null,
    address?.dnsName ?? null,
    address ? 'amazon' : null,
    account,
    region,
    id,
  )
}

/** Public addresses are one space for all accounts and regions. */
export const isPublicIpTaken = ({ db }: Scope, ip: string): boolean =>
  db.get('select 1 from ec2_network_interfaces where public_ip = ?', ip) !== undefined

/** The addresses in use in a subnet, as numbers. */
export const usedAddresses = ({ db, account, region }: Scope, subnetId: string): Set<number> =>
  new Set(
    db
      .all<{ address: number }>(
        `select address from ec2_private_addresses
         where account = ? and region = ? and subnet_id = ?`,
        account,
        region,
        subnetId,
      )
      .map((row) => row.address),
  )

/** An interface whose instance has started. */
export function setAttached({ db, account, region }: Scope, id: string): void {
  db.run(
    `update ec2_network_interfaces set attachment_status = 'attached'
     where account = ? and region = ? and network_interface_id = ?`,
    account,
    region,
    id,
  )
}

/** An interface that outlives its instance. */
export function releaseInterface({ db, account, region }: Scope, id: string): void {
  db.run(
    `update ec2_network_interfaces set status = 'available', attachment_id = null,
       instance_id = null, device_index = null, attachment_status = null, attached_at = null,
       delete_on_termination = null
     where account = ? and region = ? and network_interface_id = ?`,
    account,
    region,
    id,
  )
}

/** Puts an available interface on an instance. */
export function attachInterface(
  { db, account, region }: Scope,
  id: string,
  attachment: NonNullable<NewNetworkInterface['attachment']>,
): void {
  db.run(
    `update ec2_network_interfaces set status = 'in-use', attachment_id = ?, instance_id = ?,
       device_index = ?, attachment_status = 'attaching', attached_at = ?, delete_on_termination = ?
     where account = ? and region = ? and network_interface_id = ?`,
    attachment.id,
    attachment.instanceId,
    attachment.deviceIndex,
    attachment.attachedAt,
    Number(attachment.deleteOnTermination),
    account,
    region,
    id,
  )
}

export function setSourceDestCheck(
  { db, account, region }: Scope,
  id: string,
  value: boolean,
): void {
  db.run(
    `update ec2_network_interfaces set source_dest_check = ?
     where account = ? and region = ? and network_interface_id = ?`,
    Number(value),
    account,
    region,
    id,
  )
}
