import type { Instance } from '@aws-sdk/client-ec2'
import {
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupRulesCommand,
} from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { findDatabase } from './database.ts'

export async function findMachines({ ec2, values }: Cloud): Promise<readonly Instance[]> {
  const { Reservations = [] } = await ec2.send(
    new DescribeInstancesCommand({
      Filters: [
        { Name: 'tag:Name', Values: [values['name']!] },
        { Name: 'instance-state-name', Values: ['pending', 'running'] },
      ],
    }),
  )
  return Reservations.flatMap(({ Instances = [] }) => Instances)
}

const onMachines =
  (check: (machines: readonly Instance[], cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const machines = await findMachines(cloud)
    return machines.length === 0
      ? failed(`No instance with the tag Name=${cloud.values['name']} runs. Expected two.`)
      : check(machines, cloud)
  }

export const checkZones = onMachines((machines) => {
  const zones = new Set(machines.map(({ Placement }) => Placement?.AvailabilityZone))
  return zones.size >= 2
    ? passed()
    : failed(
        `Your ${machines.length} machine${machines.length === 1 ? ' is' : 's are'} in ${[...zones].join(', ')}. Expected two zones.`,
      )
})

export const checkMachineRole = onMachines((machines, { values }) => {
  const bare = machines.find(
    ({ IamInstanceProfile }) => !IamInstanceProfile?.Arn?.endsWith(`/${values['name']}`),
  )
  if (bare !== undefined) {
    return failed(`Your machine ${bare.InstanceId} does not have the profile ${values['name']}.`)
  }
  const lax = machines.find(({ MetadataOptions }) => MetadataOptions?.HttpTokens !== 'required')
  return lax === undefined
    ? passed()
    : failed(`The metadata of your machine ${lax.InstanceId} answers without a token.`)
})

export const checkUserData = onMachines(async (machines, cloud) => {
  const address = (await findDatabase(cloud))?.Endpoint?.Address
  if (address === undefined) return failed('There is no database yet that they could know of.')
  const model = `s3://${cloud.values['bucket']}/models/model.pth`
  for (const { InstanceId } of machines) {
    const { UserData } = await cloud.ec2.send(
      new DescribeInstanceAttributeCommand({ InstanceId: InstanceId!, Attribute: 'userData' }),
    )
    const text = Buffer.from(UserData?.Value ?? '', 'base64').toString()
    const missing = [model, address].find((part) => !text.includes(part))
    if (missing !== undefined) {
      return failed(`The user data of your machine ${InstanceId} does not name ${missing}.`)
    }
  }
  return passed()
})

export const checkGroup = onMachines(async (machines, cloud) => {
  const port = Number(cloud.values['port'])
  const groups = machines.flatMap(({ SecurityGroups = [] }) =>
    SecurityGroups.map(({ GroupId }) => GroupId!),
  )
  const { SecurityGroupRules = [] } = await cloud.ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: groups }] }),
  )
  const open = SecurityGroupRules.filter(
    ({ IsEgress, CidrIpv4, CidrIpv6 }) =>
      IsEgress !== true && (CidrIpv4 !== undefined || CidrIpv6 !== undefined),
  )
  const other = open.find(({ FromPort, ToPort }) => FromPort !== port || ToPort !== port)
  if (other !== undefined) {
    return failed(
      `Your machines are open on ports ${other.FromPort} to ${other.ToPort}. Expected port ${port} only.`,
    )
  }
  const answer = await cloud.reach('internet', machines[0]!.InstanceId!, port)
  return answer.reachable
    ? passed()
    : failed(
        `The internet does not reach your machine ${machines[0]!.InstanceId} on port ${port}. ${answer.stopped.map(({ why }) => why).join(' ')}`,
      )
})
