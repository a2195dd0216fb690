import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  DescribeAlarmsForMetricCommand,
  DisableAlarmActionsCommand,
  EnableAlarmActionsCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  type DescribeAlarmsCommandInput,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch'
import {
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { day, hour, minute, put, refusal, wholeMinute } from './support.ts'

let emulator: TestEmulator
let cloudwatch: CloudWatchClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  cloudwatch = emulator.client(CloudWatchClient)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

const image = 'ami-0c55b159cbfafe1f0'
const topic = 'arn:aws:sns:us-east-1:123456789012:operators'

const putAlarm = (rest: Partial<PutMetricAlarmCommandInput> = {}) =>
  cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'slow',
      Namespace: 'App',
      MetricName: 'latency',
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 100,
      ComparisonOperator: 'GreaterThanThreshold',
      ...rest,
    }),
  )

async function alarm(AlarmName = 'slow') {
  const { MetricAlarms } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [AlarmName] }),
  )
  return MetricAlarms![0]!
}

async function history(AlarmName = 'slow') {
  const { AlarmHistoryItems } = await cloudwatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName, ScanBy: 'TimestampAscending' }),
  )
  return AlarmHistoryItems!
}

interface SentEvent {
  readonly destination: string
  readonly body: Record<string, unknown> & { detail: Record<string, unknown> }
}

/** What CloudWatch has told a topic, a function or an event bus. */
async function sent(destination: string): Promise<SentEvent['body'][]> {
  const query = new URLSearchParams({ source: 'aws.cloudwatch', destination })
  const response = await fetch(`${emulator.url}/_pocketcloud/bus?${query}`)
  const { events } = (await response.json()) as { events: SentEvent[] }
  return events.map(({ body }) => body)
}
const bus = 'arn:aws:events:us-east-1:123456789012:event-bus/default'

/** To the start of the next minute. */
const nextMinute = () => emulator.advance(wholeMinute(emulator.now()) + minute - emulator.now())

test('an alarm follows its metric as the clock moves, and ends without data', async () => {
  await putAlarm({ AlarmDescription: 'too slow', AlarmActions: [topic], OKActions: [topic] })
  expect(await alarm()).toMatchObject({
    StateValue: 'INSUFFICIENT_DATA',
    StateReason: 'Unchecked: Initial alarm creation',
    ActionsEnabled: true,
    Dimensions: [],
  })
  await nextMinute()
  await put(cloudwatch, 'App', { MetricName: 'latency', Value: 250.5 })
  // The minute is not over.
  expect((await alarm()).StateValue).toBe('INSUFFICIENT_DATA')
  await nextMinute()
  const inAlarm = await alarm()
  expect(inAlarm.StateValue).toBe('ALARM')
  expect(inAlarm.StateReason).toMatch(
    /^Threshold Crossed: 1 datapoint \[250\.5 \(\d\d\/\d\d\/\d\d \d\d:\d\d:00\)\] was greater than the threshold \(100\.0\)\.$/,
  )
  expect(JSON.parse(inAlarm.StateReasonData!)).toMatchObject({
    version: '1.0',
    statistic: 'Average',
    period: 60,
    recentDatapoints: [250.5],
    threshold: 100,
    evaluatedDatapoints: [{ sampleCount: 1, value: 250.5 }],
  })
  await put(cloudwatch, 'App', { MetricName: 'latency', Value: 20 })
  await nextMinute()
  expect((await alarm()).StateValue).toBe('OK')
  await emulator.advance(180 * day)
  expect(await alarm()).toMatchObject({
    StateValue: 'INSUFFICIENT_DATA',
    StateReason: 'Insufficient Data: 1 datapoint was unknown.',
  })
})

