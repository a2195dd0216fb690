import type { Route, RouteTable, RouteTableAssociation } from '@aws-sdk/client-ec2'
import { childrenOf } from '../describe/children.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { child, flag } from '../describe/sql.ts'
import { tagsOf } from './tags.ts'

export interface RouteTableRow {
  readonly seq: number
  readonly account: string
  readonly route_table_id: string
  readonly vpc_id: string
}

export interface RouteTableAssociationRow {
  readonly association_id: string
  readonly route_table_id: string
  readonly subnet_id: string | null
  readonly gateway_id: string | null
  readonly main: number
}

export interface RouteRow {
  readonly route_table_id: string
  readonly destination: string
  readonly target_kind: string
  readonly target: string
  readonly state: string
  readonly origin: string
}

const association = (value: string) =>
  child('ec2_route_table_associations', 'route_table_id', value)
const route = (value: string) => child('ec2_routes', 'route_table_id', value)
const target = (kind: keyof Route) => route(`iif(c.target_kind = '${kind}', c.target, null)`)

export const routeTables = resource<RouteTableRow>({
  type: 'route-table',
  table: 'ec2_route_tables',
  id: 'route_table_id',
  prefix: 'rtb',
  notFound: idDoesNotExist('InvalidRouteTableID.NotFound', 'routeTable'),
  malformed: 'InvalidRouteTableId.Malformed',
  limits: { least: 5, most: 100 },
  filters: {
    'association.gateway-id': association('c.gateway_id'),
    'association.main': association(flag('c.main')),
    'association.route-table-association-id': association('c.association_id'),
    'association.route-table-id': association('c.route_table_id'),
    'association.subnet-id': association('c.subnet_id'),
    'owner-id': 't.account',
    'route-table-id': 't.route_table_id',
    'route.destination-cidr-block': route(
      `iif(c.destination glob '*.*.*.*/*', c.destination, null)`,
    ),
    'route.destination-ipv6-cidr-block': route(
      `iif(c.destination glob '*:*', c.destination, null)`,
    ),
    'route.destination-prefix-list-id': route(
      `iif(c.destination glob 'pl-*', c.destination, null)`,
    ),
    'route.egress-only-internet-gateway-id': target('EgressOnlyInternetGatewayId'),
    'route.gateway-id': target('GatewayId'),
    'route.instance-id': {
      children: `ec2_routes c join ec2_network_interfaces i on i.account = c.account
        and i.region = c.region and i.network_interface_id = c.target`,
      owner: 'c.route_table_id',
      owned: 'route_table_id',
      value: 'i.instance_id',
    },
    'route.nat-gateway-id': target('NatGatewayId'),
    'route.origin': route('c.origin'),
    'route.state': route('c.state'),
    'route.transit-gateway-id': target('TransitGatewayId'),
    'route.vpc-peering-connection-id': target('VpcPeeringConnectionId'),
    'vpc-id': 't.vpc_id',
  },
})

export function toRouteTables(rows: readonly RouteTableRow[], scope: Scope): RouteTable[] {
  const ids = rows.map((row) => row.route_table_id)
  const tags = tagsOf(scope, ids)
  const routes = childrenOf<RouteRow>(scope, 'ec2_routes', 'route_table_id', ids)
  const associations = childrenOf<RouteTableAssociationRow>(
    scope,
    'ec2_route_table_associations',
    'route_table_id',
    ids,
  )
  const instances = instancesOf(scope, [...routes.values()].flat())
  const gateways = propagatingGateways(scope)
  return rows.map((row) => ({
    RouteTableId: row.route_table_id,
    VpcId: row.vpc_id,
    OwnerId: row.account,
    Routes: (routes.get(row.route_table_id) ?? []).map((one) => ({
      ...toRoute(one),
      ...instances.get(one.target),
    })),
    Associations: (associations.get(row.route_table_id) ?? []).map(toAssociation),
    PropagatingVgws: gateways
      .filter((one) => one.table_id === row.route_table_id)
      .map((one) => ({ GatewayId: one.id })),
    Tags: tags.get(row.route_table_id) ?? [],
  }))
}

