import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  PutCompositeAlarmCommand,
  PutMetricAlarmCommand,
  SetAlarmStateCommand,
  type PutCompositeAlarmCommandInput,
  type StateValue,
} from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { refusal } from './support.ts'

let emulator: TestEmulator
let cloudwatch: CloudWatchClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  cloudwatch = emulator.client(CloudWatchClient)
})
beforeEach(async () => {
  emulator.reset()
  for (const AlarmName of ['cpu', 'disk', 'deploying']) {
    await cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        Namespace: 'App',
        MetricName: AlarmName,
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'ignore',
      }),
    )
  }
})
afterAll(() => emulator.close())

const topic = 'arn:aws:sns:us-east-1:123456789012:operators'

const putComposite = (AlarmRule: string, rest: Partial<PutCompositeAlarmCommandInput> = {}) =>
  cloudwatch.send(
    new PutCompositeAlarmCommand({
      AlarmName: 'all',
      AlarmRule,
      AlarmActions: [topic],
      OKActions: [topic],
      ...rest,
    }),
  )

const set = (AlarmName: string, state: StateValue) =>
  cloudwatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: state, StateReason: 'a test' }))

async function composite(AlarmName = 'all') {
  const { CompositeAlarms } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [AlarmName], AlarmTypes: ['CompositeAlarm'] }),
  )
  return CompositeAlarms![0]!
}

async function notified(): Promise<unknown[]> {
  const query = new URLSearchParams({ destination: topic })
  const response = await fetch(`${emulator.url}/_pocketcloud/bus?${query}`)
  const { events } = (await response.json()) as { events: { body: { NewStateValue: string } }[] }
  return events.map(({ body }) => body.NewStateValue)
}

test('a composite alarm follows its rule, and says which alarm changed it', async () => {
  await putComposite('ALARM(cpu) AND (NOT OK("disk"))')
  expect(await composite()).toMatchObject({
    StateValue: 'OK',
    StateReason:
      'arn:aws:cloudwatch:us-east-1:123456789012:alarm:all was created and its alarm rule evaluates to OK',
  })
  await set('cpu', 'ALARM')
  const after = await composite()
  expect(after.StateValue).toBe('ALARM')
  expect(after.StateReason).toMatch(
    /^arn:aws:cloudwatch:us-east-1:123456789012:alarm:cpu transitioned to ALARM at \w+day \d\d \w+, \d{4} \d\d:\d\d:\d\d UTC$/,
  )
  expect(JSON.parse(after.StateReasonData!)).toMatchObject({
    triggeringAlarms: [{ arn: expect.stringMatching(/:alarm:cpu$/), state: { value: 'ALARM' } }],
  })
  await set('disk', 'OK')
  expect((await composite()).StateValue).toBe('OK')
  expect(await notified()).toEqual(['OK', 'ALARM', 'OK'])
  const { AlarmHistoryItems } = await cloudwatch.send(
    new DescribeAlarmHistoryCommand({ AlarmName: 'all', HistoryItemType: 'StateUpdate' }),
  )
  expect(AlarmHistoryItems).toHaveLength(3)
  // DescribeAlarms is about metric alarms unless it is asked for others.
  const all = await cloudwatch.send(new DescribeAlarmsCommand({}))
  expect([all.MetricAlarms!.length, all.CompositeAlarms!.length]).toEqual([3, 0])
  const children = await cloudwatch.send(new DescribeAlarmsCommand({ ChildrenOfAlarmName: 'all' }))
  expect(children.MetricAlarms!.map(({ AlarmName }) => AlarmName)).toEqual(['cpu', 'disk'])
})

test('composite alarms go by composite alarms, in circles too, and AT_LEAST counts', async () => {
  await putComposite('AT_LEAST(2, ALARM, (cpu, disk, deploying))', { AlarmName: 'two' })
  await putComposite('ALARM(two)')
  await set('cpu', 'ALARM')
  expect((await composite()).StateValue).toBe('OK')
  await set('disk', 'ALARM')
  expect((await composite()).StateValue).toBe('ALARM')
  await putComposite('ALARM(all) OR ALARM(cpu)', { AlarmName: 'two' })
  await set('cpu', 'OK')
  expect((await composite('two')).StateValue).toBe('ALARM')
  expect(await refusal(cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['two'] })))).toMatch(
    /^ValidationException: .*depending/,
  )
  await putComposite('FALSE', { AlarmName: 'two' })
  await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: ['all'] }))
  expect((await composite('two')).StateValue).toBe('OK')
})

test('a suppressor holds actions back, while it lasts and for the times around it', async () => {
  await putComposite('ALARM(cpu)', {
    OKActions: [],
    ActionsSuppressor: 'deploying',
    ActionsSuppressorWaitPeriod: 120,
    ActionsSuppressorExtensionPeriod: 60,
  })
  await set('cpu', 'ALARM')
  expect(await composite()).toMatchObject({
    StateValue: 'ALARM',
    ActionsSuppressedBy: 'WaitPeriod',
    ActionsSuppressedReason: 'Actions suppressed by WaitPeriod',
  })
  await set('deploying', 'ALARM')
  await emulator.advance(300_000)
  expect((await composite()).ActionsSuppressedBy).toBe('Alarm')
  await set('deploying', 'OK')
  expect((await composite()).ActionsSuppressedBy).toBe('ExtensionPeriod')
  expect(await notified()).toEqual([])
  await emulator.advance(60_000)
  expect(await composite()).not.toHaveProperty('ActionsSuppressedBy')
  expect(await notified()).toEqual(['ALARM'])
})

test.each([
  ['ALARM(cpu', /AlarmRule/],
  ['ALARM(cpu) ALARM(disk)', /AlarmRule/],
  ['WRONG(cpu)', /AlarmRule/],
  ['', /alarmRule/],
  [
    'ALARM(nobody)',
    /^ValidationException: Could not save the composite alarm as alarms \[nobody\]/,
  ],
])('PutCompositeAlarm refuses the rule %j', async (rule, sentence) => {
  expect(await refusal(putComposite(rule))).toMatch(sentence)
})
