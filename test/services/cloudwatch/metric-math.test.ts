import {
  CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandInput,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { minute, put, refusal, wholeMinute } from './support.ts'

let emulator: TestEmulator
let cloudwatch: CloudWatchClient
let now: number
const at = (minutes: number) => new Date(now - minutes * minute)

/** Five minutes of two metrics; the second lacks one of them. */
const values = { requests: [10, 20, 30, 40, 50], errors: [1, 0, undefined, 4, 10] }

beforeAll(async () => {
  emulator = await startTestEmulator()
  cloudwatch = emulator.client(CloudWatchClient)
  now = wholeMinute(emulator.now())
  const data = Object.entries(values).flatMap(([MetricName, list]) =>
    list.flatMap((Value, index) =>
      Value === undefined
        ? []
        : [{ MetricName, Value, Unit: 'Count' as const, Timestamp: at(5 - index) }],
    ),
  )
  await put(cloudwatch, 'App', ...data)
})
afterAll(() => emulator.close())

const metric = (Id: string, MetricName: string, rest: Partial<MetricDataQuery> = {}) => ({
  Id,
  MetricStat: { Metric: { Namespace: 'App', MetricName }, Period: 60, Stat: 'Sum' },
  ...rest,
})

const ask = (MetricDataQueries: MetricDataQuery[], rest: Partial<GetMetricDataCommandInput> = {}) =>
  cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries,
      StartTime: at(5),
      EndTime: at(0),
      ScanBy: 'TimestampAscending',
      ...rest,
    }),
  )

/** The values that an expression over the metrics m1 and m2 comes to, of each series that it makes. */
async function computed(Expression: string): Promise<number[][]> {
  const { MetricDataResults } = await ask([
    metric('m1', 'requests', { ReturnData: false }),
    metric('m2', 'errors', { ReturnData: false }),
    { Id: 'e1', Expression },
  ])
  return MetricDataResults!.map(({ Values }) => Values!)
}

test.each([
  ['m1 + 1', [[11, 21, 31, 41, 51]]],
  ['-m1 ^ 2 / 10 - 1', [[-11, -41, -91, -161, -251]]],
  ['100 * m2 / m1', [[10, 0, 10, 20]]],
  ['(m1 > 25) * m1', [[0, 0, 30, 40, 50]]],
  ['m1 >= 20 && m1 != 40', [[0, 1, 1, 0, 1]]],
  ['SUM(METRICS())', [[11, 20, 30, 44, 60]]],
  ['MAX([m1, m2]) - MIN([m1, m2])', [[9, 20, 0, 36, 40]]],
  ['AVG(METRICS("m1"))', [[10, 20, 30, 40, 50]]],
  ['m1 - AVG(m1)', [[-20, -10, 0, 10, 20]]],
  [
    'METRICS() / SUM(m1) * 150',
    [
      [10, 20, 30, 40, 50],
      [1, 0, 4, 10],
    ],
  ],
  ['IF(m1 > 25, m1, 0)', [[0, 0, 30, 40, 50]]],
  ['IF(m1 > 25, m1)', [[30, 40, 50]]],
  ['RATE(m1) * PERIOD(m1)', [[10, 10, 10, 10]]],
  ['DIFF(m2) / DIFF_TIME(m2) * 60', [[-1, 2, 6]]],
  ['FILL(m2, 7)', [[1, 0, 7, 4, 10]]],
  ['FILL(m2, REPEAT)', [[1, 0, 0, 4, 10]]],
  ['FILL(m2, LINEAR)', [[1, 0, 2, 4, 10]]],
  ['RUNNING_SUM(m1)', [[10, 30, 60, 100, 150]]],
  ['CEIL(m1 / 15) + FLOOR(m1 / 15) + ABS(-1 * m1)', [[11, 23, 34, 45, 57]]],
  ['STDDEV(m1) * (m1 > 0)', [Array.from({ length: 5 }, () => Math.sqrt(200))]],
  [
    'SORT(METRICS(), MAX, ASC)',
    [
      [1, 0, 4, 10],
      [10, 20, 30, 40, 50],
    ],
  ],
  ['SLICE(SORT(METRICS(), MAX, DESC), 0, 1)', [[10, 20, 30, 40, 50]]],
  ['FIRST(METRICS()) + METRIC_COUNT(METRICS())', [[12, 22, 32, 42, 52]]],
  ['TIME_SERIES(3) + DATAPOINT_COUNT(m2)', [[7, 7, 7, 7, 7]]],
  [
    'SEARCH(\'{App} MetricName="requests" OR MetricName="errors"\', \'Sum\', 60)',
    [
      [1, 0, 4, 10],
      [10, 20, 30, 40, 50],
    ],
  ],
  ["REMOVE_EMPTY(SEARCH('NOT requests', 'Sum', 60))", [[1, 0, 4, 10]]],
])('%s', async (expression, expected) => {
  expect(await computed(expression)).toEqual(expected)
})

