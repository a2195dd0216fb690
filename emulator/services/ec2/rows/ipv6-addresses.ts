import { childrenOf } from '../describe/children.ts'
import { hasRow } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import type { Scope } from '../describe/resources.ts'

/** The IPv6 addresses of several interfaces, by interface, in the order they were given. */
export function ipv6AddressesOf(scope: Scope, ids: readonly string[]): Map<string, string[]> {
  const rows = childrenOf<{ address: string }>(
    scope,
    'ec2_ipv6_addresses',
    'network_interface_id',
    ids,
  )
  return new Map([...rows].map(([id, own]) => [id, own.map(({ address }) => address)]))
}

export const insertIpv6Address = (scope: Scope, interfaceId: string, address: string): void =>
  insertRow(scope, 'ec2_ipv6_addresses', { network_interface_id: interfaceId, address })

export const isIpv6Taken = (scope: Scope, address: string): boolean =>
  hasRow(scope, 'ec2_ipv6_addresses', 'address', address)

/** @returns whether the interface had it */
export const deleteIpv6Address = (
  { db, account, region }: Scope,
  interfaceId: string,
  address: string,
): boolean =>
  db.run(
    `delete from ec2_ipv6_addresses
     where account = ? and region = ? and network_interface_id = ? and address = ?`,
    account,
    region,
    interfaceId,
    address,
  ).changes > 0
