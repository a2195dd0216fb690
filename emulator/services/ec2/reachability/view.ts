import type { Components } from './components.ts'
import { componentsOf } from './components.ts'
import type { GroupRule, Interface, Network, NetworkRoute } from './network.ts'
import { numberToIpv4 } from '../addresses.ts'
import { arnOf } from '../arns.ts'
import type { Scope } from '../describe/resources.ts'
import { gatewayRoutesOf, transitAttachment, transitAttachmentOf } from './transit.ts'
import { blockModeOf } from '../recorded/block-public-access.ts'
import { gatewayOfVpc, internetGateways } from '../rows/internet-gateways.ts'
import { instances } from '../rows/instances.ts'
import { natGatewayDocument, natGateways } from '../rows/nat-gateways.ts'
import { groupsOf, interfacesOf, networkInterfaces } from '../rows/network-interfaces.ts'
import type { NetworkInterfaceRow } from '../rows/network-interfaces.ts'
import { addressesOfInterfaces } from '../rows/addresses.ts'
import { entriesOf, prefixLists } from '../rows/prefix-lists.ts'
import { rulesOfGroup } from '../rows/security-groups.ts'
import { subnets } from '../rows/subnets.ts'
import { tagsOf } from '../rows/tags.ts'
import { endpointDocument, vpcEndpoints } from '../rows/vpc-endpoints.ts'
import { peeringConnections } from '../rows/vpc-peering.ts'
import { blockTexts, vpcs } from '../rows/vpcs.ts'

/** The network of an account and region, read row by row as the tracing asks. */
export function networkOf(scope: Scope): Network {
  const { db, account, region } = scope
  const byId = (id: string) => {
    const row = networkInterfaces.find(id, scope)
    return row && toInterface(row, scope)
  }
  const find = (sql: string, ...values: string[]) => {
    const row = db.get<{ network_interface_id: string }>(sql, account, region, ...values)
    return row && byId(row.network_interface_id)
  }
  return {
    interfaceById: byId,
    interfaceAt: (vpcId, address) =>
      find(
        `select i.network_interface_id from ec2_network_interfaces i join ec2_private_addresses a
           on a.account = i.account and a.region = i.region
           and a.network_interface_id = i.network_interface_id
         where i.account = ? and i.region = ? and i.vpc_id = ? and a.address = cast(? as integer)`,
        vpcId,
        String(address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)),
      ),
    interfaceByPublic: (address) =>
      find(
        `select network_interface_id from ec2_network_interfaces
         where account = ? and region = ? and public_ip = ?`,
        address,
      ),
    instance(id) {
      const row = instances.find(id, scope)
      const interfaceIds = interfacesOf(scope, [id]).get(id) ?? []
      return (
        row && {
          state: row.state,
          interfaceIds: interfaceIds.map((one) => one.network_interface_id),
        }
      )
    },
    rulesOf: (groupIds) =>
      groupIds.flatMap((groupId) =>
        rulesOfGroup(scope, groupId).map((row): GroupRule => ({
          groupId,
          egress: row.is_egress === 1,
          protocol: row.ip_protocol,
          fromPort: row.from_port,
          toPort: row.to_port,
          kind: row.peer_kind,
          peer: row.peer,
        })),
      ),
    aclOf: (subnetId) => aclOf(subnetId, scope),
    tableOf: (subnetId) => tableOf(subnetId, scope),
    zoneOf: (subnetId) => subnets.find(subnetId, scope)?.availability_zone,
    blocksOf(vpcId) {
      const vpc = vpcs.find(vpcId, scope)
      return vpc ? blockTexts(vpc).filter((block) => !block.includes(':')) : []
    },
    entriesOf(id) {
      const list = prefixLists.find(id, scope)
      return list ? entriesOf(scope, id, list.version).map((entry) => entry.Cidr) : []
    },
    internetGateway(id) {
      const row = internetGateways.find(id, scope)
      return row && { vpcId: row.vpc_id }
    },
    internetGatewayOf: (vpcId) => gatewayOfVpc(scope, vpcId)?.internet_gateway_id,
    natGateway(id) {
      const row = natGateways.find(id, scope)
      const [first] = row ? (natGatewayDocument(row).NatGatewayAddresses ?? []) : []
      return row && { state: row.state, interfaceId: first?.NetworkInterfaceId }
    },
    peering(id) {
      const row = peeringConnections.find(id, scope)
      return row && { status: row.status_code, vpcIds: [row.requester_vpc_id, row.accepter_vpc_id] }
    },
    endpoint(id) {
      const row = vpcEndpoints.find(id, scope)
      return (
        row && {
          type: row.vpc_endpoint_type,
          interfaceIds: endpointDocument(row).NetworkInterfaceIds ?? [],
        }
      )
    },
    attachment: (id) => transitAttachment(id, scope),
    attachmentOf: (gatewayId, vpcId) => transitAttachmentOf(gatewayId, vpcId, scope),
    gatewayRoutes: (tableId) => gatewayRoutesOf(tableId, scope),
    blockMode: blockModeOf(scope),
  }
}

