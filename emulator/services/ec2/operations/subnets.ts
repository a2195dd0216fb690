import type {
  CreateSubnetRequest,
  CreateSubnetResult,
  DeleteSubnetRequest,
  DescribeSubnetsRequest,
  DescribeSubnetsResult,
} from '@aws-sdk/client-ec2'
import { notImplemented } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { hasDependencies, noSuchZoneForSubnet } from '../errors/network.ts'
import { missingParameter } from '../errors.ts'
import { isOldZone } from '../facts/instance-types.ts'
import { zonesOf } from '../facts/regions.ts'
import type { Zone } from '../facts/regions.ts'
import { onSubnet, onVpc } from '../network/permissions.ts'
import { checkedIpv6SubnetBlock, checkedSubnetBlock } from '../network/subnet-blocks.ts'
import { anyResource, onNewResource } from '../permissions.ts'
import { defaultNetworkAcl, deleteSubnetsAclAssociation } from '../rows/network-acl-changes.ts'
import { insertNetworkAclAssociation } from '../rows/network-acls.ts'
import { deleteSubnetsAssociation } from '../rows/routes.ts'
import { deleteSubnet, hasInterfaces, insertSubnet, subnets, toSubnets } from '../rows/subnets.ts'
import { deleteTags } from '../rows/tags.ts'
import { vpcs } from '../rows/vpcs.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
export const DescribeSubnets = operation<DescribeSubnetsRequest, DescribeSubnetsResult>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = subnets.page(input, input.SubnetIds, call)
    return { Subnets: toSubnets(rows, call), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html */
export const CreateSubnet = operation<CreateSubnetRequest, CreateSubnetResult>({
  authorize: ({ VpcId = '', AvailabilityZone, TagSpecifications }, call) => [
    ...onNewResource(call, 'subnet', TagSpecifications, {
      'ec2:Vpc': arnOf(call, 'vpc', VpcId),
      ...(AvailabilityZone ? { 'ec2:AvailabilityZone': AvailabilityZone } : {}),
    }),
    onVpc(call, VpcId),
  ],
  run(input, call) {
    if (input.Ipv6Native) throw notImplemented('ec2', 'CreateSubnet with Ipv6Native')
    if (input.Ipv4IpamPoolId || input.Ipv6IpamPoolId) {
      throw notImplemented('ec2', 'CreateSubnet with an IPAM pool')
    }
    const { subnet: tags } = specifiedTags(input.TagSpecifications, 'subnet')
    if (!input.VpcId) throw missingParameter('vpcId')
    const vpc = vpcs.require(input.VpcId, call)
    const block = checkedSubnetBlock(input.CidrBlock, vpc, call)
    const zone = chooseZone(input, call)
    const id = call.ids.ec2('subnet')
    insertSubnet(call, {
      subnetId: id,
      vpcId: vpc.vpc_id,
      zone,
      cidrBlock: block,
      defaultForAz: false,
      mapPublicIpOnLaunch: false,
      ipv6: input.Ipv6CidrBlock
        ? checkedIpv6SubnetBlock(input.Ipv6CidrBlock, vpc, call)
        : undefined,
    })
    const acl = defaultNetworkAcl(call, vpc.vpc_id)!
    insertNetworkAclAssociation(call, call.ids.ec2('aclassoc'), acl.network_acl_id, id)
    tagResource(call, id, 'subnet', tags)
    return { Subnet: toSubnets([subnets.require(id, call)], call)[0] }
  },
})

/** The zone asked for by name or id; without one, EC2 chooses: here one that has the types that a launch will ask for. */
function chooseZone(
  { AvailabilityZone: name, AvailabilityZoneId: id }: CreateSubnetRequest,
  call: Call,
): Zone {
  const zones = zonesOf(call.region)
  if (!name && !id) {
    const usual = zones.filter((zone) => !isOldZone(zone))
    return usual[Math.floor(call.ids.random() * usual.length)]!
  }
  const zone = zones.find((one) => (name ? one.name === name : one.id === id))
  if (zone) return zone
  throw noSuchZoneForSubnet(
    (name ?? id)!,
    zones.map((one) => (name ? one.name : one.id)),
  )
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSubnet.html */
export const DeleteSubnet = operation<DeleteSubnetRequest, {}>({
  authorize: ({ SubnetId = '' }, call) => [onSubnet(call, SubnetId)],
  run({ SubnetId }, call) {
    if (!SubnetId) throw missingParameter('subnetId')
    subnets.require(SubnetId, call)
    if (hasInterfaces(call, SubnetId)) throw hasDependencies('subnet', SubnetId)
    deleteSubnetsAssociation(call, SubnetId)
    deleteSubnetsAclAssociation(call, SubnetId)
    deleteSubnet(call, SubnetId)
    deleteTags(call, SubnetId)
    return {}
  },
})
