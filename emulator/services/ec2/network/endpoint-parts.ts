import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { belongToDifferentNetworks } from '../errors/network.ts'
import { insertRoute, routeTables } from '../rows/route-tables.ts'
import { deleteRoute, findRoute } from '../rows/routes.ts'
import type { SubnetRow } from '../rows/subnets.ts'
import { addServiceInterface } from './service-interfaces.ts'

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
  return addServiceInterface(call, subnet, {
    type: 'vpc_endpoint',
    description: `VPC Endpoint Interface ${endpointId}`,
    groupIds,
  })
}
