import type {
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { anyResource } from '../permissions.ts'
import { internetGateways, toInternetGateways } from '../rows/internet-gateways.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInternetGateways.html */
export const DescribeInternetGateways = operation<
  DescribeInternetGatewaysRequest,
  DescribeInternetGatewaysResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = internetGateways.page(input, input.InternetGatewayIds, call)
    return { InternetGateways: toInternetGateways(rows, call), NextToken: nextToken }
  },
})
