import { beforeAll, describe, expect, test } from 'vitest'
import { decode, loadModels, refusalOf, told, type Refusal, type Sent } from './support/refusals.ts'

beforeAll(() => loadModels('ec2'))

const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }

describe('ec2Query', () => {
  const version = 'Version=2016-11-15'
  test.each<[string, Sent, Refusal]>([
    ['no action', { body: version }, ['MissingAction', /missing an action/]],
    [
      'an unknown action',
      { body: `Action=Fly&${version}` },
      ['InvalidAction', 'The action Fly is not valid for this web service.'],
    ],
    [
      'no version',
      { body: 'Action=DescribeVpcs' },
      ['MissingParameter', 'The request must contain the parameter Version'],
    ],
    [
      'a version to come',
      { body: 'Action=DescribeVpcs&Version=2099-01-01' },
      ['NoSuchVersion', 'The requested version (2099-01-01) of service AmazonEC2 does not exist'],
    ],
    [
      'a missing parameter',
      { body: `Action=RunInstances&${version}&MaxCount=1` },
      ['MissingParameter', 'The request must contain the parameter MinCount'],
    ],
    [
      'a number that is none',
      { body: `Action=RunInstances&${version}&MinCount=one&MaxCount=1` },
      [
        'InvalidParameterValue',
        'Value (one) for parameter MinCount is invalid. Expected a number.',
      ],
    ],
    ...['1.5', 'NaN', 'Infinity', '1e999', '9007199254740993', ''].map(
      (text): [string, Sent, Refusal] => [
        `"${text}" where the model has an integer`,
        { body: `Action=DescribeHosts&${version}&MaxResults=${text}` },
        [
          'InvalidParameterValue',
          `Value (${text}) for parameter MaxResults is invalid. Expected a number.`,
        ],
      ],
    ),
    [
      'a weight that is not finite',
      { body: `Action=CreateFleet&${version}&LaunchTemplateConfigs.1.Overrides.1.Priority=NaN` },
      ['InvalidParameterValue', /Priority is invalid\. Expected a number\.$/],
    ],
    [
      'a boolean that is none',
      { body: `Action=DescribeVpcs&${version}&DryRun=perhaps` },
      ['InvalidParameterValue', /^Value \(perhaps\) for parameter DryRun is invalid\./],
    ],
    [
      'a wrong value deep inside',
      {
        body: `Action=RunInstances&${version}&MinCount=1&MaxCount=1&BlockDeviceMapping.2.Ebs.VolumeSize=big`,
      },
      ['InvalidParameterValue', /for parameter BlockDeviceMapping\.2\.Ebs\.VolumeSize is/],
    ],
    [
      'a structure where text belongs',
      { body: `Action=CreateVpc&${version}&CidrBlock.1=x` },
      ['UnknownParameter', 'The parameter CidrBlock is not recognized'],
    ],
    [
      'bad percent-encoding',
      { body: `Action=CreateVpc&${version}&CidrBlock=%` },
      ['MalformedQueryString', /syntax error/, 404],
    ],
  ])('%s', (_name, sent, refusal) => {
    expect(refusalOf(() => decode('ec2', { headers: form, ...sent }))).toEqual(told(refusal))
  })

  test('an earlier version is answered', () => {
    expect(
      decode('ec2', { headers: form, body: 'Action=DescribeVpcs&Version=2014-06-15&VpcId.1=v' }),
    ).toEqual({ VpcIds: ['v'] })
  })
})
