import type { Explanation, PathComponent } from '@aws-sdk/client-ec2'
import { prefixOf } from '../network/blocks.ts'
import { aclRule, groupRule, tableRoute } from './components.ts'
import type { Components } from './components.ts'
import { chosenRoute, decidingEntry, inBlock, isPrivate, passingRule } from './matching.ts'
import type { Packet } from './matching.ts'
import type { Acl, Interface, Network, NetworkRoute, Table } from './network.ts'

/** One end of a path. */
export type End =
  | { readonly kind: 'interface'; readonly one: Interface }
  /** A gateway, a peering or an endpoint: the path ends where a route leads to it. */
  | { readonly kind: 'component'; readonly id: string }
  /** Somewhere outside, beyond the internet gateway. */
  | { readonly kind: 'internet'; readonly gatewayId: string | undefined }

export interface Question {
  readonly from: End
  readonly to: End
  readonly packet: Packet
}

/** Why the traffic stops; thrown on the way, so that the tracing reads as the way itself. */
export class Blocked extends Error {
  readonly explanation: Explanation

  constructor(explanation: Explanation) {
    super(explanation.ExplanationCode)
    this.explanation = explanation
  }
}

/** Through a subnet's border: what an answer has to pass in the other direction. */
interface Crossing {
  readonly acl: Acl
  readonly subnetId: string
  readonly egress: boolean
  readonly packet: Packet
}

/** A way through the network, as far as it came. */
export class Way {
  readonly network: Network
  readonly components: Components
  readonly hops: PathComponent[] = []
  readonly crossings: Crossing[] = []
  /** Security groups remember connections: answers need no rules. */
  readonly isReturn: boolean
  #visits = 0

  constructor(network: Network, components: Components, isReturn = false) {
    this.network = network
    this.components = components
    this.isReturn = isReturn
  }

  add(hop: PathComponent): void {
    this.hops.push({ SequenceNumber: this.hops.length + 1, ...hop })
  }

  /** Leaves an interface towards the packet's destination. @returns the packet as it arrives */
  leave(one: Interface, packet: Packet, to: End): Packet {
    const { network, components } = this
    // Routes can lead in circles.
    this.#visits += 1
    if (this.#visits > 16) throw new Blocked({ ExplanationCode: 'NO_PATH' })
    this.#checkInstance(one)
    if (one.groups.length > 0) this.#passGroups(one, true, packet)
    const local = network.interfaceAt(one.vpcId, packet.destination)
    if (local && local.subnetId === one.subnetId)
      return this.arrive(local, packet, to, one.subnetId)
    this.#crossBorder(one.subnetId, true, packet)
    const table = network.tableOf(one.subnetId)!
    const chosen = chosenRoute(table, packet.destination, network)
    if (!chosen) throw this.#noRoute(one, table, to)
    this.add({
      Component: components.of('route-table', table.id),
      RouteTableRoute: tableRoute(chosen.route),
      Vpc: components.of('vpc', one.vpcId),
    })
    if (chosen.route.state === 'blackhole') {
      throw new Blocked({
        ExplanationCode: 'BAD_STATE_ROUTE',
        RouteTable: components.of('route-table', table.id),
        RouteTableRoute: tableRoute(chosen.route),
        State: 'blackhole',
      })
    }
    return this.#follow(chosen.route, table, one, packet, to)
  }

  #noRoute(one: Interface, table: Table, to: End): Blocked {
    const { components } = this
    return new Blocked({
      ExplanationCode: 'NO_ROUTE_TO_DESTINATION',
      RouteTable: components.of('route-table', table.id),
      Subnet: components.of('subnet', one.subnetId),
      Vpc: components.of('vpc', one.vpcId),
      ...(to.kind === 'interface'
        ? { Destination: components.of('network-interface', to.one.id) }
        : to.kind === 'component'
          ? { Destination: components.byId(to.id) }
          : {}),
    })
  }

