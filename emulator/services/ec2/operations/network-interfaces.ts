import type {
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { anyResource } from '../permissions.ts'
import { networkInterfaces, toNetworkInterfaces } from '../rows/network-interfaces.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html */
export const DescribeNetworkInterfaces = operation<
  DescribeNetworkInterfacesRequest,
  DescribeNetworkInterfacesResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = networkInterfaces.page(input, input.NetworkInterfaceIds, call)
    return { NetworkInterfaces: toNetworkInterfaces(rows, call), NextToken: nextToken }
  },
})