/** The VPN gateways that tell tables their routes, each with one of the tables. */
const propagatingGateways = ({ db, account, region }: Scope) =>
  db.all<{ id: string; table_id: string }>(
    `select g.id, e.value as table_id from ec2_recorded g, json_each(g.doc, '$.PropagatesTo') e
     where g.account = ? and g.region = ? and g.kind = 'vgw' and g.state <> 'deleted'`,
    account,
    region,
  )

const toRoute = ({ destination, target_kind, target, state, origin }: RouteRow): Route => ({
  ...(destination.startsWith('pl-')
    ? { DestinationPrefixListId: destination }
    : destination.includes(':')
      ? { DestinationIpv6CidrBlock: destination }
      : { DestinationCidrBlock: destination }),
  [target_kind]: target,
  Origin: origin as NonNullable<Route['Origin']>,
  State: state as NonNullable<Route['State']>,
})

/** Through an interface, a route leads to the instance it is on. */
function instancesOf(
  { db, account, region }: Scope,
  routes: readonly RouteRow[],
): Map<string, Pick<Route, 'InstanceId' | 'InstanceOwnerId'>> {
  const ids = routes
    .filter((one) => one.target_kind === 'NetworkInterfaceId')
    .map((one) => one.target)
  if (ids.length === 0) return new Map()
  const rows = db.all<{ network_interface_id: string; instance_id: string }>(
    `select network_interface_id, instance_id from ec2_network_interfaces
     where account = ? and region = ? and instance_id is not null
       and network_interface_id in (select value from json_each(?))`,
    account,
    region,
    JSON.stringify(ids),
  )
  return new Map(
    rows.map((row) => [
      row.network_interface_id,
      { InstanceId: row.instance_id, InstanceOwnerId: account },
    ]),
  )
}

const toAssociation = (row: RouteTableAssociationRow): RouteTableAssociation => ({
  Main: row.main === 1,
  RouteTableAssociationId: row.association_id,
  RouteTableId: row.route_table_id,
  ...(row.subnet_id === null ? {} : { SubnetId: row.subnet_id }),
  ...(row.gateway_id === null ? {} : { GatewayId: row.gateway_id }),
  AssociationState: { State: 'associated' },
})

/** Inserts a route table with its local routes. */
export function insertRouteTable(
  scope: Scope,
  id: string,
  vpcId: string,
  vpcBlocks: readonly string[],
): void {
  insertRow(scope, 'ec2_route_tables', { route_table_id: id, vpc_id: vpcId })
  for (const block of vpcBlocks) insertLocalRoute(scope, id, block)
}

export const insertLocalRoute = (scope: Scope, tableId: string, block: string): void =>
  insertRoute(scope, tableId, block, { kind: 'GatewayId', id: 'local' }, 'CreateRouteTable')

export const insertRoute = (
  scope: Scope,
  tableId: string,
  destination: string,
  target: { kind: keyof Route; id: string },
  origin: NonNullable<Route['Origin']> = 'CreateRoute',
): void =>
  insertRow(scope, 'ec2_routes', {
    route_table_id: tableId,
    destination,
    target_kind: target.kind,
    target: target.id,
    state: 'active',
    origin,
  })

/** Without a subnet or a gateway, the table is its VPC's main one. */
export const insertRouteTableAssociation = (
  scope: Scope,
  id: string,
  tableId: string,
  subnetId: string | null,
  gatewayId: string | null = null,
): void =>
  insertRow(scope, 'ec2_route_table_associations', {
    association_id: id,
    route_table_id: tableId,
    subnet_id: subnetId,
    gateway_id: gatewayId,
    main: Number(subnetId === null && gatewayId === null),
  })