test('a change of state is in the history, on the event bus and with the topic', async () => {
  await putAlarm({ AlarmActions: [topic] })
  await put(cloudwatch, 'App', { MetricName: 'latency', Value: 250 })
  await nextMinute()
  await nextMinute()
  const items = await history()
  expect(items.map(({ HistorySummary }) => HistorySummary)).toEqual([
    'Alarm "slow" created',
    'Alarm updated from INSUFFICIENT_DATA to ALARM',
    `Successfully executed action ${topic}`,
  ])
  expect(JSON.parse(items[1]!.HistoryData!)).toMatchObject({
    version: '1.0',
    oldState: { stateValue: 'INSUFFICIENT_DATA', stateReason: 'Unchecked: Initial alarm creation' },
    newState: { stateValue: 'ALARM', stateReasonData: { recentDatapoints: [250] } },
  })
  const [created, changed] = await sent(bus)
  expect(created).toMatchObject({
    'detail-type': 'CloudWatch Alarm Configuration Change',
    detail: { alarmName: 'slow', operation: 'create' },
  })
  expect(changed).toMatchObject({
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    resources: ['arn:aws:cloudwatch:us-east-1:123456789012:alarm:slow'],
    detail: {
      alarmName: 'slow',
      state: { value: 'ALARM' },
      previousState: { value: 'INSUFFICIENT_DATA' },
      configuration: {
        metrics: [
          {
            metricStat: {
              metric: { namespace: 'App', name: 'latency' },
              period: 60,
              stat: 'Average',
            },
          },
        ],
      },
    },
  })
  expect(await sent(topic)).toMatchObject([
    {
      AlarmName: 'slow',
      NewStateValue: 'ALARM',
      OldStateValue: 'INSUFFICIENT_DATA',
      Region: 'US East (N. Virginia)',
      Trigger: { MetricName: 'latency', Statistic: 'AVERAGE', StatisticType: 'Statistic' },
    },
  ])
})

test('an alarm with M out of N waits for M of them, and one on an expression computes it', async () => {
  await putAlarm({ EvaluationPeriods: 3, DatapointsToAlarm: 2 })
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'rate',
      EvaluationPeriods: 1,
      Threshold: 0.5,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching',
      Metrics: [
        { Id: 'e1', Expression: 'm1 / 400', Label: 'part' },
        {
          Id: 'm1',
          ReturnData: false,
          MetricStat: {
            Metric: { Namespace: 'App', MetricName: 'latency' },
            Period: 60,
            Stat: 'Maximum',
          },
        },
      ],
    }),
  )
  const states = []
  for (const Value of [150, 50, 250]) {
    await put(cloudwatch, 'App', { MetricName: 'latency', Value })
    await nextMinute()
    states.push([(await alarm()).StateValue, (await alarm('rate')).StateValue])
  }
  expect(states).toEqual([
    ['INSUFFICIENT_DATA', 'OK'],
    ['OK', 'OK'],
    ['ALARM', 'ALARM'],
  ])
  expect((await alarm()).StateReason).toMatch(
    /2 out of the last 3 datapoints \[250\.0 .*, 150\.0 .*\(minimum 2 datapoints for OK -> ALARM transition\)\.$/,
  )
})

test('an alarm is looked at only when something can have changed', async () => {
  await putAlarm({ Period: 3600, EvaluationPeriods: 3 })
  await put(cloudwatch, 'App', { MetricName: 'latency', Value: 150 })
  const response = await fetch(`${emulator.url}/_pocketcloud/clock/advance`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ duration: '180d' }),
  })
  const { fired } = (await response.json()) as { fired: number }
  expect(fired).toBeLessThan(20)
  expect((await alarm()).StateValue).toBe('INSUFFICIENT_DATA')
})

