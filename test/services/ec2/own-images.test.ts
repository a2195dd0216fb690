import {
  CopyImageCommand,
  CreateImageCommand,
  type CreateImageCommandInput,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  type DescribeImagesCommandInput,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
  ModifyImageAttributeCommand,
  RegisterImageCommand,
  ResetImageAttributeCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()

const launch = async (input: Partial<RunInstancesCommandInput> = {}) => {
  const { Instances } = await ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ...input,
    }),
  )
  return Instances![0]!.InstanceId!
}
const compare = (a: string, b: string) => a.localeCompare(b)
let count = 0
const create = async (input: Partial<CreateImageCommandInput> = {}) => {
  const InstanceId = input.InstanceId ?? (await launch())
  const { ImageId } = await ec2().send(
    new CreateImageCommand({ Name: `image-${++count}`, ...input, InstanceId }),
  )
  return ImageId!
}
const list = async (input: DescribeImagesCommandInput, region?: string) =>
  (await ec2(region).send(new DescribeImagesCommand(input))).Images!

describe('CreateImage', () => {
  test('makes an image of an instance and snapshots of its volumes, which can be launched', async () => {
    const InstanceId = await launch({
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 50, VolumeType: 'gp3', Throughput: 200 } },
      ],
    })
    const ImageId = await create({
      InstanceId,
      Name: 'web (v1)',
      Description: 'the web server',
      NoReboot: true,
      TagSpecifications: [
        { ResourceType: 'image', Tags: [{ Key: 'Name', Value: 'web' }] },
        { ResourceType: 'snapshot', Tags: [{ Key: 'of', Value: 'web' }] },
      ],
    })
    const [image] = await list({ Owners: ['self'], ImageIds: [ImageId] })
    expect(image).toMatchObject({
      State: 'available',
      Name: 'web (v1)',
      Description: 'the web server',
      OwnerId: '123456789012',
      Public: false,
      Architecture: 'x86_64',
      RootDeviceName: '/dev/sda1',
      SourceInstanceId: InstanceId,
      Tags: [{ Key: 'Name', Value: 'web' }],
      BlockDeviceMappings: [
        { DeviceName: '/dev/sda1', Ebs: { DeleteOnTermination: true, VolumeSize: 8 } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 50, VolumeType: 'gp3', Throughput: 200 } },
      ],
    })
    const { Snapshots } = await ec2().send(
      new DescribeSnapshotsCommand({
        OwnerIds: ['self'],
        Filters: [{ Name: 'tag:of', Values: ['web'] }],
      }),
    )
    expect(Snapshots).toHaveLength(2)
    expect(Snapshots![0]!.Description).toBe(`Created by CreateImage(${InstanceId}) for ${ImageId}`)
    const copy = await launch({ ImageId })
    const { Volumes } = await ec2().send(
      new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [copy] }] }),
    )
    expect(
      Volumes!.map(({ Size, SnapshotId }) => `${Size} ${SnapshotId}`).toSorted(compare),
    ).toEqual(
      Snapshots!
        .map(({ VolumeSize, SnapshotId }) => `${VolumeSize} ${SnapshotId}`)
        .toSorted(compare),
    )
  })

  test('leaves out devices, and refuses names that are malformed or taken', async () => {
    const InstanceId = await launch({
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 5 } }],
    })
    const ImageId = await create({
      InstanceId,
      Name: 'taken',
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', NoDevice: '' }],
    })
    const [image] = await list({ ImageIds: [ImageId] })
    expect(image!.BlockDeviceMappings).toHaveLength(1)
    expect(await refusal(create({ InstanceId, Name: 'taken' }))).toEqual({
      code: 'InvalidAMIName.Duplicate',
      message: `AMI name taken is already in use by AMI ${ImageId}`,
      status: 400,
    })
    expect(await refusal(create({ InstanceId, Name: 'no*stars' }))).toMatchObject({
      code: 'InvalidAMIName.Malformed',
    })
  })
})

test('a snapshot that an image needs is not deleted before the image', async () => {
  const ImageId = await create()
  const [image] = await list({ ImageIds: [ImageId] })
  const SnapshotId = image!.BlockDeviceMappings![0]!.Ebs!.SnapshotId
  expect(await refusal(ec2().send(new DeleteSnapshotCommand({ SnapshotId })))).toEqual({
    code: 'InvalidSnapshot.InUse',
    message: `The snapshot ${SnapshotId} is currently in use by ${ImageId}`,
    status: 400,
  })
  await ec2().send(new DeregisterImageCommand({ ImageId }))
  expect(await refusal(list({ ImageIds: [ImageId] }))).toMatchObject({
    code: 'InvalidAMIID.NotFound',
    message: `The image id '[${ImageId}]' does not exist`,
  })
  await ec2().send(new DeleteSnapshotCommand({ SnapshotId }))
})

