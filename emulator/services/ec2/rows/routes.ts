import type { Route } from '@aws-sdk/client-ec2'
import { deleteRows, updateRows } from '../describe/change.ts'
import type { Scope } from '../describe/resources.ts'
import type { RouteRow, RouteTableAssociationRow } from './route-tables.ts'

// What happens to route tables, their routes and associations; what they look like stands in `route-tables.ts`.

export const findRoute = (
  { db, account, region }: Scope,
  tableId: string,
  destination: string,
): RouteRow | undefined =>
  db.get<RouteRow>(
    `select * from ec2_routes
     where account = ? and region = ? and route_table_id = ? and destination = ?`,
    account,
    region,
    tableId,
    destination,
  )

export function setRouteTarget(
  { db, account, region }: Scope,
  tableId: string,
  destination: string,
  target: { readonly kind: keyof Route; readonly id: string },
): void {
  db.run(
    `update ec2_routes set target_kind = ?, target = ?, state = 'active'
     where account = ? and region = ? and route_table_id = ? and destination = ?`,
    target.kind,
    target.id,
    account,
    region,
    tableId,
    destination,
  )
}

export function deleteRoute(
  { db, account, region }: Scope,
  tableId: string,
  destination: string,
): void {
  db.run(
    `delete from ec2_routes
     where account = ? and region = ? and route_table_id = ? and destination = ?`,
    account,
    region,
    tableId,
    destination,
  )
}

/** Routes to what is gone lead nowhere: they stay as black holes. Back at its place, it is reached again. */
export const setRoutesState = (scope: Scope, target: string, state: 'active' | 'blackhole') =>
  updateRows(scope, 'ec2_routes', 'target', target, { state })

/** The same for the routes of one VPC: a transit gateway can be reached from others still. */
export function setVpcRoutesState(
  { db, account, region }: Scope,
  vpcId: string,
  target: string,
  state: 'active' | 'blackhole',
): void {
  db.run(
    `update ec2_routes set state = ? where account = ? and region = ? and target = ?
     and route_table_id in (
       select route_table_id from ec2_route_tables where account = ? and region = ? and vpc_id = ?)`,
    state,
    account,
    region,
    target,
    account,
    region,
    vpcId,
  )
}

export const routeTablesOfVpc = ({ db, account, region }: Scope, vpcId: string): string[] =>
  db
    .all<{ route_table_id: string }>(
      'select route_table_id from ec2_route_tables where account = ? and region = ? and vpc_id = ?',
      account,
      region,
      vpcId,
    )
    .map((row) => row.route_table_id)

/** Takes the routes to a block that the VPC no longer has out of its tables. */
export function deleteLocalRoutes(scope: Scope, vpcId: string, block: string): void {
  for (const id of routeTablesOfVpc(scope, vpcId)) deleteRoute(scope, id, block)
}

export const findAssociation = (
  { db, account, region }: Scope,
  id: string,
): RouteTableAssociationRow | undefined =>
  db.get<RouteTableAssociationRow>(
    `select * from ec2_route_table_associations
     where account = ? and region = ? and association_id = ?`,
    account,
    region,
    id,
  )

export const associationsOfTable = (
  { db, account, region }: Scope,
  tableId: string,
): RouteTableAssociationRow[] =>
  db.all<RouteTableAssociationRow>(
    `select * from ec2_route_table_associations
     where account = ? and region = ? and route_table_id = ? order by seq`,
    account,
    region,
    tableId,
  )

export const associationOfSubnet = (
  { db, account, region }: Scope,
  subnetId: string,
): RouteTableAssociationRow | undefined =>
  db.get<RouteTableAssociationRow>(
    `select * from ec2_route_table_associations
     where account = ? and region = ? and subnet_id = ?`,
    account,
    region,
    subnetId,
  )

export const associationOfGateway = (
  { db, account, region }: Scope,
  gatewayId: string,
): RouteTableAssociationRow | undefined =>
  db.get<RouteTableAssociationRow>(
    `select * from ec2_route_table_associations
     where account = ? and region = ? and gateway_id = ?`,
    account,
    region,
    gatewayId,
  )

export const deleteAssociation = (scope: Scope, id: string): void => {
  deleteRows(scope, 'ec2_route_table_associations', 'association_id', id)
}

export const deleteSubnetsAssociation = (scope: Scope, subnetId: string): void => {
  deleteRows(scope, 'ec2_route_table_associations', 'subnet_id', subnetId)
}

/** Deletes a table with its routes and associations; its tags are the caller's to delete. */
export function deleteRouteTable(scope: Scope, id: string): void {
  for (const table of ['ec2_routes', 'ec2_route_table_associations', 'ec2_route_tables']) {
    deleteRows(scope, table, 'route_table_id', id)
  }
}
