import type {
  AssociateSecurityGroupVpcRequest,
  AssociateSecurityGroupVpcResult,
  DescribeSecurityGroupReferencesRequest,
  DescribeSecurityGroupReferencesResult,
  DescribeSecurityGroupVpcAssociationsRequest,
  DescribeSecurityGroupVpcAssociationsResult,
  DescribeStaleSecurityGroupsRequest,
  DescribeStaleSecurityGroupsResult,
  DisassociateSecurityGroupVpcRequest,
  DisassociateSecurityGroupVpcResult,
  GetSecurityGroupsForVpcRequest,
  GetSecurityGroupsForVpcResult,
  SecurityGroupVpcAssociation,
  StaleSecurityGroup,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { json } from '../describe/sql.ts'
import { missingParameter } from '../errors.ts'
import { anyResource } from '../permissions.ts'
import { securityGroups, toSecurityGroups } from '../rows/security-groups.ts'
import { toIpPermissions } from '../rows/security-group-rules.ts'
import type { SecurityGroupRuleRow } from '../rows/security-group-rules.ts'
import type { PeeringRow } from '../rows/vpc-peering.ts'
import { vpcs } from '../rows/vpcs.ts'
import { family } from './family.ts'
import { acts, on } from './operations.ts'

// Security groups and VPCs that are not their own: groups used in several VPCs, and rules that name groups of peers.

interface StoredAssociation extends SecurityGroupVpcAssociation {
  readonly AssociationId?: string
}

/** https://docs.aws.amazon.com/vpc/latest/userguide/security-group-assoc.html */
const associations = family<StoredAssociation>({
  type: 'security-group-vpc-association',
  prefix: 'sg-vpc',
  id: 'AssociationId',
  tags: false,
  notFound: {
    code: 'InvalidSecurityGroupAssociation.NotFound',
    one: (id) => `The security group association '${id}' does not exist`,
    several: (ids) => `The security group associations '${ids}' do not exist`,
  },
  life: { first: 'associating', next: { associating: 'associated' } },
  filters: {
    'group-id': json('GroupId'),
    'group-owner-id': 't.account',
    state: 't.state',
    'vpc-id': json('VpcId'),
    'vpc-owner-id': json('VpcOwnerId'),
  },
})

const both = { GroupId: 'security-group', VpcId: 'vpc' } as const

const associationOf = (groupId: string, vpcId: string, call: Call) =>
  associations.having('GroupId', groupId, call).find((one) => one.VpcId === vpcId)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateSecurityGroupVpc.html */
export const AssociateSecurityGroupVpc = acts<
  AssociateSecurityGroupVpcRequest,
  AssociateSecurityGroupVpcResult
>(both, ({ GroupId, VpcId }, call) => {
  const group = securityGroups.require(GroupId!, call)
  if (group.vpc_id === VpcId || group.group_name === 'default') {
    throw new AwsError(
      'InvalidParameterValue',
      group.vpc_id === VpcId
        ? `The security group '${GroupId}' was created in VPC '${VpcId}'`
        : 'A default security group cannot be associated with another VPC.',
    )
  }
  if (associationOf(GroupId!, VpcId!, call)) {
    throw new AwsError(
      'Resource.AlreadyAssociated',
      `The security group '${GroupId}' is already associated with VPC '${VpcId}'`,
    )
  }
  associations.insert(
    { GroupId: GroupId!, VpcId: VpcId!, VpcOwnerId: call.account, GroupOwnerId: call.account },
    [],
    call,
  )
  return { State: 'associating' }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisassociateSecurityGroupVpc.html */
export const DisassociateSecurityGroupVpc = acts<
  DisassociateSecurityGroupVpcRequest,
  DisassociateSecurityGroupVpcResult
>(both, ({ GroupId, VpcId }, call) => {
  const there = associationOf(GroupId!, VpcId!, call)
  if (!there) {
    throw new AwsError(
      'InvalidSecurityGroupAssociation.NotFound',
      `The security group '${GroupId}' is not associated with VPC '${VpcId}'`,
    )
  }
  associations.remove(there.AssociationId!, call)
  return { State: 'disassociating' }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupVpcAssociations.html */
export const DescribeSecurityGroupVpcAssociations = operation<
  DescribeSecurityGroupVpcAssociationsRequest,
  DescribeSecurityGroupVpcAssociationsResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run(input, call) {
    const { items, nextToken } = associations.page(input, [], call)
    return {
      SecurityGroupVpcAssociations: items,
      NextToken: nextToken,
    }
  },
})

/** The VPC's own groups and those that are associated with it. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSecurityGroupsForVpc.html */
export const GetSecurityGroupsForVpc = operation<
  GetSecurityGroupsForVpcRequest,
  GetSecurityGroupsForVpcResult
>({
  authorize: ({ VpcId = '' }, call) => [on(call, 'vpc', VpcId)],
  run({ VpcId, ...input }, call) {
    if (!VpcId) throw missingParameter('VpcId')
    vpcs.require(VpcId, call)
    const { rows, nextToken } = securityGroups.page(input, [], call, {
      sql: `t.vpc_id = ? or t.group_id in (
        select json_extract(a.doc, '$.GroupId') from ec2_recorded a where a.account = t.account
        and a.region = t.region and a.kind = 'sg-vpc' and json_extract(a.doc, '$.VpcId') = ?)`,
      values: [VpcId, VpcId],
    })
    return {
      SecurityGroupForVpcs: toSecurityGroups(rows, call).map((group) => ({
        Description: group.Description,
        GroupName: group.GroupName,
        GroupId: group.GroupId,
        OwnerId: group.OwnerId,
        PrimaryVpcId: group.VpcId,
        Tags: group.Tags,
      })),
      NextToken: nextToken,
    }
  },
})

/** A rule that names a group of another VPC, with that VPC, if the group is still there. */
interface ForeignRule extends SecurityGroupRuleRow {
  readonly vpc_id: string
  readonly group_name: string
  readonly group_description: string
}

/** Peerings of a VPC by the other side's VPC. */
const peeringsOf = (vpcId: string, { db, account, region }: Call): PeeringRow[] =>
  db.all<PeeringRow>(
    `select * from ec2_vpc_peering_connections where account = ? and region = ?
     and (requester_vpc_id = ? or accepter_vpc_id = ?) order by seq`,
    account,
    region,
    vpcId,
    vpcId,
  )

/** Whose rules name a group, over peerings. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroupReferences.html */
export const DescribeSecurityGroupReferences = operation<
  DescribeSecurityGroupReferencesRequest,
  DescribeSecurityGroupReferencesResult
>({
  authorize: ({ GroupId: ids = [] }, call) => ids.map((id) => on(call, 'security-group', id)),
  run({ GroupId: ids = [] }, call) {
    if (ids.length === 0) throw missingParameter('GroupId')
    const groups = securityGroups.requireAll(ids, call)
    return {
      SecurityGroupReferenceSet: groups.flatMap((group) =>
        peeringsOf(group.vpc_id, call)
          .filter((row) => row.status_code === 'active')
          .flatMap((row) => {
            const isRequester = row.requester_vpc_id === group.vpc_id
            const otherVpc = isRequester ? row.accepter_vpc_id : row.requester_vpc_id
            const named = call.db.get(
              `select 1 from ec2_security_group_rules r join ec2_security_groups g
                 on g.account = r.account and g.region = r.region and g.group_id = r.group_id
               where r.account = ? and r.region = ? and r.peer_kind = 'group' and r.peer = ?
                 and g.vpc_id = ?`,
              isRequester ? row.accepter_account : row.requester_account,
              isRequester ? row.accepter_region : row.requester_region,
              group.group_id,
              otherVpc,
            )
            return named
              ? [
                  {
                    GroupId: group.group_id,
                    ReferencingVpcId: otherVpc,
                    VpcPeeringConnectionId: row.vpc_peering_connection_id,
                  },
                ]
              : []
          }),
      ),
    }
  },
})

const source: FactSource<StaleSecurityGroup> = { limits: { least: 5, most: 255 }, filters: {} }

/**
 * The groups of a VPC with rules that name a group of a peer which is gone, or which is no peer any more.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeStaleSecurityGroups.html
 */
export const DescribeStaleSecurityGroups = operation<
  DescribeStaleSecurityGroupsRequest,
  DescribeStaleSecurityGroupsResult
>({
  authorize: anyResource,
  run({ VpcId, ...input }, call) {
    if (!VpcId) throw missingParameter('VpcId')
    vpcs.require(VpcId, call)
    const rows = call.db.all<ForeignRule>(
      `select r.*, g.vpc_id, g.group_name, g.description as group_description
       from ec2_security_groups g cross join ec2_security_group_rules r
       where g.account = ? and g.region = ? and g.vpc_id = ? and r.account = g.account
         and r.region = g.region and r.group_id = g.group_id and r.peer_kind = 'group'
         and not exists (select 1 from ec2_security_groups o
           where o.region = r.region and o.group_id = r.peer and o.vpc_id = g.vpc_id)
       order by r.seq`,
      call.account,
      call.region,
      VpcId,
    )
    const stale = rows.filter((rule) => !isOfPeer(rule, call))
    const groups = [...new Set(stale.map((rule) => rule.group_id))].map(
      (id): StaleSecurityGroup => {
        const rules = stale.filter((rule) => rule.group_id === id)
        const shown = (egress: number) =>
          toIpPermissions(rules.filter((rule) => rule.is_egress === egress)).map(
            ({ IpRanges: _blocks, Ipv6Ranges: _blocks6, ...permission }) => permission,
          )
        return {
          GroupId: id,
          GroupName: rules[0]!.group_name,
          Description: rules[0]!.group_description,
          VpcId,
          StaleIpPermissions: shown(0) as NonNullable<StaleSecurityGroup['StaleIpPermissions']>,
          StaleIpPermissionsEgress: shown(1) as NonNullable<
            StaleSecurityGroup['StaleIpPermissionsEgress']
          >,
        }
      },
    )
    const { items, nextToken } = pageOfFacts(source, groups, input, call)
    return { StaleSecurityGroupSet: items, NextToken: nextToken }
  },
})

/** Whether the group that a rule names is there, in a VPC that is a peer. */
function isOfPeer(rule: ForeignRule, call: Call): boolean {
  return peeringsOf(rule.vpc_id, call).some((row) => {
    if (row.status_code !== 'active') return false
    const otherVpc =
      row.requester_vpc_id === rule.vpc_id ? row.accepter_vpc_id : row.requester_vpc_id
    return (
      call.db.get(
        'select 1 from ec2_security_groups where group_id = ? and vpc_id = ?',
        rule.peer,
        otherVpc,
      ) !== undefined
    )
  })
}
