import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { failed, passed } from '../../checker/lab.ts'
import { onFleet } from './fleet.ts'

const cancelled = new Set(['cancelled', 'cancelled_terminating', 'cancelled_running'])

export const checkCancelled = onFleet(({ SpotFleetRequestId, SpotFleetRequestState }) =>
  cancelled.has(String(SpotFleetRequestState))
    ? passed()
    : failed(
        `Your fleet ${SpotFleetRequestId} is ${SpotFleetRequestState}. Expected that it is cancelled.`,
      ),
)

export const checkNothingRuns = onFleet(async ({ SpotFleetRequestId }, { ec2 }) => {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: 'tag:aws:ec2spot:fleet-request-id', Values: [SpotFleetRequestId!] },
        { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
      ],
    }),
  )
  const ids = Reservations.flatMap(({ Instances = [] }) => Instances).map(
    ({ InstanceId }) => InstanceId,
  )
  return ids.length === 0
    ? passed()
    : failed(`Of your fleet, ${ids.join(', ')} still runs. Expected nothing.`)
})
