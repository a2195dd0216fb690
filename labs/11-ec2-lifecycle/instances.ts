import type { Instance } from '@aws-sdk/client-ec2'
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed } from '../../checker/lab.ts'

/** The newest instance with this name, also where it is terminated. */
async function findNamed(name: string, { ec2 }: Cloud): Promise<Instance | undefined> {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'tag:Name', Values: [name] }] }),
  )
  return Reservations.flatMap(({ Instances = [] }) => Instances)
    .toSorted((one, other) => Number(one.LaunchTime) - Number(other.LaunchTime))
    .at(-1)
}

/** Looks at the instance that is to stay; without one, says so. */
export const onWorker =
  (check: (worker: Instance, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const name = cloud.values['worker']!
    const worker = await findNamed(name, cloud)
    if (worker === undefined) {
      return failed(`You have no instance with the tag Name=${name}. Expected one.`)
    }
    const { InstanceId, State } = worker
    return State?.Name === 'terminated' || State?.Name === 'shutting-down'
      ? failed(`Your instance ${InstanceId} (${name}) is terminated. Expected that it stays.`)
      : check(worker, cloud)
  }

/** Looks at the instance for trying things out. */
export const onScratch =
  (check: (scratch: Instance, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const scratch = await findNamed('scratch', cloud)
    return scratch === undefined
      ? failed('You have no instance with the tag Name=scratch. Expected one, terminated or not.')
      : check(scratch, cloud)
  }
