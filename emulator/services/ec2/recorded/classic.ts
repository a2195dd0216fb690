import type {
  DescribeClassicLinkInstancesRequest,
  DescribeClassicLinkInstancesResult,
  DescribeMovingAddressesRequest,
  DescribeMovingAddressesResult,
  DescribeVpcClassicLinkDnsSupportRequest,
  DescribeVpcClassicLinkDnsSupportResult,
  DescribeVpcClassicLinkRequest,
  DescribeVpcClassicLinkResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { anyResource } from '../permissions.ts'
import { tagsOf } from '../rows/tags.ts'
import { vpcs } from '../rows/vpcs.ts'
import { acts } from './operations.ts'

// EC2-Classic is gone since 2022: no VPC has a link to it, and no address moves. What asks for it is still answered.
// https://aws.amazon.com/blogs/aws/ec2-classic-is-retiring-heres-how-to-prepare/

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcClassicLink.html */
export const DescribeVpcClassicLink = operation<
  DescribeVpcClassicLinkRequest,
  DescribeVpcClassicLinkResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run({ VpcIds, Filters = [] }, call) {
    const isLink = ({ Name }: { Name?: string | undefined }) => Name === 'is-classic-link-enabled'
    const link = Filters.find(isLink)
    const rest = Filters.filter((one) => !isLink(one))
    if (link && !link.Values?.includes('false')) return { Vpcs: [] }
    const { rows } = vpcs.page({ Filters: rest }, VpcIds, call)
    const ids = rows.map((row) => row.vpc_id)
    const tags = tagsOf(call, ids)
    return {
      Vpcs: ids.map((VpcId) => ({
        VpcId,
        ClassicLinkEnabled: false,
        Tags: tags.get(VpcId) ?? [],
      })),
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcClassicLinkDnsSupport.html */
export const DescribeVpcClassicLinkDnsSupport = operation<
  DescribeVpcClassicLinkDnsSupportRequest,
  DescribeVpcClassicLinkDnsSupportResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run({ VpcIds, ...input }, call) {
    const { rows, nextToken } = vpcs.page(input, VpcIds, call)
    return {
      Vpcs: rows.map((row) => ({ VpcId: row.vpc_id, ClassicLinkDnsSupported: false })),
      NextToken: nextToken,
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeClassicLinkInstances.html */
export const DescribeClassicLinkInstances = acts<
  DescribeClassicLinkInstancesRequest,
  DescribeClassicLinkInstancesResult
>({}, () => ({ Instances: [] }))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeMovingAddresses.html */
export const DescribeMovingAddresses = acts<
  DescribeMovingAddressesRequest,
  DescribeMovingAddressesResult
>({}, () => ({ MovingAddressStatuses: [] }))