test('DeregisterImage deletes the snapshots when asked to, and only own images', async () => {
  const ImageId = await create()
  const { DeleteSnapshotResults } = await ec2().send(
    new DeregisterImageCommand({ ImageId, DeleteAssociatedSnapshots: true }),
  )
  expect(DeleteSnapshotResults).toMatchObject([{ ReturnCode: 'success' }])
  expect(
    await refusal(ec2().send(new DeregisterImageCommand({ ImageId: courseImage }))),
  ).toMatchObject({ code: 'AuthFailure', message: `Not authorized for images: [${courseImage}]` })
})

test('RegisterImage makes an image of a snapshot', async () => {
  const [image] = await list({ ImageIds: [await create()] })
  const { SnapshotId } = image!.BlockDeviceMappings![0]!.Ebs!
  const register = (input: object) =>
    ec2().send(
      new RegisterImageCommand({
        Name: `registered-${++count}`,
        Architecture: 'x86_64',
        VirtualizationType: 'hvm',
        EnaSupport: true,
        RootDeviceName: '/dev/xvda',
        BlockDeviceMappings: [
          { DeviceName: '/dev/xvda', Ebs: { SnapshotId, VolumeSize: 12, VolumeType: 'gp3' } },
        ],
        ...input,
      }),
    )
  const { ImageId } = await register({})
  expect(await list({ ImageIds: [ImageId!] })).toMatchObject([
    {
      RootDeviceName: '/dev/xvda',
      BlockDeviceMappings: [{ Ebs: { VolumeSize: 12, SnapshotId, Encrypted: false } }],
    },
  ])
  await launch({ ImageId })
  expect(await refusal(register({ RootDeviceName: '/dev/sda1' }))).toMatchObject({
    code: 'InvalidParameterValue',
  })
})

test('CopyImage copies into the region that is called, with its snapshots', async () => {
  const SourceImageId = await create({ Name: 'origin' })
  const { ImageId } = await ec2('eu-west-1').send(
    new CopyImageCommand({
      Name: 'copy',
      SourceImageId,
      SourceRegion: 'us-east-1',
      Encrypted: true,
    }),
  )
  const [copy] = await list({ ImageIds: [ImageId!] }, 'eu-west-1')
  expect(copy).toMatchObject({
    Name: 'copy',
    State: 'available',
    SourceImageId,
    SourceImageRegion: 'us-east-1',
    Description: `[Copied ${SourceImageId} from us-east-1] origin`,
    BlockDeviceMappings: [{ Ebs: { Encrypted: true } }],
  })
  expect(await refusal(list({ ImageIds: [ImageId!] }))).toMatchObject({
    code: 'InvalidAMIID.NotFound',
  })
})

test('launch permissions and the description are changed, shown and reset', async () => {
  const ImageId = await create()
  const attribute = (Attribute: 'launchPermission' | 'description') =>
    ec2().send(new DescribeImageAttributeCommand({ ImageId, Attribute }))
  const share = (one: object) =>
    ec2().send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: { Add: [one] } }))
  await share({ UserId: '111122223333' })
  expect(await attribute('launchPermission')).toMatchObject({
    LaunchPermissions: [{ UserId: '111122223333' }],
  })
  expect((await list({ ExecutableUsers: ['111122223333'] })).map((image) => image.ImageId)).toEqual(
    [ImageId],
  )
  await share({ Group: 'all' })
  expect(await list({ ImageIds: [ImageId] })).toMatchObject([{ Public: true }])
  await ec2().send(new ResetImageAttributeCommand({ ImageId, Attribute: 'launchPermission' }))
  expect(await list({ ImageIds: [ImageId] })).toMatchObject([{ Public: false }])
  await ec2().send(new ModifyImageAttributeCommand({ ImageId, Description: { Value: 'new' } }))
  expect(await attribute('description')).toMatchObject({ Description: { Value: 'new' } })
  expect(await refusal(share({ UserId: 'me' }))).toMatchObject({
    code: 'InvalidAMIAttributeItemValue',
  })
})

test('another account sees and launches an image only while it is shared with it', async () => {
  const account = '210987654321'
  const other = emulator().client(EC2Client, {
    credentials: { accessKeyId: account, secretAccessKey: 'test' },
  })
  const ImageId = await create()
  const see = () => other.send(new DescribeImagesCommand({ ImageIds: [ImageId] }))
  expect(await refusal(see())).toMatchObject({ code: 'InvalidAMIID.NotFound' })
  const modify = (change: object) =>
    ec2().send(new ModifyImageAttributeCommand({ ImageId, LaunchPermission: change }))
  await modify({ Add: [{ UserId: account }] })
  expect((await see()).Images).toMatchObject([{ OwnerId: '123456789012', Public: false }])
  const { Images } = await other.send(new DescribeImagesCommand({ ExecutableUsers: ['self'] }))
  expect(Images!.map((image) => image.ImageId)).toEqual([ImageId])
  expect(await refusal(other.send(new DeregisterImageCommand({ ImageId })))).toMatchObject({
    code: 'AuthFailure',
  })
  await modify({ Remove: [{ UserId: account }] })
  expect(await refusal(see())).toMatchObject({ code: 'InvalidAMIID.NotFound' })
})
