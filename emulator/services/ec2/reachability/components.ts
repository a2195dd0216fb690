import type {
  AnalysisAclRule,
  AnalysisComponent,
  AnalysisPacketHeader,
  AnalysisRouteTableRoute,
  AnalysisSecurityGroupRule,
} from '@aws-sdk/client-ec2'
import type { Packet } from './matching.ts'
import type { AclEntry, GroupRule, NetworkRoute } from './network.ts'

/** How what is on the way is written in answers: with its ARN, and its name where it has one. */
export interface Components {
  of(type: string, id: string): AnalysisComponent
  /** By the prefix of the id. */
  byId(id: string): AnalysisComponent
  header(packet: Packet): AnalysisPacketHeader
}

/** AWS writes protocols by number in headers. */
const protocolNumbers = { tcp: '6', udp: '17', icmp: '1' } as const

const types: readonly (readonly [string, string])[] = [
  ['eni-', 'network-interface'],
  ['igw-', 'internet-gateway'],
  ['i-', 'instance'],
  ['nat-', 'natgateway'],
  ['pcx-', 'vpc-peering-connection'],
  ['tgw-attach-', 'transit-gateway-attachment'],
  ['tgw-', 'transit-gateway'],
  ['vgw-', 'vpn-gateway'],
  ['vpce-', 'vpc-endpoint'],
]

/** The type of a resource that may be an end of a path; undefined for others. */
export const typeOfId = (id: string): string | undefined =>
  types.find(([prefix]) => id.startsWith(prefix))?.[1]

export function componentsOf(
  arn: (type: string, id: string) => string,
  nameOf: (id: string) => string | undefined,
): Components {
  const of = (type: string, id: string): AnalysisComponent => {
    const name = nameOf(id)
    return { Id: id, Arn: arn(type, id), ...(name ? { Name: name } : {}) }
  }
  return {
    of,
    byId: (id) => of(typeOfId(id) ?? 'resource', id),
    header: ({ source, destination, protocol, ports }) => ({
      DestinationAddresses: [`${destination}/32`],
      ...(ports ? { DestinationPortRanges: [{ From: ports.from, To: ports.to }] } : {}),
      Protocol: protocolNumbers[protocol],
      SourceAddresses: [`${source}/32`],
      ...(protocol === 'icmp' ? {} : { SourcePortRanges: [{ From: 0, To: 65_535 }] }),
    }),
  }
}

const named = (protocol: string) =>
  protocol === '-1' ? 'all' : ({ '6': 'tcp', '17': 'udp', '1': 'icmp' }[protocol] ?? protocol)

export const groupRule = (rule: GroupRule): AnalysisSecurityGroupRule => ({
  Direction: rule.egress ? 'egress' : 'ingress',
  Protocol: named(rule.protocol),
  ...(rule.protocol === '-1' || rule.fromPort === -1
    ? {}
    : { PortRange: { From: rule.fromPort, To: rule.toPort } }),
  ...(rule.kind === 'cidr_ipv4' ? { Cidr: rule.peer } : {}),
  ...(rule.kind === 'prefix_list' ? { PrefixListId: rule.peer } : {}),
  ...(rule.kind === 'group' ? { SecurityGroupId: rule.peer } : {}),
})

export const aclRule = (entry: AclEntry): AnalysisAclRule => ({
  Cidr: entry.block,
  Egress: entry.egress,
  Protocol: named(entry.protocol),
  RuleAction: entry.action,
  RuleNumber: entry.number,
  ...(entry.ports ? { PortRange: { From: entry.ports.from, To: entry.ports.to } } : {}),
})

export const tableRoute = (route: NetworkRoute): AnalysisRouteTableRoute => ({
  ...(route.destination.startsWith('pl-')
    ? { DestinationPrefixListId: route.destination }
    : { DestinationCidr: route.destination }),
  [route.kind]: route.target,
  Origin: route.origin.toLowerCase(),
  State: route.state,
})
