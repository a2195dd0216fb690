import type { MetricSource } from '../../../ports.ts'
import { checkedInstances, instancePlaces } from '../rows/checked-instances.ts'

/** Checks that nothing here ever fails. */
const checks = [
  'StatusCheckFailed',
  'StatusCheckFailed_AttachedEBS',
  'StatusCheckFailed_Instance',
  'StatusCheckFailed_System',
]

/**
 * The status checks of instances, which pass here as DescribeInstanceStatus says. What programs would do on an instance is not
 * simulated: there is no CPUUtilization and no traffic.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
 */
export const instanceMetrics: MetricSource = {
  namespace: 'AWS/EC2',
  every: 'minute',
  onDemand: true,
  places: instancePlaces,
  async measure(db, place) {
    return checkedInstances(db, place).flatMap((id) =>
      checks.map((name) => ({
        namespace: 'AWS/EC2',
        name,
        dimensions: [['InstanceId', id] as const],
        unit: 'Count',
        value: 0,
      })),
    )
  },
}
