import type { Instance, Volume } from '@aws-sdk/client-ec2'
import { DescribeInstancesCommand, DescribeVolumesCommand } from '@aws-sdk/client-ec2'
import { GetBucketTaggingCommand, ListBucketsCommand, S3ServiceException } from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

const tagged = ({ values }: Cloud) => ({ Name: 'tag:Project', Values: [values['project']!] })

export async function projectInstances(cloud: Cloud): Promise<readonly Instance[]> {
  const { Reservations = [] } = await cloud.ec2.send(
    new DescribeInstancesCommand({
      Filters: [tagged(cloud), { Name: 'instance-state-name', Values: ['pending', 'running'] }],
    }),
  )
  return Reservations.flatMap(({ Instances = [] }) => Instances)
}

/** Every volume that costs: those with the tag, and those the instances start from. */
export async function projectVolumes(cloud: Cloud): Promise<readonly Volume[]> {
  const roots = new Set(
    (await projectInstances(cloud)).flatMap(({ BlockDeviceMappings = [] }) =>
      BlockDeviceMappings.map(({ Ebs }) => Ebs?.VolumeId),
    ),
  )
  const { Volumes = [] } = await cloud.ec2.send(new DescribeVolumesCommand({}))
  return Volumes.filter(
    ({ VolumeId, Tags = [] }) =>
      roots.has(VolumeId) ||
      Tags.some(({ Key, Value }) => Key === 'Project' && Value === cloud.values['project']),
  )
}

const noInstance = ({ values }: Cloud): Verdict =>
  failed(`No instance with the tag Project=${values['project']} runs. Expected one.`)

export async function checkInstance(cloud: Cloud): Promise<Verdict> {
  const [instance] = await projectInstances(cloud)
  if (instance === undefined) return noInstance(cloud)
  const { InstanceId, InstanceType } = instance
  return InstanceType === cloud.values['type']
    ? passed()
    : failed(
        `Your instance ${InstanceId} is a ${InstanceType}. Expected a ${cloud.values['type']}.`,
      )
}

const hasTag = ({ Tags = [] }: Volume, { values }: Cloud) =>
  Tags.some(({ Key, Value }) => Key === 'Project' && Value === values['project'])

export async function checkRootDisk(cloud: Cloud): Promise<Verdict> {
  if ((await projectInstances(cloud)).length === 0) return noInstance(cloud)
  const roots = (await projectVolumes(cloud)).filter(
    ({ Attachments = [] }) => Attachments.length > 0,
  )
  const untagged = roots.find((volume) => !hasTag(volume, cloud))
  return untagged === undefined
    ? passed()
    : failed(
        `The disk ${untagged.VolumeId} that your instance starts from has no tag Project=${cloud.values['project']}. Expected it.`,
      )
}

export async function checkVolume(cloud: Cloud): Promise<Verdict> {
  const size = Number(cloud.values['size'])
  const volumes = (await projectVolumes(cloud)).filter((volume) => hasTag(volume, cloud))
  return volumes.some(({ Size, VolumeType }) => Size === size && VolumeType === 'gp3')
    ? passed()
    : failed(
        `There is no gp3 volume of ${size} GiB with the tag Project=${cloud.values['project']}. Expected one.`,
      )
}

export async function checkBucketTag({ s3, values }: Cloud): Promise<Verdict> {
  const Bucket = values['bucket']!
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}))
  if (!Buckets.some(({ Name }) => Name === Bucket)) return failed(`There is no bucket ${Bucket}.`)
  const tags = await s3
    .send(new GetBucketTaggingCommand({ Bucket }))
    .then(({ TagSet = [] }) => TagSet)
    .catch((error: unknown) => {
      if (error instanceof S3ServiceException && error.name === 'NoSuchTagSet') return []
      throw error
    })
  return tags.some(({ Key, Value }) => Key === 'Project' && Value === values['project'])
    ? passed()
    : failed(`Your bucket ${Bucket} has no tag Project=${values['project']}. Expected it.`)
}
