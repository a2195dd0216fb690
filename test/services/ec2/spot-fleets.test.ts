import {
  CancelSpotFleetRequestsCommand,
  CreateTagsCommand,
  DescribeInstancesCommand,
  DescribeSpotFleetInstancesCommand,
  DescribeSpotFleetRequestHistoryCommand,
  DescribeSpotFleetRequestsCommand,
  ModifySpotFleetRequestCommand,
  RequestSpotFleetCommand,
  type SpotFleetRequestConfigData,
} from '@aws-sdk/client-ec2'
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam'
import { beforeAll, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { emulator, ec2 } = useEc2()

const roles: Record<string, string> = {}
beforeAll(async () => {
  const iam = emulator().client(IAMClient)
  for (const service of ['spotfleet', 'ec2']) {
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: service,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: {
            Effect: 'Allow',
            Principal: { Service: `${service}.amazonaws.com` },
            Action: 'sts:AssumeRole',
          },
        }),
      }),
    )
    roles[service] = Role!.Arn!
  }
})

const request = async (config: Partial<SpotFleetRequestConfigData> = {}) => {
  const { SpotFleetRequestId } = await ec2().send(
    new RequestSpotFleetCommand({
      SpotFleetRequestConfig: {
        IamFleetRole: roles['spotfleet']!,
        TargetCapacity: 6,
        AllocationStrategy: 'lowestPrice',
        LaunchSpecifications: [
          { ImageId: courseImage, InstanceType: 't2.small', WeightedCapacity: 2 },
          { ImageId: courseImage, InstanceType: 't2.large', WeightedCapacity: 4, SpotPrice: '10' },
        ],
        ...config,
      },
    }),
  )
  return SpotFleetRequestId!
}
const active = async (SpotFleetRequestId: string) => {
  const { ActiveInstances } = await ec2().send(
    new DescribeSpotFleetInstancesCommand({ SpotFleetRequestId }),
  )
  return ActiveInstances!
}
const now = async (id: string) => {
  const { SpotFleetRequestConfigs } = await ec2().send(
    new DescribeSpotFleetRequestsCommand({ SpotFleetRequestIds: [id] }),
  )
  return SpotFleetRequestConfigs![0]!
}
const modify = (SpotFleetRequestId: string, TargetCapacity: number, more = {}) =>
  ec2().send(new ModifySpotFleetRequestCommand({ SpotFleetRequestId, TargetCapacity, ...more }))

test('a spot fleet launches the cheapest units, and says so', async () => {
  const id = await request({
    TagSpecifications: [{ ResourceType: 'spot-fleet-request', Tags: [{ Key: 'a', Value: 'b' }] }],
  })
  expect(id).toMatch(/^sfr-[0-9a-f-]{36}$/)
  expect(await now(id)).toMatchObject({
    SpotFleetRequestState: 'active',
    ActivityStatus: 'fulfilled',
    Tags: [{ Key: 'a', Value: 'b' }],
    SpotFleetRequestConfig: {
      TargetCapacity: 6,
      FulfilledCapacity: 6,
      Type: 'maintain',
      IamFleetRole: roles['spotfleet'],
    },
  })
  const found = await active(id)
  expect(found.map(({ InstanceType }) => InstanceType)).toEqual(Array(3).fill('t2.small'))
  const { Reservations } = await ec2().send(
    new DescribeInstancesCommand({
      Filters: [{ Name: 'tag:aws:ec2spot:fleet-request-id', Values: [id] }],
    }),
  )
  expect(Reservations!.flatMap(({ Instances }) => Instances!)).toHaveLength(3)
  await ec2().send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'c', Value: 'd' }] }))
  expect((await now(id)).Tags).toHaveLength(2)
  const { HistoryRecords } = await ec2().send(
    new DescribeSpotFleetRequestHistoryCommand({
      SpotFleetRequestId: id,
      StartTime: new Date(0),
      EventType: 'instanceChange',
    }),
  )
  expect(HistoryRecords).toHaveLength(3)
})

test('a spot fleet is modified to other targets, and cancelled', async () => {
  const id = await request({ AllocationStrategy: 'diversified' })
  expect((await active(id)).map(({ InstanceType }) => String(InstanceType)).toSorted()).toEqual([
    't2.large',
    't2.small',
  ])
  await modify(id, 19)
  expect(await active(id)).toHaveLength(7)
  expect((await now(id)).SpotFleetRequestConfig!.FulfilledCapacity).toBe(20)
  await modify(id, 2, { ExcessCapacityTerminationPolicy: 'noTermination' })
  expect(await active(id)).toHaveLength(7)
  const cancel = (TerminateInstances: boolean) =>
    ec2().send(
      new CancelSpotFleetRequestsCommand({ SpotFleetRequestIds: [id], TerminateInstances }),
    )
  const { SuccessfulFleetRequests: running } = await cancel(false)
  expect(running![0]).toMatchObject({
    PreviousSpotFleetRequestState: 'active',
    CurrentSpotFleetRequestState: 'cancelled_running',
  })
  expect(await active(id)).toHaveLength(7)
  const { SuccessfulFleetRequests: ended } = await cancel(true)
  expect(ended![0]!.CurrentSpotFleetRequestState).toBe('cancelled_terminating')
  expect(await active(id)).toEqual([])
  await emulator().advance(10_000)
  expect((await now(id)).SpotFleetRequestState).toBe('cancelled')
})

test('part of a spot fleet may be on demand', async () => {
  const id = await request({ TargetCapacity: 6, OnDemandTargetCapacity: 2 })
  const found = await active(id)
  expect(found.filter(({ SpotInstanceRequestId }) => SpotInstanceRequestId)).toHaveLength(2)
  expect((await now(id)).SpotFleetRequestConfig).toMatchObject({
    FulfilledCapacity: 6,
    OnDemandFulfilledCapacity: 2,
  })
})

test('a spot fleet that pays too little waits, and its history says why', async () => {
  const [specification] = [{ ImageId: courseImage, InstanceType: 't3.micro' as const }]
  const id = await request({ SpotPrice: '0.0001', LaunchSpecifications: [specification] })
  expect((await now(id)).ActivityStatus).toBe('error')
  const { HistoryRecords } = await ec2().send(
    new DescribeSpotFleetRequestHistoryCommand({
      SpotFleetRequestId: id,
      StartTime: new Date(0),
      EventType: 'error',
    }),
  )
  expect(HistoryRecords![0]!.EventInformation!.EventDescription).toContain('SpotMaxPriceTooLow')
})

test.each([
  [{ IamFleetRole: 'arn:aws:iam::123456789012:role/lost' }, 'InvalidSpotFleetRequestConfig'],
  [{ LaunchSpecifications: [] }, 'InvalidSpotFleetRequestConfig'],
  [{ TargetCapacity: 1, OnDemandTargetCapacity: 2 }, 'InvalidSpotFleetRequestConfig'],
  [{ TagSpecifications: [{ ResourceType: 'vpc' as const }] }, 'InvalidParameterValue'],
])('RequestSpotFleet refuses %j', async (config, code) => {
  expect((await refusal(request(config))).code).toBe(code)
})

test('RequestSpotFleet refuses a role that trusts somebody else', async () => {
  const { code, message } = await refusal(request({ IamFleetRole: roles['ec2']! }))
  expect([code, message]).toEqual([
    'InvalidSpotFleetRequestConfig',
    'Parameter: SpotFleetRequestConfig.IamFleetRole is invalid.',
  ])
})
