import type {
  CreateSecurityGroupRequest,
  CreateSecurityGroupResult,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { allowAllOut } from '../default-network.ts'
import {
  cannotDeleteDefaultGroup,
  dependencyViolation,
  groupDuplicate,
  invalidParameterValue,
  missingParameter,
  noDefaultVpc,
} from '../errors.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { insertRule } from '../rows/security-group-rules.ts'
import {
  deleteSecurityGroup,
  findGroupByName,
  insertSecurityGroup,
  isGroupInUse,
  rulesOfGroup,
  securityGroups,
  toSecurityGroups,
} from '../rows/security-groups.ts'
import { deleteTags } from '../rows/tags.ts'
import { blockTexts, defaultVpc, vpcs } from '../rows/vpcs.ts'
import { groupIdOf, requireGroup, requireGroupsByName } from '../security-groups/lookup.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html */
export const DescribeSecurityGroups = operation<
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult
>({
  authorize: anyResource,
  run({ GroupNames = [], ...input }, call) {
    const named = requireGroupsByName(GroupNames, call).map((group) => group.group_id)
    const { rows, nextToken } = securityGroups.page(
      input,
      [...(input.GroupIds ?? []), ...named],
      call,
    )
    return { SecurityGroups: toSecurityGroups(rows, call), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSecurityGroup.html */
export const CreateSecurityGroup = operation<CreateSecurityGroupRequest, CreateSecurityGroupResult>(
  {
    authorize({ VpcId, TagSpecifications }, call) {
      const vpcId = VpcId ?? defaultVpc(call)?.vpc_id ?? '*'
      return [
        ...onNewResource(call, 'security-group', TagSpecifications),
        onResource(call, 'vpc', vpcId),
      ]
    },
    run({ GroupName, Description, VpcId, TagSpecifications }, call) {
      const name = checkedName(GroupName)
      const description = checkedDescription(Description)
      const { 'security-group': tags } = specifiedTags(TagSpecifications, 'security-group')
      const vpcId = vpcOf(VpcId, call)
      if (findGroupByName(call, vpcId, name)) throw groupDuplicate(name, vpcId)
      const id = call.ids.ec2('sg')
      insertSecurityGroup(call, { id, vpcId, name, description })
      insertRule(call, call.ids.ec2('sgr'), id, allowAllOut)
      // In a VPC with IPv6 addresses, these are let out too.
      if (blockTexts(vpcs.require(vpcId, call)).some((block) => block.includes(':'))) {
        const everywhere = { peer_kind: 'cidr_ipv6', peer: '::/0' } as const
        insertRule(call, call.ids.ec2('sgr'), id, { ...allowAllOut, ...everywhere })
      }
      tagResource(call, id, 'security-group', tags)
      return {
        GroupId: id,
        SecurityGroupArn: arnOf(call, 'security-group', id),
        ...(tags.length > 0 ? { Tags: [...tags] } : {}),
      }
    },
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html */
export const DeleteSecurityGroup = operation<DeleteSecurityGroupRequest, DeleteSecurityGroupResult>(
  {
    authorize: (input, call) => [onResource(call, 'security-group', groupIdOf(input, call))],
    run(input, call) {
      const group = requireGroup(input, call)
      if (group.group_name === 'default') throw cannotDeleteDefaultGroup(group.group_id)
      if (isGroupInUse(call, group.group_id)) throw dependencyViolation(group.group_id)
      for (const rule of rulesOfGroup(call, group.group_id)) {
        deleteTags(call, rule.security_group_rule_id)
      }
      deleteSecurityGroup(call, group.group_id)
      deleteTags(call, group.group_id)
      return { Return: true, GroupId: group.group_id }
    },
  },
)

function vpcOf(id: string | undefined, call: Call): string {
  if (id) return vpcs.require(id, call).vpc_id
  const vpc = defaultVpc(call)
  if (!vpc) throw noDefaultVpc()
  return vpc.vpc_id
}

const characters = 'a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*'
const allowed = /^[a-zA-Z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/

function checkedName(name: string | undefined): string {
  if (!name) throw missingParameter('GroupName')
  if (name.startsWith('sg-')) {
    throw invalidParameterValue('Group names may not be in the format sg-*.')
  }
  if (name.toLowerCase() === 'default') {
    throw invalidParameterValue(`Cannot use reserved security group name: ${name}`)
  }
  if (!allowed.test(name)) {
    throw invalidParameterValue(
      `Value (${name}) for parameter GroupName is invalid. Valid names are strings less than 256 characters from the following set:  ${characters}`,
    )
  }
  return name
}

function checkedDescription(description: string | undefined): string {
  if (!description) throw missingParameter('GroupDescription')
  if (!allowed.test(description)) {
    throw invalidParameterValue(
      `Value (${description}) for parameter GroupDescription is invalid. Invalid security group description. Valid descriptions are strings less than 256 characters from the following set:  ${characters}`,
    )
  }
  return description
}
