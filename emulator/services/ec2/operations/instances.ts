import type {
  DescribeInstancesRequest,
  DescribeInstancesResult,
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { anyResource } from '../permissions.ts'
import { instances, toReservations } from '../rows/instances.ts'
import { instanceStatuses, toInstanceStatus } from '../rows/instance-status.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html */
export const DescribeInstances = operation<DescribeInstancesRequest, DescribeInstancesResult>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = instances.page(input, input.InstanceIds, call)
    return { Reservations: toReservations(rows, call), NextToken: nextToken }
  },
})

/** Running instances only, unless all are asked for. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html */
export const DescribeInstanceStatus = operation<
  DescribeInstanceStatusRequest,
  DescribeInstanceStatusResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = instanceStatuses.page(
      input,
      input.InstanceIds,
      call,
      input.IncludeAllInstances ? undefined : { sql: `t.state = 'running'`, values: [] },
    )
    return { InstanceStatuses: rows.map(toInstanceStatus), NextToken: nextToken }
  },
})
