import type {
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  ModifyVpcAttributeRequest,
  ModifyVpcTenancyRequest,
  ModifyVpcTenancyResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { publicDnsName } from '../addresses.ts'
import { invalidParameterCombination, invalidValue, missingParameter } from '../errors.ts'
import { onVpc } from '../network/permissions.ts'
import { publicInterfacesOfVpc, setPublicDnsName } from '../rows/network-interface-changes.ts'
import { updateVpc, vpcs } from '../rows/vpcs.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html */
export const DescribeVpcAttribute = operation<
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult
>({
  authorize: ({ VpcId = '' }, call) => [onVpc(call, VpcId)],
  run({ VpcId, Attribute }, call) {
    if (!VpcId) throw missingParameter('vpcId')
    if (!Attribute) throw missingParameter('attribute')
    const vpc = vpcs.require(VpcId, call)
    switch (Attribute) {
      case 'enableDnsSupport':
        return { VpcId, EnableDnsSupport: { Value: vpc.enable_dns_support === 1 } }
      case 'enableDnsHostnames':
        return { VpcId, EnableDnsHostnames: { Value: vpc.enable_dns_hostnames === 1 } }
      case 'enableNetworkAddressUsageMetrics': {
        const Value = vpc.network_address_usage_metrics === 1
        return { VpcId, EnableNetworkAddressUsageMetrics: { Value } }
      }
      default:
        throw invalidValue(Attribute, 'attribute', 'Unknown attribute.')
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcAttribute.html */
export const ModifyVpcAttribute = operation<ModifyVpcAttributeRequest, {}>({
  authorize: ({ VpcId = '' }, call) => [onVpc(call, VpcId)],
  run(input, call) {
    const { VpcId } = input
    if (!VpcId) throw missingParameter('vpcId')
    vpcs.require(VpcId, call)
    const changes = {
      ...column('enable_dns_support', input.EnableDnsSupport?.Value),
      ...column('enable_dns_hostnames', input.EnableDnsHostnames?.Value),
      ...column('network_address_usage_metrics', input.EnableNetworkAddressUsageMetrics?.Value),
    }
    const count = Object.keys(changes).length
    if (count === 0) throw missingParameter('attribute')
    if (count > 1) {
      throw invalidParameterCombination('Only one attribute may be modified in a request')
    }
    updateVpc(call, VpcId, changes)
    if (input.EnableDnsHostnames?.Value !== undefined) {
      namePublicAddresses(VpcId, input.EnableDnsHostnames.Value, call)
    }
    return {}
  },
})

const column = <Name extends string>(name: Name, value: boolean | undefined) =>
  (value === undefined ? {} : { [name]: Number(value) }) as Partial<Record<Name, number>>

/** Public addresses have names only where the VPC gives names. */
function namePublicAddresses(vpcId: string, named: boolean, call: Call): void {
  for (const one of publicInterfacesOfVpc(call, vpcId)) {
    const name = named ? publicDnsName(call.region, one.public_ip!) : ''
    setPublicDnsName(call, one.network_interface_id, name)
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcTenancy.html */
export const ModifyVpcTenancy = operation<ModifyVpcTenancyRequest, ModifyVpcTenancyResult>({
  authorize: ({ VpcId = '' }, call) => [onVpc(call, VpcId)],
  run({ VpcId, InstanceTenancy }, call) {
    if (!VpcId) throw missingParameter('vpcId')
    if (!InstanceTenancy) throw missingParameter('instanceTenancy')
    if (InstanceTenancy !== 'default') throw invalidValue(InstanceTenancy, 'instanceTenancy')
    vpcs.require(VpcId, call)
    updateVpc(call, VpcId, { instance_tenancy: InstanceTenancy })
    return { ReturnValue: true }
  },
})
