// The network as traffic meets it: what the tracing asks of it, without a database.

export interface Interface {
  readonly id: string
  readonly vpcId: string
  readonly subnetId: string
  readonly zone: string
  /** The private IPv4 addresses, the primary first. */
  readonly addresses: readonly string[]
  /** The public address of each private one that has one. */
  readonly publicAddresses: Readonly<Record<string, string>>
  readonly groups: readonly string[]
  readonly instanceId: string | undefined
  readonly sourceDestCheck: boolean
  /** `interface`, `nat_gateway`, `vpc_endpoint`, … */
  readonly type: string
}

export interface GroupRule {
  readonly groupId: string
  readonly egress: boolean
  /** `tcp`, `udp`, `icmp`, a number, or `-1` for all. */
  readonly protocol: string
  readonly fromPort: number
  readonly toPort: number
  readonly kind: 'cidr_ipv4' | 'cidr_ipv6' | 'prefix_list' | 'group'
  readonly peer: string
}

export interface AclEntry {
  readonly number: number
  readonly egress: boolean
  /** A protocol's number, or `-1` for all. */
  readonly protocol: string
  readonly block: string
  readonly action: 'allow' | 'deny'
  /** Absent for all ports. */
  readonly ports: { readonly from: number; readonly to: number } | undefined
}

export interface Acl {
  readonly id: string
  readonly entries: readonly AclEntry[]
}

export interface NetworkRoute {
  /** A block, or the id of a prefix list. */
  readonly destination: string
  /** AWS's member for the target: `GatewayId`, `NatGatewayId`, … */
  readonly kind: string
  readonly target: string
  readonly state: string
  readonly origin: string
}

export interface Table {
  readonly id: string
  readonly routes: readonly NetworkRoute[]
}

export interface Attachment {
  readonly id: string
  readonly gatewayId: string
  readonly vpcId: string | undefined
  readonly subnetIds: readonly string[]
  readonly tableId: string | undefined
  readonly keepsGroups: boolean
}

export interface GatewayRoute {
  readonly destination: string
  /** Absent for a black hole. */
  readonly attachmentId: string | undefined
  readonly state: string
  readonly type: string
}

/** What can be asked of the network. Everything is of one account and region. */
export interface Network {
  interfaceById(id: string): Interface | undefined
  /** By a private address in the VPC. */
  interfaceAt(vpcId: string, address: string): Interface | undefined
  /** By a public address. */
  interfaceByPublic(address: string): Interface | undefined
  instance(
    id: string,
  ): { readonly state: string; readonly interfaceIds: readonly string[] } | undefined
  rulesOf(groupIds: readonly string[]): readonly GroupRule[]
  aclOf(subnetId: string): Acl | undefined
  tableOf(subnetId: string): Table | undefined
  /** The zone of a subnet. */
  zoneOf(subnetId: string): string | undefined
  blocksOf(vpcId: string): readonly string[]
  entriesOf(prefixListId: string): readonly string[]
  /** The VPC that an internet gateway is on; null for one that is on none. */
  internetGateway(id: string): { readonly vpcId: string | null } | undefined
  internetGatewayOf(vpcId: string): string | undefined
  natGateway(
    id: string,
  ): { readonly state: string; readonly interfaceId: string | undefined } | undefined
  peering(id: string): { readonly status: string; readonly vpcIds: readonly string[] } | undefined
  endpoint(
    id: string,
  ): { readonly type: string; readonly interfaceIds: readonly string[] } | undefined
  attachment(id: string): Attachment | undefined
  attachmentOf(gatewayId: string, vpcId: string): Attachment | undefined
  gatewayRoutes(tableId: string): readonly GatewayRoute[]
  /** Of VPC Block Public Access: `off`, `block-bidirectional`, `block-ingress`. */
  readonly blockMode: string
}
