import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { belongToDifferentNetworks } from '../errors/network.ts'
import { addressPool } from '../instances/addresses.ts'
import { insertRoute, routeTables } from '../rows/route-tables.ts'
import { deleteRoute, findRoute } from '../rows/routes.ts'
import { insertNetworkInterface } from '../rows/network-interface-changes.ts'
import type { SubnetRow } from '../rows/subnets.ts'

/** Adds the route to the service's prefix list that a gateway endpoint keeps in a table. */
export function addEndpointRoute(
  tableId: string,
  vpcId: string,
  prefixListId: string,
  endpointId: string,
  call: Call,
): void {
  const table = routeTables.require(tableId, call)
  if (table.vpc_id !== vpcId) {
    throw belongToDifferentNetworks(`route table ${tableId}`, `vpc ${vpcId}`)
  }
  if (findRoute(call, tableId, prefixListId)) {
    throw new AwsError(
      'RouteAlreadyExists',
      `route table ${tableId} already has a route with destination-prefix-list-id ${prefixListId}`,
    )
  }
  insertRoute(call, tableId, prefixListId, { kind: 'GatewayId', id: endpointId })
}

export const removeEndpointRoute = (tableId: string, prefixListId: string, call: Call): void =>
  deleteRoute(call, tableId, prefixListId)

/** Makes an interface endpoint's interface in a subnet. @returns its id */
export function addEndpointInterface(
  subnet: SubnetRow,
  endpointId: string,
  groupIds: readonly string[],
  call: Call,
): string {
  const id = call.ids.ec2('eni')
  insertNetworkInterface(call, {
    id,
    vpcId: subnet.vpc_id,
    subnetId: subnet.subnet_id,
    zone: { name: subnet.availability_zone, id: subnet.availability_zone_id },
    addresses: [addressPool(subnet, call).take()],
    macAddress: `0a:${call.ids.bytes(5).toString('hex').match(/../g)!.join(':')}`,
    description: `VPC Endpoint Interface ${endpointId}`,
    autoPublicIp: false,
    groupIds,
    service: {
      type: 'vpc_endpoint',
      requesterId: call.account,
      attachmentId: call.ids.ec2('ela-attach'),
      attachedAt: call.now,
    },
  })
  return id
}
