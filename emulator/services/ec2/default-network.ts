import type { Call } from '../../operation.ts'
import { internalDomain, numberToIpv4, parseIpv4Block } from './addresses.ts'
import { zonesOf } from './facts/regions.ts'
import { findDhcpOptionsLike, insertDhcpOptions } from './rows/dhcp-options.ts'
import { insertInternetGateway } from './rows/internet-gateways.ts'
import { insertDefaultNetworkAcl, insertNetworkAclAssociation } from './rows/network-acls.ts'
import { insertRoute, insertRouteTable, insertRouteTableAssociation } from './rows/route-tables.ts'
import { insertRule } from './rows/security-group-rules.ts'
import { insertSecurityGroup } from './rows/security-groups.ts'
import { insertSubnet } from './rows/subnets.ts'
import { insertVpc } from './rows/vpcs.ts'

/** Where a network is made. */
export type NetworkScope = Pick<Call, 'db' | 'account' | 'region' | 'ids'>

const defaultBlock = '172.31.0.0/16'
const defaultSubnetSize = 2 ** (32 - 20)

/**
 * Makes what every account finds in every region, at its first call there: the default VPC with a subnet in each
 * zone, its gateway, routes, network ACL, security group and DHCP options.
 * https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc-components.html
 */
export function enterRegion(call: NetworkScope): void {
  const { account, region } = call
  const entered = call.db.get(
    'select 1 from ec2_regions_entered where account = ? and region = ?',
    account,
    region,
  )
  if (entered !== undefined) return
  call.db.run('insert into ec2_regions_entered (account, region) values (?, ?)', account, region)
  makeDefaultVpc(call)
}

/** @returns the id of the VPC */
export function makeDefaultVpc(call: NetworkScope): string {
  const dhcpOptionsId = regionsDhcpOptions(call)
  const vpcId = call.ids.ec2('vpc')
  insertVpc(call, {
    vpcId,
    cidrBlock: defaultBlock,
    associationId: call.ids.ec2('vpc-cidr-assoc'),
    isDefault: true,
    dhcpOptionsId,
    instanceTenancy: 'default',
    dnsHostnames: true,
  })
  const { routeTableId, networkAclId } = insertVpcParts(call, vpcId, [defaultBlock])
  const gatewayId = call.ids.ec2('igw')
  insertInternetGateway(call, gatewayId, vpcId)
  insertRoute(call, routeTableId, '0.0.0.0/0', { kind: 'GatewayId', id: gatewayId })
  zonesOf(call.region).forEach((zone, at) => {
    const first = parseIpv4Block(defaultBlock)!.first + at * defaultSubnetSize
    const subnetId = call.ids.ec2('subnet')
    insertSubnet(call, {
      subnetId,
      vpcId,
      zone,
      cidrBlock: `${numberToIpv4(first)}/20`,
      defaultForAz: true,
      mapPublicIpOnLaunch: true,
    })
    insertNetworkAclAssociation(call, call.ids.ec2('aclassoc'), networkAclId, subnetId)
  })
  return vpcId
}

/** The region's own DHCP options, which new VPCs get: made anew if they were deleted. @returns the id */
export function regionsDhcpOptions(call: NetworkScope): string {
  const configuration = [
    { Key: 'domain-name', Values: [{ Value: internalDomain(call.region) }] },
    { Key: 'domain-name-servers', Values: [{ Value: 'AmazonProvidedDNS' }] },
  ]
  const known = findDhcpOptionsLike(call, configuration)
  if (known) return known.dhcp_options_id
  const id = call.ids.ec2('dopt')
  insertDhcpOptions(call, id, configuration)
  return id
}

/** What every VPC is born with: its main route table, its default network ACL and its default security group. */
export function insertVpcParts(
  call: NetworkScope,
  vpcId: string,
  blocks: readonly string[],
): { routeTableId: string; networkAclId: string; groupId: string } {
  const routeTableId = call.ids.ec2('rtb')
  insertRouteTable(call, routeTableId, vpcId, blocks)
  insertRouteTableAssociation(call, call.ids.ec2('rtbassoc'), routeTableId, null)
  const networkAclId = call.ids.ec2('acl')
  insertDefaultNetworkAcl(call, networkAclId, vpcId)
  const groupId = call.ids.ec2('sg')
  insertSecurityGroup(call, {
    id: groupId,
    vpcId,
    name: 'default',
    description: 'default VPC security group',
  })
  const all = { ip_protocol: '-1', from_port: -1, to_port: -1, description: null } as const
  insertRule(call, call.ids.ec2('sgr'), groupId, {
    ...all,
    is_egress: 0,
    peer_kind: 'group',
    peer: groupId,
    peer_account: call.account,
  })
  insertRule(call, call.ids.ec2('sgr'), groupId, allowAllOut)
  return { routeTableId, networkAclId, groupId }
}

/** The outbound rule that every new security group has. */
export const allowAllOut = {
  is_egress: 1,
  ip_protocol: '-1',
  from_port: -1,
  to_port: -1,
  peer_kind: 'cidr_ipv4',
  peer: '0.0.0.0/0',
  peer_account: null,
  description: null,
} as const
