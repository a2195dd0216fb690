import { describeRoundTrip } from './support/round-trip.ts'
import { mediums } from './support/values.ts'

describeRoundTrip({
  service: 'ssm',
  protocol: 'awsJson1_1',
  operations: [
    'PutParameter',
    'SendCommand',
    'GetParametersByPath',
    'CreateAssociation',
    'StartAutomationExecution',
    'GetInventory',
  ],
  input: mediums.json,
  output: mediums.jsonOutput,
  except: ['ClientToken'],
})

describeRoundTrip({
  service: 'dynamodb',
  protocol: 'awsJson1_0',
  operations: [
    'PutItem',
    'Query',
    'BatchGetItem',
    'CreateTable',
    'TransactWriteItems',
    'DescribeTable',
  ],
  input: mediums.json,
  output: mediums.jsonOutput,
  except: ['ClientRequestToken'],
})

describeRoundTrip({
  service: 'cloudwatch',
  protocol: 'rpcv2Cbor',
  operations: [
    'PutMetricData',
    'GetMetricData',
    'PutMetricAlarm',
    'DescribeAlarms',
    'GetMetricStatistics',
    'TagResource',
    'GetMetricWidgetImage',
  ],
  input: mediums.cbor,
  output: mediums.cbor,
  config: async () => ({
    protocol: (await import('@aws-sdk/core/protocols')).AwsSmithyRpcV2CborProtocol,
  }),
})

describeRoundTrip({
  service: 'cloudwatch',
  protocol: 'awsJson1_0',
  operations: ['PutMetricData', 'GetMetricData', 'DescribeAlarms'],
  // The SDK's own writer fails at a bigint in a list of numbers.
  input: mediums.jsonOutput,
  output: mediums.jsonOutput,
})
