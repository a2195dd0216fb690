import type {
  GroupIdentifier,
  NetworkInterface,
  NetworkInterfaceAssociation,
} from '@aws-sdk/client-ec2'
import { numberToIpv4, privateDnsName, publicDnsName } from '../addresses.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { flag, never, time } from '../describe/sql.ts'
import type { Children } from '../describe/sql.ts'
import { addressesOfInterfaces } from './addresses.ts'
import { ipv6AddressesOf } from './ipv6-addresses.ts'
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
  readonly interface_type: string
  readonly requester_id: string | null
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

/** Of the elastic address on an interface's primary address. */
const elastic = (t: string, column: string) =>
  `(select a.${column} from ec2_addresses a where a.account = ${t}.account and a.region = ${t}.region
    and a.network_interface_id = ${t}.network_interface_id
    and a.private_ip_address = ${t}.private_ip_address)`

/** The filters by an interface's own columns, given what the row is called: instances have them too. */
export const interfaceFilters = (t: string): Record<string, string> => ({
  'association.allocation-id': elastic(t, 'allocation_id'),
  'association.association-id': elastic(t, 'association_id'),
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
  'requester-id': `${t}.requester_id`,
  'requester-managed': flag(`${t}.requester_id is not null`),
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
  malformed: 'InvalidNetworkInterfaceId.Malformed',
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
    'interface-type': 't.interface_type',
    'ipv6-addresses.ipv6-address': {
      children: 'ec2_ipv6_addresses c',
      ...owner,
      value: 'c.address',
    },
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
  const elastic = addressesOfInterfaces(scope, ids)
  const ipv6 = ipv6AddressesOf(scope, ids)
  const association = (row: NetworkInterfaceRow, address: string) => {
    const own = elastic.get(row.network_interface_id) ?? []
    const one = own.find(({ private_ip_address }) => private_ip_address === address)
    const shared = address === row.private_ip_address ? publicAssociation(row).Association : {}
    if (!one) return shared && 'PublicIp' in shared ? { Association: shared } : {}
    return {
      Association: {
        IpOwnerId: row.account,
        PublicIp: one.public_ip,
        PublicDnsName: publicDnsName(row.region, one.public_ip),
        ...shared,
        AllocationId: one.allocation_id,
        AssociationId: one.association_id!,
      },
    }
  }
  return rows.map((row) => ({
    NetworkInterfaceId: row.network_interface_id,
    OwnerId: row.account,
    VpcId: row.vpc_id,
    SubnetId: row.subnet_id,
    AvailabilityZone: row.availability_zone,
    AvailabilityZoneId: row.availability_zone_id,
    Description: row.description,
    InterfaceType: row.interface_type as NonNullable<NetworkInterface['InterfaceType']>,
    MacAddress: row.mac_address,
    Status: row.status as NonNullable<NetworkInterface['Status']>,
    SourceDestCheck: row.source_dest_check === 1,
    RequesterManaged: row.requester_id !== null,
    ...(row.requester_id === null ? {} : { RequesterId: row.requester_id }),
    Operator: { Managed: false },
    Groups: groups.get(row.network_interface_id) ?? [],
    PrivateIpAddress: row.private_ip_address,
    PrivateDnsName: row.private_dns_name,
    ...association(row, row.private_ip_address),
    PrivateIpAddresses: [
      {
        Primary: true,
        PrivateIpAddress: row.private_ip_address,
        PrivateDnsName: row.private_dns_name,
        ...association(row, row.private_ip_address),
      },
      ...(secondaries.get(row.network_interface_id) ?? []).map((address) => ({
        Primary: false,
        PrivateIpAddress: address,
        PrivateDnsName: privateDnsName(row.region, address),
        ...association(row, address),
      })),
    ],
    ...ipv6Parts(ipv6.get(row.network_interface_id)),
    ...attachmentOf(row),
    TagSet: tags.get(row.network_interface_id) ?? [],
  }))
}

/** The addresses, the first of which is the interface's own in its subnet's sight. */
const ipv6Parts = (addresses: readonly string[] = []) => ({
  Ipv6Addresses: addresses.map((Ipv6Address) => ({ Ipv6Address, IsPrimaryIpv6: false })),
  ...(addresses[0] ? { Ipv6Address: addresses[0] } : {}),
})

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
  if (row.attachment_id === null) return {}
  if (row.instance_id === null) {
    return {
      Attachment: {
        AttachmentId: row.attachment_id,
        AttachTime: new Date(row.attached_at!),
        DeleteOnTermination: false,
        DeviceIndex: 1,
        NetworkCardIndex: 0,
        InstanceOwnerId: 'amazon-aws',
        Status: row.attachment_status as 'attached',
      },
    }
  }
  return {
    Attachment: {
      AttachmentId: row.attachment_id,
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
       and instance_id in (select value from json_each(?)) order by instance_id, device_index`,
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
