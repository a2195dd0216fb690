import type { Instance } from '@aws-sdk/client-ec2'
import { DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

/** Looks at the newest instance with the lab's name that is not terminated. */
export const onInstance =
  (check: (instance: Instance, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const name = cloud.values['name']!
    const { Reservations = [] } = await cloud.ec2.send(
      new DescribeInstancesCommand({
        Filters: [
          { Name: 'tag:Name', Values: [name] },
          {
            Name: 'instance-state-name',
            Values: ['pending', 'running', 'stopping', 'stopped'],
          },
        ],
      }),
    )
    const instance = Reservations.flatMap(({ Instances = [] }) => Instances)
      .toSorted((one, other) => Number(one.LaunchTime) - Number(other.LaunchTime))
      .at(-1)
    return instance === undefined
      ? failed(`You have no instance with the tag Name=${name}. Expected one.`)
      : check(instance, cloud)
  }

export const checkTokens = onInstance(({ InstanceId, MetadataOptions }) =>
  MetadataOptions?.HttpTokens === 'required'
    ? passed()
    : failed(
        `The metadata of your instance ${InstanceId} answers without a token. Expected HttpTokens=required.`,
      ),
)

export const checkTags = onInstance(({ InstanceId, MetadataOptions }) =>
  MetadataOptions?.InstanceMetadataTags === 'enabled'
    ? passed()
    : failed(
        `The metadata of your instance ${InstanceId} has no tags. Expected InstanceMetadataTags=enabled.`,
      ),
)
