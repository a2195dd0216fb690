import {
  CreateSecurityGroupCommand,
  DescribeInstancesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcsCommand,
  paginateDescribeInstances,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { beforeAll, describe, expect, test } from 'vitest'
import { parseValue } from '../../../emulator/services/ec2/describe/filters.ts'
import { courseImage, refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()
const ids: string[] = []

beforeAll(async () => {
  for (const [name, count] of [
    ['web*1', 3],
    ['web-2', 3],
    ['Web-3', 2],
    ['a\\b?', 1],
  ] as const) {
    const { Instances } = await ec2().send(
      new RunInstancesCommand({
        ImageId: courseImage,
        InstanceType: 't2.micro',
        MinCount: count,
        MaxCount: count,
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: name }] }],
      }),
    )
    ids.push(...Instances!.map(({ InstanceId }) => InstanceId!))
  }
})

const found = async (...filters: [name: string, ...values: string[]][]) => {
  const { Reservations } = await ec2().send(
    new DescribeInstancesCommand({
      Filters: filters.map(([Name, ...Values]) => ({ Name, Values })),
    }),
  )
  return Reservations!
    .flatMap(({ Instances }) => Instances!)
    .map(({ InstanceId }) => ids.indexOf(InstanceId!))
}

describe('filters', () => {
  test.each([
    ['a star stands for any characters', [['tag:Name', 'web*']], [0, 1, 2, 3, 4, 5]],
    ['a question mark stands for one character', [['tag:Name', 'web??']], [0, 1, 2, 3, 4, 5]],
    ['a backslash makes a star a star', [['tag:Name', 'web\\*1']], [0, 1, 2]],
    ['a backslash makes a backslash and a question mark', [['tag:Name', 'a\\\\b\\?']], [8]],
    ['values are case-sensitive', [['tag:Name', 'Web-?']], [6, 7]],
    ['values are alternatives', [['tag:Name', 'web-2', 'Web-3']], [3, 4, 5, 6, 7]],
    ['values may mix plain and wild', [['tag:Name', 'web-2', 'W*']], [3, 4, 5, 6, 7]],
    [
      'filters must all hold',
      [
        ['tag:Name', 'web-2'],
        ['launch-index', '1'],
      ],
      [4],
    ],
    [
      'tag-key looks for keys',
      [
        ['tag-key', 'Nam*'],
        ['launch-index', '2'],
      ],
      [2, 5],
    ],
    ['tag-value looks for values', [['tag-value', 'Web-3']], [6, 7]],
    ['brackets are no wildcards', [['tag:Name', '[w]eb*']], []],
    ['an unknown tag key matches nothing', [['tag:nope', '*']], []],
  ] as [string, [string, ...string[]][], number[]][])('%s', async (_, filters, expected) => {
    expect(await found(...filters)).toEqual(expected)
  })

  test('a filter reads attributes of interfaces, groups, volumes and the document', async () => {
    const all = [0, 1, 2, 3, 4, 5, 6, 7, 8]
    expect(await found(['instance.group-name', 'default'])).toEqual(all)
    expect(await found(['network-interface.status', 'in-use'])).toEqual(all)
    expect(await found(['block-device-mapping.device-name', '/dev/sd?1'])).toEqual(all)
    expect(await found(['architecture', 'x86_64'])).toEqual(all)
    expect(await found(['hibernation-options.configured', 'false'])).toEqual(all)
    expect(await found(['architecture', 'arm64'])).toEqual([])
    expect(await found(['instance-state-code', '16'])).toEqual(all)
    expect(await found(['launch-time', `${new Date().getUTCFullYear()}-*`])).toEqual(all)
  })

  test('a filter that the resource does not have is refused', async () => {
    const call = ec2().send(
      new DescribeVpcsCommand({ Filters: [{ Name: 'tag-Name', Values: ['x'] }] }),
    )
    expect(await refusal(call)).toEqual({
      code: 'InvalidParameterValue',
      message: "The filter 'tag-Name' is invalid",
      status: 400,
    })
  })

  test('more than 200 values are refused', async () => {
    const Values = Array.from({ length: 201 }, String)
    const call = ec2().send(new DescribeVpcsCommand({ Filters: [{ Name: 'vpc-id', Values }] }))
    expect(await refusal(call)).toMatchObject({ code: 'FilterLimitExceeded' })
  })

  test.each([
    ['plain', 'plain', undefined],
    ['a*b', undefined, 'a*b'],
    ['a\\*b', 'a*b', undefined],
    ['a\\\\b', 'a\\b', undefined],
    ['*\\*[x]', undefined, '*[*][[]x]'],
    ['trailing\\', 'trailing\\', undefined],
  ])('the value %s is read as AWS reads it', (value, text, glob) => {
    const parsed = parseValue(value)
    expect(parsed.glob).toBe(glob)
    if (text !== undefined) expect(parsed.text).toBe(text)
  })
})

