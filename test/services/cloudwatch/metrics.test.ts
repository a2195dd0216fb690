import {
  CloudWatchClient,
  ListMetricsCommand,
  type ListMetricsCommandInput,
} from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { day, hour, minute, put, refusal, statistics, wholeMinute } from './support.ts'

let emulator: TestEmulator
let cloudwatch: CloudWatchClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  cloudwatch = emulator.client(CloudWatchClient)
})
afterAll(() => emulator.close())

const ago = (milliseconds: number) => new Date(wholeMinute(emulator.now()) - milliseconds)

test('values, counted values and statistic sets are summed up by periods and units', async () => {
  await put(
    cloudwatch,
    'App',
    { MetricName: 'latency', Value: 7, Unit: 'Seconds', Timestamp: ago(3 * minute) },
    {
      MetricName: 'latency',
      Values: [1, 2],
      Counts: [3, 1],
      Unit: 'Seconds',
      Timestamp: ago(3 * minute),
    },
    {
      MetricName: 'latency',
      StatisticValues: { SampleCount: 2, Sum: 30, Minimum: 10, Maximum: 20 },
      Unit: 'Seconds',
      Timestamp: ago(2 * minute),
    },
    { MetricName: 'latency', Value: 5, Timestamp: ago(2 * minute) },
  )
  const time = { StartTime: ago(10 * minute), EndTime: ago(0) }
  const all = { Statistics: ['SampleCount', 'Sum', 'Average', 'Minimum', 'Maximum'] as const }
  const found = await statistics(cloudwatch, { ...time, ...all, Statistics: [...all.Statistics] })
  expect(found).toHaveLength(3)
  expect(found[0]).toEqual({
    Timestamp: ago(3 * minute),
    Unit: 'Seconds',
    SampleCount: 5,
    Sum: 12,
    Average: 2.4,
    Minimum: 1,
    Maximum: 7,
  })
  const seconds = { ...time, Statistics: ['Sum' as const], Unit: 'Seconds' as const }
  expect((await statistics(cloudwatch, { ...seconds, Period: 600 })).map(({ Sum }) => Sum)).toEqual(
    [42],
  )
  expect(await statistics(cloudwatch, { ...seconds, Unit: 'Bits' })).toEqual([])
  // A metric with dimensions is another one.
  expect(
    await statistics(cloudwatch, { ...seconds, Dimensions: [{ Name: 'Host', Value: 'a' }] }),
  ).toEqual([])
})

test('extended statistics are told of values, and not of statistic sets', async () => {
  const Timestamp = ago(minute)
  const Values = Array.from({ length: 100 }, (_, index) => index + 1)
  await put(cloudwatch, 'App', { MetricName: 'spread', Values, Timestamp })
  await put(cloudwatch, 'App', {
    MetricName: 'set',
    StatisticValues: { SampleCount: 3, Sum: 6, Minimum: 1, Maximum: 3 },
    Timestamp,
  })
  const time = { StartTime: ago(5 * minute), EndTime: ago(0), Period: 300 }
  const names = [
    'p50',
    'p100',
    'tm90',
    'TM(10%:90%)',
    'TC(10:20)',
    'TS(98:)',
    'PR(:25)',
    'IQM',
    'WM(:50)',
  ]
  const [point] = await statistics(cloudwatch, {
    ...time,
    MetricName: 'spread',
    ExtendedStatistics: names,
  })
  expect(point!.ExtendedStatistics).toEqual({
    p50: 50.5,
    p100: 100,
    tm90: 45.5,
    'TM(10%:90%)': 50.5,
    'TC(10:20)': 10,
    'TS(98:)': 199,
    'PR(:25)': 25,
    IQM: 50.5,
    'WM(:50)': 37.75,
  })
  const [set] = await statistics(cloudwatch, {
    ...time,
    MetricName: 'set',
    ExtendedStatistics: ['p90'],
    Statistics: ['Sum'],
  })
  expect(set).toMatchObject({ Sum: 6 })
  expect(set).not.toHaveProperty('ExtendedStatistics')
})

test.each([
  [
    { MetricName: 'm', Value: NaN },
    'InvalidParameterValueException: The value NaN for parameter MetricData.member.1.Value is invalid.',
  ],
  [
    { MetricName: 'm', Value: 1, Values: [1] },
    'InvalidParameterCombinationException: The parameters MetricData.member.1.Value and MetricData.member.1.Values are mutually exclusive and you have specified both.',
  ],
  [
    { MetricName: 'm', Values: [1, 2], Counts: [1] },
    'InvalidParameterValueException: The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.',
  ],
  [
    {
      MetricName: 'm',
      Value: 1,
      StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 },
    },
    'InvalidParameterCombinationException: The parameters MetricData.member.1.Value and MetricData.member.1.StatisticValues are mutually exclusive and you have specified both.',
  ],
  [
    { MetricName: 'm', Value: 1, StorageResolution: 5 },
    'InvalidParameterValueException: The parameter MetricData.member.1.StorageResolution must be a value in the set [ 1, 60 ].',
  ],
])('PutMetricData refuses %j', async (datum, sentence) => {
  expect(await refusal(put(cloudwatch, 'App', datum))).toBe(sentence)
})

