import type { IpPermission, SecurityGroupRuleRequest, UserIdGroupPair } from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { canonicalIpv4Block, canonicalIpv6Block } from '../addresses.ts'
import {
  invalidParameterValue,
  malformedCidr,
  malformedId,
  missingParameter,
  samePermissionTwice,
} from '../errors.ts'
import { findGroupByName, securityGroups } from '../rows/security-groups.ts'
import type { SecurityGroupRow } from '../rows/security-groups.ts'
import { hasPorts } from '../rows/security-group-rules.ts'
import type { PeerKind, RuleKey, RuleSpecification } from '../rows/security-group-rules.ts'

// Reading rules from requests. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html

/** The parameters of the time before IpPermissions; the operations take either. */
export interface FlatPermission {
  readonly IpProtocol?: string | undefined
  readonly FromPort?: number | undefined
  readonly ToPort?: number | undefined
  readonly CidrIp?: string | undefined
  readonly SourceSecurityGroupName?: string | undefined
  readonly SourceSecurityGroupOwnerId?: string | undefined
  readonly IpPermissions?: readonly IpPermission[] | undefined
}

/**
 * The single rules that a request means: one for each block, prefix list and group of each permission.
 *
 * @throws InvalidParameterValue and others for what is no rule, or when two of them are the same
 */
export function specifiedRules(
  input: FlatPermission,
  group: SecurityGroupRow,
  egress: 0 | 1,
  call: Call,
): RuleSpecification[] {
  const permissions = input.IpPermissions?.length ? input.IpPermissions : [unflatten(input)]
  const rules = permissions.flatMap((permission) => rulesOf(permission, group, egress, call))
  const seen = new Set(rules.map(keyText))
  if (seen.size < rules.length) throw samePermissionTwice()
  return rules
}

function unflatten(input: FlatPermission): IpPermission {
  const group: UserIdGroupPair = {
    GroupName: input.SourceSecurityGroupName,
    UserId: input.SourceSecurityGroupOwnerId,
  }
  return {
    IpProtocol: input.IpProtocol ?? (input.SourceSecurityGroupName ? '-1' : undefined),
    FromPort: input.FromPort,
    ToPort: input.ToPort,
    ...(input.CidrIp === undefined ? {} : { IpRanges: [{ CidrIp: input.CidrIp }] }),
    ...(input.SourceSecurityGroupName === undefined ? {} : { UserIdGroupPairs: [group] }),
  }
}

function rulesOf(
  permission: IpPermission,
  group: SecurityGroupRow,
  egress: 0 | 1,
  call: Call,
): RuleSpecification[] {
  const reach = reachOf(permission.IpProtocol, permission.FromPort, permission.ToPort)
  const rule = (
    peer_kind: PeerKind,
    peer: string,
    description: string | undefined,
    peer_account: string | null = null,
  ): RuleSpecification => ({
    is_egress: egress,
    ...reach,
    peer_kind,
    peer,
    peer_account,
    description: checkedDescription(description),
  })
  const rules = [
    ...(permission.IpRanges ?? []).map(({ CidrIp, Description }) =>
      rule('cidr_ipv4', ipv4Block(CidrIp), Description),
    ),
    ...(permission.Ipv6Ranges ?? []).map(({ CidrIpv6, Description }) =>
      rule('cidr_ipv6', ipv6Block(CidrIpv6), Description),
    ),
    ...(permission.PrefixListIds ?? []).map(({ PrefixListId, Description }) =>
      rule('prefix_list', prefixList(PrefixListId), Description),
    ),
    ...(permission.UserIdGroupPairs ?? []).map((pair) => {
      const { id, account } = referencedGroup(pair, group, call)
      return rule('group', id, pair.Description, account)
    }),
  ]
  if (rules.length === 0) throw missingParameter('cidrIp or sourceGroupId')
  return rules
}

/** A rule as ModifySecurityGroupRules states it: whole, with exactly one peer. */
export function requestedRule(
  request: SecurityGroupRuleRequest,
  group: SecurityGroupRow,
  egress: 0 | 1,
  call: Call,
): RuleSpecification {
  const rules = rulesOf(
    {
      IpProtocol: request.IpProtocol,
      FromPort: request.FromPort,
      ToPort: request.ToPort,
      IpRanges: request.CidrIpv4 ? [{ CidrIp: request.CidrIpv4 }] : [],
      Ipv6Ranges: request.CidrIpv6 ? [{ CidrIpv6: request.CidrIpv6 }] : [],
      PrefixListIds: request.PrefixListId ? [{ PrefixListId: request.PrefixListId }] : [],
      UserIdGroupPairs: request.ReferencedGroupId ? [{ GroupId: request.ReferencedGroupId }] : [],
    },
    group,
    egress,
    call,
  )
  if (rules.length > 1) {
    throw invalidParameterValue('Only one source or destination may be specified for a rule.')
  }
  return { ...rules[0]!, description: checkedDescription(request.Description) }
}

