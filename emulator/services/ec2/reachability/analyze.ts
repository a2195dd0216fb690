import type { Explanation, PathComponent } from '@aws-sdk/client-ec2'
import type { Components } from './components.ts'
import type { Packet } from './matching.ts'
import type { Interface, Network } from './network.ts'
import { Blocked, Way } from './trace.ts'
import type { End, Question } from './trace.ts'

// Whether traffic from one thing would pass to another, and back. Nothing is sent: it is read off the configuration.
// https://docs.aws.amazon.com/vpc/latest/reachability/how-reachability-analyzer-works.html

export interface Verdict {
  readonly reachable: boolean
  readonly forward: readonly PathComponent[]
  readonly back: readonly PathComponent[]
  /** What stops it; empty where it passes. */
  readonly explanations: readonly Explanation[]
}

export interface Asked {
  /** An id, an IPv4 address, or `internet`. */
  readonly from: string
  readonly to: string
  readonly fromAddress?: string | undefined
  readonly toAddress?: string | undefined
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  readonly port?: number | undefined
}

/** An address of the internet where none is named: one of those kept for documentation. */
const somewhere = '203.0.113.1'

/** Where answers go to: the ports that Linux gives clients. */
const ephemeral = { from: 32_768, to: 60_999 } as const

export function analyze(asked: Asked, network: Network, components: Components): Verdict {
  const forward = new Way(network, components)
  try {
    const question = questionOf(asked, network, components)
    const arrived = walk(question, forward)
    const back = wayBack(question, arrived, forward, components)
    return { reachable: true, forward: forward.hops, back: back.hops, explanations: [] }
  } catch (error) {
    if (!(error instanceof Blocked)) throw error
    return { reachable: false, forward: forward.hops, back: [], explanations: [error.explanation] }
  }
}

const isAddress = (text: string): boolean => /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)

function questionOf(asked: Asked, network: Network, components: Components): Question {
  const from = endOf(asked.from, asked.fromAddress, network, components)
  const vpcId = from.kind === 'interface' ? from.one.vpcId : undefined
  const to = endOf(asked.to, asked.toAddress, network, components, vpcId)
  return { from, to, packet: packetOf(asked, from, to) }
}

function packetOf(asked: Asked, from: End, to: End): Packet {
  const source = addressOf(from, asked.fromAddress ?? asked.from)
  // From outside, an instance is called by its public address.
  const named = asked.toAddress ?? (isAddress(asked.to) ? asked.to : undefined)
  const { port } = asked
  return {
    protocol: asked.protocol,
    source,
    destination: to.kind === 'interface' ? addressOf(to, named ?? '') : (named ?? somewhere),
    ports: port === undefined ? undefined : { from: port, to: port },
    sourceGroups: from.kind === 'interface' ? from.one.groups : [],
    destinationGroups: to.kind === 'interface' ? to.one.groups : [],
  }
}

/** An interface's private address, where the one named is not its own. */
function addressOf(end: End, named: string): string {
  if (end.kind === 'interface') {
    return end.one.addresses.includes(named) ? named : end.one.addresses[0]!
  }
  return isAddress(named) ? named : somewhere
}

function endOf(
  id: string,
  address: string | undefined,
  network: Network,
  components: Components,
  vpcId?: string,
): End {
  if (id === 'internet') return { kind: 'internet', gatewayId: undefined }
  if (isAddress(id)) {
    const own = vpcId ? network.interfaceAt(vpcId, id) : undefined
    return own ? { kind: 'interface', one: own } : { kind: 'internet', gatewayId: undefined }
  }
  if (id.startsWith('igw-')) {
    const gateway = network.internetGateway(id)
    if (!gateway) throw absent()
    return { kind: 'internet', gatewayId: id }
  }
  const one = interfaceOf(id, address, network)
  if (one) return { kind: 'interface', one }
  const isGatewayEndpoint = network.endpoint(id)?.type === 'Gateway'
  if (isGatewayEndpoint || /^(?:pcx|tgw|tgw-attach|vgw|vpce)-/.test(id))
    return { kind: 'component', id }
  if (/^(?:i|eni)-/.test(id)) throw absent(components, id)
  throw new Blocked({ ExplanationCode: 'UNSUPPORTED_COMPONENT', Component: components.byId(id) })
}