/** How the resources of an account and region are written in answers. */
export const componentsIn = (scope: Scope): Components =>
  componentsOf(
    (type, id) => arnOf(scope, type, id),
    (id) =>
      tagsOf(scope, [id])
        .get(id)
        ?.find(({ Key }) => Key === 'Name')?.Value,
  )

function toInterface(row: NetworkInterfaceRow, scope: Scope): Interface {
  const id = row.network_interface_id
  const rows = scope.db.all<{ address: number }>(
    `select address from ec2_private_addresses
     where account = ? and region = ? and network_interface_id = ? order by is_primary desc, address`,
    row.account,
    row.region,
    id,
  )
  // An address that nothing is attached to answers nobody.
  const isAttached = row.instance_id !== null || row.interface_type !== 'interface'
  const elastic = addressesOfInterfaces(scope, [id]).get(id) ?? []
  return {
    id,
    vpcId: row.vpc_id,
    subnetId: row.subnet_id,
    zone: row.availability_zone,
    addresses: rows.map(({ address }) => numberToIpv4(address)),
    publicAddresses: isAttached
      ? {
          ...(row.public_ip === null ? {} : { [row.private_ip_address]: row.public_ip }),
          ...Object.fromEntries(elastic.map((one) => [one.private_ip_address, one.public_ip])),
        }
      : {},
    groups: (groupsOf(scope, [id]).get(id) ?? []).map(({ GroupId }) => GroupId!),
    instanceId: row.instance_id ?? undefined,
    sourceDestCheck: row.source_dest_check === 1,
    type: row.interface_type,
  }
}

function aclOf(subnetId: string, { db, account, region }: Scope) {
  const association = db.get<{ network_acl_id: string }>(
    `select network_acl_id from ec2_network_acl_associations
     where account = ? and region = ? and subnet_id = ?`,
    account,
    region,
    subnetId,
  )
  if (!association) return undefined
  const rows = db.all<{
    rule_number: number
    egress: number
    protocol: string
    cidr_block: string | null
    rule_action: 'allow' | 'deny'
    doc: string
  }>(
    `select * from ec2_network_acl_entries
     where account = ? and region = ? and network_acl_id = ? and cidr_block is not null`,
    account,
    region,
    association.network_acl_id,
  )
  return {
    id: association.network_acl_id,
    entries: rows.map((row) => {
      const { PortRange: ports } = JSON.parse(row.doc) as {
        PortRange?: { From: number; To: number }
      }
      return {
        number: row.rule_number,
        egress: row.egress === 1,
        protocol: row.protocol,
        block: row.cidr_block!,
        action: row.rule_action,
        ports: ports ? { from: ports.From, to: ports.To } : undefined,
      }
    }),
  }
}

/** The table that is associated with a subnet, or its VPC's main one. */
function tableOf(subnetId: string, scope: Scope) {
  const { db, account, region } = scope
  const subnet = subnets.find(subnetId, scope)
  if (!subnet) return undefined
  const association = db.get<{ route_table_id: string }>(
    `select a.route_table_id from ec2_route_table_associations a join ec2_route_tables t
       on t.account = a.account and t.region = a.region and t.route_table_id = a.route_table_id
     where a.account = ? and a.region = ? and (a.subnet_id = ? or (a.main = 1 and t.vpc_id = ?))
     order by a.main limit 1`,
    account,
    region,
    subnetId,
    subnet.vpc_id,
  )!
  const routes = db.all<{
    destination: string
    target_kind: string
    target: string
    state: string
    origin: string
  }>(
    'select * from ec2_routes where account = ? and region = ? and route_table_id = ? order by seq',
    account,
    region,
    association.route_table_id,
  )
  return {
    id: association.route_table_id,
    routes: routes.map((row): NetworkRoute => ({
      destination: row.destination,
      kind: row.target_kind,
      target: row.target,
      state: row.state,
      origin: row.origin,
    })),
  }
}
