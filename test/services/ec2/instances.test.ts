import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceStatusCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVolumesCommand,
  ModifyInstanceAttributeCommand,
  RebootInstancesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()

const launch = async (input: Partial<RunInstancesCommandInput> = {}) => {
  const { Instances } = await ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't2.micro',
      MinCount: 1,
      MaxCount: 1,
      ...input,
    }),
  )
  return Instances![0]!.InstanceId!
}
const look = async (id: string) =>
  (await ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))).Reservations![0]!
    .Instances![0]!
const stop = (...InstanceIds: string[]) => ec2().send(new StopInstancesCommand({ InstanceIds }))
const start = (...InstanceIds: string[]) => ec2().send(new StartInstancesCommand({ InstanceIds }))
const terminate = (...InstanceIds: string[]) =>
  ec2().send(new TerminateInstancesCommand({ InstanceIds }))

describe('StopInstances and StartInstances', () => {
  test('keep the private address and change the public one', async () => {
    const id = await launch()
    const before = await look(id)
    expect(await stop(id)).toMatchObject({
      StoppingInstances: [
        {
          InstanceId: id,
          PreviousState: { Code: 16, Name: 'running' },
          CurrentState: { Code: 64, Name: 'stopping' },
        },
      ],
    })
    const stopped = await look(id)
    expect(stopped).toMatchObject({
      State: { Code: 80, Name: 'stopped' },
      StateReason: {
        Code: 'Client.UserInitiatedShutdown',
        Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
      },
      StateTransitionReason: expect.stringMatching(
        /^User initiated \(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT\)$/,
      ),
      PrivateIpAddress: before.PrivateIpAddress,
      PublicDnsName: '',
    })
    expect(stopped.PublicIpAddress).toBeUndefined()

    expect(await start(id)).toMatchObject({
      StartingInstances: [
        {
          PreviousState: { Code: 80, Name: 'stopped' },
          CurrentState: { Code: 0, Name: 'pending' },
        },
      ],
    })
    const again = await look(id)
    expect(again).toMatchObject({
      State: { Name: 'running' },
      PrivateIpAddress: before.PrivateIpAddress,
      StateTransitionReason: '',
    })
    expect(again.PublicIpAddress).toMatch(/^\d/)
    expect(again.PublicIpAddress).not.toBe(before.PublicIpAddress)
  })

  test('do nothing to what is there already', async () => {
    const id = await launch()
    expect(await start(id)).toMatchObject({
      StartingInstances: [
        { PreviousState: { Name: 'running' }, CurrentState: { Name: 'running' } },
      ],
    })
    await stop(id)
    expect(await stop(id)).toMatchObject({
      StoppingInstances: [
        { PreviousState: { Name: 'stopped' }, CurrentState: { Name: 'stopped' } },
      ],
    })
  })

  test('refuse a terminated instance, and then change none', async () => {
    const gone = await launch()
    const other = await launch()
    await terminate(gone)
    expect(await refusal(start(gone))).toEqual({
      code: 'IncorrectInstanceState',
      message: `The instance '${gone}' is not in a state from which it can be started.`,
      status: 400,
    })
    expect(await refusal(stop(other, gone))).toEqual({
      code: 'IncorrectInstanceState',
      message: `This instance '${gone}' is not in a state from which it can be stopped.`,
      status: 400,
    })
    expect(await look(other)).toMatchObject({ State: { Name: 'running' } })
  })

  test('stop protection keeps it running', async () => {
    const id = await launch({ DisableApiStop: true })
    expect(await refusal(stop(id))).toMatchObject({ code: 'OperationNotPermitted' })
  })
})

describe('RebootInstances', () => {
  test('changes nothing that can be seen, and wants a running instance', async () => {
    const id = await launch()
    const before = await look(id)
    await ec2().send(new RebootInstancesCommand({ InstanceIds: [id] }))
    expect(await look(id)).toEqual(before)
    await stop(id)
    expect(
      await refusal(ec2().send(new RebootInstancesCommand({ InstanceIds: [id] }))),
    ).toMatchObject({ code: 'IncorrectState' })
  })
})

