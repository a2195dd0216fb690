import type { Call, Permission } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { onResource } from '../permissions.ts'
import { addresses } from '../rows/addresses.ts'
import { instances } from '../rows/instances.ts'
import { networkAcls } from '../rows/network-acls.ts'
import { networkInterfaces } from '../rows/network-interfaces.ts'
import { routeTables } from '../rows/route-tables.ts'
import { subnets } from '../rows/subnets.ts'
import { vpcs } from '../rows/vpcs.ts'

// The network's resources with the condition keys that EC2 documents for them.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html

const inVpc = (call: Call, vpcId: string | undefined): Record<string, string> =>
  vpcId ? { 'ec2:Vpc': arnOf(call, 'vpc', vpcId) } : {}

export function onVpc(call: Call, id: string): Permission {
  const vpc = vpcs.find(id, call)
  const context = { 'ec2:VpcID': id, ...(vpc ? { 'ec2:Tenancy': vpc.instance_tenancy } : {}) }
  return onResource(call, 'vpc', id, { context })
}

export function onSubnet(call: Call, id: string): Permission {
  const subnet = subnets.find(id, call)
  return onResource(call, 'subnet', id, {
    context: {
      'ec2:SubnetID': id,
      ...(subnet ? { 'ec2:AvailabilityZone': subnet.availability_zone } : {}),
      ...inVpc(call, subnet?.vpc_id),
    },
  })
}

export function onInterface(call: Call, id: string): Permission {
  const one = networkInterfaces.find(id, call)
  return onResource(call, 'network-interface', id, {
    context: {
      'ec2:NetworkInterfaceID': id,
      ...(one
        ? {
            'ec2:AvailabilityZone': one.availability_zone,
            'ec2:Subnet': arnOf(call, 'subnet', one.subnet_id),
          }
        : {}),
      ...inVpc(call, one?.vpc_id),
    },
  })
}

export const onRouteTable = (call: Call, id: string): Permission =>
  onResource(call, 'route-table', id, {
    context: { 'ec2:RouteTableID': id, ...inVpc(call, routeTables.find(id, call)?.vpc_id) },
  })

export const onNetworkAcl = (call: Call, id: string): Permission =>
  onResource(call, 'network-acl', id, {
    context: { 'ec2:NetworkAclID': id, ...inVpc(call, networkAcls.find(id, call)?.vpc_id) },
  })

export const onInternetGateway = (call: Call, id: string): Permission =>
  onResource(call, 'internet-gateway', id, { context: { 'ec2:InternetGatewayID': id } })

export function onAddress(call: Call, id: string): Permission {
  const address = addresses.find(id, call)
  return onResource(call, 'elastic-ip', id, {
    context: {
      'ec2:Domain': 'vpc',
      ...(address ? { 'ec2:AllocationId': id, 'ec2:PublicIpAddress': address.public_ip } : {}),
    },
  })
}

export function onInstance(call: Call, id: string): Permission {
  const instance = instances.find(id, call)
  return onResource(call, 'instance', id, {
    context: {
      'ec2:InstanceID': id,
      ...(instance
        ? {
            'ec2:InstanceType': instance.instance_type,
            'ec2:AvailabilityZone': instance.availability_zone,
          }
        : {}),
    },
  })
}
