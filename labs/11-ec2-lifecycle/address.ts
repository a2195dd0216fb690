import type { Address } from '@aws-sdk/client-ec2'
import { DescribeAddressesCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { onWorker } from './instances.ts'

async function addresses({ ec2 }: Cloud): Promise<readonly Address[]> {
  const { Addresses = [] } = await ec2.send(new DescribeAddressesCommand({}))
  return Addresses
}

export const checkAddress = onWorker(async ({ InstanceId, PublicIpAddress }, cloud) =>
  (await addresses(cloud)).some((address) => address.InstanceId === InstanceId)
    ? passed()
    : failed(
        `Your instance ${InstanceId} has the address ${PublicIpAddress ?? 'none'}, which is only lent. Expected an elastic one.`,
      ),
)

export const checkKept = onWorker(({ InstanceId }, { events }) => {
  const about = ({ parameters }: (typeof events.all)[number]) =>
    JSON.stringify(parameters ?? {}).includes(InstanceId!)
  const steps = events.inOrder([
    { service: 'ec2', operation: 'AssociateAddress', where: about },
    { service: 'ec2', operation: 'StopInstances', where: about },
    { service: 'ec2', operation: 'StartInstances', where: about },
  ])
  const missing = ['given it an elastic address', 'stopped it then', 'started it again then']
  return steps.length === 3
    ? passed()
    : failed(`Of your instance ${InstanceId}, you have not ${missing[steps.length]}.`, steps.at(-1))
})

export async function checkNothingForgotten(cloud: Cloud): Promise<Verdict> {
  const all = await addresses(cloud)
  if (all.length === 0) return failed('You have no elastic address yet.')
  const idle = all.find(({ AssociationId }) => AssociationId === undefined)
  return idle === undefined
    ? passed()
    : failed(
        `Your address ${idle.PublicIp} belongs to no instance, and costs all the same. Expected that you release it (release-address --allocation-id ${idle.AllocationId}).`,
      )
}
