import type { Address } from '@aws-sdk/client-ec2'
import { childrenOf } from '../describe/children.ts'
import { deleteRows, updateRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { tagsOf } from './tags.ts'

export interface AddressRow {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly allocation_id: string
  readonly public_ip: string
  readonly public_ipv4_pool: string
  /** Null, like the next two, while the address is not in use. */
  readonly association_id: string | null
  readonly network_interface_id: string | null
  readonly private_ip_address: string | null
  readonly ptr_record: string | null
}

const instance = `(select i.instance_id from ec2_network_interfaces i where i.account = t.account
  and i.region = t.region and i.network_interface_id = t.network_interface_id)`

export const addresses = resource<AddressRow>({
  type: 'elastic-ip',
  table: 'ec2_addresses',
  id: 'allocation_id',
  prefix: 'eipalloc',
  notFound: idDoesNotExist('InvalidAllocationID.NotFound', 'allocation'),
  malformed: 'InvalidAllocationID.Malformed',
  filters: {
    'allocation-id': 't.allocation_id',
    'association-id': 't.association_id',
    domain: `'vpc'`,
    'instance-id': instance,
    'network-border-group': 't.region',
    'network-interface-id': 't.network_interface_id',
    'network-interface-owner-id': 'iif(t.network_interface_id is null, null, t.account)',
    'private-ip-address': 't.private_ip_address',
    'public-ip': 't.public_ip',
  },
})

export function toAddresses(rows: readonly AddressRow[], scope: Scope): Address[] {
  const ids = rows.map((row) => row.allocation_id)
  const tags = tagsOf(scope, ids)
  const interfaces = childrenOf<{ network_interface_id: string; instance_id: string | null }>(
    scope,
    'ec2_network_interfaces',
    'network_interface_id',
    rows.flatMap((row) => row.network_interface_id ?? []),
  )
  return rows.map((row) => ({
    AllocationId: row.allocation_id,
    PublicIp: row.public_ip,
    PublicIpv4Pool: row.public_ipv4_pool,
    NetworkBorderGroup: row.region,
    Domain: 'vpc',
    ...(row.association_id === null
      ? {}
      : {
          AssociationId: row.association_id,
          NetworkInterfaceId: row.network_interface_id!,
          NetworkInterfaceOwnerId: row.account,
          PrivateIpAddress: row.private_ip_address!,
          InstanceId: interfaces.get(row.network_interface_id!)?.[0]?.instance_id ?? '',
        }),
    Tags: tags.get(row.allocation_id) ?? [],
  }))
}

export const insertAddress = (scope: Scope, id: string, publicIp: string): void =>
  insertRow(scope, 'ec2_addresses', {
    allocation_id: id,
    public_ip: publicIp,
    public_ipv4_pool: 'amazon',
  })

export const deleteAddress = (scope: Scope, id: string): void => {
  deleteRows(scope, 'ec2_addresses', 'allocation_id', id)
}

/** Puts an address on a private one of an interface; null takes it away. */
export const setAssociation = (
  scope: Scope,
  id: string,
  association: {
    readonly id: string
    readonly interfaceId: string
    readonly privateAddress: string
  } | null,
): void =>
  updateRows(scope, 'ec2_addresses', 'allocation_id', id, {
    association_id: association?.id ?? null,
    network_interface_id: association?.interfaceId ?? null,
    private_ip_address: association?.privateAddress ?? null,
  })

/** Takes all addresses off an interface that goes. */
export const clearAssociations = (scope: Scope, interfaceId: string): void =>
  updateRows(scope, 'ec2_addresses', 'network_interface_id', interfaceId, {
    association_id: null,
    network_interface_id: null,
    private_ip_address: null,
  })

export const setPtrRecord = (scope: Scope, id: string, name: string | null): void =>
  updateRows(scope, 'ec2_addresses', 'allocation_id', id, { ptr_record: name })

const findBy = (
  column: 'association_id' | 'public_ip',
  value: string,
  { db, account, region }: Scope,
): AddressRow | undefined =>
  db.get<AddressRow>(
    `select * from ec2_addresses where account = ? and region = ? and ${column} = ?`,
    account,
    region,
    value,
  )

export const findByAssociation = (scope: Scope, id: string): AddressRow | undefined =>
  findBy('association_id', id, scope)

export const findByPublicIp = (scope: Scope, ip: string): AddressRow | undefined =>
  findBy('public_ip', ip, scope)

/** The elastic addresses of several interfaces, by interface. */
export const addressesOfInterfaces = (
  scope: Scope,
  interfaceIds: readonly string[],
): Map<string, AddressRow[]> =>
  childrenOf<AddressRow>(scope, 'ec2_addresses', 'network_interface_id', interfaceIds)