  #follow(route: NetworkRoute, table: Table, one: Interface, packet: Packet, to: End): Packet {
    const { network, components } = this
    const { kind, target } = route
    if (target === 'local') {
      const next = network.interfaceAt(one.vpcId, packet.destination)
      if (next) return this.arrive(next, packet, to, one.subnetId)
      throw new Blocked({
        ExplanationCode: 'NO_POSSIBLE_DESTINATION',
        Component: components.of('route-table', table.id),
        RouteTableRoute: tableRoute(route),
      })
    }
    if (kind === 'NatGatewayId') return this.#throughNat(target, one, packet, to)
    if (kind === 'NetworkInterfaceId') return this.#throughInterface(target, one, packet, to)
    if (kind === 'VpcPeeringConnectionId') return this.#throughPeering(target, one, packet, to)
    if (kind === 'TransitGatewayId') return this.#throughTransit(target, one, packet, to)
    if (target.startsWith('igw-')) return this.#throughInternetGateway(target, one, packet, to)
    this.add({ Component: components.byId(target), Vpc: components.of('vpc', one.vpcId) })
    if (to.kind === 'component' && to.id === target) return packet
    // What is behind a VPN gateway is the customer's, and its tunnels are down here.
    throw new Blocked({
      ExplanationCode: target.startsWith('vgw-') ? 'BAD_STATE_VPN' : 'NO_POSSIBLE_DESTINATION',
      Component: components.byId(target),
    })
  }

  #throughInternetGateway(id: string, one: Interface, packet: Packet, to: End): Packet {
    const { network, components } = this
    const gateway = network.internetGateway(id)
    const InternetGateway = components.of('internet-gateway', id)
    if (gateway?.vpcId !== one.vpcId) {
      throw new Blocked({ ExplanationCode: 'BAD_STATE_ATTACHMENT', InternetGateway })
    }
    if (network.blockMode === 'block-bidirectional') {
      throw new Blocked({ ExplanationCode: 'VPC_BLOCK_PUBLIC_ACCESS_ENABLED', InternetGateway })
    }
    const address = one.publicAddresses[packet.source]
    if (!address) {
      throw new Blocked({
        ExplanationCode: 'IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS',
        InternetGateway,
        NetworkInterface: components.of('network-interface', one.id),
        Address: packet.source,
      })
    }
    if (isPrivate(packet.destination)) {
      throw new Blocked({
        ExplanationCode: 'IGW_DESTINATION_ADDRESS_NOT_IN_RFC1918_EGRESS',
        InternetGateway,
      })
    }
    const sent = { ...packet, source: address, sourceGroups: [] }
    this.add({
      Component: InternetGateway,
      InboundHeader: components.header(packet),
      OutboundHeader: components.header(sent),
      Vpc: components.of('vpc', one.vpcId),
    })
    const isEnd =
      (to.kind === 'component' && to.id === id) ||
      (to.kind === 'internet' && (to.gatewayId === undefined || to.gatewayId === id))
    if (isEnd) return sent
    throw new Blocked({ ExplanationCode: 'IGW_NAT_REFLECTION', InternetGateway })
  }

  #throughNat(id: string, one: Interface, packet: Packet, to: End): Packet {
    const { network, components } = this
    const nat = network.natGateway(id)
    const NatGateway = components.of('natgateway', id)
    const next = nat?.interfaceId ? network.interfaceById(nat.interfaceId) : undefined
    if (nat?.state !== 'available' || !next) {
      throw new Blocked({
        ExplanationCode: 'BAD_STATE',
        Component: NatGateway,
        ...(nat ? { State: nat.state } : {}),
      })
    }
    if (next.subnetId !== one.subnetId) this.#crossBorder(next.subnetId, false, packet)
    const sent = { ...packet, source: next.addresses[0]!, sourceGroups: [] }
    this.add({
      Component: NatGateway,
      InboundHeader: components.header(packet),
      OutboundHeader: components.header(sent),
      Subnet: components.of('subnet', next.subnetId),
      Vpc: components.of('vpc', next.vpcId),
    })
    return this.leave(next, sent, to)
  }

  /** A route to an interface: an appliance that passes on what is not for itself. */
  #throughInterface(id: string, one: Interface, packet: Packet, to: End): Packet {
    const next = this.network.interfaceById(id)
    if (!next) throw new Blocked({ ExplanationCode: 'NO_POSSIBLE_DESTINATION' })
    if (next.subnetId !== one.subnetId) this.#crossBorder(next.subnetId, false, packet)
    if (next.groups.length > 0) this.#passGroups(next, false, packet)
    this.#addInterface(next)
    if (next.sourceDestCheck && !next.addresses.includes(packet.destination)) {
      throw new Blocked({
        ExplanationCode: 'ENI_SOURCE_DEST_CHECK_RESTRICTION',
        NetworkInterface: this.components.of('network-interface', id),
        Component: this.components.of('network-interface', id),
      })
    }
    return this.leave(next, { ...packet, sourceGroups: [] }, to)
  }

  #throughPeering(id: string, one: Interface, packet: Packet, to: End): Packet {
    const { network, components } = this
    const peering = network.peering(id)
    const VpcPeeringConnection = components.of('vpc-peering-connection', id)
    if (peering?.status !== 'active') {
      throw new Blocked({
        ExplanationCode: 'BAD_STATE',
        Component: VpcPeeringConnection,
        ...(peering ? { State: peering.status } : {}),
      })
    }
    const otherVpc = peering.vpcIds.find((vpcId) => vpcId !== one.vpcId)!
    this.add({
      Component: VpcPeeringConnection,
      SourceVpc: components.of('vpc', one.vpcId),
      DestinationVpc: components.of('vpc', otherVpc),
    })
    if (to.kind === 'component' && to.id === id) return packet
    if (!network.blocksOf(otherVpc).some((block) => inBlock(block, packet.destination))) {
      throw new Blocked({
        ExplanationCode: 'PCX_REQUIRES_ADDRESS_IN_VPC_CIDR',
        VpcPeeringConnection,
        DestinationVpc: components.of('vpc', otherVpc),
      })
    }
    const next = network.interfaceAt(otherVpc, packet.destination)
    if (next) return this.arrive(next, packet, to)
    throw new Blocked({
      ExplanationCode: 'NO_POSSIBLE_DESTINATION',
      Component: VpcPeeringConnection,
    })
  }

  #throughTransit(id: string, one: Interface, packet: Packet, to: End): Packet {
    const { network, components } = this
    const TransitGateway = components.of('transit-gateway', id)
    const attachment = network.attachmentOf(id, one.vpcId)
    if (!attachment) {
      throw new Blocked({ ExplanationCode: 'BAD_STATE_ATTACHMENT', TransitGateway })
    }
    const TransitGatewayAttachment = components.of('transit-gateway-attachment', attachment.id)
    if (!attachment.subnetIds.some((subnetId) => network.zoneOf(subnetId) === one.zone)) {
      throw new Blocked({
        ExplanationCode: 'TGW_ROUTE_AZ_RESTRICTION',
        TransitGateway,
        TransitGatewayAttachment,
        AvailabilityZones: [one.zone],
      })
    }
    this.add({ Component: TransitGatewayAttachment, TransitGateway })
    if (to.kind === 'component' && (to.id === id || to.id === attachment.id)) return packet
    if (!attachment.tableId) {
      throw new Blocked({
        ExplanationCode: 'TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION',
        TransitGatewayAttachment,
      })
    }
    const TransitGatewayRouteTable = components.of(
      'transit-gateway-route-table',
      attachment.tableId,
    )
    const route = network
      .gatewayRoutes(attachment.tableId)
      .filter(
        (one) => !one.destination.includes(':') && inBlock(one.destination, packet.destination),
      )
      .toSorted((a, b) => prefixOf(b.destination) - prefixOf(a.destination))[0]
    if (!route) {
      throw new Blocked({
        ExplanationCode: 'TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT',
        TransitGatewayRouteTable,
        TransitGateway,
      })
    }
    const TransitGatewayRouteTableRoute = {
      DestinationCidr: route.destination,
      State: route.state,
      RouteOrigin: route.type,
      ...(route.attachmentId ? { AttachmentId: route.attachmentId } : {}),
    }
    const next = route.attachmentId ? network.attachment(route.attachmentId) : undefined
    if (route.state !== 'active' || !next) {
      throw new Blocked({
        ExplanationCode: 'TGW_RTB_BAD_STATE_ROUTE',
        TransitGatewayRouteTable,
        TransitGatewayRouteTableRoute,
      })
    }
    this.add({ Component: TransitGatewayRouteTable, TransitGateway, TransitGatewayRouteTableRoute })
    this.add({
      Component: components.of('transit-gateway-attachment', next.id),
      TransitGateway,
    })
    if (to.kind === 'component' && to.id === next.id) return packet
    const keepsGroups = attachment.keepsGroups && next.keepsGroups
    const passed = keepsGroups ? packet : { ...packet, sourceGroups: [] }
    const end = next.vpcId ? network.interfaceAt(next.vpcId, packet.destination) : undefined
    if (end) return this.arrive(end, passed, to)
    throw new Blocked({
      ExplanationCode: 'NO_POSSIBLE_DESTINATION',
      Component: components.of('transit-gateway-attachment', next.id),
    })
  }

  /** Comes to an interface. @param fromSubnet the subnet it comes from, whose border it need not pass */
  arrive(one: Interface, packet: Packet, to: End, fromSubnet?: string): Packet {
    if (fromSubnet !== one.subnetId) this.#crossBorder(one.subnetId, false, packet)
    if (one.groups.length > 0) this.#passGroups(one, false, packet)
    this.#addInterface(one)
    this.#checkInstance(one)
    if (one.instanceId) {
      this.add({ Component: this.components.of('instance', one.instanceId) })
    }
    if (to.kind !== 'interface' || to.one.id === one.id) return packet
    throw new Blocked({
      ExplanationCode: 'NO_POSSIBLE_DESTINATION',
      Component: this.components.of('network-interface', one.id),
    })
  }

  start(one: Interface, packet: Packet): void {
    if (one.instanceId) this.add({ Component: this.components.of('instance', one.instanceId) })
    this.#addInterface(one, packet)
  }

  #addInterface(one: Interface, packet?: Packet): void {
    const { components } = this
    this.add({
      Component: components.of('network-interface', one.id),
      ...(packet ? { OutboundHeader: components.header(packet) } : {}),
      ...(one.instanceId ? { AttachedTo: components.of('instance', one.instanceId) } : {}),
      Subnet: components.of('subnet', one.subnetId),
      Vpc: components.of('vpc', one.vpcId),
    })
  }

  #checkInstance(one: Interface): void {
    if (!one.instanceId) return
    const state = this.network.instance(one.instanceId)?.state
    if (state === 'running') return
    throw new Blocked({
      ExplanationCode: 'BAD_STATE',
      Component: this.components.of('instance', one.instanceId),
      ...(state ? { State: state } : {}),
    })
  }

  #passGroups(one: Interface, egress: boolean, packet: Packet): void {
    if (this.isReturn) return
    const { network, components } = this
    const rule = passingRule(one.groups, egress, packet, network)
    const Direction = egress ? 'egress' : 'ingress'
    if (!rule) {
      throw new Blocked({
        ExplanationCode: 'ENI_SG_RULES_MISMATCH',
        Direction,
        NetworkInterface: components.of('network-interface', one.id),
        Component: components.of('network-interface', one.id),
        SecurityGroups: one.groups.map((id) => components.of('security-group', id)),
        Vpc: components.of('vpc', one.vpcId),
      })
    }
    this.add({
      Component: components.of('security-group', rule.groupId),
      SecurityGroupRule: groupRule(rule),
    })
  }

  #crossBorder(subnetId: string, egress: boolean, packet: Packet): void {
    const acl = this.network.aclOf(subnetId)
    if (!acl) return
    this.crossings.push({ acl, subnetId, egress, packet })
    this.passAcl(acl, subnetId, egress, packet)
  }

  /** @throws Blocked with the entry that denies, where it is one that has a number */
  passAcl(acl: Acl, subnetId: string, egress: boolean, packet: Packet): void {
    const { components } = this
    const entry = decidingEntry(acl, egress, packet)
    const rule = entry ? { AclRule: aclRule(entry) } : {}
    if (entry?.action === 'allow') {
      this.add({ Component: components.of('network-acl', acl.id), ...rule })
      return
    }
    throw new Blocked({
      ExplanationCode: 'SUBNET_ACL_RESTRICTION',
      Direction: egress ? 'egress' : 'ingress',
      Acl: components.of('network-acl', acl.id),
      Subnet: components.of('subnet', subnetId),
      ...rule,
    })
  }
}
