import { beforeAll, describe, expect, test } from 'vitest'
import { decode, loadModels, refusalOf, told, type Refusal, type Sent } from './support/refusals.ts'

beforeAll(() => loadModels('ssm', 'dynamodb', 'lambda'))

const badJson: [string, string | Buffer][] = [
  ['text', 'nothing'],
  ['an open object', '{"Name":'],
  ['a trailing comma', '{"Name":"a",}'],
  ['null', 'null'],
  ['a list', '[]'],
  ['a number', '12345678901234567890'],
  ['a number for text', '{"Name":1}'],
  ['an object for text', '{"Name":{}}'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['100,000 levels', `{"Name":${'['.repeat(100_000)}`],
  ['100,000 levels that close', `{"Name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
]

const withNumber = (number: string) =>
  `{"MaxResults":${number},"NextToken":"{\\"9007199254740993\\":[1]}"}`

describe('awsJson', () => {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AmazonSSM.GetParameter',
  }
  test.each(badJson)('%s is a SerializationException', (_name, body) => {
    expect(refusalOf(() => decode('ssm', { headers, body }))).toEqual(
      told(['SerializationException', /./]),
    )
  })

  test.each<[string, Sent, Refusal]>([
    [
      'no target',
      { headers: { 'content-type': 'application/x-amz-json-1.1' } },
      ['UnknownOperationException', /./, 404],
    ],
    [
      'an unknown target',
      { headers: { ...headers, 'x-amz-target': 'AmazonSSM.Fly' } },
      ['UnknownOperationException', /./, 404],
    ],
    [
      'a missing member',
      { headers, body: '{"WithDecryption":true}' },
      [
        'ValidationException',
        "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
      ],
    ],
    ['no body', { headers }, ['ValidationException', /'name'/]],
  ])('%s', (_name, sent, refusal) => {
    expect(refusalOf(() => decode('ssm', sent))).toEqual(told(refusal))
  })

  test('numbers keep all their digits, however large', () => {
    const target = { ...headers, 'x-amz-target': 'AmazonSSM.DescribeParameters' }
    for (const number of ['9223372036854775807', '-9007199254740993']) {
      expect(decode('ssm', { headers: target, body: withNumber(number) })).toEqual({
        MaxResults: BigInt(number),
        NextToken: '{"9007199254740993":[1]}',
      })
    }
    expect(decode('ssm', { headers: target, body: withNumber('12') })).toMatchObject({
      MaxResults: 12,
    })
  })

  test('a map with the key __proto__ reaches no prototype', () => {
    const target = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
    }
    const body =
      '{"TableName":"t","__proto__":{"Evil":1},"Item":{"__proto__":{"S":"x"},"constructor":{"S":"y"}}}'
    const input = decode('dynamodb', { headers: target, body }) as { Item: object }
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype)
    expect(Object.getPrototypeOf(input.Item)).toBe(Object.prototype)
    expect(Object.entries(input.Item)).toEqual([
      ['__proto__', { S: 'x' }],
      ['constructor', { S: 'y' }],
    ])
    expect({}).not.toHaveProperty('Evil')
  })
})

describe('restJson1', () => {
  const path = '/2015-03-31/functions'
  const headers = { 'content-type': 'application/json' }
  const full = '{"FunctionName":"f","Role":"r","Code":{}}'
  test.each<[string, Sent, Refusal]>([
    ['text', { path, headers, body: 'nothing' }, ['SerializationException', /./]],
    [
      'another content type',
      { path, headers: { 'content-type': 'text/xml' }, body: full },
      ['UnsupportedMediaTypeException', /./, 415],
    ],
    [
      'missing members',
      { path, headers, body: '{"FunctionName":"f"}' },
      ['ValidationException', /^2 validation errors detected: Value null at 'role'.*'code'/],
    ],
    ['no body', { path, headers }, ['ValidationException', /^3 validation errors/]],
    [
      'a number that is none',
      { method: 'GET', path, query: 'MaxItems=ten' },
      ['SerializationException', /'maxItems'/],
    ],
    [
      'a query that is not encoded',
      { method: 'GET', path, query: 'Marker=%' },
      ['SerializationException', /./],
    ],
  ])('%s', (_name, sent, refusal) => {
    expect(refusalOf(() => decode('lambda', sent))).toEqual(told(refusal))
  })
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/x-amz-json-1.1',
    undefined,
  ])('content type %s is read', (type) => {
    const sent = type === undefined ? {} : { 'content-type': type }
    expect(decode('lambda', { path, headers: sent, body: full })).toEqual({
      FunctionName: 'f',
      Role: 'r',
      Code: {},
    })
  })
})
