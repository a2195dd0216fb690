import type {
  CreateRouteRequest,
  CreateRouteResult,
  DeleteRouteRequest,
  ReplaceRouteRequest,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import {
  endpointRoute,
  localRoute,
  routeExists,
  routeNotDefined,
  routeNotFound,
} from '../errors/network.ts'
import { missingParameter } from '../errors.ts'
import { onRouteTable } from '../network/permissions.ts'
import { destinationOf, targetOf } from '../network/route-targets.ts'
import { insertRoute, routeTables } from '../rows/route-tables.ts'
import { deleteRoute, findRoute, setRouteTarget } from '../rows/routes.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html */
export const CreateRoute = operation<CreateRouteRequest, CreateRouteResult>({
  authorize: ({ RouteTableId = '' }, call) => [onRouteTable(call, RouteTableId)],
  run(input, call) {
    if (!input.RouteTableId) throw missingParameter('routeTableId')
    const table = routeTables.require(input.RouteTableId, call)
    const { destination } = destinationOf(input, call)
    const target = targetOf(input, destination, table, call)
    if (findRoute(call, table.route_table_id, destination)) throw routeExists(destination)
    insertRoute(call, table.route_table_id, destination, target)
    return { Return: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceRoute.html */
export const ReplaceRoute = operation<ReplaceRouteRequest, {}>({
  authorize: ({ RouteTableId = '' }, call) => [onRouteTable(call, RouteTableId)],
  run(input, call) {
    if (!input.RouteTableId) throw missingParameter('routeTableId')
    const table = routeTables.require(input.RouteTableId, call)
    const { destination } = destinationOf(input, call)
    const route = findRoute(call, table.route_table_id, destination)
    if (!route) throw routeNotDefined(destination)
    const target = input.LocalTarget
      ? ({ kind: 'GatewayId', id: 'local' } as const)
      : targetOf(input, destination, table, call, route.origin === 'CreateRouteTable')
    setRouteTarget(call, table.route_table_id, destination, target)
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRoute.html */
export const DeleteRoute = operation<DeleteRouteRequest, {}>({
  authorize: ({ RouteTableId = '' }, call) => [onRouteTable(call, RouteTableId)],
  run(input, call) {
    if (!input.RouteTableId) throw missingParameter('routeTableId')
    const { route_table_id: id } = routeTables.require(input.RouteTableId, call)
    const { destination, parameter } = destinationOf(input, call)
    const route = findRoute(call, id, destination)
    if (!route) throw routeNotFound(parameter, destination, id)
    if (route.origin === 'CreateRouteTable') throw localRoute(destination, id)
    if (route.target.startsWith('vpce-')) throw endpointRoute(destination, id)
    deleteRoute(call, id, destination)
    return {}
  },
})
