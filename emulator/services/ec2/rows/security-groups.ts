import type { SecurityGroup } from '@aws-sdk/client-ec2'
import { arnOf } from '../arns.ts'
import { childrenOf } from '../describe/children.ts'
import { insertRow } from '../describe/insert.ts'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import type { Children } from '../describe/sql.ts'
import { toIpPermissions } from './security-group-rules.ts'
import type { SecurityGroupRuleRow } from './security-group-rules.ts'
import { tagsOf } from './tags.ts'

export interface SecurityGroupRow {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly group_id: string
  readonly vpc_id: string
  readonly group_name: string
  readonly description: string
}

/** A filter over a group's rules of one direction. */
const rule = (egress: 0 | 1, value: string): Children => ({
  children: 'ec2_security_group_rules c',
  owner: 'c.group_id',
  owned: 'group_id',
  where: `c.is_egress = ${egress}`,
  value,
})

const peer = (kind: string) => `iif(c.peer_kind = '${kind}', c.peer, null)`

const groupName = `(select n.group_name from ec2_security_groups n where c.peer_kind = 'group'
  and n.account = c.account and n.region = c.region and n.group_id = c.peer)`

const ruleFilters = (prefix: string, egress: 0 | 1): Record<string, Children> => ({
  [`${prefix}.cidr`]: rule(egress, peer('cidr_ipv4')),
  [`${prefix}.from-port`]: rule(egress, 'cast(c.from_port as text)'),
  [`${prefix}.group-id`]: rule(egress, peer('group')),
  [`${prefix}.group-name`]: rule(egress, groupName),
  [`${prefix}.ipv6-cidr`]: rule(egress, peer('cidr_ipv6')),
  [`${prefix}.prefix-list-id`]: rule(egress, peer('prefix_list')),
  [`${prefix}.protocol`]: rule(egress, 'c.ip_protocol'),
  [`${prefix}.to-port`]: rule(egress, 'cast(c.to_port as text)'),
  [`${prefix}.user-id`]: rule(egress, 'c.peer_account'),
})

export const securityGroups = resource<SecurityGroupRow>({
  type: 'security-group',
  table: 'ec2_security_groups',
  id: 'group_id',
  prefix: 'sg',
  notFound: {
    code: 'InvalidGroup.NotFound',
    one: (id) => `The security group '${id}' does not exist`,
    several: (ids) => `The security groups '${ids}' do not exist`,
  },
  malformed: 'InvalidGroupId.Malformed',
  filters: {
    description: 't.description',
    'group-id': 't.group_id',
    'group-name': 't.group_name',
    'owner-id': 't.account',
    'vpc-id': 't.vpc_id',
    ...ruleFilters('ip-permission', 0),
    ...ruleFilters('egress.ip-permission', 1),
  },
})

export function toSecurityGroups(rows: readonly SecurityGroupRow[], scope: Scope): SecurityGroup[] {
  const ids = rows.map((row) => row.group_id)
  const tags = tagsOf(scope, ids)
  const rules = childrenOf<SecurityGroupRuleRow>(scope, 'ec2_security_group_rules', 'group_id', ids)
  return rows.map((row) => {
    const own = rules.get(row.group_id) ?? []
    return {
      GroupId: row.group_id,
      GroupName: row.group_name,
      Description: row.description,
      OwnerId: row.account,
      VpcId: row.vpc_id,
      SecurityGroupArn: arnOf(row, 'security-group', row.group_id),
      IpPermissions: toIpPermissions(own.filter((one) => one.is_egress === 0)),
      IpPermissionsEgress: toIpPermissions(own.filter((one) => one.is_egress === 1)),
      Tags: tags.get(row.group_id),
    }
  })
}

export const findGroupByName = (
  { db, account, region }: Scope,
  vpcId: string,
  name: string,
): SecurityGroupRow | undefined =>
  db.get<SecurityGroupRow>(
    `select * from ec2_security_groups
     where account = ? and region = ? and vpc_id = ? and group_name = ?`,
    account,
    region,
    vpcId,
    name,
  )

export const insertSecurityGroup = (
  scope: Scope,
  group: { id: string; vpcId: string; name: string; description: string },
): void =>
  insertRow(scope, 'ec2_security_groups', {
    group_id: group.id,
    vpc_id: group.vpcId,
    group_name: group.name,
    description: group.description,
  })

/** Whether an interface, or a rule of another group, still needs the group. */
export function isGroupInUse({ db, account, region }: Scope, groupId: string): boolean {
  const inInterface = db.get(
    `select 1 from ec2_network_interface_groups
     where account = ? and region = ? and group_id = ? limit 1`,
    account,
    region,
    groupId,
  )
  const inRule = db.get(
    `select 1 from ec2_security_group_rules
     where account = ? and region = ? and peer_kind = 'group' and peer = ? and group_id <> ? limit 1`,
    account,
    region,
    groupId,
    groupId,
  )
  return inInterface !== undefined || inRule !== undefined
}

/** Deletes a group and its rules; their tags are the caller's to delete. */
export function deleteSecurityGroup({ db, account, region }: Scope, groupId: string): void {
  for (const table of ['ec2_security_group_rules', 'ec2_security_groups']) {
    db.run(
      `delete from ${table} where account = ? and region = ? and group_id = ?`,
      account,
      region,
      groupId,
    )
  }
}

export const rulesOfGroup = (scope: Scope, groupId: string): SecurityGroupRuleRow[] =>
  childrenOf<SecurityGroupRuleRow>(scope, 'ec2_security_group_rules', 'group_id', [groupId]).get(
    groupId,
  ) ?? []