test('SetAlarmState holds until the alarm is looked at again; disabled actions are not done', async () => {
  await putAlarm({ AlarmActions: [topic], TreatMissingData: 'notBreaching' })
  await nextMinute()
  expect((await alarm()).StateValue).toBe('OK')
  const set = (StateValue: 'ALARM' | 'OK', AlarmName = 'slow') =>
    cloudwatch.send(
      new SetAlarmStateCommand({
        AlarmName,
        StateValue,
        StateReason: 'a test',
        StateReasonData: '{}',
      }),
    )
  await set('ALARM')
  expect(await alarm()).toMatchObject({ StateValue: 'ALARM', StateReason: 'a test' })
  expect(await sent(topic)).toHaveLength(1)
  await nextMinute()
  expect((await alarm()).StateValue).toBe('OK')
  const AlarmNames = ['slow']
  await cloudwatch.send(new DisableAlarmActionsCommand({ AlarmNames }))
  await set('ALARM')
  expect((await alarm()).ActionsEnabled).toBe(false)
  expect(await sent(topic)).toHaveLength(1)
  await cloudwatch.send(new EnableAlarmActionsCommand({ AlarmNames }))
  expect((await alarm()).ActionsEnabled).toBe(true)
  expect(await refusal(set('OK', 'none'))).toMatch(/^ResourceNotFound:/)
  expect(await refusal(set('WRONG' as never))).toBe(
    "ValidationException: 1 validation error detected: Value 'WRONG' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]",
  )
})

test("an alarm stops the instance of its metric's dimension", async () => {
  const ec2 = emulator.client(EC2Client)
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: image,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
    }),
  )
  const { InstanceId } = Instances![0]!
  const Dimensions = [{ Name: 'InstanceId', Value: InstanceId }]
  await putAlarm({ Dimensions, AlarmActions: ['arn:aws:automate:us-east-1:ec2:stop'] })
  await put(cloudwatch, 'App', { MetricName: 'latency', Value: 101, Dimensions })
  await nextMinute()
  await nextMinute()
  const { Reservations } = await ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [InstanceId!] }),
  )
  expect(Reservations![0]!.Instances![0]!.State!.Name).toBe('stopped')
})

test('the status checks of a running instance pass, which an alarm sees', async () => {
  const ec2 = emulator.client(EC2Client)
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: image,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
    }),
  )
  await putAlarm({
    Namespace: 'AWS/EC2',
    MetricName: 'StatusCheckFailed_System',
    Dimensions: [{ Name: 'InstanceId', Value: Instances![0]!.InstanceId }],
    Threshold: 0,
    AlarmActions: ['arn:aws:automate:us-east-1:ec2:recover'],
  })
  await emulator.advance(10 * minute)
  expect((await alarm()).StateValue).toBe('OK')
  await ec2.send(new TerminateInstancesCommand({ InstanceIds: [Instances![0]!.InstanceId!] }))
  await emulator.advance(hour)
  expect((await alarm()).StateValue).toBe('INSUFFICIENT_DATA')
})

test('DescribeAlarms filters and pages; an update leaves the state', async () => {
  const ignoring = { TreatMissingData: 'ignore' }
  for (const name of ['a-one', 'b-three']) await putAlarm({ AlarmName: name })
  await putAlarm({ AlarmName: 'a-two', ...ignoring })
  await putAlarm({ AlarmName: 'b-four', AlarmActions: [topic], MetricName: 'other' })
  await cloudwatch.send(
    new SetAlarmStateCommand({ AlarmName: 'a-two', StateValue: 'OK', StateReason: 'x' }),
  )
  await putAlarm({ AlarmName: 'a-two', Threshold: 7, ...ignoring })
  expect(await alarm('a-two')).toMatchObject({ StateValue: 'OK', Threshold: 7 })
  const names = async (input: DescribeAlarmsCommandInput) =>
    (await cloudwatch.send(new DescribeAlarmsCommand(input))).MetricAlarms!.map(
      ({ AlarmName }) => AlarmName,
    )
  expect(await names({ AlarmNamePrefix: 'b-' })).toEqual(['b-four', 'b-three'])
  expect(await names({ StateValue: 'OK' })).toEqual(['a-two'])
  expect(await names({ ActionPrefix: 'arn:aws:sns' })).toEqual(['b-four'])
  const first = await cloudwatch.send(new DescribeAlarmsCommand({ MaxRecords: 3 }))
  expect(first.MetricAlarms).toHaveLength(3)
  expect(await names({ NextToken: first.NextToken })).toEqual(['b-three'])
  const { MetricAlarms } = await cloudwatch.send(
    new DescribeAlarmsForMetricCommand({ Namespace: 'App', MetricName: 'other' }),
  )
  expect(MetricAlarms!.map(({ AlarmName }) => AlarmName)).toEqual(['b-four'])
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['a-one', 'a-two', 'gone'] }))
  expect(await names({})).toEqual(['b-four', 'b-three'])
  const elsewhere = emulator.client(CloudWatchClient, { region: 'eu-west-1' })
  expect((await elsewhere.send(new DescribeAlarmsCommand({}))).MetricAlarms).toEqual([])
  // History outlives the alarm.
  expect((await history('a-one')).at(-1)!.HistorySummary).toBe('Alarm "a-one" deleted')
})

