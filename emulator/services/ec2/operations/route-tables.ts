import type { DescribeRouteTablesRequest, DescribeRouteTablesResult } from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { anyResource } from '../permissions.ts'
import { routeTables, toRouteTables } from '../rows/route-tables.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRouteTables.html */
export const DescribeRouteTables = operation<DescribeRouteTablesRequest, DescribeRouteTablesResult>(
  {
    authorize: anyResource,
    run(input, call) {
      const { rows, nextToken } = routeTables.page(input, input.RouteTableIds, call)
      return { RouteTables: toRouteTables(rows, call), NextToken: nextToken }
    },
  },
)
