import type { Instance } from '@aws-sdk/client-ec2'
import { DescribeInstanceAttributeCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import { failed, passed } from '../../checker/lab.ts'
import { onInstance } from './metadata.ts'

async function userDataOf({ InstanceId }: Instance, { ec2 }: Cloud): Promise<string> {
  const { UserData } = await ec2.send(
    new DescribeInstanceAttributeCommand({ InstanceId: InstanceId!, Attribute: 'userData' }),
  )
  return Buffer.from(UserData?.Value ?? '', 'base64').toString()
}

export const checkScript = onInstance(async (instance, cloud) => {
  const text = await userDataOf(instance, cloud)
  if (text.startsWith('#!')) return passed()
  const found = text === '' ? 'no user data' : `user data that begins with "${text.slice(0, 20)}"`
  return failed(
    `Your instance ${instance.InstanceId} has ${found}. Expected a script, which begins with #!.`,
  )
})

export const checkBucket = onInstance(async (instance, cloud) => {
  const line = `MODEL_BUCKET=${cloud.values['bucket']}`
  return (await userDataOf(instance, cloud)).includes(line)
    ? passed()
    : failed(`The user data of your instance ${instance.InstanceId} lacks ${line}.`)
})

export const checkVersion = onInstance(async (instance, cloud) => {
  const line = `MODEL_VERSION=${cloud.values['version']}`
  return (await userDataOf(instance, cloud)).includes(line)
    ? passed()
    : failed(`The user data of your instance ${instance.InstanceId} lacks ${line}.`)
})

export const checkRestarted = onInstance(({ InstanceId, State }, { events }) => {
  const changed = events.last({
    service: 'ec2',
    operation: 'ModifyInstanceAttribute',
    where: ({ parameters }) =>
      parameters?.['InstanceId'] === InstanceId &&
      (parameters?.['Attribute'] === 'userData' || parameters?.['UserData'] !== undefined),
  })
  if (changed === undefined) {
    return failed(`You have not changed the user data of your instance ${InstanceId} yet.`)
  }
  return State?.Name === 'running'
    ? passed()
    : failed(`Your instance ${InstanceId} is ${State?.Name}. Expected that it runs.`, changed)
})