/** What tells a rule from others in its group. */
export const keyText = (rule: RuleKey): string =>
  [rule.is_egress, rule.ip_protocol, rule.from_port, rule.to_port, rule.peer_kind, rule.peer].join(
    ' ',
  )

/** A rule as EC2 words it in errors. */
export function ruleInWords(rule: RuleKey): string {
  const { ip_protocol: protocol, from_port: from, to_port: to } = rule
  const number = (value: number) => (value === -1 ? 'ALL' : String(value))
  if (protocol === '-1') return `peer: ${rule.peer}, ALL, ALLOW`
  const name = protocol.toUpperCase()
  if (protocol.startsWith('icmp')) {
    return `peer: ${rule.peer}, ${name}, type: ${number(from)}, code: ${number(to)}, ALLOW`
  }
  return hasPorts(protocol)
    ? `peer: ${rule.peer}, ${name}, from port: ${from}, to port: ${to}, ALLOW`
    : `peer: ${rule.peer}, ${name}, ALLOW`
}

const namesByNumber: Readonly<Record<string, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmpv6',
  all: '-1',
}

function reachOf(
  given: string | undefined,
  fromPort: number | undefined,
  toPort: number | undefined,
): Pick<RuleKey, 'ip_protocol' | 'from_port' | 'to_port'> {
  if (given === undefined) {
    throw invalidParameterValue(
      `Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.`,
    )
  }
  const lower = given.toLowerCase()
  const protocol = namesByNumber[lower] ?? lower
  if (protocol === '-1') return { ip_protocol: '-1', from_port: -1, to_port: -1 }
  if (!hasPorts(protocol)) {
    if (!/^\d{1,3}$/.test(protocol) || Number(protocol) > 255) {
      throw invalidParameterValue(`Invalid value '${given}' for IP protocol. Unknown protocol.`)
    }
    return { ip_protocol: protocol, from_port: -1, to_port: -1 }
  }
  return protocol.startsWith('icmp')
    ? { ip_protocol: protocol, from_port: fromPort ?? -1, to_port: toPort ?? -1 }
    : { ip_protocol: protocol, ...portRange(fromPort, toPort) }
}

function portRange(from: number | undefined, to: number | undefined) {
  if (from === undefined || to === undefined) {
    throw invalidParameterValue(
      `Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.`,
    )
  }
  for (const port of [from, to]) {
    if (port < 0 || port > 65_535)
      throw invalidParameterValue(`TCP/UDP port (${port}) out of range`)
  }
  if (from > to) throw invalidParameterValue(`Invalid TCP/UDP port range (${from}:${to})`)
  return { from_port: from, to_port: to }
}

function ipv4Block(text: string | undefined): string {
  const block = text === undefined ? undefined : canonicalIpv4Block(text)
  if (block === undefined) throw malformedCidr(text ?? 'null')
  return block
}

function ipv6Block(text: string | undefined): string {
  const block = text === undefined ? undefined : canonicalIpv6Block(text)
  if (block === undefined) throw malformedCidr(text ?? 'null')
  return block
}

/** Managed prefix lists are no resources here yet: any well-formed id is taken. */
function prefixList(id: string | undefined): string {
  if (id === undefined) throw missingParameter('PrefixListId')
  if (!/^pl-[0-9a-f]{8,17}$/.test(id)) throw malformedId('InvalidPrefixListId.Malformed', id, 'pl')
  return id
}

function referencedGroup(
  pair: UserIdGroupPair,
  group: SecurityGroupRow,
  call: Call,
): { id: string; account: string } {
  if (!pair.GroupId && !pair.GroupName) throw missingParameter('sourceGroupId')
  if (pair.UserId && pair.UserId !== call.account) {
    // A group across a peering connection: whether it exists is the other account's to know.
    if (!pair.GroupId) throw securityGroups.missing([pair.GroupName!])
    securityGroups.checkForm([pair.GroupId])
    return { id: pair.GroupId, account: pair.UserId }
  }
  const found = pair.GroupId
    ? securityGroups.require(pair.GroupId, call)
    : findGroupByName(call, group.vpc_id, pair.GroupName!)
  if (!found) throw securityGroups.missing([pair.GroupName!])
  return { id: found.group_id, account: call.account }
}

function checkedDescription(description: string | undefined): string | null {
  if (description === undefined || description === '') return null
  if (!/^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/.test(description)) {
    throw invalidParameterValue(
      'Invalid rule description. Valid descriptions are strings less than 256 characters from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*',
    )
  }
  return description
}
