import {
  DescribeSpotPriceHistoryCommand,
  RunInstancesCommand,
  StartInstancesCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { nextPrice } from '../../../emulator/prices/spot.ts'
import { zonesOf } from '../../../emulator/services/ec2/facts/regions.ts'
import { ask as get, askEndpoint, session } from '../../imds/support.ts'
import { minute, spotOf } from './spot-support.ts'
import { courseImage, refusal, useEc2 } from './support.ts'

const { emulator, ec2 } = useEc2()
const { ask, status, requestNow, instance, interrupt, eventsAbout } = spotOf(ec2, emulator)

/** A file of an instance's metadata, or the status that it is refused with. */
async function metadata(id: string, path: string): Promise<string | number> {
  const { body } = await askEndpoint(emulator(), id)
  const found = await get(body.url, `/latest/meta-data/${path}`, await session(body.url))
  return found.status === 200 ? found.text : found.status
}

const iso = (time: number) => new Date(time).toISOString().replace(/\.\d+/, '')

describe('pocketcloud spot interrupt', () => {
  test('recommends, gives notice, and terminates exactly two virtual minutes later', async () => {
    const [id] = await ask()
    const { InstanceId } = await requestNow(id!)
    expect(await metadata(InstanceId!, 'spot/instance-action')).toBe(404)
    const { status: answered, body } = await interrupt(InstanceId!)
    expect(answered).toBe(200)
    expect(await status(id!)).toBe('active marked-for-termination')
    expect(JSON.parse(String(await metadata(InstanceId!, 'spot/instance-action')))).toEqual({
      action: 'terminate',
      time: iso(Date.parse(body.at)),
    })
    expect(await metadata(InstanceId!, 'spot/termination-time')).toBe(iso(Date.parse(body.at)))
    expect(await metadata(InstanceId!, 'events/recommendations/rebalance')).toContain('noticeTime')
    await emulator().advance(Date.parse(body.at) - emulator().now() - 1000)
    expect((await instance(InstanceId!)).State!.Name).toBe('running')
    await emulator().advance(1000)
    const ended = await instance(InstanceId!)
    expect(ended).toMatchObject({
      State: { Name: 'terminated' },
      StateReason: { Code: 'Server.SpotInstanceTermination' },
      StateTransitionReason: `Service initiated (${body.at.slice(0, 19).replace('T', ' ')} GMT)`,
    })
    expect(await status(id!)).toBe('closed instance-terminated-no-capacity')
    const events = await eventsAbout(InstanceId!)
    expect(
      events.map(({ type, detail }) => [type, detail['state'] ?? detail['instance-action']]),
    ).toEqual([
      ['EC2 Instance State-change Notification', 'pending'],
      ['EC2 Spot Instance Request Fulfillment', undefined],
      ['EC2 Instance State-change Notification', 'running'],
      ['EC2 Instance Rebalance Recommendation', undefined],
      ['EC2 Spot Instance Interruption Warning', 'terminate'],
      ['EC2 Instance State-change Notification', 'shutting-down'],
      ['EC2 Instance State-change Notification', 'terminated'],
    ])
    const [warning, ending] = [events[4]!, events[5]!]
    expect(Date.parse(ending.time) - Date.parse(warning.time)).toBe(2 * minute)
  })

  test('with more time recommends at once and gives notice two minutes before', async () => {
    const [id] = await ask()
    const { InstanceId } = await requestNow(id!)
    await interrupt(InstanceId!, { in: '10m' })
    expect(await status(id!)).toBe('active fulfilled')
    expect(await metadata(InstanceId!, 'events/recommendations/rebalance')).toContain('noticeTime')
    expect(await metadata(InstanceId!, 'spot/instance-action')).toBe(404)
    await emulator().advance(8.5 * minute)
    expect(await status(id!)).toBe('active marked-for-termination')
    expect(await metadata(InstanceId!, 'spot/instance-action')).toContain('terminate')
  })

  test('stops an instance, which EC2 alone starts again', async () => {
    const [id] = await ask({ Type: 'persistent', InstanceInterruptionBehavior: 'stop' })
    const { InstanceId } = await requestNow(id!)
    await interrupt(InstanceId!)
    expect(await status(id!)).toBe('active marked-for-stop')
    await emulator().advance(2 * minute)
    expect(await status(id!)).toBe('disabled instance-stopped-no-capacity')
    expect(await instance(InstanceId!)).toMatchObject({
      State: { Name: 'stopped' },
      StateReason: { Code: 'Server.SpotInstanceShutdown' },
    })
    const start = ec2().send(new StartInstancesCommand({ InstanceIds: [InstanceId!] }))
    expect((await refusal(start)).code).toBe('IncorrectSpotRequestState')
    await emulator().advance(6 * minute)
    expect(await status(id!)).toBe('active fulfilled')
    expect((await instance(InstanceId!)).State!.Name).toBe('running')
    // It can be interrupted again, by another action than the request's.
    await interrupt(InstanceId!, { action: 'terminate' })
    await emulator().advance(2 * minute)
    expect((await instance(InstanceId!)).State!.Name).toBe('terminated')
    const again = await requestNow(id!)
    expect(again.State).toBe('active')
    expect(again.InstanceId).not.toBe(InstanceId)
  })

  test('is refused for what EC2 could not take back', async () => {
    const { Instances } = await ec2().send(
      new RunInstancesCommand({
        ImageId: courseImage,
        InstanceType: 't3.micro',
        MinCount: 1,
        MaxCount: 1,
      }),
    )
    const codeOf = async (id: string, more = {}) => (await interrupt(id, more)).body.error?.code
    expect(await codeOf(Instances![0]!.InstanceId!)).toBe('NoSpotInstance')
    expect(await codeOf('i-0123456789abcdef0')).toBe('NoSuchInstance')
    const [id] = await ask()
    const { InstanceId } = await requestNow(id!)
    expect(await codeOf(InstanceId!, { action: 'explode' })).toBe('InvalidParameter')
    expect(await codeOf(InstanceId!, { in: 'soon' })).toBe('InvalidDuration')
    expect(await codeOf(InstanceId!)).toBeUndefined()
    expect(await codeOf(InstanceId!)).toBe('InterruptionUnderWay')
  })
})

describe('a price that rises above the request’s', () => {
  const type = 'c5.xlarge'
  const zone = zonesOf('us-east-1').find(({ name }) => name === 'us-east-1c')!
  const pool = { type, zoneId: zone.id, region: 'us-east-1', product: 'Linux/UNIX' as const }

  test('interrupts the instance, and a persistent request comes back when it has fallen', async () => {
    const { SpotPriceHistory: found } = await ec2().send(
      new DescribeSpotPriceHistoryCommand({
        InstanceTypes: [type],
        ProductDescriptions: ['Linux/UNIX'],
        AvailabilityZone: zone.name,
        StartTime: new Date(emulator().now()),
      }),
    )
    const SpotPrice = found![0]!.SpotPrice!
    const most = Number(SpotPrice)
    const specification = {
      InstanceType: type,
      Placement: { AvailabilityZone: zone.name },
    } as const
    const [once] = await ask({ SpotPrice }, specification)
    const [always] = await ask({ SpotPrice, Type: 'persistent' }, specification)
    const first = await requestNow(always!)
    expect([await status(once!), first.State]).toEqual(['active fulfilled', 'active'])
    const year = 365 * 24 * 60 * minute
    const rises = nextPrice(
      pool,
      emulator().now(),
      emulator().now() + year,
      (price) => price > most,
    )!
    await emulator().advance(rises - emulator().now() + 1000)
    expect(await status(once!)).toBe('active marked-for-termination')
    await emulator().advance(2 * minute)
    expect(await status(once!)).toBe('closed instance-terminated-by-price')
    expect(await status(always!)).toBe('open price-too-low')
    const falls = nextPrice(
      pool,
      emulator().now(),
      emulator().now() + year,
      (price) => price <= most,
    )!
    await emulator().advance(falls - emulator().now() + 1000)
    const second = await requestNow(always!)
    expect(second.State).toBe('active')
    expect(second.InstanceId).not.toBe(first.InstanceId)
  })
})
