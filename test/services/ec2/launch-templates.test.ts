import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteLaunchTemplateCommand,
  DeleteLaunchTemplateVersionsCommand,
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  GetLaunchTemplateDataCommand,
  ModifyLaunchTemplateCommand,
  type RequestLaunchTemplateData,
  RunInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()

const data: RequestLaunchTemplateData = {
  ImageId: courseImage,
  InstanceType: 't3.micro',
  UserData: Buffer.from('#!/bin/sh').toString('base64'),
  BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 20, VolumeType: 'gp3' } }],
  TagSpecifications: [
    {
      ResourceType: 'instance',
      Tags: [
        { Key: 'team', Value: 'blue' },
        { Key: 'stage', Value: 'test' },
      ],
    },
  ],
}
const create = async (LaunchTemplateName: string, LaunchTemplateData = data) => {
  const { LaunchTemplate } = await ec2().send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }),
  )
  return LaunchTemplate!
}
const addVersion = (LaunchTemplateName: string, input: object) =>
  ec2().send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateName,
      LaunchTemplateData: { InstanceType: 't3.small' },
      ...input,
    }),
  )
const launch = async (input: Partial<RunInstancesCommandInput>) => {
  const { Instances } = await ec2().send(
    new RunInstancesCommand({ MinCount: 1, MaxCount: 1, ...input }),
  )
  const { Reservations } = await ec2().send(
    new DescribeInstancesCommand({ InstanceIds: [Instances![0]!.InstanceId!] }),
  )
  return Reservations![0]!.Instances![0]!
}

test('a template has versions, one of which is the default', async () => {
  const template = await create('web')
  expect(template).toMatchObject({
    LaunchTemplateId: expect.stringMatching(/^lt-0[0-9a-f]{16}$/),
    DefaultVersionNumber: 1,
    LatestVersionNumber: 1,
    CreatedBy: 'arn:aws:iam::123456789012:user/student',
  })
  await addVersion('web', { SourceVersion: '1', VersionDescription: 'larger' })
  const versions = async (...Versions: string[]) =>
    (
      await ec2().send(
        new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: 'web', Versions }),
      )
    ).LaunchTemplateVersions!
  expect(await versions('$Latest', '$Default')).toMatchObject([
    {
      VersionNumber: 2,
      VersionDescription: 'larger',
      DefaultVersion: false,
      LaunchTemplateData: { ImageId: courseImage, InstanceType: 't3.small' },
    },
    { VersionNumber: 1, DefaultVersion: true, LaunchTemplateData: { InstanceType: 't3.micro' } },
  ])
  const { LaunchTemplate } = await ec2().send(
    new ModifyLaunchTemplateCommand({ LaunchTemplateName: 'web', DefaultVersion: '2' }),
  )
  expect(LaunchTemplate).toMatchObject({ DefaultVersionNumber: 2, LatestVersionNumber: 2 })
  expect(
    await ec2().send(
      new DeleteLaunchTemplateVersionsCommand({
        LaunchTemplateName: 'web',
        Versions: ['1', '2', '9'],
      }),
    ),
  ).toMatchObject({
    SuccessfullyDeletedLaunchTemplateVersions: [{ VersionNumber: 1 }],
    UnsuccessfullyDeletedLaunchTemplateVersions: [
      { VersionNumber: 2 },
      { VersionNumber: 9, ResponseError: { Code: 'launchTemplateVersionDoesNotExist' } },
    ],
  })
  expect((await versions()).map(({ VersionNumber }) => VersionNumber)).toEqual([2])
  expect(await refusal(versions('1'))).toMatchObject({
    code: 'InvalidLaunchTemplateId.VersionNotFound',
    message: `Could not find the specified version 1 for the launch template with ID ${template.LaunchTemplateId}.`,
  })
})

test('names are taken once, and have a form', async () => {
  await create('taken')
  expect(await refusal(create('taken'))).toEqual({
    code: 'InvalidLaunchTemplateName.AlreadyExistsException',
    message: 'Launch template name already in use.',
    status: 400,
  })
  expect(await refusal(create('no spaces'))).toMatchObject({
    code: 'InvalidLaunchTemplateName.MalformedException',
  })
})

test('a deleted template is gone', async () => {
  const { LaunchTemplateId } = await create('short-lived')
  await ec2().send(new DeleteLaunchTemplateCommand({ LaunchTemplateId }))
  const describeById = new DescribeLaunchTemplatesCommand({
    LaunchTemplateIds: [LaunchTemplateId!],
  })
  expect(await refusal(ec2().send(describeById))).toMatchObject({
    code: 'InvalidLaunchTemplateId.NotFound',
    message: `The specified launch template, with template ID ${LaunchTemplateId}, does not exist.`,
  })
  const byName = new DescribeLaunchTemplatesCommand({ LaunchTemplateNames: ['short-lived'] })
  expect(await refusal(ec2().send(byName))).toMatchObject({
    code: 'InvalidLaunchTemplateName.NotFoundException',
  })
})

describe('RunInstances with a launch template', () => {
  test('takes what the request leaves open from the template', async () => {
    const { LaunchTemplateId } = await create('launch')
    const instance = await launch({ LaunchTemplate: { LaunchTemplateId } })
    expect(instance).toMatchObject({ ImageId: courseImage, InstanceType: 't3.micro' })
    expect(Object.fromEntries(instance.Tags!.map(({ Key, Value }) => [Key, Value]))).toEqual({
      team: 'blue',
      stage: 'test',
      'aws:ec2launchtemplate:id': LaunchTemplateId,
      'aws:ec2launchtemplate:version': '1',
    })
    const { LaunchTemplateData } = await ec2().send(
      new GetLaunchTemplateDataCommand({ InstanceId: instance.InstanceId }),
    )
    expect(LaunchTemplateData).toMatchObject({
      ImageId: courseImage,
      InstanceType: 't3.micro',
      UserData: data.UserData,
      BlockDeviceMappings: [{ Ebs: { VolumeSize: 20, VolumeType: 'gp3' } }],
    })
  })

  test('the request wins, and $Latest is another version than the default', async () => {
    await create('override')
    await addVersion('override', { SourceVersion: '1' })
    const LaunchTemplate = { LaunchTemplateName: 'override', Version: '$Latest' }
    expect(await launch({ LaunchTemplate })).toMatchObject({ InstanceType: 't3.small' })
    const instance = await launch({
      LaunchTemplate,
      InstanceType: 't3.medium',
      TagSpecifications: [
        { ResourceType: 'instance', Tags: [{ Key: 'stage', Value: 'production' }] },
      ],
    })
    expect(instance).toMatchObject({ InstanceType: 't3.medium' })
    expect(instance.Tags).toContainEqual({ Key: 'stage', Value: 'production' })
    expect(instance.Tags).toContainEqual({ Key: 'team', Value: 'blue' })
  })

  test('refuses a template or version that is not there', async () => {
    await create('there')
    const run = (LaunchTemplate: object) => refusal(launch({ LaunchTemplate }))
    expect(await run({ LaunchTemplateName: 'not-there' })).toMatchObject({
      code: 'InvalidLaunchTemplateName.NotFoundException',
      message: 'The specified launch template, with template name not-there, does not exist.',
    })
    expect(await run({ LaunchTemplateName: 'there', Version: '7' })).toMatchObject({
      code: 'InvalidLaunchTemplateId.VersionNotFound',
    })
  })
})
