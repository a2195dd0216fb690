import type { DescribeNetworkAclsRequest, DescribeNetworkAclsResult } from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { anyResource } from '../permissions.ts'
import { networkAcls, toNetworkAcls } from '../rows/network-acls.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html */
export const DescribeNetworkAcls = operation<DescribeNetworkAclsRequest, DescribeNetworkAclsResult>(
  {
    authorize: anyResource,
    run(input, call) {
      const { rows, nextToken } = networkAcls.page(input, input.NetworkAclIds, call)
      return { NetworkAcls: toNetworkAcls(rows, call), NextToken: nextToken }
    },
  },
)
