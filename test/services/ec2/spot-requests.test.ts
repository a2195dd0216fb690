import {
  CancelSpotInstanceRequestsCommand,
  CreateLaunchTemplateCommand,
  CreateSpotDatafeedSubscriptionCommand,
  CreateTagsCommand,
  DeleteSpotDatafeedSubscriptionCommand,
  DescribeInstancesCommand,
  DescribeSpotDatafeedSubscriptionCommand,
  DescribeSpotInstanceRequestsCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  waitUntilSpotInstanceRequestFulfilled,
  type RunInstancesRequest,
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { minute, spotOf } from './spot-support.ts'
import { courseImage, refusal, useEc2 } from './support.ts'

const { emulator, ec2 } = useEc2()
const { ask, status, requestNow, instance, eventsAbout } = spotOf(ec2, emulator)

const run = async (
  options: NonNullable<RunInstancesRequest['InstanceMarketOptions']>['SpotOptions'] = {},
  more: Partial<RunInstancesRequest> = {},
) => {
  const { Instances } = await ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      InstanceMarketOptions: { MarketType: 'spot', SpotOptions: options },
      ...more,
    }),
  )
  return Instances!
}
const stop = (id: string) => ec2().send(new StopInstancesCommand({ InstanceIds: [id] }))
const start = (id: string) => ec2().send(new StartInstancesCommand({ InstanceIds: [id] }))
const terminate = (id: string) => ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
const cancel = (...ids: string[]) =>
  ec2().send(new CancelSpotInstanceRequestsCommand({ SpotInstanceRequestIds: ids }))

