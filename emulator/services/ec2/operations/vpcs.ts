import type {
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult,
  DescribeVpcsRequest,
  DescribeVpcsResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { anyResource, onResource } from '../permissions.ts'
import { toVpcs, vpcs } from '../rows/vpcs.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html */
export const DescribeVpcs = operation<DescribeVpcsRequest, DescribeVpcsResult>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = vpcs.page(input, input.VpcIds, call)
    return { Vpcs: toVpcs(rows, call), NextToken: nextToken }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html */
export const DescribeVpcAttribute = operation<
  DescribeVpcAttributeRequest,
  DescribeVpcAttributeResult
>({
  authorize: ({ VpcId = '' }, call) => [onResource(call, 'vpc', VpcId)],
  run({ VpcId, Attribute }, call) {
    if (!VpcId) throw missingParameter('vpcId')
    if (!Attribute) throw missingParameter('attribute')
    const vpc = vpcs.require(VpcId, call)
    switch (Attribute) {
      case 'enableDnsSupport':
        return { VpcId, EnableDnsSupport: { Value: vpc.enable_dns_support === 1 } }
      case 'enableDnsHostnames':
        return { VpcId, EnableDnsHostnames: { Value: vpc.enable_dns_hostnames === 1 } }
      case 'enableNetworkAddressUsageMetrics':
        return { VpcId, EnableNetworkAddressUsageMetrics: { Value: false } }
      default:
        throw invalidValue(Attribute, 'attribute', 'Unknown attribute.')
    }
  },
})
