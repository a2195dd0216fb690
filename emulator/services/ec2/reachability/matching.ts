import { contains, prefixOf } from '../network/blocks.ts'
import type { Acl, AclEntry, GroupRule, Network, NetworkRoute, Table } from './network.ts'

/** What is sent, as it is at one place of its way. */
export interface Packet {
  readonly protocol: 'tcp' | 'udp' | 'icmp'
  readonly source: string
  readonly destination: string
  /** The destination's ports, all of which have to pass. */
  readonly ports: { readonly from: number; readonly to: number } | undefined
  /** The security groups of who sends and who receives, where rules may name them. */
  readonly sourceGroups: readonly string[]
  readonly destinationGroups: readonly string[]
}

const numbers: Readonly<Record<string, string>> = { tcp: '6', udp: '17', icmp: '1' }

const isProtocol = (rule: string, packet: Packet): boolean =>
  rule === '-1' || rule === packet.protocol || rule === numbers[packet.protocol]

const coversPorts = (from: number, to: number, { ports, protocol }: Packet): boolean => {
  if (protocol === 'icmp' || from === -1) return true
  return ports === undefined ? from <= 0 && to >= 65_535 : from <= ports.from && ports.to <= to
}

export const inBlock = (block: string, address: string): boolean => contains(block, `${address}/32`)

/** The rule of one direction that lets a packet pass. */
export function passingRule(
  groupIds: readonly string[],
  egress: boolean,
  packet: Packet,
  network: Network,
): GroupRule | undefined {
  const address = egress ? packet.destination : packet.source
  const groups = egress ? packet.destinationGroups : packet.sourceGroups
  return network.rulesOf(groupIds).find((rule) => {
    if (rule.egress !== egress || !isProtocol(rule.protocol, packet)) return false
    const isAll = rule.protocol === '-1'
    if (!isAll && !coversPorts(rule.fromPort, rule.toPort, packet)) return false
    switch (rule.kind) {
      case 'cidr_ipv4':
        return inBlock(rule.peer, address)
      case 'prefix_list':
        return network.entriesOf(rule.peer).some((block) => inBlock(block, address))
      case 'group':
        return groups.includes(rule.peer)
      case 'cidr_ipv6':
        return false
    }
  })
}

/** The entry that decides about a packet: the first, by number, that is about all of it or denies a part of it. */
export function decidingEntry(acl: Acl, egress: boolean, packet: Packet): AclEntry | undefined {
  const address = egress ? packet.destination : packet.source
  const about = acl.entries
    .filter((entry) => entry.egress === egress && isProtocol(entry.protocol, packet))
    .filter((entry) => inBlock(entry.block, address))
    .toSorted((one, other) => one.number - other.number)
  return about.find((entry) => {
    if (!entry.ports || packet.protocol === 'icmp') return true
    if (coversPorts(entry.ports.from, entry.ports.to, packet)) return true
    const { from, to } = packet.ports ?? { from: 0, to: 65_535 }
    const touches = entry.ports.from <= to && from <= entry.ports.to
    return touches && entry.action === 'deny'
  })
}

/** The route that a packet takes: the most specific one; of equal ones a local one, then a static one. */
export function chosenRoute(
  table: Table,
  destination: string,
  network: Network,
): { readonly route: NetworkRoute; readonly block: string } | undefined {
  const fitting = table.routes.flatMap((route) => {
    const blocks = route.destination.startsWith('pl-')
      ? network.entriesOf(route.destination)
      : [route.destination]
    return blocks
      .filter((block) => !block.includes(':') && inBlock(block, destination))
      .map((block) => ({ route, block }))
  })
  const rank = ({ route, block }: (typeof fitting)[number]) =>
    prefixOf(block) * 4 + (route.target === 'local' ? 2 : 0) + (route.destination === block ? 1 : 0)
  return fitting.toSorted((one, other) => rank(other) - rank(one))[0]
}

const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16']

export const isPrivate = (address: string): boolean =>
  privateBlocks.some((block) => inBlock(block, address))
