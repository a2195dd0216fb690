import type { Explanation } from '@aws-sdk/client-ec2'

// What stops traffic, in words, by AWS's codes.
// https://docs.aws.amazon.com/vpc/latest/reachability/explanation-codes.html

const idOf = (one: { Id?: string | undefined } | undefined, otherwise: string): string =>
  one?.Id ?? otherwise

const words: Readonly<Record<string, (why: Explanation) => string>> = {
  BAD_STATE: (why) => `${idOf(why.Component, 'A component')} is ${why.State ?? 'not working'}.`,
  BAD_STATE_ATTACHMENT: (why) =>
    `${idOf(why.InternetGateway ?? why.TransitGateway, 'The gateway')} is not attached to the VPC.`,
  BAD_STATE_ROUTE: (why) =>
    `The route to ${destination(why)} in ${idOf(why.RouteTable, 'the route table')} is a black hole: its target is gone.`,
  BAD_STATE_VPN: (why) => `${idOf(why.Component, 'The VPN gateway')} has no tunnel that is up.`,
  DISCONNECTED_VPCS: (why) =>
    `The internet gateway is not on ${idOf(why.Vpc, 'the VPC')} of the destination.`,
  ENI_SG_RULES_MISMATCH: (why) =>
    `No ${why.Direction === 'egress' ? 'outbound' : 'inbound'} rule of ${(why.SecurityGroups ?? []).map(({ Id }) => Id).join(', ')} (on ${idOf(why.NetworkInterface, 'the interface')}) allows it.`,
  ENI_SOURCE_DEST_CHECK_RESTRICTION: (why) =>
    `${idOf(why.NetworkInterface, 'The interface')} checks sources and destinations: it does not pass on what is for others.`,
  IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS: () =>
    'Internet gateways take no traffic to private addresses.',
  IGW_NAT_REFLECTION: () =>
    'The way leads out by the internet gateway and in again: look at both parts apart.',
  IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS: (why) =>
    `${idOf(why.NetworkInterface, 'The interface')} has no public address, or is attached to nothing.`,
  IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS: (why) =>
    `${idOf(why.NetworkInterface, 'The interface')} has no public address for ${why.Address ?? 'its own'}.`,
  NO_PATH: (why) =>
    why.MissingComponent === 'internet-gateway'
      ? `${idOf(why.Vpc, 'The VPC')} has no internet gateway.`
      : 'There is no way from the one to the other.',
  NO_POSSIBLE_DESTINATION: (why) =>
    `Nothing has that address where ${idOf(why.Component, 'the way')} leads.`,
  NO_ROUTE_TO_DESTINATION: (why) =>
    `${idOf(why.RouteTable, 'The route table')} of ${idOf(why.Subnet, 'the subnet')} has no route to the destination.`,
  NO_SOURCE_OR_DESTINATION: (why) => `${idOf(why.Component, 'One end')} does not exist.`,
  PCX_REQUIRES_ADDRESS_IN_VPC_CIDR: (why) =>
    `The destination is not in a block of ${idOf(why.DestinationVpc, 'the other VPC')}.`,
  SUBNET_ACL_RESTRICTION: (why) =>
    `${idOf(why.Acl, 'The network ACL')} of ${idOf(why.Subnet, 'the subnet')} denies it ${why.Direction === 'egress' ? 'outbound' : 'inbound'}${rule(why)}.`,
  TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION: (why) =>
    `${idOf(why.TransitGatewayAttachment, 'The attachment')} is associated with no route table.`,
  TGW_ROUTE_AZ_RESTRICTION: (why) =>
    `${idOf(why.TransitGatewayAttachment, 'The attachment')} has no subnet in ${(why.AvailabilityZones ?? []).join(', ')}.`,
  TGW_RTB_BAD_STATE_ROUTE: (why) =>
    `The route in ${idOf(why.TransitGatewayRouteTable, 'the table')} is a black hole.`,
  TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT: (why) =>
    `${idOf(why.TransitGatewayRouteTable, 'The table')} has no route to the destination.`,
  UNSUPPORTED_COMPONENT: (why) =>
    `${idOf(why.Component, 'This')} is nothing that paths can be looked for from or to.`,
  VPC_BLOCK_PUBLIC_ACCESS_ENABLED: () => 'VPC Block Public Access is on.',
}

const destination = ({ RouteTableRoute: route }: Explanation): string =>
  route?.DestinationCidr ?? route?.DestinationPrefixListId ?? 'the destination'

const rule = ({ AclRule }: Explanation): string =>
  AclRule?.RuleNumber === undefined
    ? ': no rule allows all of it'
    : AclRule.RuleNumber === 32_767
      ? ' by its last rule (*)'
      : ` by rule ${AclRule.RuleNumber}`

/** A sentence about what stops the traffic. */
export function inWords(why: Explanation): string {
  const code = why.ExplanationCode ?? 'NO_PATH'
  return words[code]?.(why) ?? code
}
