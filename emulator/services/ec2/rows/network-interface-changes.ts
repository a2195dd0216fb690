import { numberToIpv4, privateDnsName } from '../addresses.ts'
import { setRoutesState } from './routes.ts'
import { clearAssociations } from './addresses.ts'
import { updateRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import type { Scope } from '../describe/resources.ts'

// What happens to network interfaces; what they look like stands in `network-interfaces.ts`.

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
  /** An interface that a service made and keeps: a NAT gateway's, an endpoint's. */
  readonly service?: {
    readonly type:
      | 'nat_gateway'
      | 'vpc_endpoint'
      | 'ec2_instance_connect_endpoint'
      | 'transit_gateway'
    readonly requesterId: string
    readonly attachmentId: string
    readonly attachedAt: number
  }
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
    status: one.attachment || one.service ? 'in-use' : 'available',
    description: one.description,
    source_dest_check: Number(one.service?.type !== 'nat_gateway'),
    interface_type: one.service?.type ?? 'interface',
    requester_id: one.service?.requesterId ?? null,
    auto_public_ip: Number(one.autoPublicIp),
    attachment_id: one.attachment?.id ?? one.service?.attachmentId ?? null,
    instance_id: one.attachment?.instanceId ?? null,
    device_index: one.attachment?.deviceIndex ?? null,
    attachment_status: one.attachment ? 'attaching' : one.service ? 'attached' : null,
    attached_at: one.attachment?.attachedAt ?? one.service?.attachedAt ?? null,
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
  clearAssociations(scope, id)
  setRoutesState(scope, id, 'blackhole')
  deleteOf(scope, 'ec2_network_interface_groups', id)
  deleteOf(scope, 'ec2_private_addresses indexed by ec2_private_addresses_by_interface', id)
  deleteOf(scope, 'ec2_ipv6_addresses', id)
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

/** Gives an interface a public address, of Amazon's pool or its owner's own, or takes it away. */
export function setPublicIp(
  { db, account, region }: Scope,
  id: string,
  address: { readonly ip: string; readonly dnsName: string } | null,
  owner = 'amazon',
): void {
  db.run(
    `update ec2_network_interfaces set public_ip = ?, public_dns_name = ?, public_ip_owner = ?
     where account = ? and region = ? and network_interface_id = ?`,
    address?.ip ?? null,
    address?.dnsName ?? null,
    address ? owner : null,
    account,
    region,
    id,
  )
}

/** Public addresses are one space for all accounts and regions. */
export const isPublicIpTaken = ({ db }: Scope, ip: string): boolean =>
  db.get(
    `select 1 from ec2_network_interfaces where public_ip = ?
     union all select 1 from ec2_addresses where public_ip = ?`,
    ip,
    ip,
  ) !== undefined

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

interface PublicInterface {
  readonly network_interface_id: string
  readonly public_ip: string | null
}

/** The interfaces of a VPC that can be reached from outside. */
export const publicInterfacesOfVpc = (
  { db, account, region }: Scope,
  vpcId: string,
): PublicInterface[] =>
  db.all<PublicInterface>(
    `select network_interface_id, public_ip from ec2_network_interfaces
     where account = ? and region = ? and vpc_id = ? and public_ip is not null`,
    account,
    region,
    vpcId,
  )

export const setPublicDnsName = (scope: Scope, id: string, name: string): void =>
  updateRows(scope, 'ec2_network_interfaces', 'network_interface_id', id, { public_dns_name: name })

export const setInterfaceColumns = (
  scope: Scope,
  id: string,
  changes: { readonly description?: string; readonly delete_on_termination?: number },
): void => updateRows(scope, 'ec2_network_interfaces', 'network_interface_id', id, changes)

/** Gives an interface a further private address. */
export const insertSecondaryAddress = (
  scope: Scope,
  subnetId: string,
  interfaceId: string,
  address: number,
): void =>
  insertRow(scope, 'ec2_private_addresses', {
    subnet_id: subnetId,
    address,
    network_interface_id: interfaceId,
    is_primary: 0,
  })

export function deleteSecondaryAddress(
  { db, account, region }: Scope,
  subnetId: string,
  address: number,
): void {
  db.run(
    `delete from ec2_private_addresses
     where account = ? and region = ? and subnet_id = ? and address = ? and is_primary = 0`,
    account,
    region,
    subnetId,
    address,
  )
}

/** Whose a private address of a subnet is. */
export const ownerOfAddress = (
  { db, account, region }: Scope,
  subnetId: string,
  address: number,
): { readonly network_interface_id: string; readonly is_primary: number } | undefined =>
  db.get(
    `select network_interface_id, is_primary from ec2_private_addresses
     where account = ? and region = ? and subnet_id = ? and address = ?`,
    account,
    region,
    subnetId,
    address,
  )
