import type { Instance } from '@aws-sdk/client-ec2'
import { paginateDescribeInstances } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { HistoryEvent } from '../../checker/history.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

export const instanceName = 'first-instance'
export const keyName = 'first-key'

/**
 * The instance the lab is about: the newest with the name the lab asks for, otherwise the newest there is, so that a
 * forgotten tag costs the tag's point and no others. Terminated instances are gone.
 */
export async function findInstance(cloud: Cloud): Promise<Instance | undefined> {
  const instances = await describeInstances(cloud, ['pending', 'running', 'stopping', 'stopped'])
  return instances.find((instance) => nameOf(instance) === instanceName) ?? instances[0]
}

/** What became of the instance that is not there. */
export async function explainMissing(cloud: Cloud): Promise<Verdict> {
  const [gone] = await describeInstances(cloud, ['shutting-down', 'terminated'])
  if (gone !== undefined) {
    return failed(
      `Your instance ${gone.InstanceId} is terminated: it is gone for good. Expected one that you stop and start. Launch another.`,
      cloud.events.last({
        service: 'ec2',
        operation: 'TerminateInstances',
        where: isAbout(gone),
      }),
    )
  }
  const elsewhere = cloud.events.last({
    service: 'ec2',
    operation: 'RunInstances',
    where: ({ region }) => region !== cloud.region,
  })
  if (elsewhere !== undefined) {
    return failed(
      `You launched an instance in ${elsewhere.region}. Expected one in ${cloud.region}, where this lab looks.`,
      elsewhere,
    )
  }
  const refused = cloud.events.last({ service: 'ec2', operation: 'RunInstances', refused: true })
  return refused?.error
    ? failed(
        `You have no instance: your last launch was refused with ${refused.error.code}: ${refused.error.message}`,
        refused,
      )
    : failed(`You have no instance yet in ${cloud.region}. Expected one, launched as in step 5.`)
}

export function checkNamed(instance: Instance): Verdict {
  const name = nameOf(instance)
  if (name === instanceName) return passed()
  const found = name === undefined ? 'has no tag Name' : `is named ${name}`
  return failed(
    `Your instance ${instance.InstanceId} ${found}. Expected the tag Name=${instanceName}.`,
  )
}

/** Whether a call named this instance. */
export const isAbout =
  ({ InstanceId }: Instance) =>
  ({ parameters }: HistoryEvent): boolean => {
    const ids = parameters?.['InstanceIds']
    return Array.isArray(ids) && ids.includes(InstanceId)
  }

const nameOf = ({ Tags = [] }: Instance) => Tags.find(({ Key }) => Key === 'Name')?.Value

/** The newest first. */
async function describeInstances({ ec2 }: Cloud, states: string[]): Promise<Instance[]> {
  const found: Instance[] = []
  const pages = paginateDescribeInstances(
    { client: ec2 },
    { Filters: [{ Name: 'instance-state-name', Values: states }] },
  )
  for await (const { Reservations = [] } of pages) {
    for (const { Instances = [] } of Reservations) found.push(...Instances)
  }
  return found.toSorted((one, other) => launchTime(other) - launchTime(one))
}

const launchTime = ({ LaunchTime }: Instance) => LaunchTime?.getTime() ?? 0
