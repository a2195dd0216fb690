import {
  CancelCapacityReservationCommand,
  CreateCapacityReservationCommand,
  DescribeCapacityReservationsCommand,
  DescribeInstancesCommand,
  GetCapacityReservationUsageCommand,
  ModifyCapacityReservationCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { emulator, ec2 } = useEc2()
beforeEach(() => emulator().reset())

const run = (input: Partial<RunInstancesCommandInput> = {}) =>
  ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ...input,
    }),
  )

const control = async (path: string, body: object) => {
  const response = await fetch(`${emulator().url}/_pocketcloud/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as object }
}

const onDemandP = 'L-417A185B'
const standard = 'L-1216C47A'
const inZoneA = { Placement: { AvailabilityZone: 'us-east-1a' } }

describe('vCPU quotas', () => {
  test('a family set to 0 refuses its launches, in AWS’s words, and no other family’s', async () => {
    await control('quotas', { service: 'ec2', code: onDemandP, value: 0 })
    expect(await refusal(run({ InstanceType: 'p3.2xlarge' }))).toEqual({
      code: 'VcpuLimitExceeded',
      status: 400,
      message:
        'You have requested more vCPU capacity than your current vCPU limit of 0 allows for the instance bucket that the specified instance type belongs to. Please visit http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.',
    })
    await run()
    await control('quotas', { service: 'ec2', code: onDemandP, value: null })
    await run({ InstanceType: 'p3.2xlarge' })
  })

  test('as many start as there is room for, down to MinCount; what is stopped does not count', async () => {
    await control('quotas', { service: 'ec2', code: standard, value: 6 })
    const { Instances } = await run({ MinCount: 1, MaxCount: 5 })
    expect(Instances).toHaveLength(3)
    expect(await refusal(run())).toMatchObject({ code: 'VcpuLimitExceeded' })
    const InstanceIds = [Instances![0]!.InstanceId!]
    await ec2().send(new StopInstancesCommand({ InstanceIds }))
    await run()
    expect(await refusal(ec2().send(new StartInstancesCommand({ InstanceIds })))).toMatchObject({
      code: 'VcpuLimitExceeded',
    })
  })

  test('the control API says what it does not know', async () => {
    expect(await control('quotas', { service: 'ec2', code: 'L-0', value: 1 })).toMatchObject({
      status: 404,
      body: { error: { code: 'NoSuchQuota' } },
    })
    expect(await control('quotas', { service: 'ec2' })).toMatchObject({ status: 400 })
    expect(await control('ec2/capacity', { available: false })).toMatchObject({ status: 400 })
  })
})

describe('InsufficientInstanceCapacity', () => {
  test('a zone without a type refuses launches and starts, and is not chosen', async () => {
    const { Instances } = await run({ InstanceType: 'p3.2xlarge', ...inZoneA })
    const InstanceIds = [Instances![0]!.InstanceId!]
    await ec2().send(new StopInstancesCommand({ InstanceIds }))
    await control('ec2/capacity', { instanceType: 'p3.*', zone: 'us-east-1a', available: false })
    const refused = await refusal(run({ InstanceType: 'p3.2xlarge', ...inZoneA }))
    expect(refused).toMatchObject({ code: 'InsufficientInstanceCapacity', status: 500 })
    expect(refused.message).toMatch(
      /^We currently do not have sufficient p3\.2xlarge capacity in the Availability Zone you requested \(us-east-1a\)\. .* choosing us-east-1b, /,
    )
    expect(await refusal(ec2().send(new StartInstancesCommand({ InstanceIds })))).toMatchObject({
      code: 'InsufficientInstanceCapacity',
      message: 'Insufficient capacity.',
    })
    const elsewhere = await run({ InstanceType: 'p3.2xlarge', MaxCount: 1 })
    expect(elsewhere.Instances![0]!.Placement!.AvailabilityZone).not.toBe('us-east-1a')
    await run(inZoneA)
    await control('ec2/capacity', { instanceType: 'p3.*', zone: 'us-east-1a', available: true })
    await ec2().send(new StartInstancesCommand({ InstanceIds }))
  })
})

describe('capacity reservations', () => {
  const reserve = async (more: object = {}) => {
    const { CapacityReservation } = await ec2().send(
      new CreateCapacityReservationCommand({
        InstanceType: 'm5.large',
        InstancePlatform: 'Linux/UNIX',
        AvailabilityZone: 'us-east-1a',
        InstanceCount: 2,
        ...more,
      }),
    )
    return CapacityReservation!
  }
  const describeOne = async (id: string) => {
    const { CapacityReservations } = await ec2().send(
      new DescribeCapacityReservationsCommand({ CapacityReservationIds: [id] }),
    )
    return CapacityReservations![0]!
  }
  const m5 = { InstanceType: 'm5.large' as const, ...inZoneA }

  test('an open one takes what fits, and gives it back when it stops', async () => {
    const { CapacityReservationId: id, ...made } = await reserve()
    expect(made).toMatchObject({
      State: 'active',
      TotalInstanceCount: 2,
      AvailableInstanceCount: 2,
      InstanceMatchCriteria: 'open',
      EndDateType: 'unlimited',
      Tenancy: 'default',
      CapacityReservationArn: `arn:aws:ec2:us-east-1:123456789012:capacity-reservation/${id}`,
    })
    const { Instances } = await run(m5)
    expect(Instances![0]!.CapacityReservationId).toBe(id)
    const other = await run({ ...inZoneA, InstanceType: 'm5.xlarge' })
    expect(other.Instances![0]!.CapacityReservationId).toBeUndefined()
    expect(await describeOne(id!)).toMatchObject({ AvailableInstanceCount: 1 })
    const usage = await ec2().send(
      new GetCapacityReservationUsageCommand({ CapacityReservationId: id }),
    )
    expect(usage.InstanceUsages).toEqual([{ AccountId: '123456789012', UsedInstanceCount: 1 }])
    const byReservation = await ec2().send(
      new DescribeInstancesCommand({
        Filters: [{ Name: 'capacity-reservation-id', Values: [id!] }],
      }),
    )
    expect(byReservation.Reservations).toHaveLength(1)
    await ec2().send(new StopInstancesCommand({ InstanceIds: [Instances![0]!.InstanceId!] }))
    expect(await describeOne(id!)).toMatchObject({ AvailableInstanceCount: 2 })
    await ec2().send(new StartInstancesCommand({ InstanceIds: [Instances![0]!.InstanceId!] }))
    expect(await describeOne(id!)).toMatchObject({ AvailableInstanceCount: 1 })
    await ec2().send(new TerminateInstancesCommand({ InstanceIds: [Instances![0]!.InstanceId!] }))
    expect(await describeOne(id!)).toMatchObject({ AvailableInstanceCount: 2 })
  })

  test('a targeted one takes only what names it, and is there when nothing else is', async () => {
    const { CapacityReservationId: id } = await reserve({
      InstanceMatchCriteria: 'targeted',
      InstanceCount: 1,
    })
    await control('ec2/capacity', { instanceType: 'm5.large', available: false })
    expect(await refusal(run(m5))).toMatchObject({ code: 'InsufficientInstanceCapacity' })
    const target = {
      CapacityReservationSpecification: {
        CapacityReservationTarget: { CapacityReservationId: id },
      },
    }
    const { Instances } = await run({ ...m5, ...target })
    expect(Instances![0]).toMatchObject({ CapacityReservationId: id, ...target })
    expect(await refusal(run({ ...m5, ...target }))).toMatchObject({
      code: 'ReservationCapacityExceeded',
    })
  })

  test('it counts against the quota once', async () => {
    await control('quotas', { service: 'ec2', code: standard, value: 4 })
    await reserve({ InstanceCount: 2 })
    expect(await refusal(run())).toMatchObject({ code: 'VcpuLimitExceeded' })
    expect((await run({ ...m5, MaxCount: 3 })).Instances).toHaveLength(2)
    expect(await refusal(reserve())).toMatchObject({ code: 'VcpuLimitExceeded' })
  })

  test('it is changed, ends at its time or when it is cancelled; what runs in it runs on', async () => {
    const { CapacityReservationId: id } = await reserve()
    const { Instances } = await run(m5)
    const EndDate = new Date(Date.now() + 3_600_000)
    await ec2().send(
      new ModifyCapacityReservationCommand({
        CapacityReservationId: id,
        InstanceCount: 3,
        EndDate,
        EndDateType: 'limited',
      }),
    )
    expect(await describeOne(id!)).toMatchObject({ TotalInstanceCount: 3, EndDateType: 'limited' })
    await emulator().advance(3_700_000)
    expect(await describeOne(id!)).toMatchObject({ State: 'expired', AvailableInstanceCount: 0 })
    const { Reservations } = await ec2().send(
      new DescribeInstancesCommand({ InstanceIds: [Instances![0]!.InstanceId!] }),
    )
    expect(Reservations![0]!.Instances![0]).toMatchObject({ State: { Name: 'running' } })
    expect(Reservations![0]!.Instances![0]!.CapacityReservationId).toBeUndefined()
    const { CapacityReservationId: other } = await reserve()
    await ec2().send(new CancelCapacityReservationCommand({ CapacityReservationId: other }))
    expect(await describeOne(other!)).toMatchObject({ State: 'cancelled' })
    const absent = new CancelCapacityReservationCommand({
      CapacityReservationId: 'cr-0123456789abcdef0',
    })
    expect(await refusal(ec2().send(absent))).toMatchObject({
      code: 'InvalidCapacityReservationId.NotFound',
    })
  })
})