describe('TerminateInstances', () => {
  test('takes the volumes and interfaces along that were to go', async () => {
    const id = await launch({
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1, DeleteOnTermination: false } },
      ],
    })
    expect(await terminate(id)).toMatchObject({
      TerminatingInstances: [
        {
          PreviousState: { Name: 'running' },
          CurrentState: { Code: 32, Name: 'shutting-down' },
        },
      ],
    })
    const gone = await look(id)
    expect(gone).toMatchObject({
      State: { Code: 48, Name: 'terminated' },
      StateReason: { Code: 'Client.UserInitiatedShutdown' },
      BlockDeviceMappings: [],
      NetworkInterfaces: [],
      SecurityGroups: [],
    })
    expect(gone.VpcId).toBeUndefined()
    expect(gone.PrivateIpAddress).toBeUndefined()
    const { Volumes } = await ec2().send(
      new DescribeVolumesCommand({ Filters: [{ Name: 'size', Values: ['1'] }] }),
    )
    expect(Volumes).toMatchObject([{ State: 'available', Attachments: [] }])
    const { NetworkInterfaces } = await ec2().send(
      new DescribeNetworkInterfacesCommand({
        Filters: [{ Name: 'attachment.instance-id', Values: [id] }],
      }),
    )
    expect(NetworkInterfaces).toEqual([])
  })

  test('termination protection keeps the instance, and the others with it', async () => {
    const protectedId = await launch({ DisableApiTermination: true })
    const other = await launch()
    expect(await refusal(terminate(other, protectedId))).toEqual({
      code: 'OperationNotPermitted',
      message: `The instance '${protectedId}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
      status: 400,
    })
    expect(await look(other)).toMatchObject({ State: { Name: 'running' } })
    await ec2().send(
      new ModifyInstanceAttributeCommand({
        InstanceId: protectedId,
        DisableApiTermination: { Value: false },
      }),
    )
    await terminate(other, protectedId)
  })

  test('is forgotten one hour later', async () => {
    const id = await launch({
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }],
    })
    await terminate(id)
    await emulator().advance(59 * 60 * 1000)
    expect(await look(id)).toMatchObject({ State: { Name: 'terminated' }, Tags: [{ Key: 'a' }] })
    await terminate(id)
    await emulator().advance(2 * 60 * 1000)
    expect(await refusal(look(id))).toMatchObject({ code: 'InvalidInstanceID.NotFound' })
  })

  test('frees the security group', async () => {
    const { GroupId } = await ec2().send(
      new CreateSecurityGroupCommand({ GroupName: 'short', Description: 'x' }),
    )
    const id = await launch({ SecurityGroupIds: [GroupId!] })
    const remove = () => ec2().send(new DeleteSecurityGroupCommand({ GroupId }))
    expect(await refusal(remove())).toMatchObject({ code: 'DependencyViolation' })
    await terminate(id)
    await remove()
  })
})

describe('DescribeInstanceStatus', () => {
  const statuses = async (InstanceIds: string[], IncludeAllInstances = false) =>
    (await ec2().send(new DescribeInstanceStatusCommand({ InstanceIds, IncludeAllInstances })))
      .InstanceStatuses!

  test('shows running instances, or all when asked', async () => {
    const running = await launch()
    const stopped = await launch()
    await look(stopped)
    await stop(stopped)
    expect(await statuses([running, stopped])).toMatchObject([
      {
        InstanceId: running,
        InstanceState: { Name: 'running' },
        InstanceStatus: { Status: 'ok', Details: [{ Name: 'reachability', Status: 'passed' }] },
        SystemStatus: { Status: 'ok' },
      },
    ])
    expect(await statuses([running, stopped], true)).toMatchObject([
      { InstanceId: running },
      { InstanceId: stopped, InstanceStatus: { Status: 'not-applicable' } },
    ])
    const { InstanceStatuses } = await ec2().send(
      new DescribeInstanceStatusCommand({
        Filters: [{ Name: 'instance-status.status', Values: ['ok'] }],
      }),
    )
    expect(InstanceStatuses!.map(({ InstanceId }) => InstanceId)).toContain(running)
  })
})

describe('attributes', () => {
  const attribute = (InstanceId: string, Attribute: string) =>
    ec2().send(new DescribeInstanceAttributeCommand({ InstanceId, Attribute: Attribute as never }))

  test('tell what the instance was launched with', async () => {
    const UserData = Buffer.from('#!/bin/sh\necho hello\n').toString('base64')
    const id = await launch({ UserData, InstanceInitiatedShutdownBehavior: 'terminate' })
    expect(await attribute(id, 'userData')).toMatchObject({ UserData: { Value: UserData } })
    expect(await attribute(id, 'instanceInitiatedShutdownBehavior')).toMatchObject({
      InstanceInitiatedShutdownBehavior: { Value: 'terminate' },
    })
    expect(await attribute(id, 'groupSet')).toMatchObject({ Groups: [{ GroupName: 'default' }] })
    expect(await attribute(id, 'rootDeviceName')).toMatchObject({
      RootDeviceName: { Value: '/dev/sda1' },
    })
  })

  test('the type changes only while the instance is stopped', async () => {
    const id = await launch()
    const change = (Value: string) =>
      ec2().send(new ModifyInstanceAttributeCommand({ InstanceId: id, InstanceType: { Value } }))
    expect(await refusal(change('t2.large'))).toEqual({
      code: 'IncorrectInstanceState',
      message: `The instance '${id}' is not in the 'stopped' state.`,
      status: 400,
    })
    await stop(id)
    expect(await refusal(change('t9.huge'))).toMatchObject({ code: 'InvalidParameterValue' })
    expect(await refusal(change('t4g.small'))).toMatchObject({ code: 'InvalidParameterValue' })
    await change('t2.large')
    expect(await look(id)).toMatchObject({
      InstanceType: 't2.large',
      CpuOptions: { CoreCount: 2, ThreadsPerCore: 1 },
    })
  })

  test('source and destination check and groups reach the interface', async () => {
    const id = await launch()
    const { GroupId } = await ec2().send(
      new CreateSecurityGroupCommand({ GroupName: 'late', Description: 'x' }),
    )
    const modify = (input: object) =>
      ec2().send(new ModifyInstanceAttributeCommand({ InstanceId: id, ...input }))
    await modify({ SourceDestCheck: { Value: false } })
    await modify({ Groups: [GroupId] })
    expect(await look(id)).toMatchObject({
      SourceDestCheck: false,
      SecurityGroups: [{ GroupName: 'late' }],
      NetworkInterfaces: [{ SourceDestCheck: false, Groups: [{ GroupId }] }],
    })
    expect(await refusal(modify({}))).toMatchObject({ code: 'MissingParameter' })
  })
})