test('PutMetricData keeps nothing of a request of which a part is refused, and takes moments of two weeks and two hours', async () => {
  const good = { MetricName: 'half', Value: 1 }
  const late = { ...good, Timestamp: ago(15 * day) }
  expect(await refusal(put(cloudwatch, 'App', good, late))).toMatch(
    /^InvalidParameterValueException: .*past two weeks/,
  )
  expect(await refusal(put(cloudwatch, 'App', { ...good, Timestamp: ago(-3 * hour) }))).toMatch(
    /two hours in the future/,
  )
  expect(await refusal(put(cloudwatch, 'AWS/EC2', good))).toMatch(/^InvalidParameterValueException/)
  const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ MetricName: 'half' }))
  expect(Metrics).toEqual([])
})

test('GetMetricStatistics refuses too many data points, periods that are none and times that go backwards', async () => {
  const time = { StartTime: ago(day), EndTime: ago(0) }
  const asked = (input: object) =>
    refusal(statistics(cloudwatch, { ...time, Statistics: ['Sum'], ...input }))
  expect(await asked({ Period: 1 })).toBe(
    'InvalidParameterCombinationException: You have requested up to 86400 datapoints, which exceeds the limit of 1440. You may reduce the datapoints requested by increasing Period, or decreasing the time range.',
  )
  expect(await asked({ Period: 90 })).toMatch(/^InvalidParameterValueException: .*multiple of 60/)
  expect(await asked({ EndTime: ago(2 * day) })).toBe(
    'InvalidParameterValueException: The parameter StartTime must be less than the parameter EndTime.',
  )
  expect(await asked({ Statistics: undefined })).toBe(
    'InvalidParameterCombinationException: At least one of the parameters Statistics and ExtendedStatistics must be specified.',
  )
  expect(await asked({ ExtendedStatistics: ['p101'] })).toMatch(/p101/)
})

// The client packs what it sends here: there is a lot of it.
test('ListMetrics filters by name, dimensions and activity, and pages by 500', async () => {
  const data = Array.from({ length: 620 }, (_, index) => ({
    MetricName: 'many',
    Value: 1,
    Dimensions: [
      { Name: 'Index', Value: String(index) },
      { Name: 'Half', Value: index % 2 ? 'odd' : 'even' },
    ],
  }))
  await put(cloudwatch, 'Pages', ...data)
  await put(cloudwatch, 'Pages', { MetricName: 'old', Value: 1, Timestamp: ago(5 * hour) })
  const list = (input: ListMetricsCommandInput) =>
    cloudwatch.send(new ListMetricsCommand({ Namespace: 'Pages', ...input }))
  const first = await list({})
  expect(first.Metrics).toHaveLength(500)
  const second = await list({ NextToken: first.NextToken! })
  expect(second.Metrics).toHaveLength(121)
  expect(second.NextToken).toBeUndefined()
  expect((await list({ Dimensions: [{ Name: 'Half', Value: 'odd' }] })).Metrics).toHaveLength(310)
  expect((await list({ Dimensions: [{ Name: 'Index' }], MetricName: 'old' })).Metrics).toEqual([])
  expect((await list({ MetricName: 'old' })).Metrics).toHaveLength(1)
  expect((await list({ MetricName: 'old', RecentlyActive: 'PT3H' })).Metrics).toEqual([])
  expect(await refusal(list({ NextToken: 'nonsense' }))).toBe(
    'InvalidParameterValueException: Request parameter NextToken is invalid',
  )
})

test('metrics are of one account and one region', async () => {
  await put(cloudwatch, 'Own', { MetricName: 'm', Value: 1 })
  for (const other of [
    { region: 'eu-west-1' },
    { credentials: { accessKeyId: '111122223333', secretAccessKey: 'x' } },
  ]) {
    const { Metrics } = await emulator
      .client(CloudWatchClient, other)
      .send(new ListMetricsCommand({ Namespace: 'Own' }))
    expect(Metrics).toEqual([])
  }
})

test('as time goes by, metrics leave the list, and their data remain by longer periods', async () => {
  const own = await startTestEmulator()
  try {
    const client = own.client(CloudWatchClient)
    const at = new Date(wholeMinute(own.now()) - minute)
    await put(client, 'App', {
      MetricName: 'latency',
      Value: 4,
      Timestamp: at,
      StorageResolution: 1,
    })
    const asked = (Period: number) =>
      statistics(client, {
        StartTime: new Date(at.getTime() - hour),
        EndTime: new Date(at.getTime() + hour),
        Period,
        Statistics: ['Average'],
      })
    expect(await asked(10)).toHaveLength(1)
    await own.advance(16 * day)
    const { Metrics } = await client.send(new ListMetricsCommand({}))
    expect(Metrics).toEqual([])
    expect(await asked(10)).toEqual([])
    expect(await asked(60)).toEqual([])
    expect(await asked(300)).toMatchObject([{ Average: 4 }])
    await own.advance(50 * day)
    expect(await asked(300)).toEqual([])
    expect(await asked(3600)).toMatchObject([{ Average: 4 }])
    await own.advance(400 * day)
    expect(await asked(3600)).toEqual([])
  } finally {
    await own.close()
  }
})
