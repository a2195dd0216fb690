import {
  CloudWatchClient,
  DeleteAnomalyDetectorCommand,
  DeleteInsightRulesCommand,
  DescribeAnomalyDetectorsCommand,
  DescribeInsightRulesCommand,
  DisableInsightRulesCommand,
  ListTagsForResourceCommand,
  PutAnomalyDetectorCommand,
  PutInsightRuleCommand,
} from '@aws-sdk/client-cloudwatch'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { refusal } from './support.ts'

let emulator: TestEmulator
let cloudwatch: CloudWatchClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  cloudwatch = emulator.client(CloudWatchClient)
})
afterAll(() => emulator.close())

test('insight rules are kept, switched and tagged', async () => {
  const RuleDefinition = JSON.stringify({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: ['access-logs'],
  })
  const rule = { RuleName: 'talkers', RuleDefinition, Tags: [{ Key: 'team', Value: 'red' }] }
  await cloudwatch.send(new PutInsightRuleCommand(rule))
  const { Failures } = await cloudwatch.send(
    new DisableInsightRulesCommand({ RuleNames: ['talkers', 'nobody'] }),
  )
  expect(Failures).toMatchObject([{ FailureResource: 'nobody', FailureCode: '404' }])
  const described = await cloudwatch.send(new DescribeInsightRulesCommand({}))
  expect(described.InsightRules).toEqual([
    {
      Name: 'talkers',
      State: 'DISABLED',
      Schema: 'CloudWatchLogRule/1',
      Definition: RuleDefinition,
      ManagedRule: false,
      ApplyOnTransformedLogs: false,
    },
  ])
  const ResourceARN = 'arn:aws:cloudwatch:us-east-1:123456789012:insight-rule/talkers'
  const { Tags } = await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))
  expect(Tags).toEqual(rule.Tags)
  const broken = new PutInsightRuleCommand({ RuleName: 'broken', RuleDefinition: 'text' })
  expect(await refusal(cloudwatch.send(broken))).toMatch(/^InvalidParameterValue/)
  await cloudwatch.send(new DeleteInsightRulesCommand({ RuleNames: ['talkers'] }))
  expect((await cloudwatch.send(new DescribeInsightRulesCommand({}))).InsightRules).toEqual([])
})

test('anomaly detectors are kept, and found by what they are about', async () => {
  const metric = {
    Namespace: 'App',
    MetricName: 'latency',
    Stat: 'Average',
    Dimensions: [{ Name: 'Host', Value: 'a' }],
  }
  await cloudwatch.send(new PutAnomalyDetectorCommand({ SingleMetricAnomalyDetector: metric }))
  const find = async (MetricName: string) =>
    (await cloudwatch.send(new DescribeAnomalyDetectorsCommand({ MetricName }))).AnomalyDetectors
  expect(await find('latency')).toEqual([
    {
      ...metric,
      Configuration: { ExcludedTimeRanges: [] },
      SingleMetricAnomalyDetector: { AccountId: '123456789012', ...metric },
      StateValue: 'PENDING_TRAINING',
    },
  ])
  expect(await find('other')).toEqual([])
  await cloudwatch.send(new DeleteAnomalyDetectorCommand(metric))
  expect(await refusal(cloudwatch.send(new DeleteAnomalyDetectorCommand(metric)))).toMatch(
    /^ResourceNotFoundException/,
  )
})
