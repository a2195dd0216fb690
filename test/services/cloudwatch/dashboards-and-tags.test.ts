import {
  CloudWatchClient,
  DeleteDashboardsCommand,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  ListDashboardsCommand,
  ListMetricsCommand,
  ListTagsForResourceCommand,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  awsEnvironment,
  run,
  startTestEmulator,
  type TestEmulator,
} from '../../support/emulator.ts'
import { refusal } from './support.ts'

let emulator: TestEmulator
let cloudwatch: CloudWatchClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  cloudwatch = emulator.client(CloudWatchClient)
})
afterAll(() => emulator.close())

const alarm = {
  Namespace: 'App',
  MetricName: 'm',
  Statistic: 'Sum' as const,
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanThreshold' as const,
}

test('dashboards are the whole account’s, and come back as they were put', async () => {
  const DashboardBody = JSON.stringify({ widgets: [{ type: 'text', properties: {} }] })
  const DashboardName = 'team-board'
  await cloudwatch.send(new PutDashboardCommand({ DashboardName, DashboardBody }))
  const elsewhere = emulator.client(CloudWatchClient, { region: 'eu-west-1' })
  expect(await elsewhere.send(new GetDashboardCommand({ DashboardName }))).toMatchObject({
    DashboardArn: 'arn:aws:cloudwatch::123456789012:dashboard/team-board',
    DashboardBody,
    DashboardName,
  })
  const list = (DashboardNamePrefix?: string) =>
    cloudwatch.send(new ListDashboardsCommand({ DashboardNamePrefix }))
  expect((await list('team')).DashboardEntries).toMatchObject([
    { DashboardName, Size: DashboardBody.length },
  ])
  expect((await list('other')).DashboardEntries).toEqual([])
  const put = (name: string, body: string) =>
    refusal(cloudwatch.send(new PutDashboardCommand({ DashboardName: name, DashboardBody: body })))
  expect(await put('a board', DashboardBody)).toBe(
    'InvalidParameterValueException: The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n',
  )
  expect(await put('board', 'no json')).toMatch(/^DashboardInvalidInputError/)
  await cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [DashboardName] }))
  expect(await refusal(cloudwatch.send(new GetDashboardCommand({ DashboardName })))).toMatch(
    /^ResourceNotFound/,
  )
})

test('alarms have tags, which policies see', async () => {
  const ResourceARN = 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:tagged'
  const tags = async () =>
    (await cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN }))).Tags
  expect(await tags()).toEqual([])
  const Tags = [{ Key: 'team', Value: 'red' }]
  await cloudwatch.send(new PutMetricAlarmCommand({ ...alarm, AlarmName: 'tagged', Tags }))
  await cloudwatch.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'b', Value: '2' }] }))
  expect(await tags()).toEqual([...Tags, { Key: 'b', Value: '2' }])
  await cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['b'] }))
  expect(await tags()).toEqual(Tags)
  const gone = new TagResourceCommand({ ResourceARN: `${ResourceARN}-not`, Tags })
  expect(await refusal(cloudwatch.send(gone))).toMatch(/^ResourceNotFoundException/)
})

test('policies say who may publish into which namespace, and change which alarms', async () => {
  const iam = emulator.client(IAMClient)
  const UserName = 'publisher'
  await iam.send(new CreateUserCommand({ UserName }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const Statement = [
    {
      Effect: 'Allow',
      Action: 'cloudwatch:PutMetricData',
      Resource: '*',
      Condition: { StringEquals: { 'cloudwatch:namespace': 'Own' } },
    },
    {
      Effect: 'Allow',
      Action: 'cloudwatch:PutMetricAlarm',
      Resource: 'arn:aws:cloudwatch:*:*:alarm:own-*',
      Condition: { 'ForAllValues:StringLike': { 'cloudwatch:AlarmActions': '*:sns:*' } },
    },
  ]
  await iam.send(
    new PutUserPolicyCommand({
      UserName,
      PolicyName: 'own',
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
    }),
  )
  const publisher = emulator.client(CloudWatchClient, {
    credentials: {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    },
  })
  const put = (Namespace: string) =>
    publisher.send(
      new PutMetricDataCommand({ Namespace, MetricData: [{ MetricName: 'm', Value: 1 }] }),
    )
  const putAlarm = (AlarmName: string, action: string) =>
    publisher.send(new PutMetricAlarmCommand({ ...alarm, AlarmName, AlarmActions: [action] }))
  const topic = 'arn:aws:sns:us-east-1:123456789012:t'
  await put('Own')
  await putAlarm('own-a', topic)
  expect(await refusal(put('Other'))).toMatch(
    /User: arn:aws:iam::123456789012:user\/publisher is not authorized to perform: cloudwatch:PutMetricData because no identity-based policy allows/,
  )
  expect(await refusal(putAlarm('other', topic))).toMatch(/^AccessDenied/)
  expect(await refusal(putAlarm('own-a', 'arn:aws:automate:us-east-1:ec2:stop'))).toMatch(
    /^AccessDenied/,
  )
  expect(await refusal(publisher.send(new ListMetricsCommand({})))).toMatch(/^AccessDenied/)
})

test('the command lines of both generations speak their own protocols to it', async () => {
  // Version 1 speaks CBOR, Debian's version 2.9 the query protocol, the SDK above JSON.
  const aws = (command: string, words: string) => {
    const args = ['--endpoint-url', emulator.url, 'cloudwatch', ...words.split(' ')]
    return run(command, args, awsEnvironment(tmpdir()))
  }
  const old = existsSync('/usr/bin/aws') ? '/usr/bin/aws' : 'aws'
  const metric = '--namespace Cli --metric-name load'
  const rule = '--statistic Average --period 60 --evaluation-periods 1 --threshold 0.25'
  const [published, made, refused] = await Promise.all([
    aws('aws', `put-metric-data ${metric} --value 0.5`),
    aws(
      old,
      `put-metric-alarm --alarm-name load ${metric} ${rule} --comparison-operator GreaterThanThreshold`,
    ),
    aws('aws', 'set-alarm-state --alarm-name none --state-value OK --state-reason x'),
  ])
  expect([published.stderr, made.stderr]).toEqual(['', ''])
  expect(refused.stderr).toContain('An error occurred (ResourceNotFound)')
  const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'Cli' }))
  expect(Metrics).toHaveLength(1)
  const { MetricAlarms } = await cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: ['load'] }),
  )
  expect(MetricAlarms).toMatchObject([{ AlarmName: 'load', Threshold: 0.25, Period: 60 }])
})
