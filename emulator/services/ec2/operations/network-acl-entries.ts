import type {
  CreateNetworkAclEntryRequest,
  DeleteNetworkAclEntryRequest,
  ReplaceNetworkAclEntryRequest,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { canonicalIpv4Block, canonicalIpv6Block } from '../addresses.ts'
import { entryExists, entryNotFound, notABlock } from '../errors/network.ts'
import { invalidParameterCombination, invalidValue, missingParameter } from '../errors.ts'
import { onNetworkAcl } from '../network/permissions.ts'
import { deleteEntry, hasEntry } from '../rows/network-acl-changes.ts'
import { insertEntry, lastRule, networkAcls } from '../rows/network-acls.ts'
import type { EntryRow } from '../rows/network-acls.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html */
export const CreateNetworkAclEntry = operation<CreateNetworkAclEntryRequest, {}>({
  authorize: ({ NetworkAclId = '' }, call) => [onNetworkAcl(call, NetworkAclId)],
  run(input, call) {
    const entry = entryOf(input)
    networkAcls.require(entry.network_acl_id, call)
    if (hasEntry(call, entry.network_acl_id, entry.egress === 1, entry.rule_number)) {
      throw entryExists(entry.rule_number)
    }
    insertEntry(call, entry)
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceNetworkAclEntry.html */
export const ReplaceNetworkAclEntry = operation<ReplaceNetworkAclEntryRequest, {}>({
  authorize: ({ NetworkAclId = '' }, call) => [onNetworkAcl(call, NetworkAclId)],
  run(input, call) {
    const entry = entryOf(input)
    networkAcls.require(entry.network_acl_id, call)
    if (!deleteEntry(call, entry.network_acl_id, entry.egress === 1, entry.rule_number)) {
      throw entryNotFound(entry.rule_number)
    }
    insertEntry(call, entry)
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAclEntry.html */
export const DeleteNetworkAclEntry = operation<DeleteNetworkAclEntryRequest, {}>({
  authorize: ({ NetworkAclId = '' }, call) => [onNetworkAcl(call, NetworkAclId)],
  run({ NetworkAclId: id, RuleNumber, Egress }, call) {
    if (!id) throw missingParameter('networkAclId')
    if (Egress === undefined) throw missingParameter('egress')
    const rule = checkedRule(RuleNumber)
    networkAcls.require(id, call)
    if (!deleteEntry(call, id, Egress, rule)) throw entryNotFound(rule)
    return {}
  },
})

const protocolNumbers: Readonly<Record<string, string>> = {
  all: '-1',
  icmp: '1',
  tcp: '6',
  udp: '17',
  icmpv6: '58',
}

/** An entry as it is kept; what belongs together is there together. */
function entryOf(input: CreateNetworkAclEntryRequest): EntryRow {
  if (!input.NetworkAclId) throw missingParameter('networkAclId')
  if (input.Egress === undefined) throw missingParameter('egress')
  if (!input.Protocol) throw missingParameter('protocol')
  if (!input.RuleAction) throw missingParameter('ruleAction')
  // Written in capitals it is taken too.
  const action = input.RuleAction.toLowerCase()
  const { PortRange: ports, IcmpTypeCode: icmp } = input
  if (action !== 'allow' && action !== 'deny') throw invalidValue(action, 'ruleAction')
  const rule = checkedRule(input.RuleNumber)
  const protocol = protocolNumbers[input.Protocol.toLowerCase()] ?? input.Protocol
  if (!/^(-1|\d|[1-9]\d|1\d\d|2[0-4]\d|25[0-5])$/.test(protocol)) {
    throw invalidValue(input.Protocol, 'protocol')
  }
  const hasPorts = protocol === '6' || protocol === '17'
  if (hasPorts && (ports?.From === undefined || ports.To === undefined)) {
    throw missingParameter('portRange')
  }
  if (hasPorts && (ports!.From! > ports!.To! || ports!.From! < 0 || ports!.To! > 65_535)) {
    throw invalidValue(`${ports!.From}-${ports!.To}`, 'portRange')
  }
  const hasTypes = protocol === '1' || protocol === '58'
  if (hasTypes && icmp?.Type === undefined) throw missingParameter('icmpTypeCode.type')
  return {
    network_acl_id: input.NetworkAclId,
    egress: Number(input.Egress),
    rule_number: rule,
    protocol,
    rule_action: action,
    ...blockOf(input),
    doc: JSON.stringify({
      ...(hasPorts ? { PortRange: { From: ports!.From, To: ports!.To } } : {}),
      ...(hasTypes ? { IcmpTypeCode: { Type: icmp!.Type, Code: icmp!.Code ?? -1 } } : {}),
    }),
  }
}

function blockOf({
  CidrBlock,
  Ipv6CidrBlock,
}: CreateNetworkAclEntryRequest): Pick<EntryRow, 'cidr_block' | 'ipv6_cidr_block'> {
  if (CidrBlock && Ipv6CidrBlock) {
    throw invalidParameterCombination(
      'The parameters cidrBlock and ipv6CidrBlock cannot be used together',
    )
  }
  if (CidrBlock) {
    const block = canonicalIpv4Block(CidrBlock)
    if (!block) throw notABlock(CidrBlock, 'cidrBlock')
    return { cidr_block: block, ipv6_cidr_block: null }
  }
  if (!Ipv6CidrBlock) throw missingParameter('cidrBlock or ipv6CidrBlock')
  const block = canonicalIpv6Block(Ipv6CidrBlock)
  if (!block) throw notABlock(Ipv6CidrBlock, 'ipv6CidrBlock')
  return { cidr_block: null, ipv6_cidr_block: block }
}

function checkedRule(rule: number | undefined): number {
  if (rule === undefined) throw missingParameter('ruleNumber')
  if (rule < 1 || rule >= lastRule) {
    throw invalidValue(rule, 'ruleNumber', 'Rule numbers are from 1 to 32766.')
  }
  return rule
}