describe('ids', () => {
  test.each([
    [['i-0123456789abcdef0'], "The instance ID 'i-0123456789abcdef0' does not exist"],
    [
      ['i-0123456789abcdef0', 'i-0123456789abcdef1'],
      "The instance IDs 'i-0123456789abcdef0, i-0123456789abcdef1' do not exist",
    ],
  ])('%s that do not exist are named in the error', async (InstanceIds, message) => {
    const call = ec2().send(new DescribeInstancesCommand({ InstanceIds }))
    expect(await refusal(call)).toEqual({
      code: 'InvalidInstanceID.NotFound',
      message,
      status: 400,
    })
  })

  test('only those that are missing are named', async () => {
    const InstanceIds = [ids[0]!, 'i-0123456789abcdef0']
    expect(await refusal(ec2().send(new DescribeInstancesCommand({ InstanceIds })))).toMatchObject({
      message: "The instance ID 'i-0123456789abcdef0' does not exist",
    })
  })

  test.each([
    ['nonsense', 'Invalid id: "nonsense" (expecting "i-...")'],
    ['i-XYZ', 'Invalid id: "i-XYZ"'],
    ["i-'; drop table ec2_instances; --", 'Invalid id: "i-\'; drop table ec2_instances; --"'],
  ])('the malformed id %s is told apart from a missing one', async (id, message) => {
    const call = ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))
    expect(await refusal(call)).toEqual({
      code: 'InvalidInstanceID.Malformed',
      message,
      status: 400,
    })
  })

  test('ids and filters both narrow', async () => {
    const { Reservations } = await ec2().send(
      new DescribeInstancesCommand({
        InstanceIds: [ids[0]!, ids[3]!],
        Filters: [{ Name: 'tag:Name', Values: ['web-2'] }],
      }),
    )
    expect(Reservations!.flatMap(({ Instances }) => Instances!)).toMatchObject([
      { InstanceId: ids[3] },
    ])
  })

  test('other regions do not see them', async () => {
    const elsewhere = ec2('eu-west-1')
    expect(await elsewhere.send(new DescribeInstancesCommand({}))).toMatchObject({
      Reservations: [],
    })
    const call = elsewhere.send(new DescribeInstancesCommand({ InstanceIds: [ids[0]!] }))
    expect(await refusal(call)).toMatchObject({ code: 'InvalidInstanceID.NotFound' })
  })
})

describe('pages', () => {
  test('follow one another without a gap or a repetition', async () => {
    const pages: number[][] = []
    for await (const { Reservations } of paginateDescribeInstances(
      { client: ec2(), pageSize: 5 },
      {},
    )) {
      pages.push(
        Reservations!
          .flatMap(({ Instances }) => Instances!)
          .map((one) => ids.indexOf(one.InstanceId!)),
      )
    }
    expect(pages).toEqual([
      [0, 1, 2, 3, 4],
      [5, 6, 7, 8],
    ])
  })

  test('a page that holds exactly the rest has no token', async () => {
    const { NextToken } = await ec2().send(new DescribeInstancesCommand({ MaxResults: 9 }))
    expect(NextToken).toBeUndefined()
  })

  test.each([
    [3, 'Value ( 3 ) for parameter maxResults is invalid. Expecting a value greater than 5.'],
    [
      1001,
      'Value ( 1001 ) for parameter maxResults is invalid. Expecting a value smaller than 1000.',
    ],
  ])('a page of %i is refused', async (MaxResults, message) => {
    expect(await refusal(ec2().send(new DescribeInstancesCommand({ MaxResults })))).toEqual({
      code: 'InvalidParameterValue',
      message,
      status: 400,
    })
  })

  test('ids and MaxResults exclude each other', async () => {
    const call = ec2().send(new DescribeInstancesCommand({ InstanceIds: [ids[0]!], MaxResults: 5 }))
    expect(await refusal(call)).toEqual({
      code: 'InvalidParameterCombination',
      message: 'The parameter instancesSet cannot be used with the parameter maxResults',
      status: 400,
    })
  })

  test('a token works for the query it was given for, and for no other', async () => {
    for (const name of ['one', 'two', 'three', 'four', 'five', 'six']) {
      await ec2().send(new CreateSecurityGroupCommand({ GroupName: name, Description: 'many' }))
    }
    const first = await ec2().send(new DescribeSecurityGroupsCommand({ MaxResults: 5 }))
    expect(first.SecurityGroups).toHaveLength(5)
    const { NextToken } = first
    const second = await ec2().send(new DescribeSecurityGroupsCommand({ MaxResults: 5, NextToken }))
    expect(second.SecurityGroups).toHaveLength(2)
    const filtered = ec2().send(
      new DescribeSecurityGroupsCommand({
        MaxResults: 5,
        NextToken,
        Filters: [{ Name: 'description', Values: ['many'] }],
      }),
    )
    expect(await refusal(filtered)).toMatchObject({ code: 'InvalidParameterValue' })
    const nonsense = ec2().send(
      new DescribeSecurityGroupsCommand({ MaxResults: 5, NextToken: 'nonsense' }),
    )
    expect(await refusal(nonsense)).toEqual({
      code: 'InvalidParameterValue',
      message: 'Value ( nonsense ) for parameter NextToken is invalid. The token is invalid.',
      status: 400,
    })
  })
})
