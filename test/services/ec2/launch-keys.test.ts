import {
  CreateLaunchTemplateCommand,
  DescribeImportSnapshotTasksCommand,
  CancelImportTaskCommand,
  EC2Client,
  ImportSnapshotCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { beforeEach, describe, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()
beforeEach(() => emulator().reset())

const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const deny = (Resource: string, Condition: object) => ({
  Effect: 'Deny',
  Action: 'ec2:RunInstances',
  Resource: `arn:aws:ec2:*:*:${Resource}`,
  Condition,
})

/** A user who may do everything but for what the statements say. */
async function userWith(...Statement: object[]): Promise<EC2Client> {
  const iam = emulator().client(IAMClient)
  await iam.send(new CreateUserCommand({ UserName: 'u' }))
  const PolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [everything, ...Statement],
  })
  await iam.send(new PutUserPolicyCommand({ UserName: 'u', PolicyName: 'p', PolicyDocument }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'u' }))
  return emulator().client(EC2Client, {
    credentials: {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    },
  })
}

const launch = (client: EC2Client, input: Partial<RunInstancesCommandInput> = {}) =>
  client.send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ...input,
    }),
  )
const denied = { code: 'UnauthorizedOperation' }
const disk = (Ebs: object) => ({ BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs }] })

describe('what policies see of a launch', () => {
  test('each volume: its size, type and encryption, the image’s own among them', async () => {
    const user = await userWith(
      deny('volume/*', { NumericGreaterThan: { 'ec2:VolumeSize': '100' } }),
      deny('volume/*', { StringEquals: { 'ec2:VolumeType': 'io2' } }),
    )
    await launch(user)
    await launch(user, disk({ VolumeSize: 100 }))
    expect(await refusal(launch(user, disk({ VolumeSize: 101 })))).toMatchObject(denied)
    expect(
      await refusal(launch(user, disk({ VolumeType: 'io2', Iops: 100, VolumeSize: 10 }))),
    ).toMatchObject(denied)
    const two = {
      BlockDeviceMappings: [
        { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 20 } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 500 } },
      ],
    }
    expect(await refusal(launch(user, two))).toMatchObject(denied)
  })

  test('the instance: its metadata options, tenancy and market', async () => {
    const user = await userWith(
      deny('instance/*', { StringNotEquals: { 'ec2:MetadataHttpTokens': 'required' } }),
      deny('instance/*', { StringEquals: { 'ec2:Tenancy': 'dedicated' } }),
    )
    const MetadataOptions = { HttpTokens: 'required' as const }
    expect(await refusal(launch(user))).toMatchObject(denied)
    await launch(user, { MetadataOptions })
    const Placement = { Tenancy: 'dedicated' as const }
    expect(await refusal(launch(user, { MetadataOptions, Placement }))).toMatchObject(denied)
  })

  test('the launch template, and what the request puts over it', async () => {
    const user = await userWith(
      deny('instance/*', { Null: { 'ec2:LaunchTemplate': 'true' } }),
      deny('image/*', { Bool: { 'ec2:IsLaunchTemplateResource': 'false' } }),
    )
    await ec2().send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: 'web',
        LaunchTemplateData: { ImageId: courseImage, InstanceType: 't3.micro' },
      }),
    )
    const LaunchTemplate = { LaunchTemplateName: 'web' }
    expect(await refusal(launch(user))).toMatchObject(denied)
    await launch(user, { LaunchTemplate, ImageId: undefined })
    expect(await refusal(launch(user, { LaunchTemplate }))).toMatchObject(denied)
  })
})

test('an import is kept until it is cancelled', async () => {
  const { ImportTaskId } = await ec2().send(
    new ImportSnapshotCommand({
      DiskContainer: { Format: 'VMDK', UserBucket: { S3Bucket: 'b', S3Key: 'disk.vmdk' } },
    }),
  )
  const tasks = async () =>
    (await ec2().send(new DescribeImportSnapshotTasksCommand({}))).ImportSnapshotTasks!
  expect(await tasks()).toMatchObject([
    { ImportTaskId, SnapshotTaskDetail: { Status: 'active', Format: 'VMDK' } },
  ])
  const cancelled = await ec2().send(new CancelImportTaskCommand({ ImportTaskId }))
  expect(cancelled).toMatchObject({ PreviousState: 'active', State: 'deleted' })
})
