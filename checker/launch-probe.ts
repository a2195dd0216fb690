import type { EC2Client, _InstanceType } from '@aws-sdk/client-ec2'
import { DescribeImagesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from './cloud.ts'
import { accountRoot } from './cloud-copy.ts'
import type { Probe } from './permission-probe.ts'

export interface Launch {
  readonly type: _InstanceType
  /** The lab's own region where none is said. */
  readonly region?: string
  /** The instance's tags. */
  readonly tags?: Readonly<Record<string, string>>
  /** The name of the instance profile it gets. */
  readonly profile?: string
}

/** Whether a user may launch an instance. Nothing is launched: EC2 is asked with `DryRun`. */
export async function launchProbe(
  cloud: Pick<Cloud, 'as' | 'account' | 'region'>,
  user: string,
  { type, region = cloud.region, tags = {}, profile }: Launch,
): Promise<Probe> {
  const { ec2 } = await cloud.as(user, region)
  const ImageId = await findImage((await cloud.as(accountRoot, region)).ec2)
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  const labels = Tags.map(({ Key, Value }) => `${Key}=${Value}`).join(', ')
  return {
    action: 'ec2:RunInstances',
    on: [
      `a ${type} in ${region}`,
      labels === '' ? 'without a tag' : `with the tag ${labels}`,
      ...(profile === undefined ? [] : [`that is given the role of ${profile}`]),
    ].join(' '),
    resource: `arn:aws:ec2:${region}:${cloud.account}:instance/i-0123456789abcdef0`,
    send: () =>
      ec2.send(
        new RunInstancesCommand({
          ImageId,
          InstanceType: type,
          MinCount: 1,
          MaxCount: 1,
          DryRun: true,
          ...(Tags.length === 0 ? {} : { TagSpecifications: [{ ResourceType: 'instance', Tags }] }),
          ...(profile === undefined ? {} : { IamInstanceProfile: { Name: profile } }),
        }),
      ),
  }
}

/** Amazon's own newest image: what a launch is tried with. */
export async function findImage(ec2: EC2Client): Promise<string> {
  const { Images = [] } = await ec2.send(
    new DescribeImagesCommand({
      Owners: ['amazon'],
      Filters: [{ Name: 'name', Values: ['al2023-ami-2023*-x86_64'] }],
    }),
  )
  const [newest] = Images.toSorted((one, other) =>
    other.CreationDate!.localeCompare(one.CreationDate!),
  )
  if (newest === undefined) throw new Error('There is no image of Amazon Linux 2023')
  return newest.ImageId!
}