test('PutMetricAlarm refuses what could not be evaluated', async () => {
  const asked = (rest: Partial<PutMetricAlarmCommandInput>) => refusal(putAlarm(rest))
  expect(await asked({ Period: 600, EvaluationPeriods: 200 })).toBe(
    'ValidationException: Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
  )
  expect(await asked({ TreatMissingData: 'whatever' })).toBe(
    'ValidationException: Option whatever is not supported. Supported options for parameter TreatMissingData are ignore, missing, breaching and notBreaching.',
  )
  expect(await asked({ AlarmActions: [topic.replace('us-east-1', 'eu-west-1')] })).toBe(
    'ValidationException: Invalid region eu-west-1 specified. Only us-east-1 is supported.',
  )
  expect(await asked({ Statistic: undefined, ExtendedStatistic: '90' })).toBe(
    'InvalidParameterValueException: The value 90 for parameter ExtendedStatistic is not supported.',
  )
  expect(await asked({ ExtendedStatistic: 'p90' })).toMatch(/mutually exclusive/)
  expect(await asked({ ComparisonOperator: 'Near' as never })).toMatch(/comparisonOperator/)
  expect(await asked({ DatapointsToAlarm: 2 })).toMatch(/DatapointsToAlarm/)
  const plain = {
    Namespace: undefined,
    MetricName: undefined,
    Statistic: undefined,
    Period: undefined,
  }
  const Metrics = [{ Id: 'e1', Expression: 'SLICE(3, 1)', Period: 60 }]
  expect(await asked({ ...plain, Metrics })).toBe(
    "ValidationException: Error in expression 'e1': an array of time series is expected",
  )
  expect(await asked({ Period: 45 })).toMatch(/multiple of 60/)
  expect(await asked({ ThresholdMetricId: 'ad1', Threshold: undefined })).toMatch(
    /^NotImplemented: .*anomaly detection/,
  )
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({}))
  expect(MetricAlarms).toEqual([])
})

test('alarms of high resolution are looked at every ten seconds; a restored state goes on', async () => {
  await putAlarm({ Period: 10 })
  await put(cloudwatch, 'App', { MetricName: 'latency', Value: 500, StorageResolution: 1 })
  await emulator.advance(10_000)
  expect((await alarm()).StateValue).toBe('ALARM')
  const saved = await new Response(emulator.save() as never).arrayBuffer()
  await putAlarm({ AlarmName: 'later' })
  const { Readable } = await import('node:stream')
  await emulator.restore(Readable.from([Buffer.from(saved)]))
  await emulator.advance(hour)
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({}))
  expect(MetricAlarms!.map(({ AlarmName, StateValue }) => [AlarmName, StateValue])).toEqual([
    ['slow', 'INSUFFICIENT_DATA'],
  ])
})
