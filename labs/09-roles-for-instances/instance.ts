import type { Instance } from '@aws-sdk/client-ec2'
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { ListInstanceProfilesCommand } from '@aws-sdk/client-iam'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

/** The running instances, those with a profile first: there may be one from an earlier try. */
const onInstance =
  (check: (instance: Instance, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const { Reservations = [] } = await cloud.ec2.send(
      new DescribeInstancesCommand({
        Filters: [{ Name: 'instance-state-name', Values: ['pending', 'running'] }],
      }),
    )
    const all = Reservations.flatMap(({ Instances = [] }) => Instances)
    const instance = all.find(({ IamInstanceProfile }) => IamInstanceProfile) ?? all[0]
    return instance === undefined
      ? failed('You have no running instance. Expected one.')
      : check(instance, cloud)
  }

export const checkProfile = onInstance(async ({ InstanceId, IamInstanceProfile }, cloud) => {
  if (IamInstanceProfile === undefined) {
    return failed(`Your instance ${InstanceId} has no instance profile. Expected one.`)
  }
  const { InstanceProfiles = [] } = await cloud.iam.send(new ListInstanceProfilesCommand({}))
  const profile = InstanceProfiles.find(({ Arn }) => Arn === IamInstanceProfile.Arn)
  const role = profile?.Roles?.[0]?.RoleName
  return role === cloud.values['role']
    ? passed()
    : failed(
        `Your instance ${InstanceId} has the profile ${profile?.InstanceProfileName}, which holds ${role ?? 'no role'}. Expected ${cloud.values['role']}.`,
      )
})

export const checkTokens = onInstance(({ InstanceId, MetadataOptions }) =>
  MetadataOptions?.HttpTokens === 'required'
    ? passed()
    : failed(
        `The metadata of your instance ${InstanceId} answers without a token. Expected HttpTokens=required.`,
      ),
)
