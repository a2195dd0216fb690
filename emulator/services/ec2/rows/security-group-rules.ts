import type { IpPermission, SecurityGroupRule } from '@aws-sdk/client-ec2'
import { arnOf } from '../arns.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { tagsOf } from './tags.ts'

export type PeerKind = 'cidr_ipv4' | 'cidr_ipv6' | 'prefix_list' | 'group'

/** What makes a rule the same as another: everything but its id and its description. */
export interface RuleKey {
  readonly is_egress: 0 | 1
  /** `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all. */
  readonly ip_protocol: string
  /** Ports, or an ICMP type and code; -1 for all, and where the protocol has none. */
  readonly from_port: number
  readonly to_port: number
  readonly peer_kind: PeerKind
  /** A block in canonical form, or the id of a prefix list or group. */
  readonly peer: string
}

export interface RuleSpecification extends RuleKey {
  /** The account of a group. */
  readonly peer_account: string | null
  readonly description: string | null
}

export interface SecurityGroupRuleRow extends RuleSpecification {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly security_group_rule_id: string
  readonly group_id: string
}

export const securityGroupRules = resource<SecurityGroupRuleRow>({
  type: 'security-group-rule',
  table: 'ec2_security_group_rules',
  id: 'security_group_rule_id',
  prefix: 'sgr',
  notFound: idDoesNotExist('InvalidSecurityGroupRuleId.NotFound', 'security group rule'),
  malformed: 'InvalidSecurityGroupRuleId.Malformed',
  filters: {
    'group-id': 't.group_id',
    'security-group-rule-id': 't.security_group_rule_id',
  },
})

export function toSecurityGroupRules(
  rows: readonly SecurityGroupRuleRow[],
  scope: Scope,
): SecurityGroupRule[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.security_group_rule_id),
  )
  return rows.map((row) => ({
    SecurityGroupRuleId: row.security_group_rule_id,
    GroupId: row.group_id,
    GroupOwnerId: row.account,
    IsEgress: row.is_egress === 1,
    IpProtocol: row.ip_protocol,
    FromPort: row.from_port,
    ToPort: row.to_port,
    ...rulePeer(row),
    ...(row.description === null ? {} : { Description: row.description }),
    Tags: tags.get(row.security_group_rule_id) ?? [],
    SecurityGroupRuleArn: arnOf(row, 'security-group-rule', row.security_group_rule_id),
  }))
}

function rulePeer(row: SecurityGroupRuleRow): SecurityGroupRule {
  switch (row.peer_kind) {
    case 'cidr_ipv4':
      return { CidrIpv4: row.peer }
    case 'cidr_ipv6':
      return { CidrIpv6: row.peer }
    case 'prefix_list':
      return { PrefixListId: row.peer }
    case 'group':
      return { ReferencedGroupInfo: { GroupId: row.peer, UserId: row.peer_account ?? row.account } }
  }
}

/** Rules of one direction as DescribeSecurityGroups shows them: gathered by protocol and ports. */
export function toIpPermissions(rows: readonly SecurityGroupRuleRow[]): IpPermission[] {
  const permissions = new Map<string, Required<Pick<IpPermission, Ranges>> & IpPermission>()
  for (const row of rows) {
    const key = `${row.ip_protocol} ${row.from_port} ${row.to_port}`
    let permission = permissions.get(key)
    if (!permission) {
      permission = {
        IpProtocol: row.ip_protocol,
        ...(hasPorts(row.ip_protocol) ? { FromPort: row.from_port, ToPort: row.to_port } : {}),
        UserIdGroupPairs: [],
        IpRanges: [],
        Ipv6Ranges: [],
        PrefixListIds: [],
      }
      permissions.set(key, permission)
    }
    const description = row.description === null ? {} : { Description: row.description }
    switch (row.peer_kind) {
      case 'cidr_ipv4':
        permission.IpRanges!.push({ CidrIp: row.peer, ...description })
        break
      case 'cidr_ipv6':
        permission.Ipv6Ranges!.push({ CidrIpv6: row.peer, ...description })
        break
      case 'prefix_list':
        permission.PrefixListIds!.push({ PrefixListId: row.peer, ...description })
        break
      case 'group':
        permission.UserIdGroupPairs!.push({
          GroupId: row.peer,
          UserId: row.peer_account ?? row.account,
          ...description,
        })
    }
  }
  return [...permissions.values()]
}

type Ranges = 'UserIdGroupPairs' | 'IpRanges' | 'Ipv6Ranges' | 'PrefixListIds'

/** Whether a protocol has ports, or ICMP's type and code. */
export const hasPorts = (protocol: string): boolean =>
  ['tcp', 'udp', 'icmp', 'icmpv6'].includes(protocol)

export const findRule = (
  { db, account, region }: Scope,
  groupId: string,
  rule: RuleKey,
): SecurityGroupRuleRow | undefined =>
  db.get<SecurityGroupRuleRow>(
    `select * from ec2_security_group_rules
     where account = ? and region = ? and group_id = ? and is_egress = ? and ip_protocol = ?
       and from_port = ? and to_port = ? and peer_kind = ? and peer = ?`,
    account,
    region,
    groupId,
    rule.is_egress,
    rule.ip_protocol,
    rule.from_port,
    rule.to_port,
    rule.peer_kind,
    rule.peer,
  )

export const countRules = (
  { db, account, region }: Scope,
  groupId: string,
  egress: 0 | 1,
): number =>
  db.get<{ count: number }>(
    `select count(*) as count from ec2_security_group_rules
     where account = ? and region = ? and group_id = ? and is_egress = ?`,
    account,
    region,
    groupId,
    egress,
  )!.count

export const insertRule = (
  scope: Scope,
  id: string,
  groupId: string,
  rule: RuleSpecification,
): void =>
  insertRow(scope, 'ec2_security_group_rules', {
    security_group_rule_id: id,
    group_id: groupId,
    is_egress: rule.is_egress,
    ip_protocol: rule.ip_protocol,
    from_port: rule.from_port,
    to_port: rule.to_port,
    peer_kind: rule.peer_kind,
    peer: rule.peer,
    peer_account: rule.peer_account,
    description: rule.description,
  })

/** Replaces all of a rule but its id, group and direction. */
export function updateRule(
  { db, account, region }: Scope,
  id: string,
  rule: RuleSpecification,
): void {
  db.run(
    `update ec2_security_group_rules set ip_protocol = ?, from_port = ?, to_port = ?, peer_kind = ?,
       peer = ?, peer_account = ?, description = ?
     where account = ? and region = ? and security_group_rule_id = ?`,
    rule.ip_protocol,
    rule.from_port,
    rule.to_port,
    rule.peer_kind,
    rule.peer,
    rule.peer_account,
    rule.description,
    account,
    region,
    id,
  )
}

export function deleteRule({ db, account, region }: Scope, id: string): void {
  db.run(
    `delete from ec2_security_group_rules
     where account = ? and region = ? and security_group_rule_id = ?`,
    account,
    region,
    id,
  )
}