describe('RequestSpotInstances', () => {
  test('is answered as pending, and fulfilled a moment later with a spot instance', async () => {
    const [id] = await ask({
      SpotPrice: '0.01',
      TagSpecifications: [
        { ResourceType: 'spot-instances-request', Tags: [{ Key: 'team', Value: 'ml' }] },
      ],
    })
    const { state } = await waitUntilSpotInstanceRequestFulfilled(
      { client: ec2(), maxWaitTime: 20 },
      { SpotInstanceRequestIds: [id!] },
    )
    expect(state).toBe('SUCCESS')
    const request = await requestNow(id!)
    expect(request).toMatchObject({
      State: 'active',
      Status: { Code: 'fulfilled', Message: 'Your Spot request is fulfilled.' },
      Type: 'one-time',
      SpotPrice: '0.010000',
      InstanceInterruptionBehavior: 'terminate',
      ProductDescription: 'Linux/UNIX',
      Tags: [{ Key: 'team', Value: 'ml' }],
      LaunchSpecification: {
        ImageId: courseImage,
        InstanceType: 't3.micro',
        Monitoring: { Enabled: false },
        SecurityGroups: [{ GroupName: 'default' }],
      },
    })
    const found = await instance(request.InstanceId!)
    expect(found).toMatchObject({
      InstanceLifecycle: 'spot',
      SpotInstanceRequestId: id,
      State: { Name: 'running' },
      Placement: { AvailabilityZone: request.LaunchedAvailabilityZone },
    })
    const filtered = await ec2().send(
      new DescribeInstancesCommand({
        Filters: [{ Name: 'spot-instance-request-id', Values: [id!] }],
      }),
    )
    expect(filtered.Reservations).toHaveLength(1)
    expect((await eventsAbout(request.InstanceId!)).map(({ type }) => type)).toEqual([
      'EC2 Instance State-change Notification',
      'EC2 Spot Instance Request Fulfillment',
      'EC2 Instance State-change Notification',
    ])
  })

  test('is found by its filters and tags', async () => {
    const [one, two] = await ask({ InstanceCount: 2, SpotPrice: '0.009' })
    const Tags = [{ Key: 'purpose', Value: 'filters' }]
    await ec2().send(new CreateTagsCommand({ Resources: [one!], Tags }))
    const ids = async (Name: string, ...Values: string[]) => {
      const { SpotInstanceRequests: found } = await ec2().send(
        new DescribeSpotInstanceRequestsCommand({ Filters: [{ Name, Values }] }),
      )
      return found!.map((request) => request.SpotInstanceRequestId)
    }
    expect(await ids('tag:purpose', 'filters')).toEqual([one])
    expect(await ids('spot-price', '0.009000')).toEqual([one, two])
    expect(await ids('launch.instance-type', 't3.nano')).toEqual([])
    expect(await ids('status-code', 'fulfilled')).toEqual(expect.arrayContaining([one, two]))
    const { code } = await refusal(ids('colour', 'red'))
    expect(code).toBe('InvalidParameterValue')
  })

  test('waits while the price is too high, and is cancelled before it is fulfilled', async () => {
    const [id] = await ask({ SpotPrice: '0.0001' })
    const request = await requestNow(id!)
    expect(request.State).toBe('open')
    expect(request.Status!.Code).toBe('price-too-low')
    expect(request.Status!.Message).toMatch(
      /^Your Spot request price of 0\.0001 is lower than the minimum required Spot request fulfillment price of 0\.00\d+\.$/,
    )
    await cancel(id!)
    expect(await status(id!)).toBe('cancelled canceled-before-fulfillment')
  })

  test('begins and ends by its schedule', async () => {
    const soon = new Date(emulator().now() + 30 * minute)
    const later = new Date(emulator().now() + 60 * minute)
    const [first, hopeless] = [
      ...(await ask({ ValidFrom: soon, ValidUntil: later })),
      ...(await ask({ SpotPrice: '0.0001', ValidUntil: later })),
    ]
    expect(await status(first!)).toBe('open not-scheduled-yet')
    await emulator().advance(31 * minute)
    expect(await status(first!)).toBe('active fulfilled')
    await emulator().advance(30 * minute)
    expect(await status(hopeless!)).toBe('cancelled schedule-expired')
    // What runs goes on.
    expect(await status(first!)).toBe('active fulfilled')
  })

  test('of a launch group come together or not at all, and end together', async () => {
    const [cheap] = await ask({ LaunchGroup: 'pair', SpotPrice: '0.01' })
    expect(await status(cheap!)).toBe('active fulfilled')
    await cancel(cheap!)
    const [fine] = await ask({
      LaunchGroup: 'trio',
      SpotPrice: '0.01',
      ValidFrom: new Date(emulator().now() + minute),
    })
    const [poor] = await ask({ LaunchGroup: 'trio', SpotPrice: '0.0001' })
    await emulator().advance(2 * minute)
    expect(await status(fine!)).toBe('open launch-group-constraint')
    expect(await status(poor!)).toBe('open price-too-low')
    const [left, right] = await ask({ LaunchGroup: 'duo', InstanceCount: 2 })
    await terminate((await requestNow(left!)).InstanceId!)
    expect(await status(left!)).toBe('closed instance-terminated-by-user')
    expect(await status(right!)).toBe('closed instance-terminated-launch-group-constraint')
  })

  test('of a zone group come in one zone', async () => {
    const ids = await ask({ AvailabilityZoneGroup: 'near', InstanceCount: 3 })
    const more = await ask({ AvailabilityZoneGroup: 'near' }, { InstanceType: 'm5.large' })
    const zones = await Promise.all(
      [...ids, ...more].map(async (id) => (await requestNow(id)).LaunchedAvailabilityZone),
    )
    expect(new Set(zones).size).toBe(1)
  })

  test.each([
    [{ BlockDurationMinutes: 60 }, {}, 'InvalidParameterValue'],
    [{ SpotPrice: 'cheap' }, {}, 'InvalidParameterValue'],
    [{ InstanceCount: 0 }, {}, 'InvalidParameterValue'],
    [{ ValidUntil: new Date(0) }, {}, 'InvalidParameterValue'],
    [{ InstanceInterruptionBehavior: 'stop' as const }, {}, 'InvalidParameterCombination'],
    [{}, { ImageId: 'ami-0123456789abcdef0' }, 'InvalidAMIID.NotFound'],
    [{}, { KeyName: 'lost' }, 'InvalidKeyPair.NotFound'],
    [{}, { SecurityGroupIds: ['sg-0123456789abcdef0'] }, 'InvalidGroup.NotFound'],
  ])('refuses %j with %j', async (input, specification, code) => {
    expect((await refusal(ask(input, specification))).code).toBe(code)
  })

  test('knows no request of another region, nor one that never was', async () => {
    const [id] = await ask()
    const find = (region: string, one: string) =>
      ec2(region).send(new DescribeSpotInstanceRequestsCommand({ SpotInstanceRequestIds: [one] }))
    expect((await refusal(find('eu-west-1', id!))).code).toBe(
      'InvalidSpotInstanceRequestID.NotFound',
    )
    expect((await refusal(find('us-east-1', 'sir-nonsense'))).code).toBe(
      'InvalidSpotInstanceRequestID.Malformed',
    )
  })
})

