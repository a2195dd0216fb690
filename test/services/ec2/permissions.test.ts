import {
  CreateTagsCommand,
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2'
import {
  AddRoleToInstanceProfileCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { beforeAll, describe, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()

const launch = (client: EC2Client, input: Partial<RunInstancesCommandInput> = {}) =>
  client.send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't2.micro',
      MinCount: 1,
      MaxCount: 1,
      ...input,
    }),
  )
const tagged = (Key: string, Value: string) => ({
  TagSpecifications: [{ ResourceType: 'instance' as const, Tags: [{ Key, Value }] }],
})

describe('DryRun', () => {
  test('tells that the call would be allowed, and does nothing', async () => {
    expect(await refusal(launch(ec2(), { DryRun: true }))).toEqual({
      code: 'DryRunOperation',
      message: 'Request would have succeeded, but DryRun flag is set.',
      status: 412,
    })
    const { Reservations } = await ec2().send(new DescribeInstancesCommand({}))
    expect(Reservations).toEqual([])
  })
})

describe('a user who may launch small tagged instances, and end those of the team', () => {
  let restricted: EC2Client

  beforeAll(async () => {
    const iam = emulator().client(IAMClient)
    const UserName = 'intern'
    await iam.send(new CreateUserCommand({ UserName }))
    await iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: 'small',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Action: 'ec2:RunInstances',
              NotResource: 'arn:aws:ec2:*:*:instance/*',
            },
            {
              Effect: 'Allow',
              Action: 'ec2:RunInstances',
              Resource: 'arn:aws:ec2:us-east-1:*:instance/*',
              Condition: {
                StringEquals: { 'ec2:InstanceType': 't2.micro', 'aws:RequestTag/team': 'blue' },
              },
            },
            {
              Effect: 'Allow',
              Action: 'ec2:CreateTags',
              Resource: '*',
              Condition: { StringEquals: { 'ec2:CreateAction': 'RunInstances' } },
            },
            {
              Effect: 'Allow',
              Action: 'ec2:TerminateInstances',
              Resource: '*',
              Condition: { StringEquals: { 'aws:ResourceTag/team': 'blue' } },
            },
          ],
        }),
      }),
    )
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    restricted = emulator().client(EC2Client, {
      credentials: {
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      },
    })
  })

  test('may do so', async () => {
    const { Instances } = await launch(restricted, tagged('team', 'blue'))
    const InstanceIds = [Instances![0]!.InstanceId!]
    const { TerminatingInstances } = await restricted.send(
      new TerminateInstancesCommand({ InstanceIds }),
    )
    expect(TerminatingInstances).toHaveLength(1)
  })

  test.each([
    ['a larger type', { InstanceType: 't2.large', ...tagged('team', 'blue') }],
    ['another tag', tagged('team', 'red')],
    ['no tag', {}],
  ] as const)('may not launch with %s', async (_, input) => {
    expect(await refusal(launch(restricted, input as never))).toMatchObject({
      code: 'UnauthorizedOperation',
      status: 403,
    })
  })

  test('may not end what others have, nor tag it first', async () => {
    const { Instances } = await launch(ec2())
    const id = Instances![0]!.InstanceId!
    const tag = new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'team', Value: 'blue' }] })
    expect(await refusal(restricted.send(tag))).toMatchObject({ code: 'UnauthorizedOperation' })
    const end = new TerminateInstancesCommand({ InstanceIds: [id] })
    expect(await refusal(restricted.send(end))).toMatchObject({ code: 'UnauthorizedOperation' })
    expect(await refusal(restricted.send(new DescribeInstancesCommand({})))).toMatchObject({
      code: 'UnauthorizedOperation',
    })
  })
})

describe('an instance profile', () => {
  test('is recorded with the instance, and its role has to be passed', async () => {
    const iam = emulator().client(IAMClient)
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'ec2.amazonaws.com' },
          Action: 'sts:AssumeRole',
        },
      ],
    }
    const [RoleName, InstanceProfileName, UserName] = ['worker', 'workers', 'launcher']
    await iam.send(
      new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    )
    const { InstanceProfile } = await iam.send(
      new CreateInstanceProfileCommand({ InstanceProfileName }),
    )
    await iam.send(new AddRoleToInstanceProfileCommand({ RoleName, InstanceProfileName }))
    const input = { IamInstanceProfile: { Name: InstanceProfileName } }
    const { Instances } = await launch(ec2(), input)
    expect(Instances![0]!.IamInstanceProfile).toEqual({
      Arn: InstanceProfile!.Arn,
      Id: InstanceProfile!.InstanceProfileId,
    })

    await iam.send(new CreateUserCommand({ UserName }))
    const allow = (Action: string) =>
      iam.send(
        new PutUserPolicyCommand({
          UserName,
          PolicyName: Action.replace(/\W/g, '-'),
          PolicyDocument: JSON.stringify({
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
          }),
        }),
      )
    await allow('ec2:*')
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    const launcher = emulator().client(EC2Client, {
      credentials: {
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      },
    })
    expect((await launch(launcher)).Instances).toHaveLength(1)
    expect(await refusal(launch(launcher, input))).toMatchObject({ code: 'UnauthorizedOperation' })
    await allow('iam:PassRole')
    expect((await launch(launcher, input)).Instances).toHaveLength(1)
  })
})
