import {
  CreateFleetCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  DeleteFleetsCommand,
  DescribeFleetHistoryCommand,
  DescribeFleetInstancesCommand,
  DescribeFleetsCommand,
  DescribeInstancesCommand,
  ModifyFleetCommand,
  TerminateInstancesCommand,
  type CreateFleetRequest,
  type FleetLaunchTemplateOverridesRequest,
} from '@aws-sdk/client-ec2'
import { beforeAll, describe, expect, test } from 'vitest'
import { spotOf } from './spot-support.ts'
import { courseImage, refusal, useEc2 } from './support.ts'

const { emulator, ec2 } = useEc2()
const { eventsAbout, requestNow } = spotOf(ec2, emulator)

let template: string
beforeAll(async () => {
  const { LaunchTemplate } = await ec2().send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'fleet',
      LaunchTemplateData: {
        ImageId: courseImage,
        InstanceType: 't3.micro',
        TagSpecifications: [
          {
            ResourceType: 'instance',
            Tags: [
              { Key: 'Name', Value: 'template' },
              { Key: 'from', Value: 'template' },
            ],
          },
        ],
      },
    }),
  )
  template = LaunchTemplate!.LaunchTemplateId!
})

type Overrides = FleetLaunchTemplateOverridesRequest[]

const create = (
  target: CreateFleetRequest['TargetCapacitySpecification'],
  Overrides: Overrides = [],
  more: Partial<CreateFleetRequest> = {},
) =>
  ec2().send(
    new CreateFleetCommand({
      LaunchTemplateConfigs: [
        {
          LaunchTemplateSpecification: { LaunchTemplateId: template, Version: '1' },
          ...(Overrides.length > 0 ? { Overrides } : {}),
        },
      ],
      TargetCapacitySpecification: target,
      ...more,
    }),
  )
const spot = (TotalTargetCapacity: number) =>
  ({ TotalTargetCapacity, DefaultTargetCapacityType: 'spot' }) as const

const fleetNow = async (id: string) => {
  const { Fleets } = await ec2().send(new DescribeFleetsCommand({ FleetIds: [id] }))
  return Fleets![0]!
}
const instancesOf = async (FleetId: string) => {
  const { ActiveInstances } = await ec2().send(new DescribeFleetInstancesCommand({ FleetId }))
  return ActiveInstances!
}
/** How many instances of each type a fleet has. */
const typesOf = async (id: string) => {
  const counts: Record<string, number> = {}
  for (const { InstanceType } of await instancesOf(id)) {
    counts[InstanceType!] = (counts[InstanceType!] ?? 0) + 1
  }
  return counts
}
const remove = (id: string, TerminateInstances = true) =>
  ec2().send(new DeleteFleetsCommand({ FleetIds: [id], TerminateInstances }))

describe('an instant fleet', () => {
  test('launches at once, on demand and on the spot market, and says what', async () => {
    const made = await create(
      { TotalTargetCapacity: 3, OnDemandTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
      [{ InstanceType: 't3.micro' }, { InstanceType: 't3.nano' }],
      {
        Type: 'instant',
        TagSpecifications: [
          { ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'fleet' }] },
          { ResourceType: 'fleet', Tags: [{ Key: 'team', Value: 'ml' }] },
        ],
      },
    )
    expect(made.Errors).toEqual([])
    expect(made.FleetId).toMatch(/^fleet-[0-9a-f-]{36}$/)
    const count = (kind: string) =>
      made
        .Instances!.filter(({ Lifecycle }) => Lifecycle === kind)
        .flatMap(({ InstanceIds }) => InstanceIds!).length
    expect([count('on-demand'), count('spot')]).toEqual([1, 2])
    for (const one of made.Instances!) {
      expect(one.InstanceType).toBe('t3.nano')
      expect(one.LaunchTemplateAndOverrides).toMatchObject({
        LaunchTemplateSpecification: { LaunchTemplateId: template, Version: '1' },
        Overrides: { InstanceType: 't3.nano' },
      })
    }
    const { Reservations } = await ec2().send(
      new DescribeInstancesCommand({
        Filters: [{ Name: 'tag:aws:ec2:fleet-id', Values: [made.FleetId!] }],
      }),
    )
    const found = Reservations!.flatMap(({ Instances }) => Instances!)
    expect(found).toHaveLength(3)
    expect(found[0]!.Tags).toEqual(
      expect.arrayContaining([
        { Key: 'Name', Value: 'fleet' },
        { Key: 'from', Value: 'template' },
        { Key: 'aws:ec2launchtemplate:version', Value: '1' },
      ]),
    )
    expect(await fleetNow(made.FleetId!)).toMatchObject({
      Type: 'instant',
      FulfilledCapacity: 3,
      FulfilledOnDemandCapacity: 1,
      Tags: [{ Key: 'team', Value: 'ml' }],
      Instances: made.Instances,
    })
    const { Fleets } = await ec2().send(new DescribeFleetsCommand({}))
    expect(Fleets!.map(({ FleetId }) => FleetId)).not.toContain(made.FleetId)
    expect((await refusal(remove(made.FleetId!, false))).code).toBe('InvalidParameterValue')
  })

  test('says for each pool why it could not launch', async () => {
    const made = await create(
      spot(2),
      [
        { InstanceType: 't3.micro', MaxPrice: '0.0001' },
        { InstanceType: 'm5.large', SubnetId: 'subnet-0123456789abcdef0' },
      ],
      { Type: 'instant' },
    )
    expect(made.Instances).toEqual([])
    expect(made.Errors!.map(({ ErrorCode }) => ErrorCode)).toEqual([
      'SpotMaxPriceTooLow',
      'InvalidSubnetID.NotFound',
    ])
    expect(made.Errors![0]).toMatchObject({
      Lifecycle: 'spot',
      LaunchTemplateAndOverrides: { Overrides: { InstanceType: 't3.micro' } },
    })
  })
})

