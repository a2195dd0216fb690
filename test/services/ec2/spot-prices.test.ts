import {
  DescribeSpotPriceHistoryCommand,
  GetSpotPlacementScoresCommand,
  RequestSpotInstancesCommand,
  DescribeSpotInstanceRequestsCommand,
  type DescribeSpotPriceHistoryCommandInput,
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { onDemandHourly, products } from '../../../emulator/prices/on-demand.ts'
import { nextPrice, priceChanges, spotPriceAt } from '../../../emulator/prices/spot.ts'
import { courseImage, useEc2 } from './support.ts'

const { emulator, ec2 } = useEc2()
const hour = 3_600_000
const year = 365 * 24 * hour

const history = (input: DescribeSpotPriceHistoryCommandInput) =>
  ec2().send(new DescribeSpotPriceHistoryCommand(input))

describe('the spot price', () => {
  const from = Date.UTC(2026, 0, 1)
  const pools = ['t2.micro', 'm5.large', 'p3.2xlarge', 'g4dn.xlarge'].flatMap((type) =>
    ['use1-az1', 'use1-az4', 'use1-az6'].map((zoneId) => ({
      type,
      zoneId,
      region: 'us-east-1',
      product: 'Linux/UNIX' as const,
    })),
  )

  test('is 70% below the on-demand price on average, and above it now and then', () => {
    const ratios = pools.flatMap((pool) =>
      Array.from({ length: year / hour }, (_, at) => {
        const usual = onDemandHourly(pool.type, pool.region)!
        return spotPriceAt(pool, from + at * hour)! / usual
      }),
    )
    const mean = ratios.reduce((sum, one) => sum + one, 0) / ratios.length
    expect(mean).toBeGreaterThan(0.26)
    expect(mean).toBeLessThan(0.34)
    const dear = ratios.filter((ratio) => ratio > 1).length / ratios.length
    expect(dear).toBeGreaterThan(0.0001)
    expect(dear).toBeLessThan(0.01)
  })

  test('is the last change before the moment, whatever window is asked for', () => {
    for (const pool of pools) {
      const changes = priceChanges(pool, from, from + 30 * 24 * hour, true)
      expect(changes.length).toBeGreaterThan(90)
      for (const [index, { at, price }] of changes.entries()) {
        expect(spotPriceAt(pool, at)).toBe(price)
        const next = changes[index + 1]
        if (next) expect(spotPriceAt(pool, next.at - 1)).toBe(price)
      }
    }
  })

  test('rises above a price when nextPrice says so, and not before', () => {
    const pool = pools[0]!
    const usual = onDemandHourly(pool.type, pool.region)!
    const at = nextPrice(pool, from, from + year, (price) => price > usual)!
    expect(spotPriceAt(pool, at)).toBeGreaterThan(usual)
    const before = priceChanges(pool, from, at - 1, true).map(({ price }) => price)
    expect(Math.max(...before)).toBeLessThanOrEqual(usual)
  })

  test('contains the licence of what runs on the machine', () => {
    const [linux, redHat, , windows] = products.map((product) =>
      spotPriceAt({ ...pools[3]!, product }, from)!,
    )
    expect(redHat).toBeGreaterThan(linux!)
    expect(windows).toBeGreaterThan(redHat!)
    expect(onDemandHourly('p3.2xlarge', 'us-east-1')).toBe(3.06)
    expect(onDemandHourly('t2.micro', 'eu-west-1')).toBeGreaterThan(0.0116)
    expect(onDemandHourly('t4g.micro', 'us-east-1', 'Windows')).toBeUndefined()
  })
})

describe('DescribeSpotPriceHistory', () => {
  test('from now on tells the price that holds, as the course asks for it', async () => {
    const { SpotPriceHistory: found } = await history({
      InstanceTypes: ['t2.micro'],
      ProductDescriptions: ['Linux/UNIX'],
      AvailabilityZone: 'us-east-1a',
      StartTime: new Date(emulator().now()),
    })
    expect(found).toHaveLength(1)
    expect(found![0]).toMatchObject({
      AvailabilityZone: 'us-east-1a',
      InstanceType: 't2.micro',
      ProductDescription: 'Linux/UNIX',
    })
    expect(found![0]!.SpotPrice).toMatch(/^0\.00\d{4}$/)
    expect(found![0]!.Timestamp!.getTime()).toBeLessThanOrEqual(emulator().now())
  })

  test('lists the changes of a window, the newest first, and the price before it', async () => {
    const now = Math.floor(emulator().now() / 1000) * 1000
    const StartTime = new Date(now - 72 * hour)
    const { SpotPriceHistory: found = [] } = await history({
      InstanceTypes: ['m5.large'],
      Filters: [
        { Name: 'availability-zone', Values: ['us-east-1?'] },
        { Name: 'product-description', Values: ['Linux/UNIX (Amazon VPC)'] },
      ],
      StartTime,
      EndTime: new Date(now),
    })
    const times = found.map(({ Timestamp }) => Timestamp!.getTime())
    expect(times).toEqual(times.toSorted((a, b) => b - a))
    const zones = new Set(found.map(({ AvailabilityZone }) => AvailabilityZone!))
    expect(zones.size).toBe(5)
    // One of each zone is older than the window: it holds when the window begins.
    expect(times.filter((time) => time < StartTime.getTime())).toHaveLength(zones.size)
  })

  test('gives the same in pages as at once', async () => {
    const query = {
      InstanceTypes: ['t3.micro', 't3.small'] as ('t3.micro' | 't3.small')[],
      ProductDescriptions: ['Linux/UNIX', 'Windows'],
      StartTime: new Date(emulator().now() - 48 * hour),
      EndTime: new Date(emulator().now()),
    }
    const whole = await history(query)
    expect(whole.NextToken ?? '').toBe('')
    const paged = []
    let token: string | undefined
    do {
      const page = await history({
        ...query,
        MaxResults: 7,
        ...(token ? { NextToken: token } : {}),
      })
      expect(page.SpotPriceHistory!.length).toBeLessThanOrEqual(7)
      paged.push(...page.SpotPriceHistory!)
      token = page.NextToken || undefined
    } while (token)
    expect(paged).toEqual(whole.SpotPriceHistory)
    await expect(history({ ...query, NextToken: 'bm8' })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
    })
  })

  test('without any filter answers a page of everything', async () => {
    const { SpotPriceHistory: found = [], NextToken } = await history({})
    expect(found).toHaveLength(1000)
    expect(NextToken).toBeTruthy()
  })

  test('refuses zones, types and filters that there are not', async () => {
    for (const input of [
      { AvailabilityZone: 'us-east-1z' },
      { InstanceTypes: ['t9.tiny' as 't2.micro'] },
      { Filters: [{ Name: 'colour', Values: ['red'] }] },
    ]) {
      await expect(history(input)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    }
  })

  test('agrees with what a request is told', async () => {
    const { SpotPriceHistory: found } = await history({
      InstanceTypes: ['c5.large'],
      ProductDescriptions: ['Linux/UNIX'],
      AvailabilityZone: 'us-east-1b',
      StartTime: new Date(emulator().now()),
    })
    const price = Number(found![0]!.SpotPrice)
    const ask = async (SpotPrice: number) => {
      const { SpotInstanceRequests: made } = await ec2().send(
        new RequestSpotInstancesCommand({
          SpotPrice: SpotPrice.toFixed(4),
          LaunchSpecification: {
            ImageId: courseImage,
            InstanceType: 'c5.large',
            Placement: { AvailabilityZone: 'us-east-1b' },
          },
        }),
      )
      const { SpotInstanceRequests: now } = await ec2().send(
        new DescribeSpotInstanceRequestsCommand({
          SpotInstanceRequestIds: [made![0]!.SpotInstanceRequestId!],
        }),
      )
      return now![0]!.Status!
    }
    expect(await ask(price)).toMatchObject({ Code: 'fulfilled' })
    expect(await ask(price - 0.0001)).toMatchObject({
      Code: 'price-too-low',
      Message: expect.stringContaining(`fulfillment price of ${price}.`) as string,
    })
  })
})

test('GetSpotPlacementScores rates regions, or zones, from 1 to 10', async () => {
  const ask = (input: object) =>
    ec2().send(
      new GetSpotPlacementScoresCommand({
        TargetCapacity: 10,
        InstanceTypes: ['m5.large', 'c5.large', 'r5.large'],
        RegionNames: ['us-east-1', 'eu-west-1'],
        ...input,
      }),
    )
  const { SpotPlacementScores: regions = [] } = await ask({})
  expect(regions.map(({ Region }) => Region!).toSorted()).toEqual(['eu-west-1', 'us-east-1'])
  const { SpotPlacementScores: zones = [] } = await ask({ SingleAvailabilityZone: true })
  expect(zones.find((one) => one.AvailabilityZoneId === 'use1-az1')).toBeDefined()
  for (const { Score } of [...regions, ...zones]) {
    expect(Score).toBeGreaterThanOrEqual(1)
    expect(Score).toBeLessThanOrEqual(10)
  }
  const { SpotPlacementScores: huge = [] } = await ask({ TargetCapacity: 2_000_000 })
  expect(huge[0]!.Score).toBeLessThan(regions[0]!.Score!)
})
