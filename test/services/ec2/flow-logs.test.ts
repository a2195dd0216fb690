import {
  CreateFlowLogsCommand,
  DeleteFlowLogsCommand,
  DescribeFlowLogsCommand,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { newVpc, refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()

test('a flow log is kept as it was asked for, once for its destination', async () => {
  const vpc = await newVpc(ec2())
  const create = () =>
    ec2().send(
      new CreateFlowLogsCommand({
        ResourceIds: [vpc],
        ResourceType: 'VPC',
        TrafficType: 'REJECT',
        LogDestinationType: 's3',
        LogDestination: 'arn:aws:s3:::flows',
      }),
    )
  const { FlowLogIds } = await create()
  expect(await refusal(create())).toMatchObject({ code: 'FlowLogAlreadyExists' })
  const { FlowLogs } = await ec2().send(
    new DescribeFlowLogsCommand({ Filter: [{ Name: 'resource-id', Values: [vpc] }] }),
  )
  expect(FlowLogs).toMatchObject([
    {
      FlowLogId: FlowLogIds![0],
      FlowLogStatus: 'ACTIVE',
      TrafficType: 'REJECT',
      LogDestination: 'arn:aws:s3:::flows',
      MaxAggregationInterval: 600,
    },
  ])
  await ec2().send(new DeleteFlowLogsCommand({ FlowLogIds }))
  const again = ec2().send(new DeleteFlowLogsCommand({ FlowLogIds }))
  expect(await refusal(again)).toMatchObject({ code: 'InvalidFlowLogId.NotFound' })
})