const absent = (components?: Components, id?: string) =>
  new Blocked({
    ExplanationCode: 'NO_SOURCE_OR_DESTINATION',
    ...(components && id ? { Component: components.byId(id) } : {}),
  })

function interfaceOf(
  id: string,
  address: string | undefined,
  network: Network,
): Interface | undefined {
  const ids = id.startsWith('eni-')
    ? [id]
    : (network.instance(id)?.interfaceIds ?? network.endpoint(id)?.interfaceIds ?? [])
  const all = ids.flatMap((one) => network.interfaceById(one) ?? [])
  return all.find((one) => address && one.addresses.includes(address)) ?? all[0]
}

/** @returns the packet as the destination gets it */
function walk({ from, to, packet }: Question, way: Way): Packet {
  if (from.kind === 'interface') {
    way.start(from.one, packet)
    return way.leave(from.one, packet, to)
  }
  if (from.kind === 'internet' && to.kind === 'interface') {
    return fromInternet(from.gatewayId, to, packet, way)
  }
  throw new Blocked({ ExplanationCode: 'NO_PATH' })
}

/** Comes in by the internet gateway: only to an attached interface that has a public address. */
function fromInternet(
  gatewayId: string | undefined,
  to: End & { readonly kind: 'interface' },
  packet: Packet,
  way: Way,
): Packet {
  const { network, components } = way
  const { one } = to
  const id = gatewayId ?? network.internetGatewayOf(one.vpcId)
  if (!id || network.internetGateway(id)?.vpcId !== one.vpcId) {
    throw new Blocked({
      ExplanationCode: id ? 'DISCONNECTED_VPCS' : 'NO_PATH',
      Vpc: components.of('vpc', one.vpcId),
      MissingComponent: 'internet-gateway',
    })
  }
  const InternetGateway = components.of('internet-gateway', id)
  if (network.blockMode !== 'off') {
    throw new Blocked({ ExplanationCode: 'VPC_BLOCK_PUBLIC_ACCESS_ENABLED', InternetGateway })
  }
  const publicAddress = one.publicAddresses[packet.destination]
  way.add({
    Component: InternetGateway,
    OutboundHeader: components.header(packet),
    ...(publicAddress
      ? { InboundHeader: components.header({ ...packet, destination: publicAddress }) }
      : {}),
    Vpc: components.of('vpc', one.vpcId),
  })
  if (!publicAddress) {
    throw new Blocked({
      ExplanationCode: 'IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS',
      InternetGateway,
      NetworkInterface: components.of('network-interface', one.id),
      Vpc: components.of('vpc', one.vpcId),
    })
  }
  return way.arrive(one, packet, to)
}

/** What is answered goes back by the routes of the destination, through every network ACL in the other direction. */
function wayBack(
  { from, to }: Question,
  arrived: Packet,
  forward: Way,
  components: Components,
): Way {
  const back = new Way(forward.network, components, true)
  const answer = reversed(arrived)
  if (to.kind === 'interface') {
    back.start(to.one, answer)
    const first = from.kind === 'interface' ? from.one : undefined
    const isOwn = first?.addresses.includes(arrived.source)
    if (isOwn || from.kind === 'internet') {
      back.leave(to.one, answer, from)
      return back
    }
  }
  for (const { acl, subnetId, egress, packet } of forward.crossings.toReversed()) {
    back.passAcl(acl, subnetId, !egress, reversed(packet))
  }
  return back
}

const reversed = (packet: Packet): Packet => ({
  ...packet,
  source: packet.destination,
  destination: packet.source,
  ports: packet.protocol === 'icmp' ? undefined : ephemeral,
  sourceGroups: packet.destinationGroups,
  destinationGroups: packet.sourceGroups,
})