describe('who ends a spot instance', () => {
  test('closes a one-time request, and opens a persistent one again', async () => {
    const [once] = await ask()
    const [always] = await ask({ Type: 'persistent' })
    const [first, second] = [await requestNow(once!), await requestNow(always!)]
    await terminate(first.InstanceId!)
    await terminate(second.InstanceId!)
    expect(await status(once!)).toBe('closed instance-terminated-by-user')
    const again = await requestNow(always!)
    expect(again.State).toBe('active')
    expect(again.InstanceId).not.toBe(second.InstanceId)
    await cancel(always!)
    expect(await status(always!)).toBe('cancelled request-canceled-and-instance-running')
    expect((await instance(again.InstanceId!)).State!.Name).toBe('running')
    await terminate(again.InstanceId!)
    expect(await status(always!)).toBe('cancelled instance-terminated-by-user')
  })

  test('may stop and start it where its request is persistent', async () => {
    const [once] = await ask()
    const { InstanceId: fleeting } = await requestNow(once!)
    const { code, message } = await refusal(stop(fleeting!))
    expect(code).toBe('UnsupportedOperation')
    expect(message).toContain('one-time Spot Instance request')
    const [always] = await ask({ Type: 'persistent', InstanceInterruptionBehavior: 'stop' })
    const { InstanceId: id } = await requestNow(always!)
    await stop(id!)
    expect(await status(always!)).toBe('disabled instance-stopped-by-user')
    await start(id!)
    expect(await status(always!)).toBe('active fulfilled')
    expect((await requestNow(always!)).InstanceId).toBe(id)
  })
})

describe('RunInstances on the spot market', () => {
  test('makes a request for each instance, with its tags', async () => {
    const found = await run(
      { MaxPrice: '0.02' },
      {
        MaxCount: 2,
        TagSpecifications: [
          { ResourceType: 'spot-instances-request', Tags: [{ Key: 'a', Value: 'b' }] },
          { ResourceType: 'instance', Tags: [{ Key: 'c', Value: 'd' }] },
        ],
      },
    )
    expect(found).toHaveLength(2)
    expect(new Set(found.map((one) => one.SpotInstanceRequestId)).size).toBe(2)
    for (const one of found) {
      expect(one.InstanceLifecycle).toBe('spot')
      const request = await requestNow(one.SpotInstanceRequestId!)
      expect(request).toMatchObject({
        State: 'active',
        InstanceId: one.InstanceId,
        SpotPrice: '0.020000',
        Tags: [{ Key: 'a', Value: 'b' }],
      })
    }
  })

  test('takes the market from a launch template', async () => {
    const { LaunchTemplate } = await ec2().send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: 'on-spot',
        LaunchTemplateData: {
          ImageId: courseImage,
          InstanceType: 't3.micro',
          InstanceMarketOptions: { MarketType: 'spot', SpotOptions: { MaxPrice: '0.015' } },
        },
      }),
    )
    const { Instances } = await ec2().send(
      new RunInstancesCommand({
        LaunchTemplate: { LaunchTemplateId: LaunchTemplate!.LaunchTemplateId! },
        MinCount: 1,
        MaxCount: 1,
      }),
    )
    const request = await requestNow(Instances![0]!.SpotInstanceRequestId!)
    expect(request.SpotPrice).toBe('0.015000')
  })

  test('refuses a price below the market’s, and persistence without a stop', async () => {
    const { code, message } = await refusal(run({ MaxPrice: '0.0001' }))
    expect(code).toBe('SpotMaxPriceTooLow')
    expect(message).toMatch(/^Your Spot request price of 0\.0001 is lower than the minimum/)
    const persistent = { SpotInstanceType: 'persistent' } as const
    expect((await refusal(run(persistent))).code).toBe('InvalidParameterCombination')
    const [kept] = await run({ ...persistent, InstanceInterruptionBehavior: 'stop' })
    expect(await status(kept!.SpotInstanceRequestId!)).toBe('active fulfilled')
  })
})

test('the datafeed subscription is one per account and region', async () => {
  const describeIt = () => ec2().send(new DescribeSpotDatafeedSubscriptionCommand({}))
  expect((await refusal(describeIt())).code).toBe('InvalidSpotDatafeed.NotFound')
  const feed = { Bucket: 'bills', Prefix: 'spot' }
  await ec2().send(new CreateSpotDatafeedSubscriptionCommand(feed))
  const { SpotDatafeedSubscription: found } = await describeIt()
  expect(found).toMatchObject({ ...feed, State: 'Active', OwnerId: '123456789012' })
  await ec2().send(new DeleteSpotDatafeedSubscriptionCommand({}))
  expect((await refusal(describeIt())).code).toBe('InvalidSpotDatafeed.NotFound')
})