test.each([
  ['m1 +', /^ValidationError|Exception: Error in expression 'e1': Unexpected the end/],
  ['m9 + 1', /Unknown identifier 'm9'/],
  ['NONE(m1)', /Unknown function 'NONE'/],
  ['SUM(m1)', /does not return a time series/],
  ['e1 + 1', /refers to itself/],
  [
    'ANOMALY_DETECTION_BAND(m1, 2)',
    /pocketcloud has not built the function ANOMALY_DETECTION_BAND/,
  ],
])('%s is refused', async (expression, sentence) => {
  expect(await refusal(computed(expression))).toMatch(sentence)
})

test('an expression that is nested too deeply is refused', async () => {
  expect(await refusal(computed(`${'('.repeat(200)}m1${')'.repeat(200)}`))).toMatch(
    /nested too deeply/,
  )
})

test('GetMetricData labels what has no label by what tells it apart, and fills in dynamic labels', async () => {
  const labels = async (...queries: MetricDataQuery[]) =>
    (await ask(queries)).MetricDataResults!.map(({ Label }) => Label)
  const other = { Metric: { Namespace: 'App', MetricName: 'requests' }, Period: 300, Stat: 'Sum' }
  expect(await labels(metric('a', 'requests'))).toEqual(['requests'])
  expect(await labels(metric('a', 'requests'), { Id: 'b', MetricStat: other })).toEqual([
    'requests 60',
    'requests 300',
  ])
  expect(
    await labels(metric('a', 'requests'), {
      Id: 'b',
      MetricStat: { ...other, Period: 60, Stat: 'Average' },
    }),
  ).toEqual(['requests Sum', 'requests Average'])
  const Label = "${PROP('MetricName')}: ${MAX} of ${SUM}"
  expect(await labels(metric('a', 'requests', { Label }))).toEqual(['requests: 50 of 150'])
})

test('GetMetricData tells of several units, and takes one of them', async () => {
  const Timestamp = at(1)
  await put(
    cloudwatch,
    'App',
    { MetricName: 'mixed', Value: 1, Unit: 'Seconds', Timestamp },
    { MetricName: 'mixed', Value: 1000, Unit: 'Milliseconds', Timestamp },
  )
  const { MetricDataResults } = await ask([metric('a', 'mixed')])
  expect(MetricDataResults).toEqual([
    {
      Id: 'a',
      Label: 'mixed',
      Messages: [
        { Code: 'MultipleUnits', Value: "Multiple units returned: '[Milliseconds, Seconds]'" },
      ],
      StatusCode: 'Complete',
      Timestamps: [Timestamp],
      Values: [1000],
    },
  ])
})

test('GetMetricData gives the newest first, page by page', async () => {
  const queries = [metric('a', 'requests'), metric('b', 'errors')]
  const pages: [string, string, number[]][][] = []
  let NextToken: string | undefined
  do {
    const { MetricDataResults, ...rest } = await ask(queries, {
      ScanBy: 'TimestampDescending',
      MaxDatapoints: 4,
      NextToken,
    })
    pages.push(MetricDataResults!.map(({ Id, StatusCode, Values }) => [Id!, StatusCode!, Values!]))
    ;({ NextToken } = rest)
  } while (NextToken !== undefined)
  expect(pages).toEqual([
    [
      ['a', 'PartialData', [50, 40, 30, 20]],
      ['b', 'PartialData', []],
    ],
    [
      ['a', 'Complete', [10]],
      ['b', 'PartialData', [10, 4, 0]],
    ],
    [['b', 'Complete', [1]]],
  ])
})

test('GetMetricData refuses queries that are none', async () => {
  const asked = (queries: MetricDataQuery[], rest = {}) => refusal(ask(queries, rest))
  expect(await asked([metric('a', 'x'), metric('a', 'y')])).toBe(
    'ValidationException: The values for parameter id in MetricDataQueries are not unique.',
  )
  expect(await asked([{ Id: 'a' }])).toBe(
    'ValidationException: The parameter MetricDataQueries.member.1.MetricStat is required.\n',
  )
  expect(await asked([metric('a', 'x')], { StartTime: at(0) })).toBe(
    'ValidationException: The parameter StartTime must not equal parameter EndTime.',
  )
  expect(await asked([metric('Upper', 'x')])).toMatch(/Upper/)
  expect(await asked([{ Id: 'a', Expression: 'SELECT MAX(x) FROM y' }])).toMatch(
    /NotImplemented.*Metrics Insights/,
  )
})
