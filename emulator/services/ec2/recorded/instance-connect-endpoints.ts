import type {
  CreateInstanceConnectEndpointRequest,
  CreateInstanceConnectEndpointResult,
  DeleteInstanceConnectEndpointRequest,
  DeleteInstanceConnectEndpointResult,
  DescribeInstanceConnectEndpointsRequest,
  DescribeInstanceConnectEndpointsResult,
  Ec2InstanceConnectEndpoint,
  ModifyInstanceConnectEndpointRequest,
  ModifyInstanceConnectEndpointResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { arnOf } from '../arns.ts'
import { groupsFor } from '../network/interface-groups.ts'
import { deleteNetworkInterface, replaceGroups } from '../rows/network-interface-changes.ts'
import { subnets } from '../rows/subnets.ts'
import { addServiceInterface } from '../network/service-interfaces.ts'
import { byMembers, family } from './family.ts'
import { creates, deletes, describes, modifies } from './operations.ts'
import { progressLife } from './states.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Ec2InstanceConnectEndpoint.html */
const endpoints = family<Ec2InstanceConnectEndpoint>({
  type: 'instance-connect-endpoint',
  prefix: 'eice',
  id: 'InstanceConnectEndpointId',
  notFound: {
    code: 'InvalidInstanceConnectEndpointId.NotFound',
    one: (id) => `The instance connect endpoint ID '${id}' does not exist`,
    several: (ids) => `The instance connect endpoint IDs '${ids}' do not exist`,
  },
  life: progressLife,
  created: 'CreatedAt',
  limits: { least: 1, most: 50 },
  filters: {
    ...byMembers('AvailabilityZone', 'SubnetId', 'VpcId'),
    'instance-connect-endpoint-id': 't.id',
    state: 't.state',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceConnectEndpoints.html */
export const DescribeInstanceConnectEndpoints = describes<
  DescribeInstanceConnectEndpointsRequest,
  DescribeInstanceConnectEndpointsResult
>(endpoints, 'InstanceConnectEndpoints', 'InstanceConnectEndpointIds')

/** One per VPC. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInstanceConnectEndpoint.html */
export const CreateInstanceConnectEndpoint = creates<
  CreateInstanceConnectEndpointRequest,
  CreateInstanceConnectEndpointResult,
  Ec2InstanceConnectEndpoint
>(endpoints, {
  uses: { SubnetId: 'subnet', SecurityGroupIds: 'security-group?' },
  make({ SubnetId, SecurityGroupIds, PreserveClientIp, IpAddressType }, call) {
    const subnet = subnets.require(SubnetId!, call)
    if (endpoints.having('VpcId', subnet.vpc_id, call).length > 0) {
      throw new AwsError(
        'InstanceConnectEndpointLimitExceeded',
        `The maximum number of EC2 Instance Connect Endpoints for the VPC '${subnet.vpc_id}' has been reached.`,
      )
    }
    return {
      OwnerId: call.account,
      VpcId: subnet.vpc_id,
      SubnetId: SubnetId!,
      AvailabilityZone: subnet.availability_zone,
      AvailabilityZoneId: subnet.availability_zone_id,
      PreserveClientIp: PreserveClientIp ?? false,
      IpAddressType: IpAddressType ?? 'ipv4',
      SecurityGroupIds: groupsFor(SecurityGroupIds, subnet, call),
    }
  },
  made(item, _input, call) {
    const id = item.InstanceConnectEndpointId!
    const host = `${id}.${call.ids.bytes(4).toString('hex')}`
    const subnet = subnets.require(item.SubnetId!, call)
    const interfaceId = addServiceInterface(call, subnet, {
      type: 'ec2_instance_connect_endpoint',
      description: `EC2 Instance Connect Endpoint ${id}`,
      groupIds: item.SecurityGroupIds!,
    })
    endpoints.change(
      id,
      {
        InstanceConnectEndpointArn: arnOf(call, 'instance-connect-endpoint', id),
        DnsName: `${host}.ec2-instance-connect-endpoint.${call.region}.amazonaws.com`,
        FipsDnsName: `${host}.fips.ec2-instance-connect-endpoint.${call.region}.amazonaws.com`,
        NetworkInterfaceIds: [interfaceId],
      },
      call,
    )
  },
  answer: 'InstanceConnectEndpoint',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceConnectEndpoint.html */
export const ModifyInstanceConnectEndpoint = modifies<
  ModifyInstanceConnectEndpointRequest,
  ModifyInstanceConnectEndpointResult,
  Ec2InstanceConnectEndpoint
>(endpoints, 'InstanceConnectEndpointId', {
  uses: { SecurityGroupIds: 'security-group?' },
  state: 'update-in-progress',
  change(
    { NetworkInterfaceIds = [] },
    { SecurityGroupIds, PreserveClientIp, IpAddressType },
    call,
  ) {
    if (SecurityGroupIds) {
      for (const id of NetworkInterfaceIds) replaceGroups(call, id, SecurityGroupIds)
    }
    return {
      ...(SecurityGroupIds ? { SecurityGroupIds: [...SecurityGroupIds] } : {}),
      ...(PreserveClientIp === undefined ? {} : { PreserveClientIp }),
      ...(IpAddressType ? { IpAddressType } : {}),
    }
  },
  answer: () => ({ Return: true }),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteInstanceConnectEndpoint.html */
export const DeleteInstanceConnectEndpoint = deletes<
  DeleteInstanceConnectEndpointRequest,
  DeleteInstanceConnectEndpointResult,
  Ec2InstanceConnectEndpoint
>(endpoints, 'InstanceConnectEndpointId', {
  before({ NetworkInterfaceIds = [] }, _input, call) {
    for (const id of NetworkInterfaceIds) deleteNetworkInterface(call, id)
  },
  answer: 'InstanceConnectEndpoint',
})
