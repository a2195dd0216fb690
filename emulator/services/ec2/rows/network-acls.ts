import type { NetworkAcl, NetworkAclEntry } from '@aws-sdk/client-ec2'
import { childrenOf } from '../describe/children.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { child, flag, json } from '../describe/sql.ts'
import { tagsOf } from './tags.ts'

export interface NetworkAclRow {
  readonly seq: number
  readonly account: string
  readonly network_acl_id: string
  readonly vpc_id: string
  readonly is_default: number
}

export interface EntryRow {
  readonly network_acl_id: string
  readonly egress: number
  readonly rule_number: number
  readonly protocol: string
  readonly rule_action: string
  readonly cidr_block: string | null
  readonly ipv6_cidr_block: string | null
  readonly doc: string
}

export interface AssociationRow {
  readonly association_id: string
  readonly network_acl_id: string
  readonly subnet_id: string
}

const association = (value: string) =>
  child('ec2_network_acl_associations', 'network_acl_id', value)
const entry = (value: string) => child('ec2_network_acl_entries', 'network_acl_id', value)

export const networkAcls = resource<NetworkAclRow>({
  type: 'network-acl',
  table: 'ec2_network_acls',
  id: 'network_acl_id',
  prefix: 'acl',
  notFound: idDoesNotExist('InvalidNetworkAclID.NotFound', 'networkAcl'),
  malformed: 'InvalidNetworkAclId.Malformed',
  filters: {
    'association.association-id': association('c.association_id'),
    'association.network-acl-id': association('c.network_acl_id'),
    'association.subnet-id': association('c.subnet_id'),
    default: flag('t.is_default'),
    'entry.cidr': entry('c.cidr_block'),
    'entry.egress': entry(flag('c.egress')),
    'entry.icmp.code': entry(json('IcmpTypeCode.Code', 'c.doc')),
    'entry.icmp.type': entry(json('IcmpTypeCode.Type', 'c.doc')),
    'entry.ipv6-cidr': entry('c.ipv6_cidr_block'),
    'entry.port-range.from': entry(json('PortRange.From', 'c.doc')),
    'entry.port-range.to': entry(json('PortRange.To', 'c.doc')),
    'entry.protocol': entry('c.protocol'),
    'entry.rule-action': entry('c.rule_action'),
    'entry.rule-number': entry('cast(c.rule_number as text)'),
    'network-acl-id': 't.network_acl_id',
    'owner-id': 't.account',
    'vpc-id': 't.vpc_id',
  },
})

export function toNetworkAcls(rows: readonly NetworkAclRow[], scope: Scope): NetworkAcl[] {
  const ids = rows.map((row) => row.network_acl_id)
  const tags = tagsOf(scope, ids)
  const entries = childrenOf<EntryRow>(scope, 'ec2_network_acl_entries', 'network_acl_id', ids)
  const associations = childrenOf<AssociationRow>(
    scope,
    'ec2_network_acl_associations',
    'network_acl_id',
    ids,
  )
  return rows.map((row) => ({
    NetworkAclId: row.network_acl_id,
    VpcId: row.vpc_id,
    OwnerId: row.account,
    IsDefault: row.is_default === 1,
    Entries: (entries.get(row.network_acl_id) ?? [])
      .map(toEntry)
      .toSorted((a, b) => Number(b.Egress) - Number(a.Egress) || a.RuleNumber! - b.RuleNumber!),
    Associations: (associations.get(row.network_acl_id) ?? []).map((one) => ({
      NetworkAclAssociationId: one.association_id,
      NetworkAclId: one.network_acl_id,
      SubnetId: one.subnet_id,
    })),
    Tags: tags.get(row.network_acl_id) ?? [],
  }))
}

const toEntry = (row: EntryRow): NetworkAclEntry => ({
  ...(JSON.parse(row.doc) as NetworkAclEntry),
  Egress: row.egress === 1,
  RuleNumber: row.rule_number,
  Protocol: row.protocol,
  RuleAction: row.rule_action as NonNullable<NetworkAclEntry['RuleAction']>,
  ...(row.cidr_block === null ? {} : { CidrBlock: row.cidr_block }),
  ...(row.ipv6_cidr_block === null ? {} : { Ipv6CidrBlock: row.ipv6_cidr_block }),
})

/** The rule where no other matched: EC2 shows it as 32767, the console as `*`. */
export const lastRule = 32_767

/** A VPC's default list, which lets everything through in both directions. */
export function insertDefaultNetworkAcl(scope: Scope, id: string, vpcId: string): void {
  insertNetworkAcl(scope, id, vpcId, true)
  for (const egress of [1, 0]) {
    insertEntry(scope, { ...everything, network_acl_id: id, egress, rule_number: 100 })
  }
}

/** A list that lets nothing through, as long as nothing is added. */
export function insertNetworkAcl(scope: Scope, id: string, vpcId: string, isDefault = false): void {
  insertRow(scope, 'ec2_network_acls', {
    network_acl_id: id,
    vpc_id: vpcId,
    is_default: Number(isDefault),
  })
  for (const egress of [1, 0]) {
    insertEntry(scope, {
      ...everything,
      network_acl_id: id,
      egress,
      rule_number: lastRule,
      rule_action: 'deny',
    })
  }
}

const everything = {
  protocol: '-1',
  rule_action: 'allow',
  cidr_block: '0.0.0.0/0',
  ipv6_cidr_block: null,
  doc: '{}',
} as const

export const insertEntry = (scope: Scope, entry: EntryRow): void =>
  insertRow(scope, 'ec2_network_acl_entries', { ...entry })

export const insertNetworkAclAssociation = (
  scope: Scope,
  id: string,
  aclId: string,
  subnetId: string,
): void =>
  insertRow(scope, 'ec2_network_acl_associations', {
    association_id: id,
    network_acl_id: aclId,
    subnet_id: subnetId,
  })