test('an instant fleet that cannot reach its least capacity launches nothing', async () => {
  const pools: Overrides = [{ InstanceType: 't3.micro', MaxPrice: '0.0001' }]
  const made = await create(
    { TotalTargetCapacity: 2, OnDemandTargetCapacity: 1, DefaultTargetCapacityType: 'spot' },
    pools,
    { Type: 'instant', SpotOptions: { MinTargetCapacity: 1, SingleInstanceType: true } },
  )
  expect(made.Instances).toEqual([])
  expect(made.Errors![0]!.ErrorCode).toBe('SpotMaxPriceTooLow')
  expect(await instancesOf(made.FleetId!)).toEqual([])
})

describe('the strategies', () => {
  const three: Overrides = [
    { InstanceType: 'm5.xlarge', Priority: 1 },
    { InstanceType: 't3.small', Priority: 2 },
    { InstanceType: 'c5.large', Priority: 3 },
  ]
  const types = async (SpotOptions: CreateFleetRequest['SpotOptions'], total = 3) => {
    const { FleetId } = await create(spot(total), three, { SpotOptions })
    const found = await typesOf(FleetId!)
    await remove(FleetId!)
    return found
  }

  test('lowest-price takes the cheapest, or as many as are to be used', async () => {
    expect(await types({ AllocationStrategy: 'lowest-price' })).toEqual({ 't3.small': 3 })
    expect(
      await types({ AllocationStrategy: 'lowest-price', InstancePoolsToUseCount: 2 }, 4),
    ).toEqual({ 't3.small': 2, 'c5.large': 2 })
  })

  test('diversified spreads over all, prioritized capacity begins with the first', async () => {
    expect(await types({ AllocationStrategy: 'diversified' }, 6)).toEqual({
      'm5.xlarge': 2,
      't3.small': 2,
      'c5.large': 2,
    })
    expect(await types({ AllocationStrategy: 'capacity-optimized-prioritized' })).toEqual({
      'm5.xlarge': 3,
    })
    expect(Object.values(await types({ AllocationStrategy: 'price-capacity-optimized' }))).toEqual([
      3,
    ])
  })

  test('weights count towards the target, and the price is that of a unit', async () => {
    const { FleetId } = await create(spot(10), [
      { InstanceType: 'm5.large', WeightedCapacity: 1 },
      { InstanceType: 't3.xlarge', WeightedCapacity: 4 },
    ])
    expect(await typesOf(FleetId!)).toEqual({ 't3.xlarge': 3 })
    expect((await fleetNow(FleetId!)).FulfilledCapacity).toBe(12)
    await remove(FleetId!)
  })

  test('requirements stand for every type that meets them', async () => {
    const { FleetId } = await create(spot(1), [
      {
        InstanceRequirements: {
          VCpuCount: { Min: 2, Max: 8 },
          MemoryMiB: { Min: 8192 },
          AcceleratorCount: { Min: 1 },
          AcceleratorManufacturers: ['nvidia'],
          CpuManufacturers: ['intel', 'amd'],
        },
      },
    ])
    const [type] = Object.keys(await typesOf(FleetId!))
    expect(type).toMatch(/^g/)
    await remove(FleetId!)
  })
})

