import type { PathComponent } from '@aws-sdk/client-ec2'
import type { Scope } from '../describe/resources.ts'
import { analyze } from './analyze.ts'
import type { Asked } from './analyze.ts'
import { componentsIn, networkOf } from './view.ts'
import { inWords } from './words.ts'

/** One thing on the way, for a person. */
interface Step {
  readonly id: string
  readonly name?: string
  /** What lets the traffic through here: a rule, an entry, a route. */
  readonly by: string
}

/** Whether the traffic passes, by which way, and what stops it: `pocketcloud reach`. */
export interface Reach {
  readonly reachable: boolean
  readonly path: readonly Step[]
  readonly back: readonly Step[]
  readonly stopped: readonly { readonly code: string; readonly why: string }[]
}

/** Reads the network of the scope's account and region. */
export function reach(asked: Asked, scope: Scope): Reach {
  const { reachable, forward, back, explanations } = analyze(
    asked,
    networkOf(scope),
    componentsIn(scope),
  )
  return {
    reachable,
    path: forward.map(step),
    back: back.map(step),
    stopped: explanations.map((one) => ({ code: one.ExplanationCode!, why: inWords(one) })),
  }
}

const step = (hop: PathComponent): Step => ({
  id: hop.Component?.Id ?? '',
  ...(hop.Component?.Name ? { name: hop.Component.Name } : {}),
  by: whatLetsThrough(hop),
})

function whatLetsThrough(hop: PathComponent): string {
  const { SecurityGroupRule: group, AclRule: acl, RouteTableRoute: route } = hop
  if (group) {
    const peer = group.Cidr ?? group.PrefixListId ?? group.SecurityGroupId ?? ''
    const ports = group.PortRange ? ` ${portText(group.PortRange)}` : ''
    const outbound = group.Direction === 'egress'
    return `${outbound ? 'outbound' : 'inbound'} rule: ${group.Protocol}${ports} ${outbound ? 'to' : 'from'} ${peer}`
  }
  if (acl) {
    return `${acl.Egress ? 'outbound' : 'inbound'} rule ${acl.RuleNumber}: ${acl.RuleAction} ${acl.Protocol}${acl.PortRange ? ` ${portText(acl.PortRange)}` : ''}, ${acl.Cidr}`
  }
  if (route) {
    const {
      DestinationCidr,
      DestinationPrefixListId,
      Origin: _origin,
      State: _state,
      ...target
    } = route
    const [to = ''] = Object.values<string | undefined>(target)
    return `route ${DestinationCidr ?? DestinationPrefixListId} to ${to}`
  }
  if (hop.TransitGatewayRouteTableRoute) {
    const { DestinationCidr, AttachmentId } = hop.TransitGatewayRouteTableRoute
    return `route ${DestinationCidr} to ${AttachmentId ?? 'nowhere'}`
  }
  return hop.Subnet?.Id ? `in ${hop.Subnet.Id}` : ''
}

const portText = ({ From, To }: { From?: number | undefined; To?: number | undefined }) =>
  From === To ? String(From) : `${From}-${To}`
