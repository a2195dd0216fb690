import type { DescribeSubnetsRequest, DescribeSubnetsResult } from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { anyResource } from '../permissions.ts'
import { subnets, toSubnets } from '../rows/subnets.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html */
export const DescribeSubnets = operation<DescribeSubnetsRequest, DescribeSubnetsResult>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = subnets.page(input, input.SubnetIds, call)
    return { Subnets: toSubnets(rows, call), NextToken: nextToken }
  },
})