describe('a fleet that maintains its target', () => {
  test('replaces what ends, grows, shrinks, and is deleted with its instances', async () => {
    const { FleetId } = await create(spot(2), [], { Type: 'maintain' })
    const id = FleetId!
    const [one, two] = await instancesOf(id)
    expect(await fleetNow(id)).toMatchObject({
      FleetState: 'active',
      ActivityStatus: 'fulfilled',
      ExcessCapacityTerminationPolicy: 'termination',
      SpotOptions: { AllocationStrategy: 'lowestPrice', InstanceInterruptionBehavior: 'terminate' },
    })
    expect((await requestNow(one!.SpotInstanceRequestId!)).State).toBe('active')
    await ec2().send(new TerminateInstancesCommand({ InstanceIds: [one!.InstanceId!] }))
    const after = (await instancesOf(id)).map(({ InstanceId }) => InstanceId)
    expect(after).toHaveLength(2)
    expect(after).toContain(two!.InstanceId)
    expect(after).not.toContain(one!.InstanceId)

    const modify = (total: number, more = {}) =>
      ec2().send(
        new ModifyFleetCommand({
          FleetId: id,
          TargetCapacitySpecification: spot(total),
          ...more,
        }),
      )
    await modify(4)
    expect(await instancesOf(id)).toHaveLength(4)
    await modify(1, { ExcessCapacityTerminationPolicy: 'no-termination' })
    expect(await instancesOf(id)).toHaveLength(4)
    await modify(1, { ExcessCapacityTerminationPolicy: 'termination' })
    expect(await instancesOf(id)).toHaveLength(1)

    const { SuccessfulFleetDeletions } = await remove(id)
    expect(SuccessfulFleetDeletions).toEqual([
      {
        FleetId: id,
        PreviousFleetState: 'active',
        CurrentFleetState: 'deleted_terminating',
      },
    ])
    expect(await instancesOf(id)).toEqual([])
    await emulator().advance(10_000)
    expect((await fleetNow(id)).FleetState).toBe('deleted')

    const { HistoryRecords } = await ec2().send(
      new DescribeFleetHistoryCommand({ FleetId: id, StartTime: new Date(0) }),
    )
    const subtypes = HistoryRecords!.map(({ EventInformation }) => EventInformation!.EventSubType)
    expect(subtypes.slice(0, 4)).toEqual(['submitted', 'active', 'launched', 'launched'])
    expect(subtypes).toEqual(expect.arrayContaining(['modify_successful', 'terminated', 'deleted']))
    const events = await eventsAbout(id)
    expect(events[0]).toMatchObject({
      type: 'EC2 Fleet State Change',
      detail: { 'sub-type': 'submitted' },
    })
  })

  test('deleted without its instances lets them run', async () => {
    const { FleetId } = await create(spot(1))
    const [one] = await instancesOf(FleetId!)
    await remove(FleetId!, false)
    expect((await fleetNow(FleetId!)).FleetState).toBe('deleted_running')
    expect(await instancesOf(FleetId!)).toHaveLength(1)
    await ec2().send(new TerminateInstancesCommand({ InstanceIds: [one!.InstanceId!] }))
    await emulator().advance(10_000)
    expect((await fleetNow(FleetId!)).FleetState).toBe('deleted')
  })

  test('ends at its time, with its instances where that was asked for', async () => {
    const { FleetId } = await create(spot(1), [], {
      ValidUntil: new Date(emulator().now() + 60_000),
      TerminateInstancesWithExpiration: true,
    })
    expect(await instancesOf(FleetId!)).toHaveLength(1)
    await emulator().advance(70_000)
    expect(await fleetNow(FleetId!)).toMatchObject({ FleetState: 'deleted', FulfilledCapacity: 0 })
  })
})

test('a fleet of type request does not replace what ends', async () => {
  const { FleetId } = await create(spot(1), [], { Type: 'request' })
  const [one] = await instancesOf(FleetId!)
  await ec2().send(new TerminateInstancesCommand({ InstanceIds: [one!.InstanceId!] }))
  expect(await instancesOf(FleetId!)).toEqual([])
  const modify = new ModifyFleetCommand({
    FleetId: FleetId!,
    TargetCapacitySpecification: spot(2),
  })
  expect((await refusal(ec2().send(modify))).code).toBe('InvalidParameterValue')
})

test('the version that a template stands for is the one that is told', async () => {
  await ec2().send(
    new CreateLaunchTemplateVersionCommand({
      LaunchTemplateId: template,
      LaunchTemplateData: { ImageId: courseImage, InstanceType: 't3.medium' },
    }),
  )
  const made = await ec2().send(
    new CreateFleetCommand({
      Type: 'instant',
      LaunchTemplateConfigs: [
        { LaunchTemplateSpecification: { LaunchTemplateId: template, Version: '$Latest' } },
      ],
      TargetCapacitySpecification: spot(1),
    }),
  )
  expect(made.Instances![0]).toMatchObject({
    InstanceType: 't3.medium',
    LaunchTemplateAndOverrides: { LaunchTemplateSpecification: { Version: '2' } },
  })
})

test('fleets that are not there, and templates, are refused', async () => {
  const lost = 'fleet-01234567-89ab-cdef-0123-456789abcdef'
  const { UnsuccessfulFleetDeletions: failed } = await ec2().send(
    new DeleteFleetsCommand({ FleetIds: [lost, 'fleet-x'], TerminateInstances: true }),
  )
  expect(failed!.map(({ Error: error }) => error!.Code)).toEqual([
    'fleetIdDoesNotExist',
    'fleetIdMalformed',
  ])
  expect((await refusal(fleetNow(lost))).code).toBe('InvalidFleetId.NotFound')
  const { code } = await refusal(
    ec2().send(
      new CreateFleetCommand({
        LaunchTemplateConfigs: [
          { LaunchTemplateSpecification: { LaunchTemplateName: 'lost', Version: '1' } },
        ],
        TargetCapacitySpecification: spot(1),
      }),
    ),
  )
  expect(code).toBe('InvalidLaunchTemplateName.NotFoundException')
})
