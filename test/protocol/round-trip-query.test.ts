import { describeRoundTrip } from './support/round-trip.ts'
import { mediums } from './support/values.ts'

describeRoundTrip({
  service: 'iam',
  protocol: 'query',
  operations: [
    'CreateUser',
    'CreateSAMLProvider',
    'SimulateCustomPolicy',
    'GetAccountSummary',
    'GetContextKeysForCustomPolicy',
    'ListVirtualMFADevices',
    'GetAccountAuthorizationDetails',
    'DeleteUser',
    'UploadServerCertificate',
  ],
  input: mediums.form,
  output: mediums.xmlOutput,
})

describeRoundTrip({
  service: 'sts',
  protocol: 'query',
  operations: ['AssumeRole', 'GetCallerIdentity', 'GetFederationToken'],
  input: mediums.form,
  output: mediums.xmlOutput,
})

describeRoundTrip({
  service: 'rds',
  protocol: 'query',
  operations: [
    'CreateDBParameterGroup',
    'ModifyDBParameterGroup',
    'DescribeDBInstances',
    'ModifyDBInstance',
    'AddTagsToResource',
    'DescribeDBEngineVersions',
    'DownloadDBLogFilePortion',
  ],
  input: mediums.form,
  output: mediums.xmlOutput,
})

describeRoundTrip({
  service: 'ec2',
  protocol: 'ec2Query',
  operations: [
    'RunInstances',
    'DescribeInstances',
    'AuthorizeSecurityGroupIngress',
    'CreateVolume',
    'ImportKeyPair',
    'ImportSnapshot',
    'CreateFleet',
    'CreateLaunchTemplate',
    'DescribeImages',
    'DeleteVpc',
    'GetConsoleOutput',
    'RequestSpotFleet',
  ],
  input: mediums.form,
  output: mediums.xmlOutput,
  except: ['ClientToken', 'DryRun'],
})
