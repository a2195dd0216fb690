import type {
  CreateVpcRequest,
  CreateVpcResult,
  DeleteVpcRequest,
  DescribeVpcsRequest,
  DescribeVpcsResult,
} from '@aws-sdk/client-ec2'
import { notImplemented } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { insertVpcParts, regionsDhcpOptions } from '../default-network.ts'
import { hasDependencies } from '../errors/network.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { onVpc } from '../network/permissions.ts'
import { amazonIpv6Block, checkedVpcBlock } from '../network/vpc-blocks.ts'
import { anyResource, onNewResource } from '../permissions.ts'
import { defaultNetworkAcl, deleteNetworkAcl } from '../rows/network-acl-changes.ts'
import { deleteRouteTable, routeTablesOfVpc } from '../rows/routes.ts'
import { deleteSecurityGroup, findGroupByName, rulesOfGroup } from '../rows/security-groups.ts'
import { deleteTags } from '../rows/tags.ts'
import { blockTexts, deleteVpc, hasDependents, insertVpc, toVpcs, vpcs } from '../rows/vpcs.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
export const DescribeVpcs = operation<DescribeVpcsRequest, DescribeVpcsResult>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = vpcs.page(input, input.VpcIds, call)
    return { Vpcs: toVpcs(rows, call), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html */
export const CreateVpc = operation<CreateVpcRequest, CreateVpcResult>({
  authorize: ({ TagSpecifications }, call) => onNewResource(call, 'vpc', TagSpecifications),
  run(input, call) {
    if (input.Ipv4IpamPoolId || input.Ipv6IpamPoolId) {
      throw notImplemented('ec2', 'CreateVpc with an IPAM pool')
    }
    const { vpc: tags } = specifiedTags(input.TagSpecifications, 'vpc')
    const block = checkedVpcBlock(input.CidrBlock)
    const tenancy = input.InstanceTenancy ?? 'default'
    if (tenancy !== 'default' && tenancy !== 'dedicated') {
      throw invalidValue(tenancy, 'instanceTenancy')
    }
    const id = call.ids.ec2('vpc')
    insertVpc(call, {
      vpcId: id,
      cidrBlock: block,
      associationId: call.ids.ec2('vpc-cidr-assoc'),
      isDefault: false,
      dhcpOptionsId: regionsDhcpOptions(call),
      instanceTenancy: tenancy,
      dnsHostnames: false,
      ipv6: input.AmazonProvidedIpv6CidrBlock ? amazonIpv6Block(call) : undefined,
    })
    insertVpcParts(call, id, blockTexts(vpcs.require(id, call)))
    tagResource(call, id, 'vpc', tags)
    const [vpc] = toVpcs([vpcs.require(id, call)], call)
    return {
      Vpc: {
        ...vpc,
        State: 'pending',
        Ipv6CidrBlockAssociationSet: vpc!.Ipv6CidrBlockAssociationSet!.map((association) => ({
          ...association,
          Ipv6CidrBlock: '',
          Ipv6CidrBlockState: { State: 'associating' },
        })),
      },
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html */
export const DeleteVpc = operation<DeleteVpcRequest, {}>({
  authorize: ({ VpcId = '' }, call) => [onVpc(call, VpcId)],
  run({ VpcId }, call) {
    if (!VpcId) throw missingParameter('vpcId')
    vpcs.require(VpcId, call)
    if (hasDependents(call, VpcId)) throw hasDependencies('vpc', VpcId)
    deleteParts(VpcId, call)
    deleteVpc(call, VpcId)
    deleteTags(call, VpcId)
    return {}
  },
})

/** What was made with the VPC goes with it. */
function deleteParts(vpcId: string, call: Call): void {
  for (const id of routeTablesOfVpc(call, vpcId)) {
    deleteRouteTable(call, id)
    deleteTags(call, id)
  }
  const acl = defaultNetworkAcl(call, vpcId)
  if (acl) {
    deleteNetworkAcl(call, acl.network_acl_id)
    deleteTags(call, acl.network_acl_id)
  }
  const group = findGroupByName(call, vpcId, 'default')
  if (!group) return
  for (const rule of rulesOfGroup(call, group.group_id)) {
    deleteTags(call, rule.security_group_rule_id)
  }
  deleteSecurityGroup(call, group.group_id)
  deleteTags(call, group.group_id)
}
