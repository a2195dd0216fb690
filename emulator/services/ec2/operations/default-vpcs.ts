import type {
  CreateDefaultSubnetRequest,
  CreateDefaultSubnetResult,
  CreateDefaultVpcRequest,
  CreateDefaultVpcResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { numberToIpv4, parseIpv4Block } from '../addresses.ts'
import { makeDefaultVpc } from '../default-network.ts'
import {
  defaultSubnetExists,
  defaultVpcExists,
  invalidSubnetRange,
  noDefaultVpcHere,
  noSuchZoneForSubnet,
} from '../errors/network.ts'
import { missingParameter } from '../errors.ts'
import { zonesOf } from '../facts/regions.ts'
import { overlaps } from '../network/blocks.ts'
import { anyResource } from '../permissions.ts'
import { defaultNetworkAcl } from '../rows/network-acl-changes.ts'
import { insertNetworkAclAssociation } from '../rows/network-acls.ts'
import { defaultSubnets, insertSubnet, subnets, subnetsOfVpc, toSubnets } from '../rows/subnets.ts'
import { defaultVpc, toVpcs, vpcs } from '../rows/vpcs.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDefaultVpc.html */
export const CreateDefaultVpc = operation<CreateDefaultVpcRequest, CreateDefaultVpcResult>({
  authorize: anyResource,
  run(_, call) {
    if (defaultVpc(call)) throw defaultVpcExists()
    const id = makeDefaultVpc(call)
    return { Vpc: { ...toVpcs([vpcs.require(id, call)], call)[0], State: 'pending' } }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateDefaultSubnet.html */
export const CreateDefaultSubnet = operation<CreateDefaultSubnetRequest, CreateDefaultSubnetResult>(
  {
    authorize: anyResource,
    run({ AvailabilityZone: wanted, AvailabilityZoneId: wantedId }, call) {
      if (!wanted && !wantedId) throw missingParameter('availabilityZone')
      const zones = zonesOf(call.region)
      const zone = zones.find((one) => (wanted ? one.name === wanted : one.id === wantedId))
      if (!zone) {
        throw noSuchZoneForSubnet(
          (wanted ?? wantedId)!,
          zones.map(({ name }) => name),
        )
      }
      const vpc = defaultVpc(call)
      if (!vpc) throw noDefaultVpcHere()
      const there = defaultSubnets(call).find((one) => one.availability_zone === zone.name)
      if (there) throw defaultSubnetExists(there.subnet_id, zone.name)
      const taken = subnetsOfVpc(call, vpc.vpc_id).map((one) => one.cidr_block)
      const { first } = parseIpv4Block(vpc.cidr_block)!
      const block = Array.from(
        { length: 16 },
        (_, at) => `${numberToIpv4(first + at * 4096)}/20`,
      ).find((one) => !taken.some((other) => overlaps(one, other)))
      if (!block) throw invalidSubnetRange(vpc.cidr_block)
      const id = call.ids.ec2('subnet')
      insertSubnet(call, {
        subnetId: id,
        vpcId: vpc.vpc_id,
        zone,
        cidrBlock: block,
        defaultForAz: true,
        mapPublicIpOnLaunch: true,
      })
      const acl = defaultNetworkAcl(call, vpc.vpc_id)!
      insertNetworkAclAssociation(call, call.ids.ec2('aclassoc'), acl.network_acl_id, id)
      return { Subnet: toSubnets([subnets.require(id, call)], call)[0] }
    },
  },
)
